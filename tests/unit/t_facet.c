/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_facet.c - values of pages, texts as they are compared while typed, tokens of shown results. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "index/facet.h"
#include "index/words/fold.h"
#include "plugin/pipeline.h"
#include "plugin/paging_token.h"

static void section_is(const char *want, const char *url, const char *const *roots)
{
	size_t len;
	const char *at = xs_facet_section(&len, url, roots);

	if (len != strlen(want) || strncmp(at, want, len) != 0)
		fail_msg("%s: \"%.*s\", expected \"%s\"", url, (int)len, at, want);
}

static void sections(void **state)
{
	static const char *const roots[] = {"https://a.org/", "https://a.org/docs/", NULL};

	(void)state;
	section_is("guide", "https://a.org/guide/x.html", NULL);
	section_is("guide", "https://a.org/docs/guide/x.html", roots);
	section_is("blog", "https://a.org/blog/2024/x?y=/z/", roots);
	section_is("docsy", "https://a.org/docsy/x", roots);
	section_is("", "https://a.org/docs/x.html", roots);
	section_is("", "https://a.org", roots);
	section_is("", "https://a.org/?a/b", roots);
	section_is("b", "https://b.org//b/c", roots);
	section_is("x", "./x/y", NULL);
	section_is("", "y", NULL);
	section_is("", "", NULL);
}

/* The values of a page, "|" for each NUL. */
static void values_are(const char *want, const char *meta)
{
	static const char *const fields[] = {"author", "n", NULL};
	const xs_facet_options options = {fields, NULL};
	const xs_record r = {.url = "https://a.org/s/p",
			     .type = "html",
			     .language = "en",
			     .date = 1717113600,
			     .meta = meta};
	xs_buf b;

	xs_buf_init(&b);
	xs_facet_put(&b, &r, &options);
	for (size_t i = 0; i < b.len; i++)
		b.data[i] = b.data[i] ? b.data[i] : '|';
	assert_string_equal(want, b.data);
	xs_buf_fini(&b);
}

static void values(void **state)
{
	(void)state;
	values_are("Thtml|Ss|Len|D202405|", "{}");
	values_are("Thtml|Ss|Len|D202405|aAnn 'Lee'|b7|",
		   "{\"author\": \"Ann \\\"Lee\\\"\", \"n\": 7}");
	values_are("Thtml|Ss|Len|D202405|ax|ay|btrue|",
		   "{\"author\": [\"x\", [\"deep\"], \"y\", null, {}], \"n\": true}");
	values_are("Thtml|Ss|Len|D202405|aa'b c|b0.5|", "{\"author\": \"a\xE2\x80\x9D"
							"b\\nc\", \"n\": 0.5}");
	values_are("Thtml|Ss|Len|D202405|", "no JSON");
	values_are("Thtml|Ss|Len|D202405|", "{\"author\": \"\"}");
}

static void folds(void **state)
{
	static const char *const cases[][2] = {
		{"Hello  World ", "hello world "},
		{"  a\tb", "a b"},
		{"\xC3\x89t\xC3\xA9", "ete"},
		{"Stra\xC3\x9F"
		 "e",
		 "strasse"},
		{"e\xCC\x81 x", "e x"},
		{"\xEF\xBC\xA1", "a"},
		{"", ""},
		{"bad\xFF", ""},
	};
	xs_buf b;

	(void)state;
	xs_buf_init(&b);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		xs_buf_reset(&b);
		xs_fold(&b, cases[i][0]);
		assert_string_equal(cases[i][1], b.data);
	}
	xs_buf_fini(&b);
}

/* A query that found the pages 1000, 1000, 1001, ... */
static xs_query *asked(const char *text, size_t n)
{
	xs_query *q = xs_query_new();

	q->text = text;
	q->n_candidates = n;
	q->candidates = xs_arena_array(xs_query_arena(q), n + 1, sizeof *q->candidates);
	for (size_t i = 0; i < n; i++) {
		q->candidates[i] = xs_arena_alloc(xs_query_arena(q), sizeof **q->candidates);
		q->candidates[i]->page = 1000 + i / 2;
	}
	return q;
}

static void tokens(void **state)
{
	static const char *const filter[] = {"type:html"};
	xs_query *q = asked("a b", 12), *next = asked(" a b\n", 4);
	const char *token = xs_paging_token_write(q);

	(void)state;
	assert_int_equal(XS_OK, xs_paging_token_read(next, token, 4));
	assert_int_equal(4, next->n_seen);
	assert_int_equal(0, next->offset);
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(1000 + i, next->seen[i]);
	/* Six were named: of eight, two are skipped. */
	assert_int_equal(XS_OK, xs_paging_token_read(next, token, 8));
	assert_int_equal(6, next->n_seen);
	assert_int_equal(2, next->offset);
	assert_int_equal(XS_OK, xs_paging_token_read(next, xs_paging_token_write(next), 7));
	assert_int_equal(6, next->n_seen);
	/* Of another question, order or condition; damaged. */
	next->newest = true;
	assert_int_equal(XS_EINPUT, xs_paging_token_read(next, token, 4));
	next->newest = false;
	next->filters = filter;
	next->n_filters = 1;
	assert_int_equal(XS_EINPUT, xs_paging_token_read(next, token, 4));
	next->n_filters = 0;
	next->text = "a c";
	assert_int_equal(XS_EINPUT, xs_paging_token_read(next, token, 4));
	next->text = "a b";
	assert_int_equal(XS_EINPUT, xs_paging_token_read(next, "", 4));
	assert_int_equal(XS_EINPUT, xs_paging_token_read(next, "AAAA<script>", 4));
	assert_int_equal(XS_EINPUT, xs_paging_token_read(next, token + 1, 4));
	assert_int_equal(XS_OK, xs_paging_token_read(next, token, 0));
	xs_query_free(q);
	xs_query_free(next);
}

static void many(void **state)
{
	xs_query *q = asked("a", 2 * XS_PAGING_TOKEN_PAGES + 20);
	const char *token = xs_paging_token_write(q);

	(void)state;
	assert_int_equal(XS_OK, xs_paging_token_read(q, token, XS_PAGING_TOKEN_PAGES + 5));
	assert_int_equal(XS_PAGING_TOKEN_PAGES, q->n_seen);
	assert_int_equal(5, q->offset);
	token = xs_arena_printf(xs_query_arena(q), "%s%s", token, token);
	assert_int_equal(XS_EINPUT, xs_paging_token_read(q, token, 1));
	xs_query_free(q);
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(sections), cmocka_unit_test(values), cmocka_unit_test(folds),
		cmocka_unit_test(tokens),   cmocka_unit_test(many),
	};

	return cmocka_run_group_tests(all, NULL, NULL);
}
