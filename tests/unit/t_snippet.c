/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_snippet.c - windows, marks and escapes of snippets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "index/snippet.h"

typedef struct snippet_case {
	const char *text, *terms[4];
	xs_snippet_options options;
	const char *want;
} snippet_case;

static const snippet_case cases[] = {
	{"", {"a"}, {0}, ""},
	{"Nothing here.", {NULL}, {0}, "Nothing here."},
	{"Running dogs, RUN!",
	 {"runs", "dog"},
	 {0},
	 "<mark>Running</mark> <mark>dogs</mark>, <mark>RUN</mark>!"},
	{"one two three four five six", {NULL}, {.words = 3}, "one two three …"},
	{"one two three four five six", {"six"}, {.words = 3}, "… four five <mark>six</mark>"},
	{"one two three four five six seven",
	 {"four"},
	 {.words = 3, .begin = "[", .end = "]"},
	 "… three [four] five …"},
	{"One two. Three four five six seven eight",
	 {"five", "six"},
	 {.words = 4, .begin = "[", .end = "]"},
	 "… Three four [five] [six] …"},
	{"a b x c d e f g x y h",
	 {"x", "y"},
	 {.words = 3, .begin = "[", .end = "]"},
	 "… g [x] [y] …"},
	{"if (a < b && c > 'd') \"e\"",
	 {"b"},
	 {0},
	 "if (a &lt; <mark>b</mark> &amp;&amp; c &gt; &#39;d&#39;) &quot;e&quot;"},
	{"a < b", {"b"}, {.plain = true, .begin = "*", .end = "*"}, "a < *b*"},
	{"call sqlite3_open(x) now", {"open"}, {0}, "call <mark>sqlite3_open</mark>(x) now"},
	{"tab\tand\n\nline \x01"
	 "control",
	 {"line"},
	 {0},
	 "tab and <mark>line</mark> control"},
	{"bad \xFF bytes \xE2\x82",
	 {"bytes"},
	 {0},
	 "bad \xEF\xBF\xBD <mark>bytes</mark> \xEF\xBF\xBD\xEF\xBF\xBD"},
	{"\xE6\x9D\xB1\xE4\xBA\xAC\xE3\x81\xAF",
	 {"\xE4\xBA\xAC"},
	 {0},
	 "\xE6\x9D\xB1<mark>\xE4\xBA\xAC</mark>\xE3\x81\xAF"},
	{"Viele H\xC3\xA4usern",
	 {"h\xC3\xA4user"},
	 {.language = "de"},
	 "Viele <mark>H\xC3\xA4usern</mark>"},
	{"(one two three four five", {"five"}, {.words = 2}, "… four <mark>five</mark>"},
	{"one two (three four) five",
	 {"three", "four"},
	 {.words = 2},
	 "… (<mark>three</mark> <mark>four</mark>) …"},
	{"... !!!", {"a"}, {0}, "... !!!"},
	{"six one two three four five six",
	 {"six"},
	 {.words = 2, .from = 8, .to = 31, .begin = "[", .end = "]"},
	 "… five [six]"},
	{"six one two three four five six",
	 {"six"},
	 {.words = 2, .from = 8, .to = 22},
	 "… two three …"},
	{"viele Katzen", {"katze"}, {.otherwise = "de"}, "viele <mark>Katzen</mark>"},
	{"viele Katzen",
	 {"katze"},
	 {.language = "tlh", .otherwise = "de"},
	 "viele <mark>Katzen</mark>"},
	{"one two", {"two"}, {.words = 1, .from = 90, .to = 99}, "… <mark>two</mark>"},
};

static void each(void **state)
{
	xs_arena *a = xs_arena_new();
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		const snippet_case *c = &cases[i];
		xs_snippet_options o = c->options;
		const char *got;

		o.words = o.words ? o.words : 36;
		o.otherwise = o.otherwise ? o.otherwise : "en";
		for (n = 0; n < 4 && c->terms[n]; n++)
			;
		got = xs_snippet(a, c->text, c->terms, n, &o);
		if (strcmp(got, c->want) != 0)
			fail_msg("case %zu: \"%s\", expected \"%s\"", i, got, c->want);
	}
	assert_string_equal("a <mark>b</mark>", xs_snippet(a, "a b", (const char *[]){"b"}, 1,
							   &(xs_snippet_options){.words = 40}));
	xs_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(each)};

	return cmocka_run_group_tests_name("snippet", tests, NULL, NULL);
}
