/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lines.h - lines of standard input, for commands that answer many of them at once.
 *
 * Tells when no further line is at hand, so that who waits for an answer gets it before it is waited
 * for the next line.  One reader a process, in the main thread. */
#ifndef XS_CMD_LINES_H
#define XS_CMD_LINES_H

#include "base/buf.h"
#include "cmd/cmd.h"

/* A signal ends the waiting for a line from now on: reads are not taken up again. */
void lines_interruptible(void);

typedef struct lines_reader {
	xs_buf bytes;
	size_t at; /* of the next line */
	long line; /* number of the last one, from 1 */
	bool end;  /* of the input */
} lines_reader;

/* Makes reads interruptible, too. */
void lines_init(lines_reader *r);
void lines_fini(lines_reader *r);

/* Whether a line, or the input's end, can be had without waiting. */
bool lines_ready(lines_reader *r);

/* The next line that is not blank, without its end; a NUL follows it.  It stays until the next call.
 * XS_ENOTFOUND: the input has ended; XS_ECANCEL: a signal came (c->cancel); XS_EIO. */
int lines_next(char **out, size_t *len, lines_reader *r, const xs_cmd *c);

#endif
