/* SPDX-License-Identifier: MIT */
/* bpe.c - a text is cut into words by kinds of characters, a word into bytes, and these are joined
 * pair by pair, always the pair of the lowest rank, the leftmost of equals.
 *
 * A queue of pairs makes that n log n in the length of a word: words are as long as anyone likes.
 */
#include "rerank/bpe.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/memory.h"
#include "rerank/bpe_table.h"

/* A token of the word at hand; dead ones were joined to their left neighbour. */
typedef struct bpe_symbol {
	int32_t id; /* -1: dead */
	int32_t previous, next;
} bpe_symbol;

typedef struct bpe_pair {
	int32_t rank, at, result;
} bpe_pair;

typedef struct bpe_encoding {
	const xs_bpe *b;
	int32_t *ids;
	size_t room, n;
	bpe_symbol *word;
	size_t word_n, word_cap;
	bpe_pair *queue; /* a heap, the least first */
	size_t queue_n, queue_cap;
} bpe_encoding;

size_t xs_bpe_letter(char to[2], unsigned byte)
{
	unsigned c = byte;

	/* The printable characters of Latin-1 stand for themselves, the others follow from U+0100
	 * on. */
	if (byte < 33)
		c = 256 + byte;
	else if (byte > 126 && byte < 161)
		c = 256 + 33 + byte - 127;
	else if (byte == 173)
		c = 256 + 67;
	if (c < 128) {
		to[0] = (char)c;
		return 1;
	}
	to[0] = (char)(0xc0 | c >> 6);
	to[1] = (char)(0x80 | (c & 0x3f));
	return 2;
}

size_t xs_bpe_slot(const xs_bpe *b, int32_t left, int32_t right)
{
	uint64_t key = (uint64_t)(uint32_t)left << 32 | (uint32_t)right;
	size_t s = (size_t)(key * 0x9e3779b97f4a7c15u >> 20) & b->mask; /* Fibonacci hashing */

	for (; b->slots[s]; s = (s + 1) & b->mask) {
		const xs_bpe_merge *m = &b->merges[b->slots[s] - 1];

		if (m->left == left && m->right == right)
			break;
	}
	return s;
}

static const xs_bpe_merge *bpe_merge(const xs_bpe *b, int32_t left, int32_t right)
{
	uint32_t at = b->slots[xs_bpe_slot(b, left, right)];

	return at ? &b->merges[at - 1] : NULL;
}

static void encoding_emit(bpe_encoding *e, int32_t id)
{
	if (e->n < e->room)
		e->ids[e->n] = id;
	e->n++;
}

static bool pair_before(const bpe_pair *a, const bpe_pair *b)
{
	return a->rank != b->rank ? a->rank < b->rank : a->at < b->at;
}

static void queue_put(bpe_encoding *e, bpe_pair p)
{
	size_t i;

	e->queue = xs_grow(e->queue, e->queue_n, &e->queue_cap, sizeof *e->queue);
	for (i = e->queue_n++; i && pair_before(&p, &e->queue[(i - 1) / 2]); i = (i - 1) / 2)
		e->queue[i] = e->queue[(i - 1) / 2];
	e->queue[i] = p;
}

static bpe_pair queue_take(bpe_encoding *e)
{
	bpe_pair top = e->queue[0], p = e->queue[--e->queue_n];
	size_t i = 0, child;

	for (; (child = 2 * i + 1) < e->queue_n; i = child) {
		if (child + 1 < e->queue_n && pair_before(&e->queue[child + 1], &e->queue[child]))
			child++;
		if (!pair_before(&e->queue[child], &p))
			break;
		e->queue[i] = e->queue[child];
	}
	e->queue[i] = p;
	return top;
}

/* Queues the pair that begins with symbol `at`, if it can be joined. */
static void word_pair(bpe_encoding *e, int32_t at)
{
	const bpe_symbol *s = &e->word[at];
	const xs_bpe_merge *m = s->next < 0 ? NULL : bpe_merge(e->b, s->id, e->word[s->next].id);

	if (m)
		queue_put(e, (bpe_pair){m->rank, at, m->result});
}

static void word_join(bpe_encoding *e)
{
	while (e->queue_n) {
		bpe_pair p = queue_take(e);
		bpe_symbol *s = &e->word[p.at], *next;
		const xs_bpe_merge *m;

		if (s->id < 0 || s->next < 0)
			continue;
		next = &e->word[s->next];
		m = bpe_merge(e->b, s->id, next->id); /* it may have become another pair */
		if (!m || m->result != p.result)
			continue;
		s->id = m->result;
		next->id = -1;
		s->next = next->next;
		if (s->next >= 0)
			e->word[s->next].previous = p.at;
		if (s->previous >= 0)
			word_pair(e, s->previous);
		word_pair(e, p.at);
	}
}

/* Writes the tokens of the gathered word and forgets it. */
static void word_flush(bpe_encoding *e)
{
	int32_t i;

	for (i = 0; i < (int32_t)e->word_n; i++)
		word_pair(e, i);
	word_join(e);
	for (i = e->word_n ? 0 : -1; i >= 0; i = e->word[i].next)
		encoding_emit(e, e->word[i].id);
	e->word_n = 0;
}

static void word_byte(bpe_encoding *e, unsigned char byte)
{
	int32_t id = e->b->bytes[byte], n = (int32_t)e->word_n;

	if (id < 0)
		return;
	e->word = xs_grow(e->word, e->word_n, &e->word_cap, sizeof *e->word);
	e->word[e->word_n++] = (bpe_symbol){.id = id, .previous = n - 1, .next = -1};
	if (n)
		e->word[n - 1].next = n;
}

typedef enum bpe_kind { BPE_SPACE, BPE_LETTER, BPE_NUMBER, BPE_OTHER } bpe_kind;

/* Unicode's White_Space. */
static bool char_is_white(utf8proc_int32_t c)
{
	return (c >= 9 && c <= 13) || c == 32 || c == 0x85 || c == 0xa0 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
	       c == 0x205f || c == 0x3000;
}

static bpe_kind char_kind(utf8proc_int32_t c)
{
	utf8proc_category_t k;

	if (char_is_white(c))
		return BPE_SPACE;
	k = utf8proc_category(c);
	if (k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_LO)
		return BPE_LETTER;
	return k >= UTF8PROC_CATEGORY_ND && k <= UTF8PROC_CATEGORY_NO ? BPE_NUMBER : BPE_OTHER;
}

/* The character at the text's beginning, its bytes in *used; ill-formed: U+FFFD of one byte. */
static utf8proc_int32_t char_next(const char *text, size_t len, size_t *used)
{
	utf8proc_int32_t c;
	utf8proc_ssize_t n =
		utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)len, &c);

	*used = n > 0 ? (size_t)n : 1;
	return n > 0 ? c : 0xfffd;
}

/* The bytes of the characters of one kind at the text's beginning; *last: of the last of them. */
static size_t text_run(const char *text, size_t len, bpe_kind kind, size_t *last)
{
	size_t n = 0, used;

	for (; n < len && char_kind(char_next(text + n, len - n, &used)) == kind; n += used)
		*last = used;
	return n;
}

/* 's, 't, 're, 've, 'm, 'll, 'd; 0: none. */
static size_t text_contraction(const char *text, size_t len)
{
	static const char *const all[] = {"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (len >= strlen(all[i]) && memcmp(text, all[i], strlen(all[i])) == 0)
			return strlen(all[i]);
	return 0;
}

/* Bytes of the word at the text's beginning:
 * 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+ */
static size_t text_word(const char *text, size_t len)
{
	size_t n = text_contraction(text, len), space = *text == ' ', used, last = 0;
	bpe_kind kind;

	if (n)
		return n;
	if (space < len) {
		kind = char_kind(char_next(text + space, len - space, &used));
		if (kind != BPE_SPACE)
			return space + text_run(text + space, len - space, kind, &last);
	}
	n = text_run(text, len, BPE_SPACE, &last);
	return n < len && n > last ? n - last : n; /* the last space may begin a word */
}

/* A text without special tokens in it. */
static void encoding_words(bpe_encoding *e, const char *text, size_t len)
{
	size_t n, used;

	for (; len; text += n, len -= n) {
		n = text_word(text, len);
		for (size_t i = 0; i < n; i += used) {
			bool ill = char_next(text + i, n - i, &used) == 0xfffd;
			const char *bytes = ill ? "\xef\xbf\xbd" : text + i;

			for (size_t k = 0; k < (ill ? 3 : used); k++)
				word_byte(e, (unsigned char)bytes[k]);
		}
		word_flush(e);
	}
}

static void encoding_plain(bpe_encoding *e, const char *text, size_t len)
{
	char *copy;

	if (!e->b->prefix || !len || *text == ' ') {
		encoding_words(e, text, len);
		return;
	}
	copy = xs_malloc(len + 1);
	copy[0] = ' ';
	memcpy(copy + 1, text, len);
	encoding_words(e, copy, len + 1);
	free(copy);
}

/* The longest special token at the text's beginning; NULL: none. */
static const xs_bpe_special *text_special(const xs_bpe *b, const char *text, size_t len)
{
	const xs_bpe_special *best = NULL;

	for (size_t i = 0; b->begins[(unsigned char)*text] && i < b->n_specials; i++) {
		const xs_bpe_special *s = &b->specials[i];

		if (s->len <= len && memcmp(s->text, text, s->len) == 0 &&
		    (!best || s->len > best->len))
			best = s;
	}
	return best;
}

/* Bytes of white space at the end of a text. */
static size_t text_trailing(const char *text, size_t len)
{
	size_t n = len, end = 0, used;

	for (size_t i = 0; i < len; i += used) {
		bool white = char_kind(char_next(text + i, len - i, &used)) == BPE_SPACE;

		if (!white)
			end = i + used;
	}
	return n - end;
}

size_t xs_bpe_encode(int32_t *ids, size_t room, const xs_bpe *b, const char *text, size_t len)
{
	bpe_encoding e = {.b = b, .ids = ids, .room = room};
	const xs_bpe_special *s = NULL;
	size_t from = 0, at = 0, last;

	while (at < len) {
		s = text_special(b, text + at, len - at);
		if (!s) {
			at++;
			continue;
		}
		last = s->left ? text_trailing(text + from, at - from) : 0;
		encoding_plain(&e, text + from, at - from - last);
		encoding_emit(&e, s->id);
		at += s->len;
		if (s->right)
			at += text_run(text + at, len - at, BPE_SPACE, &last);
		from = at;
	}
	encoding_plain(&e, text + from, len - from);
	free(e.word);
	free(e.queue);
	return e.n;
}

void xs_bpe_free(xs_bpe *b)
{
	if (!b)
		return;
	xs_pieces_fini(&b->pieces);
	free(b->merges);
	free(b->slots);
	free(b->specials);
	xs_arena_free(b->a);
	free(b);
}

int xs_bpe_count(const xs_bpe *b)
{
	return (int)b->pieces.n;
}

int32_t xs_bpe_id(const xs_bpe *b, const char *token)
{
	return xs_pieces_find(&b->pieces, token, strlen(token));
}

uint64_t xs_bpe_hash(const xs_bpe *b)
{
	return b->hash;
}
