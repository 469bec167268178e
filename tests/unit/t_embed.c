/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_embed.c - vectors of passages: what makes a new one, and what a killed run leaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "index/record.h"

static uint64_t content(const char *title, const char *heading, const char *text)
{
	xs_record r = {.title = title, .heading = heading, .text = text};

	return xs_record_content(&r);
}

static void content_is_of_three_texts(void **state)
{
	xs_record r = {.title = "a", .heading = "b", .text = "c", .docid = 7, .url = "u"};

	(void)state;
	assert_int_equal(content("a", "b", "c"), xs_record_content(&r));
	assert_int_not_equal(content("a", "b", "c"), content("ab", "", "c"));
	assert_int_not_equal(content("a", "b", "c"), content("a", "", "bc"));
	assert_int_not_equal(content("a", "b", "c"), content("b", "a", "c"));
	assert_int_not_equal(content("", "", ""), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(content_is_of_three_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
