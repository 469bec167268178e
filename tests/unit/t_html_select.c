/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_html_select.c - elements that settings name: what is taken, and what is said of damaged ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "index/pages/html.h"
#include "index/pages/html_select.h"

static const char page_text[] =
	"<title>T</title><body class='x'><div class='Menu left' id=m>menu words</div>"
	"<main><h2 id=a>One</h2><p class=note>note <b>bold</b></p><p>rest of it</p>"
	"<nav class=inner>inner</nav></main><div class=end>end</div>";

/* The text of the page with one expression in each list; "" for none.  NULL: it failed. */
static const char *selected(xs_arena *a, const char *html, const char *keep, const char *drop)
{
	const char *kept[] = {*keep ? keep : NULL, NULL}, *dropped[] = {*drop ? drop : NULL, NULL};
	const xs_page_options options = {.max_bytes = 1 << 26,
					 .passage_words = 180,
					 .passage_overlap = 30,
					 .keep = kept,
					 .drop = dropped};
	xs_page p = {.url = "",
		     .title = "",
		     .path = "",
		     .language = "",
		     .meta = "{}",
		     .versions = "",
		     .place = "dir/page"};
	const char *text = "";
	size_t i;

	if (xs_html_page(&p, a, html, strlen(html), false, &options) < 0)
		return NULL;
	if (p.noindex)
		return "noindex";
	for (i = 0; i < p.n; i++)
		text = xs_arena_printf(a, "%s%s%s", text, i ? "|" : "", p.passages[i].text);
	return text;
}

static void test_taken(void **state)
{
	static const struct {
		const char *keep, *drop, *text;
	} rows[] = {
		{"//main", "//p[has-class('note')]", "rest of it"},
		{"//main", "//main//b", "note rest of it"},
		{"//*[@id='m']", "", "menu words"},
		{"//div[has-class('menu')]", "", "menu words"},
		{"//p[2]", "", "rest of it"},
		{"//nav", "", "inner"},
		{"//p|//div[has-class('end')]", "//b", "note rest of it end"},
		{"//p[has-class('no')]", "", "note bold rest of it"},
		{"/html/body/main", "//p[1]", "rest of it"},
		{"id('m')", "", "menu words"},
		{"(//p)[last()]", "", "rest of it"},
		{"", "//body[has-class('x')]", "noindex"},
	};
	xs_arena *a = xs_arena_new();
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(rows[i].text,
				    selected(a, page_text, rows[i].keep, rows[i].drop));
	xs_arena_free(a);
}

static void test_wrong(void **state)
{
	static const struct {
		const char *expression, *why;
	} rows[] = {
		{"", "it does not begin with /"},
		{"div.menu", "it does not begin with /"},
		{"#menu", "it does not begin with /"},
		{"//div[", "it cannot be read at byte 7"},
		{"//div)", "it cannot be read at byte 6"},
		{"//div[@id='x", "a string has no end at byte 13"},
		{"//div[hasclass('x')]", "there is no function hasclass() at byte 7"},
		{"//div['a(' = \"b(\"]/x:text(1)", "it cannot be read at byte 26"},
		{"//div[$a]", "there are no variables at byte 9"},
		{"//x:div", "there are no prefixes of names"},
		{"//a = 1", "it gives no elements"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(XS_EINPUT, xs_html_select_check("key", rows[i].expression));
		if (!strstr(xs_error(), rows[i].why))
			fail_msg("%s: %s", rows[i].expression, xs_error());
		assert_int_equal(0, strncmp(xs_error(), "key: \"", 6));
	}
	assert_int_equal(XS_OK, xs_html_select_check("key", "//p[has-class('a (')]/node()"));
	assert_int_equal(XS_OK, xs_html_select_check("key", "//p[(1) and (3 div (count(b)))]"));
}

/* What only a page shows. */
static void test_wrong_here(void **state)
{
	static const struct {
		const char *expression, *why;
	} rows[] = {
		{"//p[has-class(1, 2)]", "a function has too many or too few arguments"},
		{"//div/@id", "it gives no elements"},
		{"//p/text()", "it gives no elements"},
		{"//p/namespace::*", "it gives no elements"},
	};
	xs_arena *a = xs_arena_new();
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_null(selected(a, page_text, "", rows[i].expression));
		assert_non_null(strstr(xs_error(), rows[i].why));
		assert_int_equal(0, strncmp(xs_error(), "dir/page: sources.drop_elements: ", 33));
	}
	xs_arena_free(a);
}

/* Each element counts all of them: that would take minutes. */
static void test_endless(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_buf b;
	int i;

	(void)state;
	xs_buf_init(&b);
	for (i = 0; i < 100000; i++)
		xs_buf_puts(&b, "<p>x");
	assert_null(selected(a, b.data, "", "//p[count(//p) > 1]"));
	assert_non_null(strstr(xs_error(), "it takes too long on this page"));
	assert_non_null(selected(a, b.data, "", "//p[2]"));
	xs_buf_fini(&b);
	xs_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_taken),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_wrong_here),
		cmocka_unit_test(test_endless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
