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
	xs_parsed *out;
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

static char *value_lower(xs_arena *a, const char *value)
{
	char *out = xs_arena_dup(a, value), *p;

	for (p = out; *p; p++)
		*p = (char)(*p >= 'A' && *p <= 'Z' ? *p + 32 : *p);
	return out;
}

static int value_site(xs_clause *c, xs_arena *a)
{
	const char *scheme = strstr(c->text, "://");
	char *host = value_lower(a, scheme ? scheme + 3 : c->text);

	host += strspn(host, "*.");
	host[strcspn(host, "/:?#")] = '\0';
	if (!*host)
		return xs_fail(XS_EINPUT, "site:%s names no host; expected one such as site:example.org",
			       c->text);
	c->text = host;
	return XS_OK;
}

static int value_path(xs_clause *c, xs_arena *a)
{
	char *path = xs_arena_printf(a, "%s%s", *c->text == '/' ? "" : "/", c->text);
	size_t n = strlen(path);

	while (n > 1 && path[n - 1] == '/')
		path[--n] = '\0';
	c->text = path;
	return XS_OK;
}

static int value_type(xs_clause *c, xs_arena *a)
{
	const char *type = value_lower(a, c->text);

	if (strcmp(type, "html") != 0 && strcmp(type, "markdown") != 0 && strcmp(type, "text") != 0)
		return xs_fail(XS_EINPUT, "type:%s is no type of page; expected html, markdown or text",
			       c->text);
	c->text = type;
	return XS_OK;
}

static int value_language(xs_clause *c, xs_arena *a)
{
	char *code = value_lower(a, c->text);
	size_t n = strspn(code, "abcdefghijklmnopqrstuvwxyz");

	if (n < 2 || n > 3 || (code[n] && code[n] != '-' && code[n] != '_'))
		return xs_fail(XS_EINPUT, "lang:%s is no language; expected a code such as lang:en", c->text);
	code[n] = '\0';
	c->text = code;
	return XS_OK;
}

/* Reads what stands between c->text's bytes `start` and `end` of the question as words; XS_MAY
 * clauses lose those that are too many.  False: leave the clause out. */
static bool clause_words(query_reader *r, xs_clause *c, size_t start, size_t end)
{
	size_t cap = 0, main_words = 0;
	bool single = c->sign == XS_MAY && !c->phrase;
	xs_words w;

	xs_words_init(&w, r->text + start, end - start);
	while (xs_words_next(&w)) {
		if (seen_add(&r->words, XXH3_64bits(w.word, w.n)) == SEEN_FULL) {
			r->out->cut = true;
			if (single)
				continue;
			return false;
		}
		if (c->n == cap) {
			xs_query_word *more = xs_arena_array(r->a, cap ? cap * 2 : 4, sizeof(*more));

			if (cap)
				memcpy(more, c->words, cap * sizeof(*more));
			cap = cap ? cap * 2 : 4;
			c->words = more;
		}
		c->words[c->n++] = (xs_query_word){.word = xs_arena_dupn(r->a, w.word, w.n),
						   .start = start + w.start,
						   .end = start + w.end,
						   .extra = w.extra};
		main_words += !w.extra;
	}
	c->phrase |= !single && main_words > 1;
	return c->n > 0;
}
