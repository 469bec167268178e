/* SPDX-License-Identifier: GPL-2.0-or-later */
/* snippet.c - finds the window of words with most terms, then writes it. */
#include "index/snippet.h"

#include <stdint.h>
#include <string.h>
#include <xxhash.h>

#include "base/buf.h"
#include "index/words/letters.h"
#include "index/words/words.h"
#include "index/xap.h"

enum { NO_TERM = -1 };

/* A word of the text that counts for its length. */
typedef struct snippet_word {
	size_t start, end; /* bytes */
	int term;	   /* whose stem it has, or a part of it; NO_TERM */
	bool begins;	   /* a sentence */
} snippet_word;

typedef struct snippet {
	xs_arena *a;
	const char *text;
	size_t len;
	const char *language, *otherwise;
	uint64_t seed; /* hash of both */
	snippet_word *words;
	size_t n, cap;
	uint64_t *stems; /* hashes of the terms' stems */
	size_t n_stems;
} snippet;

/* Hashes of stems by those of words and their language: what was stemmed lately, in half of a megabyte
 * a thread.  A text has each of its words stemmed, and most are the same from text to text. */
enum { SNIPPET_KNOWN = 1 << 15 };
static _Thread_local struct snippet_known {
	uint64_t word, stem;
} snippet_known[SNIPPET_KNOWN];

static uint64_t snippet_hash(const snippet *s, const char *word)
{
	uint64_t hash = XXH3_64bits_withSeed(word, strlen(word), s->seed);
	struct snippet_known *known = &snippet_known[hash % SNIPPET_KNOWN];

	if (known->word != hash) {
		const char *stem = xs_xap_stem(s->a, s->language, s->otherwise, word);

		*known = (struct snippet_known){hash, XXH3_64bits(stem, strlen(stem))};
	}
	return known->stem;
}

/* A word is a term's if both have one stem: the snippet marks what the index found. */
static int snippet_term(const snippet *s, const char *word)
{
	uint64_t hash;
	size_t i;

	if (!s->n_stems)
		return NO_TERM;
	hash = snippet_hash(s, word);
	for (i = 0; i < s->n_stems; i++)
		if (s->stems[i] == hash)
			return (int)i;
	return NO_TERM;
}

/* Whether a sentence ends in the bytes between two words. */
static bool snippet_ends(const char *text, size_t from, size_t to)
{
	for (; from < to; from++) {
		bool space = from + 1 < to && (unsigned char)text[from + 1] <= ' ';

		if ((strchr(".!?", text[from]) && text[from] && space) || text[from] == '\n' ||
		    (to - from >= 3 && memcmp(text + from, "\xE3\x80\x82", 3) == 0)) /* U+3002 */
			return true;
	}
	return false;
}

/* A part of a name has no place of its own: it lends its term to the whole. */
static void snippet_read(snippet *s)
{
	size_t ahead =
		0; /* a pair with a term reaches to there: its second character is still to come */
	int ahead_term = NO_TERM;
	xs_words w;

	xs_words_init(&w, s->text, s->len, s->language);
	while (xs_words_next(&w)) {
		int term = snippet_term(s, w.word);
		size_t before = s->n ? s->words[s->n - 1].end : 0;

		if (w.extra) { /* of one word, or of the words of a name */
			size_t i;

			for (i = s->n; i > 0 && s->words[i - 1].end > w.start; i--)
				if (s->words[i - 1].term == NO_TERM)
					s->words[i - 1].term = term;
			if (term != NO_TERM && w.end > ahead) {
				ahead = w.end;
				ahead_term = term;
			}
			continue;
		}
		if (term == NO_TERM && w.start < ahead)
			term = ahead_term;
		if (s->n == s->cap) {
			snippet_word *more =
				xs_arena_array(s->a, s->cap ? s->cap * 2 : 256, sizeof *more);

			if (s->n)
				memcpy(more, s->words, s->n * sizeof *more);
			s->cap = s->cap ? s->cap * 2 : 256;
			s->words = more;
		}
		s->words[s->n++] =
			(snippet_word){w.start, w.end, term,
				       s->n == 0 || snippet_ends(s->text, before, w.start)};
	}
}

/* Where the `room` words begin that have most different terms, then most terms, of the words from `low`
 * up to `high`. */
static size_t snippet_best(const snippet *s, size_t room, size_t low, size_t high)
{
	size_t *count = xs_arena_array(s->a, s->n_stems + 1, sizeof *count);
	size_t i, different = 0, all = 0, best = low, best_score = 0;

	/* A window that slides by one word: each word comes in once and goes out once. */
	for (i = low; i < high; i++) {
		int in = s->words[i].term;
		int gone = i >= low + room ? s->words[i - room].term : NO_TERM;

		if (in != NO_TERM) {
			different += count[in]++ == 0;
			all++;
		}
		if (gone != NO_TERM) {
			different -= --count[gone] == 0;
			all--;
		}
		/* One different term more weighs more than any number of repetitions. */
		if (different * (s->n + 1) + all > best_score) {
			best_score = different * (s->n + 1) + all;
			best = i + 1 > low + room ? i + 1 - room : low;
		}
	}
	return best;
}

/* Moves the window so that all its terms stay: to the beginning of a sentence, else to have them in
 * the middle. */
static size_t snippet_begin(const snippet *s, size_t best, size_t room)
{
	size_t first = s->n, last = 0, i, low, middle, begin = s->n;

	for (i = best; i < best + room && i < s->n; i++) {
		if (s->words[i].term == NO_TERM)
			continue;
		first = first == s->n ? i : first;
		last = i;
	}
	if (first == s->n)
		return s->n - best < room ? s->n - room : best;
	low = last + 1 > room ? last + 1 - room : 0;
	middle = (low + first) / 2;
	for (i = low; i <= first; i++) /* the sentence whose beginning is nearest to the middle */
		if (s->words[i].begins && (begin == s->n || i <= middle))
			begin = i;
	if (begin == s->n)
		begin = middle;
	return s->n - begin < room ? s->n - room : begin;
}

/* Escaped as HTML in text and in attributes in quotes: a page's text is not to be trusted. */
static void snippet_char(xs_buf *b, int c, const char *bytes, size_t n, bool plain)
{
	const char *escaped = NULL;

	switch (plain ? 0 : c) {
	case '&': escaped = "&amp;"; break;
	case '<': escaped = "&lt;"; break;
	case '>': escaped = "&gt;"; break;
	case '"': escaped = "&quot;"; break;
	case '\'': escaped = "&#39;"; break;
	default: break;
	}
	if (escaped)
		xs_buf_puts(b, escaped);
	else if (c == 0xFFFD)
		xs_buf_puts(b, "\xEF\xBF\xBD");
	else
		xs_buf_put(b, bytes, n);
}

/* Writes bytes as text: spaces become one, control characters none. */
static void snippet_text(xs_buf *b, const snippet *s, size_t from, size_t to, bool plain)
{
	size_t n;
	int c;

	for (; from < to && (n = xs_letters_read(&c, s->text, to, from)); from += n) {
		if (c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0 || c == 0x2028 ||
		    c == 0x2029) {
			if (b->len && b->data[b->len - 1] != ' ')
				xs_buf_putc(b, ' ');
			continue;
		}
		if (c >= ' ' && (c < 0x7F || c > 0x9F))
			snippet_char(b, c, s->text + from, n, plain);
	}
}

static bool snippet_space(char c)
{
	return (unsigned char)c <= ' ';
}

/* The words of the part that the options name; one at least. */
static void snippet_range(size_t *low, size_t *high, const snippet *s, const xs_snippet_options *o)
{
	*low = 0;
	*high = s->n;
	while (o->to && *low + 1 < s->n && s->words[*low].start < o->from)
		++*low;
	while (o->to && *high > *low + 1 && s->words[*high - 1].start >= o->to)
		--*high;
}

char *xs_snippet(xs_arena *a, const char *text, const char *const *terms, size_t n,
		 const xs_snippet_options *o)
{
	snippet s = {.a = a,
		     .text = text,
		     .len = strlen(text),
		     .language = o->language ? o->language : "",
		     .otherwise = o->otherwise ? o->otherwise : ""};
	size_t room = o->words, begin = 0, end, from = 0, to = s.len, low, high, i;
	xs_buf b;
	char *out;

	s.seed = XXH3_64bits_withSeed(s.language, strlen(s.language),
				      XXH3_64bits(s.otherwise, strlen(s.otherwise)));
	s.stems = xs_arena_array(a, n + 1, sizeof *s.stems);
	for (i = 0; i < n; i++)
		s.stems[i] = snippet_hash(&s, terms[i]);
	s.n_stems = n;
	snippet_read(&s);
	end = s.n;
	if (s.n > room) {
		snippet_range(&low, &high, &s, o);
		begin = snippet_begin(&s, snippet_best(&s, room, low, high), room);
		end = begin + room;
	}
	if (begin) /* an opening bracket stays with its word */
		for (from = s.words[begin].start;
		     from > s.words[begin - 1].end && !snippet_space(text[from - 1]);)
			from--;
	if (end < s.n) /* and what closes a sentence too */
		for (to = s.words[end - 1].end;
		     to < s.words[end].start && !snippet_space(text[to]);)
			to++;
	xs_buf_init(&b);
	if (begin)
		xs_buf_puts(&b, "… ");
	for (i = begin; i < end; i++) {
		size_t first = s.words[i].start;

		if (s.words[i].term == NO_TERM)
			continue;
		/* Signs of Han and Kana that follow each other are one mark. */
		while (i + 1 < end && s.words[i + 1].term != NO_TERM &&
		       s.words[i + 1].start == s.words[i].end)
			i++;
		snippet_text(&b, &s, from, first, o->plain);
		xs_buf_puts(&b, o->begin ? o->begin : "<mark>");
		snippet_text(&b, &s, first, s.words[i].end, o->plain);
		xs_buf_puts(&b, o->end ? o->end : "</mark>");
		from = s.words[i].end;
	}
	snippet_text(&b, &s, from, to, o->plain);
	while (b.len && b.data[b.len - 1] == ' ')
		b.len--;
	if (end < s.n)
		xs_buf_puts(&b, " …");
	out = xs_arena_dupn(a, b.data, b.len);
	xs_buf_fini(&b);
	return out;
}
