/* SPDX-License-Identifier: GPL-2.0-or-later */
/* argument.h - what an option's argument may be: a number, a word, a moment.
 *
 * Each returns XS_OK, or XS_EINPUT with a sentence that names the option `what`. */
#ifndef XS_CMD_ARGUMENT_H
#define XS_CMD_ARGUMENT_H

#include <stdbool.h>
#include <stdint.h>

/* A whole number from min to max. */
int argument_int(long *out, const char *text, long min, long max, const char *what);

/* A finite number from min to max. */
int argument_real(double *out, const char *text, double min, double max, const char *what);

/* One of two words: true for the first. */
int argument_word(bool *out, const char *text, const char *first, const char *second,
		  const char *what);

/* --since: a day, or "7d" back from now, as seconds since 1970. */
int argument_since(int64_t *out, const char *text);

#endif
