/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_html.c - pages of tests/data/{html,markdown,mdx,text}.test against what they should say.
 *
 * A case: a line "=== name", the page, a line ">>>", the expected lines.  In pages "\xHH" stands
 * for a byte.  Expected are the lines of page_dump(). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/file.h"
#include "index/pages/charset.h"
#include "index/pages/html.h"
#include "index/pages/markdown.h"
#include "index/pages/note.h"
#include "index/pages/text.h"

/* What is selected in pages: with anything, they are read by way of a tree. */
static const char *const *dropped;

static const char base_url[] = "http://site.org/dir/page";

/* Replaces \xHH. */
static void unescape(xs_buf *to, const char *s, size_t len)
{
	char hex[3] = "";
	size_t i;

	for (i = 0; i < len; i++)
		if (s[i] == '\\' && i + 3 < len && s[i + 1] == 'x') {
			memcpy(hex, s + i + 2, 2);
			xs_buf_putc(to, (char)strtol(hex, NULL, 16));
			i += 3;
		} else {
			xs_buf_putc(to, s[i]);
		}
}

/* Weights in quarters, with the words that have them. */
static void describe_weights(xs_buf *to, const xs_passage *p)
{
	const char *at = p->weights;
	size_t from, len;
	int weight, read;

	for (; sscanf(at, "%zu %zu %d\n%n", &from, &len, &weight, &read) == 3; at += read)
		xs_buf_printf(to, "%d/4: \"%.*s\"\n", weight, (int)len, p->text + from);
}

static void page_dump(xs_buf *to, const xs_page *p)
{
	size_t i;

	xs_buf_printf(to, "title: %s\n", p->title);
	if (strcmp(p->url, base_url) != 0)
		xs_buf_printf(to, "url: %s\n", p->url);
	if (*p->language)
		xs_buf_printf(to, "language: %s\n", p->language);
	if (strcmp(p->meta, "{}") != 0)
		xs_buf_printf(to, "meta: %s\n", p->meta);
	if (p->date)
		xs_buf_printf(to, "date: %lld\n", (long long)p->date);
	if (p->stub)
		xs_buf_puts(to, "stub\n");
	else if (p->noindex)
		xs_buf_puts(to, "noindex\n");
	if (*p->aside)
		xs_buf_printf(to, "aside: %s\n", p->aside);
	for (const char *at = p->versions; *at; at += strcspn(at, "\n") + 1)
		xs_buf_printf(to, "version: %.*s\n", (int)strcspn(at, "\n"), at);
	if (p->links)
		xs_buf_puts(to, "links\n");
	if (p->address)
		xs_buf_printf(to, "address: %s\n", p->address);
	for (i = 0; i < p->n_notes; i++)
		xs_buf_printf(to, "note: %s\n", p->notes[i]);
	for (i = 0; i < p->n; i++) {
		xs_buf_printf(to, "[%s] #%s: %s\n", p->passages[i].heading, p->passages[i].anchor,
			      p->passages[i].text);
		describe_weights(to, &p->passages[i]);
	}
}

static int page_read(xs_page *page, xs_arena *a, const char *kind, const char *bytes, size_t len)
{
	const xs_page_options options = {.max_bytes = 1 << 26,
					 .passage_words = 180,
					 .passage_overlap = 30,
					 .drop = dropped};
	const xs_charset_hint hint = {.name = "the page", .html = !strcmp(kind, "html")};
	const char *clean, *note;
	int rc;

	*page = (xs_page){.url = base_url,
			  .title = "",
			  .path = "",
			  .language = "",
			  .meta = "{}",
			  .versions = "",
			  .aside = "",
			  .place = "page"};
	rc = xs_charset_utf8(&clean, &len, a, bytes, len, &hint, &note);
	if (rc < 0)
		return rc;
	if (note)
		xs_note(page, a, 0, "%s", note);
	if (!strcmp(kind, "html"))
		return xs_html_page(page, a, clean, len, false, &options);
	if (!strcmp(kind, "mdx"))
		page->path = "a/b.mdx";
	if (!strcmp(kind, "markdown") || !strcmp(kind, "mdx"))
		return xs_markdown_page(page, a, clean, len, &options);
	return xs_text_page(page, a, clean, len, &options);
}

/* Runs the case between `at` and `end`; returns whether it gave what it should. */
static bool case_run(const char *kind, const char *at, const char *end)
{
	const char *page = strchr(at, '\n') + 1, *mark = page - 1, *expected;
	xs_arena *a = xs_arena_new();
	xs_buf bytes, found;
	xs_page p;
	bool equal;

	xs_buf_init(&bytes);
	xs_buf_init(&found);
	mark = strstr(mark, "\n>>>\n");
	assert_non_null(mark);
	expected = mark + 5;
	if (mark > page)
		unescape(&bytes, page, (size_t)(mark + 1 - page));
	if (page_read(&p, a, kind, bytes.data, bytes.len) == XS_OK)
		page_dump(&found, &p);
	else
		xs_buf_printf(&found, "error: %s\n", xs_error());
	equal = found.len == (size_t)(end - expected) && !memcmp(found.data, expected, found.len);
	if (!equal)
		print_error("%.*s: found\n%s<<<\n", (int)(page - at - 1), at, found.data);
	xs_buf_fini(&bytes);
	xs_buf_fini(&found);
	xs_arena_free(a);
	return equal;
}

static void file_run(const char *kind)
{
	const char *top = getenv("top_srcdir"), *at, *end;
	xs_arena *a = xs_arena_new();
	char *text;
	size_t len;
	int failed = 0, cases = 0;

	assert_int_equal(XS_OK, xs_file_read(&text, &len, a,
					     xs_arena_printf(a, "%s/tests/data/%s.test",
							     top ? top : ".", kind),
					     1 << 20));
	for (at = strstr(text, "=== "); at; at = *end ? end : NULL, cases++) {
		end = strstr(at, "\n=== ");
		end = end ? end + 1 : text + len;
		failed += !case_run(kind, at, end);
	}
	assert_true(cases > 2);
	assert_int_equal(0, failed);
	xs_arena_free(a);
}

static void test_html(void **state)
{
	(void)state;
	file_run("html");
}

/* A tree tells what the parser tells without one. */
static void test_tree(void **state)
{
	static const char *const nothing[] = {"//nothing", NULL};

	(void)state;
	dropped = nothing;
	file_run("html");
	file_run("markdown");
	dropped = NULL;
}

static void test_markdown(void **state)
{
	(void)state;
	file_run("markdown");
}

static void test_mdx(void **state)
{
	(void)state;
	file_run("mdx");
}

static void test_text(void **state)
{
	(void)state;
	file_run("text");
}

/* 100 000 open elements: neither the stack nor the time grows out of bounds. */
static void test_deep(void **state)
{
	static const char *const nothing[] = {"//nothing", NULL};
	xs_page_options options = {.max_bytes = 1 << 26,
				   .passage_words = 180,
				   .passage_overlap = 30};
	xs_arena *a = xs_arena_new();
	xs_page p = {
		.url = "", .title = "", .path = "", .language = "", .meta = "{}", .versions = ""};
	xs_buf b;
	int i;

	(void)state;
	xs_buf_init(&b);
	for (i = 0; i < 100000; i++)
		xs_buf_puts(&b, "<div>");
	xs_buf_puts(&b, "bottom");
	assert_int_equal(XS_OK, xs_html_page(&p, a, b.data, b.len, false, &options));
	assert_int_equal(1, p.n);
	assert_string_equal("bottom", p.passages[0].text);
	options.keep = nothing;
	assert_int_equal(XS_OK, xs_html_page(&p, a, b.data, b.len, false, &options));
	assert_string_equal("bottom", p.passages[0].text);
	xs_buf_fini(&b);
	xs_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_html), cmocka_unit_test(test_markdown),
		cmocka_unit_test(test_mdx),  cmocka_unit_test(test_text),
		cmocka_unit_test(test_deep), cmocka_unit_test(test_tree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
