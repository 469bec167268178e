/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query_dates.c - ranges of dates in questions: days of the Gregorian calendar, UTC. */
#include "index/question/query_parse.h"

#include <string.h>

enum { DAY = 86400 };

/* Days since 1970-01-01; after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
static int64_t dates_days(int year, int month, int day)
{
	/* Years begin in March here, so that the leap day is their last. 400 years have 146097
	 * days, and 719468 lie between 0000-03-01 and 1970-01-01. */
	int64_t y = year - (month <= 2);
	int64_t era = y / 400; /* years are from 1 on */
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int dates_in_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month - 1] +
	       (month == 2 && (year % 4 == 0) && (year % 100 != 0 || year % 400 == 0));
}

/* The number of `n` digits; negative: they are none. */
static int dates_number(const char *text, size_t n)
{
	int v = 0;

	for (; n; n--, text++) {
		if (*text < '0' || *text > '9')
			return -1;
		v = v * 10 + *text - '0';
	}
	return v;
}

/* First and last second of a year, month or day, written in `len` bytes. */
static int dates_read(int64_t *first, int64_t *last, const char *text, size_t len)
{
	int year, month = 1, day = 1, last_month = 12, last_day;

	if ((len != 4 && len != 7 && len != 10) || (len > 4 && text[4] != '-') ||
	    (len > 7 && text[7] != '-'))
		return XS_EINPUT;
	year = dates_number(text, 4);
	if (len > 4)
		last_month = month = dates_number(text + 5, 2);
	if (year < 1 || month < 1 || month > 12)
		return XS_EINPUT;
	/* Of a year alone the last month is December, while the first is January. */
	last_day = dates_in_month(year, last_month);
	if (len > 7)
		day = dates_number(text + 8, 2);
	if (day < 1 || day > last_day)
		return XS_EINPUT;
	if (len > 7)
		last_day = day;
	*first = dates_days(year, month, day) * DAY;
	*last = dates_days(year, last_month, last_day) * DAY + DAY - 1;
	return XS_OK;
}

int xs_query_dates(int64_t *from, int64_t *to, const char *text)
{
	const char *dots = strstr(text, "..");
	size_t n = dots ? (size_t)(dots - text) : 0;
	int64_t first = 0, last = 0;
	int rc = XS_OK;

	*from = INT64_MIN;
	*to = INT64_MAX;
	if (dots) {
		if (n)
			rc = dates_read(from, &last, text, n);
		if (rc == XS_OK && dots[2])
			rc = dates_read(&first, to, dots + 2, strlen(dots + 2));
		if (!n && !dots[2])
			rc = XS_EINPUT;
	} else {
		bool below = *text == '<', above = *text == '>';
		bool equal = (below || above) && text[1] == '=';

		text += below + above + equal;
		rc = dates_read(&first, &last, text, strlen(text));
		/* ">2023" begins behind the year's last second, ">=2023" with its first; "<"
		 * alike. */
		if (!below)
			*from = above && !equal ? last + 1 : first;
		if (!above)
			*to = below && !equal ? first - 1 : last;
	}
	if (rc < 0)
		return xs_fail(
			XS_EINPUT,
			"date:%s is no date; expected 2024, 2024-05, 2024-05-31, a range such "
			"as 2023-01..2024-06, or <, <=, >, >= and a date",
			text);
	if (*from > *to)
		return xs_fail(XS_EINPUT, "date:%s ends before it begins", text);
	return XS_OK;
}
