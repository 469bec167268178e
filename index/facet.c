/* SPDX-License-Identifier: GPL-2.0-or-later */
/* facet.c - values of pages, one after the other. */
#include "index/facet.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

/* The longest root that fits is the nearest one: a source below the site's root has sections of its
 * own. */
const char *xs_facet_section(size_t *len, const char *url, const char *const *roots)
{
	const char *at = strstr(url, "://"), *end;
	size_t best = 0, n;

	for (; roots && *roots; roots++) {
		n = strlen(*roots);
		while (n && (*roots)[n - 1] == '/')
			n--;
		if (n > best && strncmp(url, *roots, n) == 0 && url[n] == '/')
			best = n;
	}
	if (best)
		at = url + best;
	else
		at = at ? at + 3 + strcspn(at + 3, "/") : url;
	/* Without a URL of the site, pages have relative ones. */
	if (!best && at == url && strncmp(at, "./", 2) == 0)
		at += 2;
	at += strspn(at, "/");
	end = at + strcspn(at, "/?#");
	/* What no slash ends is a page at the root and no folder. */
	*len = *end == '/' ? (size_t)(end - at) : 0;
	return at;
}

/* Adds one value; what cannot be shown or asked for is replaced. */
static void facet_value(xs_buf *out, int letter, const char *value, size_t len)
{
	if (!len || len > XS_FACET_ROOM)
		return;
	xs_buf_putc(out, (char)letter);
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)value[i];

		/* U+201C to U+201E: a question takes these for quotes as well (query_quote). */
		if (c == 0xE2 && i + 2 < len && (unsigned char)value[i + 1] == 0x80 &&
		    (unsigned char)value[i + 2] >= 0x9C && (unsigned char)value[i + 2] <= 0x9E) {
			xs_buf_putc(out, '\'');
			i += 2;
		} else {
			xs_buf_putc(out, (char)(c == '"' ? '\'' : c < ' ' || c == 0x7F ? ' ' : c));
		}
	}
	xs_buf_putc(out, '\0');
}

static void facet_json(xs_buf *out, int letter, const json_t *value)
{
	char number[64];
	size_t i;

	if (json_is_string(value))
		facet_value(out, letter, json_string_value(value), json_string_length(value));
	else if (json_is_boolean(value))
		facet_value(out, letter, json_is_true(value) ? "true" : "false",
			    json_is_true(value) ? 4 : 5);
	else if (json_is_number(value)) {
		if (json_is_integer(value))
			snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT,
				 json_integer_value(value));
		else
			snprintf(number, sizeof number, "%.10g", json_real_value(value));
		facet_value(out, letter, number, strlen(number));
	}
	/* A list within a list is left out, so this goes one level down and no further.  What is no
	 * list has the size 0. */
	for (i = 0; i < json_array_size(value) && i < XS_FACET_VALUES; i++)
		if (!json_is_array(json_array_get(value, i)))
			facet_json(out, letter, json_array_get(value, i));
}

static void facet_meta(xs_buf *out, const char *meta, const char *const *fields)
{
	/* Most sites count by no field, and the JSON of each passage costs to parse. */
	json_t *all = fields && *fields ? json_loads(meta, 0, NULL) : NULL;

	for (int i = 0; all && fields[i] && i < XS_FACET_FIELDS; i++)
		facet_json(out, XS_FACET_META + i, json_object_get(all, fields[i]));
	json_decref(all);
}

void xs_facet_put(xs_buf *out, const xs_record *r, const xs_facet_options *o)
{
	time_t seconds = (time_t)r->date;
	const char *section;
	char month[16];
	struct tm tm;
	size_t len;

	facet_value(out, 'T', r->type, strlen(r->type));
	section = xs_facet_section(&len, r->url, o->roots);
	facet_value(out, 'S', section, len);
	facet_value(out, 'L', r->language, strlen(r->language));
	/* Years of four digits only: a month is compared as text. */
	if (r->date && gmtime_r(&seconds, &tm) && tm.tm_year >= -1899 && tm.tm_year < 8100) {
		snprintf(month, sizeof month, "%04d%02d", (tm.tm_year + 1900) % 10000,
			 tm.tm_mon + 1);
		facet_value(out, 'D', month, strlen(month));
	}
	facet_meta(out, r->meta, o->fields);
}
