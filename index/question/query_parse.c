/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query_parse.c - reads a question from left to right, chunk by chunk. */
#include "index/question/query_parse.h"

#include <string.h>
#include <xxhash.h>

#include "base/buf.h"
#include "index/words/fold.h"
#include "index/words/letters.h"
#include "index/words/words.h"

/* Words beside a quoted one from which on a question is a sentence. */
enum { QUERY_SENTENCE = 4 };

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
	bool required; /* a filter is read */
	bool options;  /* the question has options of commands: "-" leaves nothing out */
	const xs_query_look *look;
	seen_set words, clauses;
	xs_buf plain;
} query_reader;

typedef enum seen { SEEN_NEW, SEEN_OLD, SEEN_FULL } seen;

static seen seen_add(seen_set *s, uint64_t key)
{
	size_t i;

	/* At most XS_QUERY_WORDS numbers: a walk needs no table. */
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

	/* Questions are pasted from pages, and come with spaces of all widths. */
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

/* Bytes of what stands at text[at] up to a space. */
static size_t query_chunk(const query_reader *r, size_t at)
{
	size_t end = at;

	while (end < r->len && !query_space(r, end))
		end++;
	return end - at;
}

/* Whether a chunk can only be an option of a command: "-m", "-O2", "--all", "-Wall", "-it".  A word that
 * is not wanted has three small letters or more. */
static bool query_is_option(const char *chunk, size_t n)
{
	size_t i, small = 0;

	if (n < 2 || *chunk != '-' || chunk[1] == '"')
		return false;
	for (i = 1; i < n; i++) {
		if ((unsigned char)chunk[i] >= 0x80 || strchr(":\"", chunk[i]))
			return false;
		small += chunk[i] >= 'a' && chunk[i] <= 'z';
	}
	return small < n - 1 || n - 1 < 3;
}

/* Whether some chunk is such an option. */
static bool query_has_options(const query_reader *r)
{
	size_t at, n;

	for (at = 0; at < r->len; at += n ? n : query_space(r, at)) {
		n = query_chunk(r, at);
		if (query_is_option(r->text + at, n))
			return true;
	}
	return false;
}

static void query_tell(query_reader *r, const char *sentence)
{
	const char **more = xs_arena_array(r->a, r->out->n_told + 1, sizeof *more);

	if (r->out->n_told)
		memcpy(more, r->out->told, r->out->n_told * sizeof *more);
	more[r->out->n_told++] = sentence;
	r->out->told = more;
}

/* Whether "-name" at the place of reading leaves a word out.  Something must have been asked for
 * before. */
static bool query_leaves_out(const query_reader *r)
{
	size_t n = query_chunk(r, r->at);
	bool asked = false;

	for (size_t i = 0; i < r->out->n; i++)
		asked |= r->out->clauses[i].sign != XS_MUST_NOT;
	/* A quoted phrase and a field are no option. */
	if (query_quote(r, r->at + 1) || memchr(r->text + r->at, ':', n))
		return true;
	return asked && !r->options &&
	       !(r->look && r->look->flag(r->look->user, xs_arena_dupn(r->a, r->text + r->at, n)));
}

/* "-" before a space or another sign is none: a dash, an option ("--all"). */
static xs_sign query_sign(query_reader *r)
{
	char c = r->text[r->at];
	char next = r->at + 1 < r->len ? r->text[r->at + 1] : ' ';

	if ((c != '+' && c != '-') || next == '+' || next == '-' || query_space(r, r->at + 1) ||
	    next == ' ')
		return XS_MAY;
	if (c == '-' && !r->required && !query_leaves_out(r))
		return XS_MAY;
	r->at++;
	return c == '+' ? XS_MUST : XS_MUST_NOT;
}

static bool query_small(const query_reader *r, size_t at)
{
	size_t n = query_chunk(r, at);

	for (size_t i = 0; i < n; i++)
		if (!(r->text[at + i] >= 'A' && r->text[at + i] <= 'Z'))
			return true;
	return false;
}

/* Whether "NOT" stands here for what follows: something was asked for, and what follows is not in
 * capitals too, as in SQL. */
static bool query_not(query_reader *r)
{
	size_t after = r->at + 3, space = after < r->len ? query_space(r, after) : 0;

	if (r->required || !r->out->n || query_chunk(r, r->at) != 3 ||
	    strncmp(r->text + r->at, "NOT", 3) != 0 || !space || after + space >= r->len ||
	    !query_small(r, after + space))
		return false;
	r->at = after + space;
	return true;
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
	/* A colon with nothing behind it is punctuation. */
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
		size_t n = strlen(xs_query_field_names[f]);

		if (f == XS_FIELD_META || left <= n + 1 ||
		    strncmp(r->text + r->at, xs_query_field_names[f], n) != 0 ||
		    r->text[r->at + n] != ':')
			continue;
		/* "title: a b" is a text with a colon. */
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
	/* What is written as one ("+e-mail") may be several words, which must stand together. */
	c->phrase |= !single && main_words > 1;
	return c->n > 0;
}

/* Whether a clause says something new; plain words may be repeated, which ranks. */
static bool clause_new(query_reader *r, const xs_clause *c)
{
	char kind[] = {(char)('a' + c->sign), (char)('a' + c->field), (char)('a' + c->phrase)};
	seen was;

	if (c->field == XS_FIELD_NONE && c->sign == XS_MAY && !c->phrase)
		return true;
	/* Name and text are hashed apart: "a" and "bc" are not "ab" and "c". */
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

/* Reads what stands at r->at as text up to a space or a quote: words of the question. */
static void query_words(query_reader *r, xs_clause *c, size_t start, size_t end)
{
	c->text = xs_arena_dupn(r->a, r->text + start, end - start);
	if (!clause_words(r, c, start, end))
		return;
	/* What a model reads: signs and fields would mislead it. */
	if (c->field == XS_FIELD_NONE && c->sign != XS_MUST_NOT)
		xs_buf_printf(&r->plain, "%s%s", r->plain.len ? " " : "", c->text);
	/* "-" is often typed with no such thing in mind, so what it did is told. */
	if (c->sign == XS_MUST_NOT && !r->required)
		query_tell(r, xs_arena_printf(r->a,
					      "pages with \"%s\" were left out; without the sign "
					      "before it, it is searched for",
					      c->text));
	if (clause_new(r, c))
		query_add(r, c);
}

/* Whether a value can only be meant as one: a path, a host, a type of page. */
static bool query_is_meant(const xs_clause *c)
{
	return c->field == XS_FIELD_TYPE || (c->field == XS_FIELD_PATH && *c->text == '/') ||
	       (c->field == XS_FIELD_SITE && strchr(c->text, '.'));
}

/* A field that restricts.  XS_ENOTFOUND: what was written is no condition but text. */
static int query_condition(query_reader *r, xs_clause *c, size_t start, size_t end)
{
	bool meant = query_is_meant(c);
	int rc;

	if (end == start)
		return XS_OK;
	rc = xs_query_value(c, r->a);
	/* A program wrote the filter and has to hear of its mistake.  In a person's question a colon
	 * may be just that. */
	if (r->required && rc < 0)
		return rc;
	if (rc < 0 || (!meant && r->look && !r->look->meets(r->look->user, c)))
		return XS_ENOTFOUND;
	if (clause_new(r, c))
		query_add(r, c);
	return XS_OK;
}

/* Where what is not quoted ends: at a space or a quote. */
static size_t query_end(const query_reader *r, size_t at)
{
	size_t n;
	int ch;

	for (; at < r->len && !query_space(r, at) && !query_quote(r, at); at += n)
		n = xs_letters_read(&ch, r->text, r->len, at);
	return at;
}

/* Reads one clause, at a character that is no space. */
static int query_clause(query_reader *r)
{
	bool negated = query_not(r);
	size_t begin = r->at, quote, start, end;
	xs_clause c = {.sign = query_sign(r), .name = ""};
	int rc;

	c.sign = negated ? XS_MUST_NOT : c.sign;
	c.field = query_field(r, &c);
	quote = query_quote(r, r->at);
	start = r->at + quote;
	/* A lone quote may be an inch or a slip: the rest does not become a phrase. */
	if (quote && query_close(r, start) == r->len) {
		r->out->unclosed = true;
		quote = 0;
	}
	if (quote) {
		end = query_close(r, start);
		r->at = end + query_quote(r, end);
		c.phrase = c.field <= XS_FIELD_HEADING;
	} else {
		r->at = end = query_end(r, start);
	}
	c.text = xs_arena_dupn(r->a, r->text + start, end - start);
	if (c.sign == XS_MAY && (r->required || c.field != XS_FIELD_NONE))
		c.sign = XS_MUST;
	if (c.field <= XS_FIELD_HEADING) {
		query_words(r, &c, start, end);
		return XS_OK;
	}
	rc = query_condition(r, &c, start, end);
	if (rc != XS_ENOTFOUND)
		return rc;
	query_tell(r, xs_arena_printf(r->a, "no page meets %.*s; it was searched for as words",
				      (int)(r->at - begin), r->text + begin));
	/* From the chunk's beginning, with the name before the colon: it may be what is meant. */
	c = (xs_clause){.sign = XS_MAY, .name = ""};
	query_words(r, &c, begin, r->at);
	return XS_OK;
}

/* A name in quotes within a sentence, as messages have them (user "postgres"), is a word of it: only a
 * question of few words asks for it alone. */
static void query_unquote(query_reader *r)
{
	size_t others = 0;

	for (size_t i = 0; i < r->out->n; i++)
		others += !r->out->clauses[i].phrase && r->out->clauses[i].field == XS_FIELD_NONE;
	for (size_t i = 0; i < r->out->n && others >= QUERY_SENTENCE; i++) {
		xs_clause *c = &r->out->clauses[i];

		if (c->field == XS_FIELD_NONE && c->sign == XS_MAY && c->n == 1)
			c->phrase = false;
	}
}

static int query_read(query_reader *r)
{
	int rc = XS_OK;
	size_t space;

	*r->out = (xs_parsed){0};
	/* Before all else: an option at the end tells what a "-" at the beginning is. */
	r->options = !r->required && query_has_options(r);
	xs_buf_init(&r->plain);
	while (rc == XS_OK && r->at < r->len) {
		space = query_space(r, r->at);
		r->at += space;
		if (!space)
			rc = query_clause(r);
	}
	if (!r->required)
		query_unquote(r);
	r->out->plain = xs_arena_dupn(r->a, r->plain.data, r->plain.len);
	xs_buf_fini(&r->plain);
	return rc;
}

int xs_query_parse(xs_parsed *out, xs_arena *a, const char *text, const xs_query_look *look)
{
	query_reader r = {.out = out, .a = a, .text = text, .len = strlen(text), .look = look};

	return query_read(&r);
}

int xs_query_parse_filter(xs_parsed *out, xs_arena *a, const char *text)
{
	query_reader r = {.out = out, .a = a, .text = text, .len = strlen(text), .required = true};

	return query_read(&r);
}
