/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query_parse.c - reads a question from left to right, chunk by chunk. */
#include "index/query_parse.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <xxhash.h>

#include "base/buf.h"
#include "index/fold.h"
#include "index/letters.h"
#include "index/words.h"

enum { DESCRIBED = 2000 }; /* bytes of a description, about */

static const char *const names[XS_FIELDS] = {
	[XS_FIELD_NONE] = "",	  [XS_FIELD_TITLE] = "title",	  [XS_FIELD_HEADING] = "heading",
	[XS_FIELD_SITE] = "site", [XS_FIELD_PATH] = "path",	  [XS_FIELD_TYPE] = "type",
	[XS_FIELD_LANG] = "lang", [XS_FIELD_SECTION] = "section", [XS_FIELD_META] = "meta",
	[XS_FIELD_DATE] = "date",
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
	size_t n = xs_letters_read(&c, r->text, r->len, at);

	return n && (c <= ' ' || c == 0x7F || c == 0xA0 || (c >= 0x2000 && c <= 0x200B) ||
		     c == 0x3000)
		       ? n
		       : 0;
}

/* Length of a double quote, straight or curly; 0: none there. */
static size_t query_quote(const query_reader *r, size_t at)
{
	int c;
	size_t n = xs_letters_read(&c, r->text, r->len, at);

	return n && (c == '"' || c == 0x201C || c == 0x201D || c == 0x201E) ? n : 0;
}

/* "-" before a space or another sign is none: a dash, an option ("--all"). */
static xs_sign query_sign(query_reader *r)
{
	char c = r->text[r->at];
	char next = r->at + 1 < r->len ? r->text[r->at + 1] : ' ';

	if ((c != '+' && c != '-') || next == '+' || next == '-' || query_space(r, r->at + 1) ||
	    next == ' ')
		return XS_MAY;
	r->at++;
	return c == '+' ? XS_MUST : XS_MUST_NOT;
}

/* "meta.NAME:" before a value. */
static bool query_meta(query_reader *r, xs_clause *c)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	const char *name = r->text + r->at + 5;
	size_t n;

	if (strncmp(r->text + r->at, "meta.", 5) != 0)
		return false;
	n = strspn(name, letters);
	if (!n || name[n] != ':' || !name[n + 1] || query_space(r, r->at + 5 + n + 1))
		return false;
	c->name = xs_arena_dupn(r->a, name, n);
	r->at += 5 + n + 1;
	return true;
}

static xs_field query_field(query_reader *r, xs_clause *c)
{
	size_t left = r->len - r->at;
	int f;

	if (query_meta(r, c))
		return XS_FIELD_META;

	for (f = XS_FIELD_NONE + 1; f < XS_FIELDS; f++) {
		size_t n = strlen(names[f]);

		if (f == XS_FIELD_META || left <= n + 1 ||
		    strncmp(r->text + r->at, names[f], n) != 0 || r->text[r->at + n] != ':')
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
		*p = xs_fold_ascii(*p);
	return out;
}

static int value_site(xs_clause *c, xs_arena *a)
{
	const char *scheme = strstr(c->text, "://");
	char *host = value_lower(a, scheme ? scheme + 3 : c->text);

	host += strspn(host, "*.");
	host[strcspn(host, "/:?#")] = '\0';
	if (!*host)
		return xs_fail(XS_EINPUT,
			       "site:%s names no host; expected one such as site:example.org",
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
		return xs_fail(XS_EINPUT,
			       "type:%s is no type of page; expected html, markdown or text",
			       c->text);
	c->text = type;
	return XS_OK;
}

static int value_language(xs_clause *c, xs_arena *a)
{
	char *code = value_lower(a, c->text);
	size_t n = strspn(code, "abcdefghijklmnopqrstuvwxyz");

	if (n < 2 || n > 3 || (code[n] && code[n] != '-' && code[n] != '_'))
		return xs_fail(XS_EINPUT, "lang:%s is no language; expected a code such as lang:en",
			       c->text);
	code[n] = '\0';
	c->text = code;
	return XS_OK;
}

static int value_section(xs_clause *c, xs_arena *a)
{
	const char *from = c->text + strspn(c->text, "/");
	size_t n = strlen(from);

	while (n && from[n - 1] == '/')
		n--;
	if (!n || memchr(from, '/', n))
		return xs_fail(XS_EINPUT,
			       "section:%s is no section; expected the name of one folder, such as "
			       "section:guide",
			       c->text);
	c->text = xs_arena_dupn(a, from, n);
	return XS_OK;
}

/* Reads the bytes from `start` to `end` of the question as words.  Of those that are too many, a
 * clause that requires nothing loses just these.  False: leave the clause out. */
static bool clause_words(query_reader *r, xs_clause *c, size_t start, size_t end)
{
	size_t cap = 0, main_words = 0;
	bool single = c->sign == XS_MAY && !c->phrase;
	xs_words w;

	xs_words_init(&w, r->text + start, end - start, "");
	while (xs_words_next(&w)) {
		if (seen_add(&r->words, XXH3_64bits(w.word, w.n)) == SEEN_FULL ||
		    (!single && c->n == XS_QUERY_WORDS)) {
			r->out->cut = true;
			if (single)
				continue;
			return false;
		}
		if (c->n == cap) {
			xs_query_word *more = xs_arena_array(r->a, cap ? cap * 2 : 4, sizeof *more);

			if (cap)
				memcpy(more, c->words, cap * sizeof *more);
			cap = cap ? cap * 2 : 4;
			c->words = more;
		}
		c->words[c->n++] = (xs_query_word){.word = xs_arena_dupn(r->a, w.word, w.n),
						   .start = start + w.start,
						   .end = start + w.end,
						   .extra = w.extra,
						   .part = w.part};
		main_words += !w.extra;
	}
	c->phrase |= !single && main_words > 1;
	return c->n > 0;
}

/* The value of a field that has no words. */
static int clause_value(query_reader *r, xs_clause *c)
{
	switch (c->field) {
	case XS_FIELD_SITE: return value_site(c, r->a);
	case XS_FIELD_PATH: return value_path(c, r->a);
	case XS_FIELD_TYPE: return value_type(c, r->a);
	case XS_FIELD_LANG: return value_language(c, r->a);
	case XS_FIELD_SECTION: return value_section(c, r->a);
	case XS_FIELD_META: c->text = value_lower(r->a, c->text); return XS_OK;
	default: return xs_query_dates(&c->from, &c->to, c->text);
	}
}

/* Whether a clause says something new; plain words may be repeated, which ranks. */
static bool clause_new(query_reader *r, const xs_clause *c)
{
	char kind[] = {(char)('a' + c->sign), (char)('a' + c->field), (char)('a' + c->phrase)};
	seen was;

	if (c->field == XS_FIELD_NONE && c->sign == XS_MAY && !c->phrase)
		return true;
	was = seen_add(&r->clauses,
		       XXH3_64bits_withSeed(c->text, strlen(c->text),
					    XXH3_64bits_withSeed(c->name, strlen(c->name),
								 XXH3_64bits(kind, sizeof kind))));
	r->out->cut |= was == SEEN_FULL;
	return was == SEEN_NEW;
}

static void query_add(query_reader *r, const xs_clause *c)
{
	if (r->out->n == r->cap) {
		size_t cap = r->cap ? r->cap * 2 : 8;
		xs_clause *more = xs_arena_array(r->a, cap, sizeof *more);

		if (r->cap)
			memcpy(more, r->out->clauses, r->cap * sizeof *more);
		r->out->clauses = more;
		r->cap = cap;
	}
	r->out->clauses[r->out->n++] = *c;
}

/* Reads one clause, at a character that is no space. */
static int query_clause(query_reader *r)
{
	xs_clause c = {.sign = query_sign(r), .name = ""};
	size_t quote, start, end, n;
	int rc;

	c.field = query_field(r, &c);
	quote = query_quote(r, r->at);
	start = r->at + quote;
	if (quote && query_close(r, start) == r->len) {
		r->out->unclosed = true;
		quote = 0;
	}
	if (quote) {
		end = query_close(r, start);
		r->at = end + query_quote(r, end);
		c.phrase = c.field <= XS_FIELD_HEADING;
	} else {
		for (end = start; end < r->len && !query_space(r, end) && !query_quote(r, end);
		     end += n) {
			int ch;

			n = xs_letters_read(&ch, r->text, r->len, end);
		}
		r->at = end;
	}
	c.text = xs_arena_dupn(r->a, r->text + start, end - start);
	if (c.sign == XS_MAY && (r->required || c.field != XS_FIELD_NONE))
		c.sign = XS_MUST;
	if (c.field <= XS_FIELD_HEADING) {
		if (!clause_words(r, &c, start, end))
			return XS_OK;
		if (c.field == XS_FIELD_NONE && c.sign != XS_MUST_NOT)
			xs_buf_printf(&r->plain, "%s%s", r->plain.len ? " " : "", c.text);
	} else if (end > start) {
		rc = clause_value(r, &c);
		if (rc < 0)
			return rc;
	} else {
		return XS_OK;
	}
	if (clause_new(r, &c))
		query_add(r, &c);
	return XS_OK;
}

int xs_query_parse(xs_parsed *out, xs_arena *a, const char *text, bool required)
{
	query_reader r = {
		.out = out, .a = a, .text = text, .len = strlen(text), .required = required};
	int rc = XS_OK;
	size_t space;

	*out = (xs_parsed){0};
	xs_buf_init(&r.plain);
	while (rc == XS_OK && r.at < r.len) {
		space = query_space(&r, r.at);
		r.at += space;
		if (!space)
			rc = query_clause(&r);
	}
	out->plain = xs_arena_dupn(a, r.plain.data, r.plain.len);
	xs_buf_fini(&r.plain);
	return rc;
}

static void describe_day(xs_buf *b, int64_t at)
{
	time_t t = (time_t)at;
	struct tm tm;

	if (gmtime_r(&t, &tm))
		xs_buf_printf(b, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

static void describe_clause(xs_buf *b, const xs_clause *c)
{
	const char *quote = c->phrase ? "\"" : "";
	size_t i, n = 0;

	if (c->field == XS_FIELD_DATE) {
		if (c->from != INT64_MIN)
			describe_day(b, c->from);
		xs_buf_puts(b, "..");
		if (c->to != INT64_MAX)
			describe_day(b, c->to);
		return;
	}
	if (c->field > XS_FIELD_HEADING) {
		xs_buf_printf(b, "%s%s%s", c->name, *c->name ? ":" : "", c->text);
		return;
	}
	xs_buf_puts(b, quote);
	for (i = 0; i < c->n; i++)
		if (!c->words[i].extra || !c->phrase)
			xs_buf_printf(b, "%s%s", n++ ? " " : "", c->words[i].word);
	xs_buf_puts(b, quote);
}

/* One sort of clauses of a question, after `label`. */
static void describe_sort(xs_buf *b, const xs_parsed *q, xs_field field, xs_sign sign,
			  const char *label)
{
	size_t i, n = 0;

	for (i = 0; i < q->n; i++) {
		const xs_clause *c = &q->clauses[i];

		if (c->field != field || c->sign != sign)
			continue;
		xs_buf_printf(b, "%s%s", n ? ", " : b->len ? "; " : "", n ? "" : label);
		n++;
		describe_clause(b, c);
	}
}

char *xs_query_describe(xs_arena *a, const xs_parsed *queries, size_t n)
{
	xs_buf b;
	char label[32], *out;
	size_t i, shown;
	int f;

	xs_buf_init(&b);
	for (i = 0; i < n; i++) {
		for (f = XS_FIELD_NONE; f < XS_FIELDS; f++) {
			snprintf(label, sizeof label, "%s: ", f ? names[f] : "any of");
			describe_sort(&b, &queries[i], (xs_field)f, XS_MAY, label);
			snprintf(label, sizeof label, "%s: ", f ? names[f] : "must have");
			describe_sort(&b, &queries[i], (xs_field)f, XS_MUST, label);
			snprintf(label, sizeof label, "not%s%s: ", f ? " " : "", names[f]);
			describe_sort(&b, &queries[i], (xs_field)f, XS_MUST_NOT, label);
		}
	}
	shown = b.len < DESCRIBED ? b.len : DESCRIBED;
	for (; shown && shown < b.len && ((unsigned char)b.data[shown] & 0xC0) == 0x80; shown--)
		;
	out = xs_arena_printf(a, "%.*s%s", (int)shown, b.data, shown < b.len ? "…" : "");
	xs_buf_fini(&b);
	return out;
}
