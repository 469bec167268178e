/* SPDX-License-Identifier: GPL-2.0-or-later */
/* print.h - text for a terminal: safe, bold, wrapped; a progress bar; lines of JSON.
 *
 * Text that comes from pages and models may hold control characters; everything here shows them
 * as spaces, so that a page cannot steer the reader's terminal.  For the main thread, but for the
 * log, which any thread may write. */
#ifndef XS_CMD_PRINT_H
#define XS_CMD_PRINT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include "base/log.h"

/* Around a hit's words in a text for print_wrapped(); control characters that no page keeps. */
#define PRINT_MARK_ON "\x0e"
#define PRINT_MARK_OFF "\x0f"

/* Sends log messages of this level and above to stderr. */
void print_log_level(xs_level lowest);

/* A string with control characters and ill-formed bytes made spaces; NULL prints nothing. */
void print_text(FILE *to, const char *s);

typedef enum print_style { PRINT_PLAIN, PRINT_BOLD, PRINT_DIM, PRINT_LINK } print_style;

/* As print_text on stdout, in a style where `colour` is on. */
void print_styled(bool colour, print_style style, const char *s);

/* Prints a text on stdout in lines of the terminal's width (at most 100), each after `indent`
 * spaces, its marked words bold where `colour` is on; ends the last line. */
void print_wrapped(bool colour, unsigned indent, const char *s);

/* Shows `part` of `whole` (0: not known) and a text in one line of stderr that the next call
 * replaces.  Calls sooner than 50 ms after the last draw nothing. */
void print_progress(uint64_t part, uint64_t whole, const char *text);
/* Takes the line away, if there is one. */
void print_progress_clear(void);

/* "812 bytes", "3.4 MB"; "0.34 s", "12 ms", "3 min 20 s".  Valid until the fourth call from now. */
const char *print_bytes(uint64_t bytes);
const char *print_duration(double ms);

/* One line of compact JSON on stdout, reals with the nine digits that give back a float; takes
 * the reference. */
void print_json(json_t *value);

#endif
