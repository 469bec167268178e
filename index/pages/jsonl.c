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

#include "base/buf.h"
#include "base/memory.h"
#include "index/pages/charset.h"
#include "index/pages/fields.h"
#include "index/pages/html.h"
#include "index/pages/meta.h"
#include "index/pages/note.h"
#include "index/pages/text.h"

/* Read at once; the longest line that is held in memory. */
enum { JSONL_CHUNK = 1 << 20, JSONL_LINE_MAX = 256 << 20 };

xs_source_item *xs_items_add(xs_items *items)
{
	items->list = xs_grow(items->list, items->n, &items->cap, sizeof *items->list);
	items->list[items->n] = (xs_source_item){0};
	return &items->list[items->n++];
}

/* "_id" is what collections of BEIR have. */
static const char *const jsonl_names[] = {"url", "_id", "id"};

enum { JSONL_NAMES = sizeof jsonl_names / sizeof *jsonl_names };

/* What names the page: the first that is a text or a number; *key says which.  NULL: nothing does. */
static const char *jsonl_url(const char **key, xs_arena *a, const json_t *object)
{
	const json_t *value;
	const char *url;
	size_t i;

	for (i = 0; i < JSONL_NAMES; i++) {
		value = json_object_get(object, jsonl_names[i]);
		/* "true" is a text to xs_fields_text(), but no page's name. */
		url = json_is_boolean(value) ? NULL : xs_fields_text(a, value);
		*key = jsonl_names[i];
		if (url && *url)
			return url;
	}
	return NULL;
}

/* Parses a line; on failure *why is the sentence, in `a`. */
static json_t *jsonl_parse(const char **why, xs_arena *a, const char *path, long number,
			   const char *line, size_t len)
{
	json_error_t error;
	/* ALLOW_NUL: one such byte in a text is no reason to lose the page. */
	json_t *object = json_loadb(line, len, JSON_ALLOW_NUL, &error);
	const char *key;

	/* One number of many digits is no reason to lose the page. */
	if (!object && json_error_code(&error) == json_error_numeric_overflow)
		object = json_loadb(line, len, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, &error);
	if (object && json_is_object(object) && jsonl_url(&key, a, object))
		return object;
	if (!object)
		*why = xs_arena_printf(a, "%s:%ld:%d: %s: expected a JSON object in one line", path,
				       number, error.column, error.text);
	else if (!json_is_object(object))
		*why = xs_arena_printf(a, "%s:%ld:1: expected a JSON object", path, number);
	else
		*why = xs_arena_printf(
			a,
			"%s:%ld:1: the object has no \"url\" (nor \"_id\", nor \"id\") with text",
			path, number);
	json_decref(object);
	return NULL;
}

/* The line's own URL is not known, so all pages of the file are kept as they were. */
static void jsonl_bad(xs_source_item *item, xs_arena *a, int rc, const char *why)
{
	item->key = xs_arena_printf(a, "%s:%ld", item->path, item->line);
	item->keep = xs_arena_printf(a, "%s#", item->path);
	item->rc = rc;
	item->error = why;
}

/* A file may end in an empty line, and one of Windows in "\r". */
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
	const char *why = NULL, *key;
	json_t *object;

	/* A byte order mark, at the file's beginning alone. */
	if (!offset && len >= 3 && !memcmp(line, "\xef\xbb\xbf", 3))
		offset += 3, line += 3, len -= 3;
	if (jsonl_blank(line, len))
		return;
	item = xs_items_add(items);
	/* A line has its file's path, time and kind. */
	*item = *file;
	item->line = number;
	item->offset = offset;
	item->size = (int64_t)len;
	object = jsonl_parse(&why, a, file->path, number, line, len);
	if (!object) {
		jsonl_bad(item, a, XS_EFORMAT, why);
		return;
	}
	/* With a hash a line is known again though the file was written anew: all its lines have its
	 * time. */
	hash = XXH3_128bits(line, len);
	item->hash[0] = hash.low64;
	item->hash[1] = hash.high64;
	item->hashed = true;
	item->key = xs_arena_printf(a, "%s#%s", file->path, jsonl_url(&key, a, object));
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

	/* What was searched before holds no line end: a long line is not searched once more with
	 * each piece. */
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

/* In large pieces: a line may be longer than any of them. */
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
		/* Its bytes go but are counted, so that later lines have their right place. */
		if (r->over) {
			r->offset += (int64_t)r->len;
			r->len = 0;
		}
	}
	/* A file's last line may have no end. */
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

/* Adds a text, or a list of them with empty lines between.  False: there is something else in it. */
static bool jsonl_words(xs_buf *out, xs_arena *a, const json_t *value)
{
	const char *text;
	size_t i;
	bool all = true;

	for (i = 0; i < json_array_size(value); i++)
		all &= jsonl_words(out, a, json_array_get(value, i));
	if (!value || json_is_array(value) || json_is_null(value))
		return all;
	if (json_is_object(value))
		return false;
	if (out->len)
		xs_buf_puts(out, "\n\n");
	/* Strings may hold NULs, which only the length tells. */
	text = json_is_string(value) ? json_string_value(value) : xs_fields_text(a, value);
	xs_buf_put(out, text, json_is_string(value) ? json_string_length(value) : strlen(text));
	return true;
}

/* Takes the value of `key`, "text" or "html", out of the object into `out`; false: there is none. */
static bool jsonl_take_words(xs_buf *out, xs_page *page, xs_arena *a, json_t *object,
			     const char *key)
{
	json_t *value = json_object_get(object, key);
	bool there = value && !json_is_null(value);

	if (!jsonl_words(out, a, value))
		xs_note(page, a, 0,
			"a map in \"%s\" is left out: expected a text or a list of texts", key);
	json_object_del(object, key);
	return there;
}

/* Reads "html", else "text". */
static int jsonl_body(xs_page *page, xs_arena *a, json_t *object, bool titled,
		      const xs_page_options *o)
{
	const xs_charset_hint hint = {.name = page->place};
	const char *bytes, *note;
	xs_buf html, text;
	xs_arena *own = xs_arena_new();
	size_t len;
	bool is_html;
	int rc;

	xs_buf_init(&html);
	xs_buf_init(&text);
	/* Both are taken, so that the one not read does not become metadata. */
	is_html = jsonl_take_words(&html, page, a, object, "html");
	jsonl_take_words(&text, page, a, object, "text");
	page->type = is_html ? "html" : "text";
	/* Strings of JSON are UTF-8 already, but may hold NULs. */
	rc = xs_charset_utf8(&bytes, &len, own, is_html ? html.data : text.data,
			     is_html ? html.len : text.len, &hint, &note);
	/* "title": "" says that there is none; no title at all leaves it to us: a text's first line is
	 * no title of its own. */
	if (!titled && !is_html && !*page->title)
		page->title = page->url;
	if (rc == XS_OK && is_html)
		rc = xs_html_page(page, a, bytes, len, false, o);
	else if (rc == XS_OK)
		rc = xs_text_page(page, a, bytes, len, o);
	xs_buf_fini(&html);
	xs_buf_fini(&text);
	xs_arena_free(own);
	return rc;
}

int xs_jsonl_page(xs_page *page, xs_arena *a, const xs_source *s, const xs_source_item *item,
		  const char *line, size_t len, const xs_page_options *o)
{
	const char *why = NULL, *key;
	xs_fields fields;
	json_t *object;
	bool titled;
	int rc;

	object = jsonl_parse(&why, a, item->path, item->line, line, len);
	if (!object)
		return xs_fail(XS_EFORMAT, "%s", why);
	page->url = xs_meta_url(a, s->url, jsonl_url(&key, a, object), false);
	/* So that they do not come back as metadata.  An "id" stays where something else names the
	 * page. */
	json_object_del(object, "url");
	json_object_del(object, "_id");
	if (!strcmp(key, "id"))
		json_object_del(object, key);
	/* Now, as xs_fields_take() takes it out. */
	titled = json_is_string(json_object_get(object, "title"));
	xs_fields_take(&fields, page, a, object);
	rc = jsonl_body(page, a, object, titled, o);
	xs_fields_lay(page, a, &fields, object);
	json_decref(object);
	return rc;
}
