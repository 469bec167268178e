/* SPDX-License-Identifier: GPL-2.0-or-later */
/* markdown.c - front matter by hand, the rest through md4c and the HTML reader. */
#define _GNU_SOURCE
#include "index/pages/markdown.h"

#include <jansson.h>
#include <limits.h>
#include <md4c-html.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "index/pages/html.h"
#include "index/pages/meta.h"

/* What front matter says, to be laid over what the page itself says. */
typedef struct markdown_front {
	const char *language;
	int64_t date;
	bool dated;
	json_t *meta;
} markdown_front;

static bool markdown_true(const char *value)
{
	return !strcasecmp(value, "true") || !strcasecmp(value, "yes");
}

/* The value of a line without quotes and comment.  In `a`. */
static const char *markdown_value(xs_arena *a, const char *s, size_t len)
{
	const char *mark;

	while (len && (*s == ' ' || *s == '\t'))
		s++, len--;
	while (len && strchr(" \t\r", s[len - 1]))
		len--;
	if (len >= 2 && (*s == '"' || *s == '\'') && s[len - 1] == *s)
		return xs_arena_dupn(a, s + 1, len - 2);
	mark = memmem(s, len, " #", 2);
	if (mark)
		len = (size_t)(mark - s);
	return xs_arena_dupn(a, s, len);
}

static void markdown_pair(markdown_front *f, xs_page *page, const char *key, const char *value)
{
	if (!strcasecmp(key, "title"))
		page->title = value;
	else if (!strcasecmp(key, "date"))
		f->dated = xs_meta_date(&f->date, value) == XS_OK;
	else if (!strcasecmp(key, "language") || !strcasecmp(key, "lang"))
		f->language = value;
	else if (!strcasecmp(key, "draft") || !strcasecmp(key, "noindex"))
		page->noindex |= markdown_true(value);
	else if (*value)
		json_object_set_new(f->meta, key, json_string(value));
}

/* Whether a line is "---" and blanks. */
static bool markdown_mark(const char *line, const char *end)
{
	while (end > line && memchr(" \t\r", end[-1], 3))
		end--;
	return end - line == 3 && !memcmp(line, "---", 3);
}

/* Reads the lines between the marks; returns where the page goes on, 0 without front matter. */
static size_t markdown_front_read(markdown_front *f, xs_page *page, xs_arena *a, const char *s,
				  size_t len)
{
	const char *line = s, *end, *stop = s + len, *colon;
	bool first = true;

	for (; line < stop; line = end + 1, first = false) {
		end = memchr(line, '\n', (size_t)(stop - line));
		end = end ? end : stop;
		if (markdown_mark(line, end)) {
			if (!first)
				return (size_t)((end < stop ? end + 1 : stop) - s);
			continue;
		}
		if (first)
			return 0;
		colon = memchr(line, ':', (size_t)(end - line));
		/* Deeper lines belong to lists and objects, which are passed over. */
		if (colon && colon > line && !strchr(" \t-#", *line))
			markdown_pair(f, page, xs_arena_dupn(a, line, (size_t)(colon - line)),
				      markdown_value(a, colon + 1, (size_t)(end - colon - 1)));
	}
	return 0;
}

/* Puts the front matter's values over those of the page. */
static void markdown_lay(xs_page *page, xs_arena *a, const markdown_front *f)
{
	json_t *meta = json_loads(page->meta, 0, NULL);
	char *text;

	if (f->dated)
		page->date = f->date;
	if (f->language && *xs_meta_language(a, f->language))
		page->language = xs_meta_language(a, f->language);
	if (!json_is_object(meta) || !json_object_size(f->meta)) {
		json_decref(meta);
		return;
	}
	json_object_update(meta, f->meta);
	text = json_dumps(meta, JSON_COMPACT | JSON_SORT_KEYS);
	page->meta = xs_arena_dup(a, text);
	free(text);
	json_decref(meta);
}

static void markdown_put(const MD_CHAR *text, MD_SIZE len, void *user)
{
	xs_buf_put(user, text, len);
}

int xs_markdown_page(xs_page *page, xs_arena *a, const char *bytes, size_t len,
		     const xs_page_options *o)
{
	markdown_front f = {.meta = json_object()};
	const xs_page before = *page;
	xs_buf html;
	size_t from;
	int rc;

	xs_buf_init(&html);
	if (len > INT_MAX / 8) {
		rc = xs_fail(XS_EINPUT, "a Markdown page has %zu bytes, expected less than 256 MiB",
			     len);
		goto out;
	}
	from = markdown_front_read(&f, page, a, bytes, len);
	if (!from) {
		/* A mark that nothing closes is a line of the page, and so is what follows it. */
		*page = before;
		json_object_clear(f.meta);
		f.dated = false;
		f.language = NULL;
	}
	if (md_html(bytes + from, (MD_SIZE)(len - from), markdown_put, &html, MD_DIALECT_GITHUB,
		    0) < 0) {
		rc = xs_fail(XS_EINTERNAL, "md4c could not read %zu bytes of Markdown", len);
		goto out;
	}
	rc = xs_html_page(page, a, html.data, html.len, true, o);
	if (rc == XS_OK)
		markdown_lay(page, a, &f);
out:
	json_decref(f.meta);
	xs_buf_fini(&html);
	return rc;
}
