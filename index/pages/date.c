/* SPDX-License-Identifier: GPL-2.0-or-later */
/* date.c - lists of patterns, tried by ICU one after the other. */
#define _GNU_SOURCE
#include "index/pages/date.h"

#include <ctype.h>
#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <unicode/ucal.h>
#include <unicode/udat.h>
#include <unicode/ustring.h>

/* A longer text is no date; a longer pattern of a language is not used; languages that are kept open. */
enum { DATE_TEXT = 80, DATE_PATTERN = 96, DATE_LANGUAGES = 16, DATE_LOCALE = 40 };

/* Seconds since 1970 at the beginnings of the years 1000 and 10000.  Without the first, a year of two
 * digits would be one of the first century; without the second, a count would be a year. */
#define DATE_FIRST (-30610224000LL)
#define DATE_END 253402300800LL

/* Digits of the least count: 9 stand for 1973, and 8 are a day. */
#define DATE_COUNT 1e8

/* Patterns are in the letters of Unicode's TR 35.  For ICU, MMM is the name of a month in full or
 * short, yyyy any number of digits, X any zone in digits, z also one by name. */
static const char *const date_numeric[] = {
	"yyyy-M-d", "yyyyMMdd", "yyyy/M/d", "yyyy-M", "yyyy", NULL,
};
static const char *const date_named[] = {
	"d MMM yyyy",
	"MMM d, yyyy",
	"MMM d yyyy",
	"EEE, d MMM yyyy",
	"EEE d MMM yyyy",
	"EEE, MMM d, yyyy",
	"EEE MMM d, yyyy",
	"EEE MMM d HH:mm:ss yyyy",
	"EEE MMM d HH:mm:ss z yyyy",
	"d. MMM yyyy",
	"EEE, d. MMM yyyy",
	"d-MMM-yyyy",
	"d MMM. yyyy",
	"MMM. d, yyyy",
	"d MMM, yyyy",
	"yyyy MMM d",
	"MMM yyyy",
	"MMM, yyyy",
	"LLLL yyyy", /* some languages bend the name beside a day */
	NULL,
};
static const char *const date_times[] = {
	"'T'HH:mm:ss.S", "'T'HH:mm:ss,S", "'T'HH:mm:ss", "'T'HH:mm", "'T'HHmmss", "'T'HHmm",
	" HH:mm:ss.S",	 " HH:mm:ss",	  " h:mm:ss a",	 " h:mm a",  " HH:mm",	  ", HH:mm:ss",
	", h:mm a",	 ", HH:mm",	  "HHmmss",	 NULL,
};
static const char *const date_zones[] = {"X", " X", " z", NULL};

/* A language's format, whose pattern changes with every try, and its own long forms. */
typedef struct date_locale {
	char name[DATE_LOCALE]; /* "" for a free place */
	UDateFormat *format;	/* NULL: ICU has none, or another calendar than the Gregorian */
	char own[3][DATE_PATTERN];
} date_locale;

/* One set for all threads: a date takes some microseconds, a format a millisecond to open. */
static struct {
	pthread_mutex_t lock;
	date_locale kept[DATE_LANGUAGES];
	size_t next; /* to give way */
} date_open = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* The pattern of a language's long form, "" if it is of no use: the order of days and months between
 * slashes is just what cannot be known. */
static void date_own(char out[DATE_PATTERN], const char *locale, UDateFormatStyle style)
{
	UErrorCode status = U_ZERO_ERROR;
	UDateFormat *f = udat_open(UDAT_NONE, style, locale, NULL, -1, NULL, -1, &status);
	UChar pattern[DATE_PATTERN];
	int32_t len = 0;

	if (U_SUCCESS(status))
		len = udat_toPattern(f, false, pattern, DATE_PATTERN, &status);
	u_strToUTF8(out, DATE_PATTERN, NULL, pattern, len, &status);
	if (U_FAILURE(status) || len >= DATE_PATTERN || strchr(out, '/'))
		*out = '\0';
	udat_close(f);
}

/* Days are Gregorian from the first on, as ISO 8601 has them, not from 1582. */
static void date_gregorian(UDateFormat *f, UErrorCode *status)
{
	UCalendar *c = ucal_clone(udat_getCalendar(f), status);

	if (U_SUCCESS(*status))
		ucal_setGregorianChange(c, -8.64e15, status);
	if (U_SUCCESS(*status))
		udat_setCalendar(f, c);
	ucal_close(c);
}

static void date_locale_open(date_locale *l, const char *name)
{
	static const UChar utc[] = {'E', 't', 'c', '/', 'U', 'T', 'C', 0};
	UErrorCode status = U_ZERO_ERROR;

	udat_close(l->format);
	*l = (date_locale){0};
	snprintf(l->name, sizeof l->name, "%s", name);
	l->format = udat_open(UDAT_NONE, UDAT_LONG, name, utc, -1, NULL, -1, &status);
	if (U_SUCCESS(status) &&
	    strcmp(ucal_getType(udat_getCalendar(l->format), &status), "gregorian") != 0)
		status = U_UNSUPPORTED_ERROR;
	if (U_SUCCESS(status))
		date_gregorian(l->format, &status);
	if (U_FAILURE(status)) {
		udat_close(l->format);
		l->format = NULL;
		return;
	}
	/* Else the 31st of February would be a day in March. */
	udat_setLenient(l->format, false);
	date_own(l->own[0], name, UDAT_LONG);
	date_own(l->own[1], name, UDAT_FULL);
	date_own(l->own[2], name, UDAT_MEDIUM);
}

/* The format of a locale, opened when first asked for.  Under the lock. */
static date_locale *date_locale_get(const char *name)
{
	date_locale *l;
	size_t i;

	for (i = 0; i < DATE_LANGUAGES; i++)
		if (!strcmp(date_open.kept[i].name, name))
			return &date_open.kept[i];
	/* In turn: sites have few languages, so that one seldom has to go. */
	l = &date_open.kept[date_open.next++ % DATE_LANGUAGES];
	date_locale_open(l, name);
	return l;
}

/* A text to be read, and what was found. */
typedef struct date_try {
	date_locale *locale;
	UChar text[DATE_TEXT + 1];
	int32_t len, used; /* in units of UTF-16; those that the last pattern took */
	int64_t found;
} date_try;

/* Whether a text may have the form of a pattern: what is asked costs nothing, and a try with numbers
 * 50 microseconds.  The first sign must be of the same kind, and the marks of the pattern must come in
 * the same order. */
static bool date_could(const char *pattern, const UChar *text)
{
	const char *first = pattern + (*pattern == '\'');
	bool number = strchr("dyHh", *first) != NULL, digit = *text >= '0' && *text <= '9';

	if (*first == ' ' || *first == ',' || *first == 'T' ? *text != (UChar)*first
							    : *text < 0x80 && number != digit)
		return false;
	for (; *pattern; pattern++)
		if (strchr(",.-/:", *pattern)) {
			text = u_strchr(text, (UChar)*pattern);
			if (!text)
				return false;
			text++;
		}
	return true;
}

/* Whether the pattern day + time + zone takes a first part of the text. */
static bool date_begins(date_try *t, const char *day, const char *time, const char *zone)
{
	char joined[3 * DATE_PATTERN];
	UChar pattern[3 * DATE_PATTERN];
	UErrorCode status = U_ZERO_ERROR;
	int32_t len = 0;
	UDate date;

	snprintf(joined, sizeof joined, "%s%s%s", day, time, zone);
	u_strFromUTF8(pattern, 3 * DATE_PATTERN, &len, joined, -1, &status);
	udat_applyPattern(t->locale->format, false, pattern, len);
	t->used = 0;
	date = udat_parse(t->locale->format, t->text, t->len, &t->used, &status);
	/* ICU counts milliseconds. */
	if (U_FAILURE(status) || date < DATE_FIRST * 1000.0 || date >= DATE_END * 1000.0)
		return false;
	t->found = (int64_t)floor(date / 1000);
	return true;
}

/* Whether day, then perhaps time and zone, are the whole text. */
static bool date_is(date_try *t, const char *day)
{
	const UChar *rest;
	size_t i, j;

	if (!date_could(day, t->text) || !date_begins(t, day, "", ""))
		return false;
	if (t->used == t->len)
		return true;
	rest = t->text + t->used;
	/* One after the other: all days with all times and zones would be a thousand patterns. */
	for (i = 0; date_times[i]; i++) {
		if (!date_could(date_times[i], rest) || !date_begins(t, day, date_times[i], ""))
			continue;
		if (t->used == t->len)
			return true;
		for (j = 0; date_zones[j]; j++)
			if (date_begins(t, day, date_times[i], date_zones[j]) && t->used == t->len)
				return true;
	}
	return false;
}

/* Whether the text is a day of one of the patterns in a locale. */
static bool date_in(date_try *t, const char *locale, const char *const *patterns, bool own)
{
	size_t i;

	t->locale = date_locale_get(locale);
	for (i = 0; t->locale->format && patterns[i]; i++)
		if (date_is(t, patterns[i]))
			return true;
	for (i = 0; t->locale->format && own && i < 3; i++)
		if (*t->locale->own[i] && date_is(t, t->locale->own[i]))
			return true;
	return false;
}

/* Copies the text with single spaces, without the letters of 1st, 2nd, 3rd and 4th; false: it is too
 * long.  RFC 3339 allows a small t. */
static bool date_tidy(char out[DATE_TEXT + 1], const char *text)
{
	static const char *const ordinals[] = {"st", "nd", "rd", "th"};
	const char *s = text;
	size_t n = 0, i;

	for (; *s; s++) {
		if (n == DATE_TEXT)
			return false;
		if (isspace((unsigned char)*s)) {
			if (n && out[n - 1] != ' ')
				out[n++] = ' ';
			continue;
		}
		for (i = 0; n && isdigit((unsigned char)out[n - 1]) && i < 4; i++)
			if (!strncasecmp(s, ordinals[i], 2) && (s[2] == ' ' || s[2] == ',')) {
				s += 2;
				break;
			}
		if (n && isdigit((unsigned char)out[n - 1]) && *s == 't' &&
		    isdigit((unsigned char)s[1]))
			out[n++] = 'T';
		else
			out[n++] = *s;
	}
	while (n && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
	return n;
}

/* Seconds of a count since 1970, by its size: as seconds, 1e11 is the year 5138, and as milliseconds
 * 1973. */
static int date_count(int64_t *out, double n)
{
	double size = fabs(n), unit = size < 1e11 ? 1 : size < 1e14 ? 1e3 : size < 1e17 ? 1e6 : 1e9;

	if (!(size >= DATE_COUNT && size < 1e20) || n / unit < DATE_FIRST || n / unit >= DATE_END)
		return XS_ENOTFOUND;
	*out = (int64_t)floor(n / unit);
	return XS_OK;
}

/* Whether the text is digits, with a sign before or a fraction behind or neither. */
static bool date_is_number(const char *s)
{
	s += *s == '-';
	if (!isdigit((unsigned char)*s))
		return false;
	s += strspn(s, "0123456789");
	if (*s == '.')
		s += 1 + strspn(s + 1, "0123456789");
	return !*s;
}

int xs_date_parse(int64_t *out, const char *text, const char *language)
{
	UErrorCode status = U_ZERO_ERROR;
	char tidy[DATE_TEXT + 1];
	date_try t = {0};
	bool found;

	if (!date_tidy(tidy, text))
		return XS_ENOTFOUND;
	u_strFromUTF8(t.text, DATE_TEXT + 1, &t.len, tidy, -1, &status);
	if (U_FAILURE(status))
		return XS_ENOTFOUND;
	pthread_mutex_lock(&date_open.lock);
	/* Names of zones are those of the United States, as RFC 2822 has them; "Sept" is British. */
	found = date_in(&t, "en_US", date_numeric, false) ||
		date_in(&t, "en_US", date_named, false) ||
		date_in(&t, "en_GB", date_named, false) ||
		(*language && strlen(language) < 4 && date_in(&t, language, date_named, true));
	pthread_mutex_unlock(&date_open.lock);
	if (!found)
		return date_is_number(tidy) ? date_count(out, strtod(tidy, NULL)) : XS_ENOTFOUND;
	*out = t.found;
	return XS_OK;
}

int xs_date_number(int64_t *out, double number)
{
	char text[32];

	if (number != floor(number) || fabs(number) >= DATE_COUNT)
		return date_count(out, number);
	/* A whole number that is no count is a year, or a day such as 20240531. */
	snprintf(text, sizeof text, "%.0f", number);
	return xs_date_parse(out, text, "");
}
