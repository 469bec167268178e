/* SPDX-License-Identifier: GPL-2.0-or-later */
/* jsonl.c - lines by hand, objects by jansson. */
#define _GNU_SOURCE
#include "index/pages/jsonl.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/memory.h"
#include "index/pages/charset.h"
#include "index/pages/html.h"
#include "index/pages/meta.h"
#include "index/pages/text.h"

/* Read at once; the longest line that is held in memory. */
enum { JSONL_CHUNK = 1 << 20, JSONL_LINE_MAX = 256 << 20 };

xs_source_item *xs_items_add(xs_items *items)
{
	items->list = xs_grow(items->list, items->n, &items->cap, sizeof *items->list);
	items->list[items->n] = (xs_source_item){0};
	return &items->list[items->n++];
}

/* The URL of an object; NULL: it has none. */
static const char *jsonl_url(const json_t *object)
{
	const char *url = json_string_value(json_object_get(object, "url"));

	if (!url || !*url)
		url = json_string_value(json_object_get(object, "_id"));
	return url && *url ? url : NULL;
}

/* Parses a line; on failure *why is the sentence, in `a`. */
static json_t *jsonl_parse(const char **why, xs_arena *a, const char *path, long number,
			   const char *line, size_t len)
{
	json_error_t error;
	json_t *object = json_loadb(line, len, JSON_ALLOW_NUL, &error);

	if (object && json_is_object(object) && jsonl_url(object))
		return object;
	if (!object)
		*why = xs_arena_printf(a, "%s:%ld:%d: %s: expected a JSON object in one line", path,
				       number, error.column, error.text);
	else if (!json_is_object(object))
		*why = xs_arena_printf(a, "%s:%ld:1: expected a JSON object", path, number);
	else
		*why = xs_arena_printf(
			a, "%s:%ld:1: the object has no \"url\" (nor \"_id\") with text", path,
			number);
	json_decref(object);
	return NULL;
}

static void jsonl_bad(xs_source_item *item, xs_arena *a, int rc, const char *why)
{
	item->key = xs_arena_printf(a, "%s:%ld", item->path, item->line);
	item->keep = xs_arena_printf(a, "%s#", item->path);
	item->rc = rc;
	item->error = why;
}

static bool jsonl_blank(const char *line, size_t len)
{
	while (len && (*line == ' ' || *line == '\t' || *line == '\r'))
		line++, len--;
	return !len;
}

/* Adds the item of one line. */
static void jsonl_line(xs_items *items, xs_arena *a, const xs_source_item *file, long number,
		       int64_t offset, const char *line, size_t len)
{
	xs_source_item *item;
	XXH128_hash_t hash;
	const char *why = NULL;
	json_t *object;

	if (jsonl_blank(line, len))
		return;
	item = xs_items_add(items);
	*item = *file;
	item->line = number;
	item->offset = offset;
	item->size = (int64_t)len;
	object = jsonl_parse(&why, a, file->path, number, line, len);
	if (!object) {
		jsonl_bad(item, a, XS_EFORMAT, why);
		return;
	}
	hash = XXH3_128bits(line, len);
	item->hash[0] = hash.low64;
	item->hash[1] = hash.high64;
	item->hashed = true;
	item->key = xs_arena_printf(a, "%s#%s", file->path, jsonl_url(object));
	json_decref(object);
}

/* Where reading of a file stands: buf[0 … len) is the line at `offset`, not yet ended. */
typedef struct jsonl_reader {
	int fd;
	char *buf;
	size_t len, cap;
	int64_t offset;
	long number;
	bool over; /* the line is too long: its bytes are passed over */
} jsonl_reader;

static void jsonl_too_long(xs_items *items, xs_arena *a, const xs_source_item *file,
			   const jsonl_reader *r)
{
	xs_source_item *item = xs_items_add(items);

	*item = *file;
	item->line = r->number;
	item->offset = r->offset;
	jsonl_bad(item, a, XS_EINPUT,
		  xs_arena_printf(a, "%s:%ld:1: the line is longer than %d bytes", file->path,
				  r->number, JSONL_LINE_MAX));
}

/* Takes the full lines out of the buffer. */
static void jsonl_take(xs_items *items, xs_arena *a, const xs_source_item *file, jsonl_reader *r,
		       size_t searched)
{
	char *line = r->buf, *stop = r->buf + r->len, *end;

	while ((end = memchr(line + searched, '\n', (size_t)(stop - line) - searched))) {
		if (r->over)
			r->over = false;
		else
			jsonl_line(items, a, file, r->number, r->offset, line,
				   (size_t)(end - line));
		r->offset += end + 1 - line;
		r->number++;
		line = end + 1;
		searched = 0;
	}
	r->len = (size_t)(stop - line);
	memmove(r->buf, line, r->len);
}

static int jsonl_read(xs_items *items, xs_arena *a, const xs_source_item *file, jsonl_reader *r)
{
	size_t before;
	ssize_t got;

	for (;;) {
		if (r->cap - r->len < JSONL_CHUNK) {
			r->cap = r->cap ? r->cap * 2 : 2 * JSONL_CHUNK;
			r->buf = xs_realloc(r->buf, r->cap);
		}
		got = read(r->fd, r->buf + r->len, JSONL_CHUNK);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return xs_fail(XS_EIO, "read %s: %s", file->path, strerror(errno));
		before = r->len;
		r->len += (size_t)got;
		if (got == 0)
			break;
		jsonl_take(items, a, file, r, before);
		if (r->len > JSONL_LINE_MAX && !r->over) {
			jsonl_too_long(items, a, file, r);
			r->over = true;
		}
		if (r->over) {
			r->offset += (int64_t)r->len;
			r->len = 0;
		}
	}
	if (r->len && !r->over)
		jsonl_line(items, a, file, r->number, r->offset, r->buf, r->len);
	return XS_OK;
}

int xs_jsonl_walk(xs_items *items, xs_arena *a, const xs_source_item *file)
{
	jsonl_reader r = {.number = 1};
	int rc;

	r.fd = open(file->path, O_RDONLY | O_CLOEXEC);
	if (r.fd < 0)
		return xs_fail(XS_EIO, "open %s: %s", file->path, strerror(errno));
	rc = jsonl_read(items, a, file, &r);
	close(r.fd);
	free(r.buf);
	return rc;
}

/* A string of the object; "" when it is missing or something else. */
static const char *jsonl_string(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s ? s : "";
}

/* Everything that has no place of its own, as JSON text. */
static const char *jsonl_meta(xs_arena *a, json_t *object)
{
	static const char *const taken[] = {"url",  "_id",	"title", "text",   "html",
					    "date", "language", "lang",	 "noindex"};
	char *text;
	const char *copy;
	size_t i;

	for (i = 0; i < sizeof taken / sizeof *taken; i++)
		json_object_del(object, taken[i]);
	text = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);
	copy = text ? xs_arena_dup(a, text) : "{}";
	free(text);
	return copy;
}

static int jsonl_body(xs_page *page, xs_arena *a, const json_t *object, const char *name,
		      const xs_page_options *o)
{
	const json_t *html = json_object_get(object, "html"),
		     *text = json_object_get(object, "text");
	const json_t *body = json_is_string(html) ? html : text;
	const char *bytes = json_string_value(body);
	size_t len = json_string_length(body);
	xs_arena *own = xs_arena_new();
	int rc;

	page->type = body == html && html ? "html" : "text";
	bytes = bytes ? bytes : "";
	/* Strings of JSON are UTF-8 already, but may hold NULs. */
	rc = xs_charset_utf8(&bytes, &len, own, bytes, len, false, name);
	/* A text's first line is no title of its own. */
	if (rc == XS_OK && body == html && html)
		rc = xs_html_page(page, a, bytes, len, false, o);
	else if (rc == XS_OK) {
		/* "title": "" says that there is none; no title at all leaves it to us. */
		if (!*page->title && !json_object_get(object, "title"))
			page->title = page->url;
		rc = xs_text_page(page, a, bytes, len, o);
	}
	xs_arena_free(own);
	return rc;
}

int xs_jsonl_page(xs_page *page, xs_arena *a, const xs_source *s, const xs_source_item *item,
		  const char *line, size_t len, const xs_page_options *o)
{
	const char *why = NULL, *name, *language, *meta;
	json_t *object, *date;
	int rc;

	object = jsonl_parse(&why, a, item->path, item->line, line, len);
	if (!object)
		return xs_fail(XS_EFORMAT, "%s", why);
	name = xs_arena_printf(a, "%s:%ld", item->path, item->line);
	page->url = xs_meta_url(a, s->url, jsonl_url(object), false);
	page->title = xs_arena_dup(a, jsonl_string(object, "title"));
	page->noindex = json_is_true(json_object_get(object, "noindex"));
	rc = jsonl_body(page, a, object, name, o);
	language = jsonl_string(object, "language");
	language = xs_meta_language(a, *language ? language : jsonl_string(object, "lang"));
	if (*language)
		page->language = language;
	date = json_object_get(object, "date");
	if (json_is_number(date))
		page->date = (int64_t)json_number_value(date);
	else
		xs_meta_date(&page->date, jsonl_string(object, "date"));
	meta = page->meta;
	page->meta = json_object_size(object) ? jsonl_meta(a, object) : meta;
	json_decref(object);
	return rc;
}
