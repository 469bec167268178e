/* SPDX-License-Identifier: GPL-2.0-or-later */
/* date.h - dates as pages write them.
 *
 * Knows forms of dates, by ICU's formats, and nothing of pages. */
#ifndef XS_INDEX_PAGES_DATE_H
#define XS_INDEX_PAGES_DATE_H

#include <stdint.h>

#include "base/error.h"

/* Seconds since 1970 of a text in one of these forms:
 *
 *	2024  2024-05  2024-05-31  20240531  2024/05/31
 *	2024-05-31T10:20  with seconds, a fraction of them, and a zone: Z, +02, +0200, +02:00;
 *	      a space for the T, or before the zone, will do; also 20240531T102030Z, 20240531102030
 *	Fri, 31 May 2024 10:20:30 +0200    RFC 2822; zones by name are UT, GMT, EST … PDT
 *	Fri May 31 10:20:30 2024           the C library's, with or without a zone
 *	31 May 2024  31st May 2024  31. May 2024  31-May-2024  May 31, 2024  May 2024
 *	      the month's name in English or in `language`, in full or short, with or without the
 *	      weekday; and what `language` has for a long date, such as 31 de mayo de 2024
 *	1717113600  1717113600123          a count since 1970 of at least 9 digits: seconds below
 *	      1e11, milliseconds below 1e14, microseconds below 1e17, else nanoseconds
 *
 * No zone means UTC, no day the first.  `language` is an ISO 639 code, or "".
 * XS_ENOTFOUND: anything else, such as days that there are not (2024-02-30), years beyond 1000 …
 * 9999, and an order that is not known (03/04/2019).  Any number of threads. */
int xs_date_parse(int64_t *out, const char *text, const char *language);

/* The same of a number: a count, a year (2024) or a day (20240531). */
int xs_date_number(int64_t *out, double number);

#endif
