/* SPDX-License-Identifier: GPL-2.0-or-later */
/* passage.c - words of a section, windows over them, small sections joined. */
#include "index/pages/passage.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"

enum {
	PASSAGE_TINY = 25,    /* a section with fewer words says little by itself */
	PASSAGE_WORD_MAX = 48 /* bytes; longer are hashes, data, scripts without spaces */
};

/* A word of a text, or a piece of one. */
typedef struct passage_word {
	size_t at, end;
	bool stops;  /* a sentence or block ends after it */
	bool joined; /* the next one follows without a space */
} passage_word;

/* Whether a character (of three bytes or more) stands for a word: Han, kana, their punctuation. */
static bool passage_wide(const unsigned char *s, size_t len)
{
	if (len > 2 && s[0] >= 0xe3 && s[0] <= 0xe9)
		return s[0] > 0xe3 || s[1] >= 0x80; /* U+3000 … U+9FFF */
	if (len > 2 && s[0] == 0xef)
		return s[1] == 0xa4 || s[1] == 0xa5 || s[1] == 0xbd || s[1] == 0xbe;
	return len > 3 && s[0] == 0xf0 && s[1] >= 0xa0; /* U+20000 … U+3FFFF */
}

static bool passage_space(char c)
{
	return c == ' ' || c == '\n';
}

/* End of the word that begins at `at`. */
static size_t passage_end(const char *text, size_t len, size_t at)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t i = at;

	while (i < len && !passage_space(text[i])) {
		/* U+3000 begins with 0xe3: for most bytes one comparison is enough. */
		if (s[i] >= 0xe3 && passage_wide(s + i, len - i)) {
			if (i > at)
				return i;
			i += s[i] >= 0xf0 ? 4 : 3;
			return i < len ? i : len;
		}
		/* Before a character and not within one. */
		if (i - at >= PASSAGE_WORD_MAX && (s[i] & 0xc0) != 0x80)
			return i;
		i++;
	}
	return i;
}

size_t xs_passage_words(const char *text, size_t len)
{
	size_t i = 0, n = 0;

	for (;;) {
		while (i < len && passage_space(text[i]))
			i++;
		if (i == len)
			return n;
		i = passage_end(text, len, i);
		n++;
	}
}

/* Whether a sentence may end with the bytes before `end`: . ! ? … 。 with closing marks. */
static bool passage_stops(const char *text, size_t at, size_t end)
{
	while (end > at + 1 && strchr("\"')]*", text[end - 1]))
		end--;
	if (strchr(".!?", text[end - 1]))
		return true;
	return end - at >= 3 &&
	       (!memcmp(text + end - 3, "。", 3) || !memcmp(text + end - 3, "！", 3) ||
		!memcmp(text + end - 3, "？", 3) || !memcmp(text + end - 3, "”", 3));
}

/* The words of a text, n + 1 of them: the last is empty.  malloc'ed. */
static passage_word *passage_scan(size_t *n, const char *text, size_t len)
{
	passage_word *words = NULL, *w;
	size_t i = 0, cap = 0;
	bool block;

	*n = 0;
	for (;;) {
		for (block = false; i < len && passage_space(text[i]); i++)
			block |= text[i] == '\n';
		words = xs_grow(words, *n, &cap, sizeof *words);
		w = &words[*n];
		*w = (passage_word){.at = i, .end = i};
		if (*n && block)
			w[-1].stops = true;
		if (i == len)
			return words;
		/* "e.g. this" is no end: a sentence does not begin with a small letter. */
		if (*n && text[i] >= 'a' && text[i] <= 'z' && !block)
			w[-1].stops = false;
		w->end = i = passage_end(text, len, i);
		w->stops = passage_stops(text, w->at, w->end);
		w->joined = i < len && !passage_space(text[i]);
		++*n;
	}
}

/* Where the window that begins at word `from` ends: after the sentence end nearest below 11/10 of
 * `size`, if there is one above 7/10; else after a whole word. */
static size_t passage_window(const passage_word *words, size_t n, size_t from, size_t size)
{
	size_t most = size + size / 10, least = size - size * 3 / 10, end;

	if (n - from <= most)
		return n;
	for (end = from + most; end > from + least; end--)
		if (words[end - 1].stops)
			return end;
	/* No sentence ends there, as in lists and code: then between two words. */
	for (end = from + size; end > from + least; end--)
		if (!words[end - 1].joined)
			return end;
	return from + size;
}

/* Where the next window begins: about `overlap` words before `end`, at a sentence if possible. */
static size_t passage_back(const passage_word *words, size_t from, size_t end, size_t overlap)
{
	size_t most = overlap + overlap / 2, least = overlap - overlap / 2, back;

	/* From the beginning of a sentence, so that a window can be read by itself. */
	for (back = most; back > least; back--)
		if (end - back > from && words[end - back - 1].stops)
			return end - back;
	for (back = overlap; back > least; back--)
		if (!words[end - back - 1].joined)
			return end - back;
	return end - overlap;
}

/* Passages in the making, and where they go. */
typedef struct passage_maker {
	xs_arena *a;
	xs_passage *passages;
	size_t n, cap, size, overlap;
	xs_weighted *weights; /* of sections that were joined */
	size_t n_weights, weights_cap;
} passage_maker;

/* What of the section's weights is in a passage that is its bytes [from, to). */
static const char *passage_weights(xs_arena *a, const xs_section *s, size_t from, size_t to)
{
	const xs_weighted *w;
	const char *lines;
	xs_buf text;

	xs_buf_init(&text);
	for (w = s->weights; w < s->weights + s->n_weights; w++) {
		size_t begin = w->at > from ? w->at : from;
		size_t end = w->at + w->len < to ? w->at + w->len : to;

		if (begin < end)
			xs_buf_printf(&text, "%zu %zu %d\n", begin - from, end - begin, w->weight);
	}
	lines = text.len ? xs_arena_dupn(a, text.data, text.len) : "";
	xs_buf_fini(&text);
	return lines;
}

static void passage_put(passage_maker *m, const xs_section *s, const char *text, size_t len)
{
	char *copy = xs_arena_dupn(m->a, text, len), *p;

	/* Line ends were there for passage_scan() alone, which takes them for ends of blocks. */
	for (p = copy; (p = strchr(p, '\n'));)
		*p = ' ';
	m->passages = xs_grow(m->passages, m->n, &m->cap, sizeof *m->passages);
	m->passages[m->n++] =
		(xs_passage){xs_arena_dup(m->a, s->heading), xs_arena_dup(m->a, s->anchor), copy,
			     s->n_weights ? passage_weights(m->a, s, (size_t)(text - s->text),
							    (size_t)(text - s->text) + len)
					  : ""};
}

static void passage_section(passage_maker *m, const xs_section *s)
{
	size_t n, from = 0, end;
	passage_word *words = passage_scan(&n, s->text, s->len);

	for (;;) {
		end = passage_window(words, n, from, m->size);
		/* So short a rest would say little by itself: the last passage is longer for it. */
		if (n - end < m->size / 3)
			end = n;
		passage_put(m, s, s->text + words[from].at,
			    n ? words[end - 1].end - words[from].at : 0);
		if (end == n)
			break;
		from = passage_back(words, from, end, m->overlap);
	}
	free(words);
}

static bool passage_tiny(const xs_section *s)
{
	return !s->own && xs_passage_words(s->text, s->len) < PASSAGE_TINY;
}

static bool passage_family(const xs_section *a, const xs_section *b)
{
	return a->node == b->node || a->node == b->parent || a->parent == b->parent;
}

static void passage_line(xs_buf *to, const char *text, size_t len)
{
	if (to->len && len)
		xs_buf_putc(to, '\n');
	xs_buf_put(to, text, len);
}

/* Adds a section's heading (unless `under` shows it), its text, and what this counts. */
static void passage_add(passage_maker *m, xs_buf *to, const xs_section *s, size_t under)
{
	size_t i;

	if (s->node != under)
		passage_line(to, s->name, strlen(s->name));
	passage_line(to, s->text, s->len);
	for (i = 0; i < s->n_weights; i++) {
		xs_weighted w = s->weights[i];

		w.at += to->len - s->len;
		m->weights = xs_grow(m->weights, m->n_weights, &m->weights_cap, sizeof w);
		m->weights[m->n_weights++] = w;
	}
}

/* Joins sections from the first on while they fit together; returns how many.  The result is
 * `joined`, its text in `text` if there is more than one. */
static size_t passage_join(passage_maker *m, xs_section *joined, xs_buf *text, const xs_section *s,
			   size_t n)
{
	size_t i = 1;

	*joined = s[0];
	m->n_weights = 0;
	xs_buf_reset(text);
	if (n > 1 && passage_tiny(&s[0]) && (!s[0].len || !passage_tiny(&s[1])) &&
	    s[0].parent == s[1].parent && s[0].node) {
		*joined = s[1];
		passage_add(m, text, &s[0], s[1].node);
		passage_add(m, text, &s[1], s[1].node);
		i = 2;
	}
	for (; i < n && passage_tiny(&s[i]) && passage_family(joined, &s[i]); i++) {
		/* The first section is copied only where another one joins it. */
		if (i == 1)
			passage_add(m, text, &s[0], s[0].node);
		passage_add(m, text, &s[i], joined->node);
	}
	if (i > 1) {
		joined->text = text->data;
		joined->len = text->len;
		joined->weights = m->weights;
		joined->n_weights = m->n_weights;
	}
	return i;
}

void xs_passage_cut(xs_page *page, xs_arena *a, xs_section *sections, size_t n,
		    const xs_page_options *o)
{
	passage_maker m = {.a = a};
	xs_section joined;
	xs_buf text;
	size_t i;

	assert(o->passage_words > 0 && o->passage_overlap >= 0);
	m.size = (size_t)o->passage_words;
	m.overlap = (size_t)o->passage_overlap;
	/* A window must go on: the least it ends after is 7/10 of its size, and the most it goes back
	 * is 3/2 of the overlap. */
	if (m.overlap > m.size * 2 / 5)
		m.overlap = m.size * 2 / 5;
	xs_buf_init(&text);
	for (i = 0; i < n;) {
		i += passage_join(&m, &joined, &text, sections + i, n - i);
		passage_section(&m, &joined);
	}
	if (!m.n)
		passage_put(&m, &(xs_section){.heading = "", .anchor = ""}, "", 0);
	xs_buf_fini(&text);
	page->passages = xs_arena_array(a, m.n, sizeof *m.passages);
	memcpy(page->passages, m.passages, m.n * sizeof *m.passages);
	page->n = m.n;
	free(m.passages);
	free(m.weights);
}
