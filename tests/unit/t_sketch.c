/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_sketch.c - texts of the same words, of nearly the same, of others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "index/pages/sketch.h"

static uint64_t sketch_of(const char *text)
{
	xs_sketch s = {0};

	xs_sketch_text(&s, text, strlen(text));
	return xs_sketch_end(&s);
}

static const char kettle[] =
	"The kettle boils water for tea and coffee. Fill it with cold water, close the lid, set it on "
	"its base and press the switch. It turns itself off when the water boils.";

static void test_marks_do_not_count(void **state)
{
	(void)state;
	assert_int_equal(sketch_of("Tea *and* COFFEE, tea"), sketch_of("coffee and tea"));
	assert_int_equal(0, sketch_of(""));
	assert_int_equal(0, sketch_of(" -- === "));
	assert_int_not_equal(sketch_of("tea"), sketch_of("té"));
}

static void test_alike(void **state)
{
	static const char nearly[] =
		"The kettle boils water for tea and coffee. Fill it with cold water, close the lid, "
		"set it on its base and push the switch. It turns itself off when the water boils.";
	static const char other[] =
		"Permission is granted to everybody to copy this document, whole or in parts, as long "
		"as the name of its author stands on every copy that someone gives away.";

	(void)state;
	assert_in_range(xs_sketch_distance(sketch_of(kettle), sketch_of(nearly)), 1, 14);
	assert_in_range(xs_sketch_distance(sketch_of(kettle), sketch_of(other)), 20, 64);
	assert_int_equal(64, xs_sketch_distance(0, UINT64_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_marks_do_not_count),
		cmocka_unit_test(test_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
