/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_date.c - the lines of tests/data/date.test, numbers, and threads. */
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/file.h"
#include "index/pages/date.h"

static void date_shown(char out[32], int rc, int64_t seconds)
{
	time_t t = (time_t)seconds;
	struct tm tm;

	strcpy(out, "-");
	if (rc == XS_OK && gmtime_r(&t, &tm))
		strftime(out, 32, "%Y-%m-%dT%H:%M:%S", &tm);
}

/* The field after the next bar, without blanks around. */
static char *date_field(char **line)
{
	char *field = *line, *bar = strchr(field, '|'), *end;

	*line = bar ? bar + 1 : field + strlen(field);
	for (end = bar ? bar : field + strlen(field); end > field && end[-1] == ' ';)
		end--;
	*end = '\0';
	return field + strspn(field, " ");
}

/* One line; returns whether it gave what it should. */
static bool date_line(char *line)
{
	char shown[32], *language = date_field(&line), *text = line, *bar = strchr(line, '|'),
			*expected;
	int64_t seconds = 0;
	int rc;

	*bar = '\0'; /* the text keeps its blanks */
	line = bar + 1;
	expected = date_field(&line);
	rc = xs_date_parse(&seconds, text, *language == '-' ? "" : language);
	date_shown(shown, rc, seconds);
	if (strcmp(shown, expected) != 0)
		print_error("%s |%s| gave %s, expected %s\n", language, text, shown, expected);
	return !strcmp(shown, expected);
}

static void test_lines(void **state)
{
	const char *top = getenv("top_srcdir");
	xs_arena *a = xs_arena_new();
	char *text, *line, *next;
	int lines = 0, failed = 0;

	(void)state;
	assert_int_equal(XS_OK, xs_file_read(&text, NULL, a,
					     xs_arena_printf(a, "%s/tests/data/date.test",
							     top ? top : "."),
					     1 << 20));
	for (line = text; *line; line = next) {
		next = strchr(line, '\n');
		*next++ = '\0';
		if (*line != '#') {
			failed += !date_line(line);
			lines++;
		}
	}
	assert_true(lines > 90);
	assert_int_equal(0, failed);
	xs_arena_free(a);
}

static void test_numbers(void **state)
{
	static const struct {
		double number;
		const char *date;
	} cases[] = {
		{1717113600, "2024-05-31T00:00:00"},
		{1717113600.5, "2024-05-31T00:00:00"},
		{1717113600123, "2024-05-31T00:00:00"},
		{-1717113600, "1915-08-04T00:00:00"},
		{2024, "2024-01-01T00:00:00"},
		{20240531, "2024-05-31T00:00:00"},
		{20240230, "-"},
		{0, "-"},
		{7, "-"},
		{1e300, "-"},
	};
	char shown[32];
	int64_t seconds;
	int rc;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		seconds = 0;
		rc = xs_date_number(&seconds, cases[i].number);
		date_shown(shown, rc, seconds);
		assert_string_equal(cases[i].date, shown);
	}
}

/* More languages than are kept open, in several threads. */
static void *date_many(void *arg)
{
	static const char *const languages[] = {"de", "fr", "es", "it", "pt", "nl", "sv",
						"da", "fi", "pl", "cs", "hu", "ro", "ru",
						"el", "tr", "ja", "ko", "zh", "uk"};
	int64_t seconds;
	size_t *wrong = arg;

	for (size_t i = 0; i < 200; i++) {
		if (xs_date_parse(&seconds, "5 March 2019", languages[i % 20]) != XS_OK ||
		    seconds != 1551744000)
			++*wrong;
		if (xs_date_parse(&seconds, "no date", languages[i % 20]) != XS_ENOTFOUND)
			++*wrong;
	}
	return NULL;
}

static void test_threads(void **state)
{
	pthread_t threads[4];
	size_t wrong[4] = {0};

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(0, pthread_create(&threads[i], NULL, date_many, &wrong[i]));
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(0, wrong[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
