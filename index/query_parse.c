/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query_parse.c - reads a question from left to right, chunk by chunk. */
#include "index/query_parse.h"

#include <string.h>
#include <xxhash.h>

#include "base/buf.h"
#include "index/words.h"

static const char *const names[XS_FIELDS] = {
	[XS_FIELD_NONE] = "", [XS_FIELD_TITLE] = "title", [XS_FIELD_HEADING] = "heading",
	[XS_FIELD_SITE] = "site", [XS_FIELD_PATH] = "path", [XS_FIELD_TYPE] = "type",
	[XS_FIELD_LANG] = "lang", [XS_FIELD_DATE] = "date",
};

/* Hashes of what was seen, so many and no more. */
typedef struct seen_set {
	uint64_t keys[XS_QUERY_WORDS];
	size_t n;
} seen_set;

typedef struct query_reader {
	xs_query *out;
	xs_arena *a;
	const char *text;
	size_t len, at, cap;
	bool required;
	seen_set words, clauses;
	xs_buf plain;
} query_reader;

typedef enum seen { SEEN_NEW, SEEN_OLD, SEEN_FULL } seen;

static seen seen_add(seen_set *s, uint64_t key)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->keys[i] == key)
			return SEEN_OLD;
	if (s->n == XS_QUERY_WORDS)
		return SEEN_FULL;
	s->keys[s->n++] = key;
	return SEEN_NEW;
}

/* Length of a space at text[at]; 0: none there. */
static size_t query_space(const query_reader *r, size_t at)
{
	int c;
	size_t n = xs_words_char(&c, r->text, r->len, at);

	return n && (c <= ' ' || c == 0x7F || c == 0xA0 || (c >= 0x2000 && c <= 0x200B) || c == 0x3000) ? n
												       : 0;
}

/* Length of a double quote, straight or curly; 0: none there. */
static size_t query_quote(const query_reader *r, size_t at)
{
	int c;
	size_t n = xs_words_char(&c, r->text, r->len, at);

	return n && (c == '"' || c == 0x201C || c == 0x201D || c == 0x201E) ? n : 0;
}

/* "-" before a space or another sign is none: a dash, an option ("--all"). */
static xs_sign query_sign(query_reader *r)
{
	char c = r->text[r->at];
	char next = r->at + 1 < r->len ? r->text[r->at + 1] : ' ';

	if ((c != '+' && c != '-') || next == '+' || next == '-' || query_space(r, r->at + 1) || next == ' ')
		return XS_MAY;
	r->at++;
	return c == '+' ? XS_MUST : XS_MUST_NOT;
}

static xs_field query_field(query_reader *r)
{
	size_t left = r->len - r->at;
	int f;

	for (f = XS_FIELD_NONE + 1; f < XS_FIELDS; f++) {
		size_t n = strlen(names[f]);

		if (left <= n + 1 || strncmp(r->text + r->at, names[f], n) != 0 || r->text[r->at + n] != ':')
			continue;
		if (query_space(r, r->at + n + 1))
			continue;
		r->at += n + 1;
		return (xs_field)f;
	}
	return XS_FIELD_NONE;
}

/* Where the quote ends that begins at `at`; r->len: nowhere. */
static size_t query_close(const query_reader *r, size_t at)
{
	while (at < r->len && !query_quote(r, at))
		at++;
	return at;
}
