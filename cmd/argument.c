/* SPDX-License-Identifier: GPL-2.0-or-later */
/* argument.c - what an option's argument may be: a number, a word, a moment. */
#include "cmd/argument.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "index/pages/date.h"

/* strtol() alone would take "7x" and "" for numbers. */
int argument_int(long *out, const char *text, long min, long max, const char *what)
{
	char *end;

	/* strtol() sets it for a number that is too large, and never clears it. */
	errno = 0;
	*out = strtol(text, &end, 10);
	if (errno || end == text || *end || *out < min || *out > max)
		return xs_fail(XS_EINPUT, "%s: expected a whole number from %ld to %ld, got \"%s\"",
			       what, min, max, text);
	return XS_OK;
}

/* NaN fails every comparison, so it is asked for by itself.  A number too large reads as infinity,
 * so errno need not be asked.  The point is always ".": main() sets no locale for numbers. */
int argument_real(double *out, const char *text, double min, double max, const char *what)
{
	char *end;

	*out = strtod(text, &end);
	if (end == text || *end || !isfinite(*out) || *out < min || *out > max)
		return xs_fail(XS_EINPUT, "%s: expected a number from %g to %g, got \"%s\"", what,
			       min, max, text);
	return XS_OK;
}

/* For options of two words.  One with more words is a setting, and conf/ has its words. */
int argument_word(bool *out, const char *text, const char *first, const char *second,
		  const char *what)
{
	*out = strcmp(text, first) == 0;
	if (!*out && strcmp(text, second) != 0)
		return xs_fail(XS_EINPUT, "%s: expected %s or %s, got \"%s\"", what, first, second,
			       text);
	return XS_OK;
}

int argument_since(int64_t *out, const char *text)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = {{'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 7 * 86400}};
	char *end;
	long n = strtol(text, &end, 10);

	/* A number with a unit first: "2024" alone is a year, and no span of time. */
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		/* The bound keeps the product far from an overflow, whatever the unit. */
		if (n > 0 && n < 1000000 && end != text && *end == units[i].unit && !end[1]) {
			*out = (int64_t)time(NULL) - n * units[i].seconds;
			return XS_OK;
		}
	/* Names of months are read in English, the language of all messages. */
	if (xs_date_parse(out, text, "en") == XS_OK)
		return XS_OK;
	return xs_fail(
		XS_EINPUT,
		"--since: \"%s\" is no moment; expected a day such as 2024-05-31, or 30m, 12h, "
		"7d or 4w",
		text);
}
