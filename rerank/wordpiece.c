/* SPDX-License-Identifier: MIT */
/* wordpiece.c - BERT's tokenizer over utf8proc.
 *
 * One pass over the text makes words (clean, fold, split at space, punctuation and CJK); each word
 * is cut greedily into the longest pieces of the vocabulary (Devlin et al. 2019, tokenization.py).
 */
#include "rerank/wordpiece.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/memory.h"
#include "rerank/pieces.h"

/* Words of more characters are [UNK]: max_input_chars_per_word of the reference. */
enum { WORD_CHARS = 100, PIECE_BYTES = 4 * WORD_CHARS + 2 };

const xs_wordpiece_options xs_wordpiece_uncased = {true, false, true};

struct xs_wordpiece {
	xs_pieces pieces;
	xs_wordpiece_options options;
	int32_t unknown;
	uint64_t hash;
	char *owned; /* the bytes, when they are ours */
};

static int32_t wordpiece_find(const xs_wordpiece *w, const char *text, size_t len)
{
	return xs_pieces_find(&w->pieces, text, len);
}

/* The options as a number: 0 cased and 1 uncased, the others as trained. */
static uint64_t wordpiece_seed(const xs_wordpiece_options *o)
{
	return (uint64_t)o->lowercase | (uint64_t)(o->accents == o->lowercase) << 1 |
	       (uint64_t)!o->chinese << 2;
}

/* Fills the table and the hash once all pieces are in. */
static int wordpiece_seal(xs_wordpiece *w, const char *name)
{
	xs_pieces_seal(&w->pieces);
	w->hash = xs_pieces_hash(&w->pieces, wordpiece_seed(&w->options));
	w->unknown = wordpiece_find(w, "[UNK]", 5);
	if (w->unknown < 0)
		return xs_fail(XS_EFORMAT, "%s: the vocabulary has no [UNK] token", name);
	return XS_OK;
}

int xs_wordpiece_new(xs_wordpiece **out, const char *bytes, size_t len, const char *name,
		     const xs_wordpiece_options *options)
{
	const char *p = bytes, *end = bytes + len, *stop;
	xs_wordpiece *w;
	size_t n;

	*out = NULL;
	if (!len)
		return xs_fail(XS_EFORMAT, "%s is empty; expected one token a line", name);
	if (!xs_pieces_utf8(bytes, len))
		return xs_fail(XS_EFORMAT, "%s is not UTF-8; expected one token a line", name);
	w = xs_calloc(1, sizeof *w);
	w->options = *options;
	for (; p < end; p = stop + 1) {
		stop = memchr(p, '\n', (size_t)(end - p));
		if (!stop)
			stop = end;
		n = (size_t)(stop - p);
		xs_pieces_add(&w->pieces, p, n && p[n - 1] == '\r' ? n - 1 : n);
	}
	if (wordpiece_seal(w, name) < 0) {
		xs_wordpiece_free(w);
		return XS_EFORMAT;
	}
	*out = w;
	return XS_OK;
}

void xs_wordpiece_free(xs_wordpiece *w)
{
	if (!w)
		return;
	free(w->owned);
	xs_pieces_fini(&w->pieces);
	free(w);
}

void xs_wordpiece_own(xs_wordpiece *w, char *bytes)
{
	w->owned = bytes;
}

int xs_wordpiece_count(const xs_wordpiece *w)
{
	return (int)w->pieces.n;
}

int32_t xs_wordpiece_id(const xs_wordpiece *w, const char *token)
{
	return wordpiece_find(w, token, strlen(token));
}

const char *xs_wordpiece_token(size_t *len, const xs_wordpiece *w, int32_t id)
{
	*len = w->pieces.list[id].len;
	return w->pieces.list[id].text;
}

uint64_t xs_wordpiece_hash(const xs_wordpiece *w)
{
	return w->hash;
}

/* The word being gathered and the ids written so far. */
typedef struct encoding {
	const xs_wordpiece *w;
	int32_t *ids;
	size_t room, n;
	int chars;
	size_t len;
	char word[PIECE_BYTES];
} encoding;

static void encoding_emit(encoding *e, int32_t id)
{
	if (e->n < e->room)
		e->ids[e->n] = id;
	e->n++;
}

/* The longest piece that starts at `from`, its end in *to; -1: none. */
static int32_t encoding_longest(const encoding *e, const char *bytes, size_t from, size_t len,
				size_t *to)
{
	char text[PIECE_BYTES + 2] = "##";
	size_t prefix = from ? 2 : 0, n = len - from;
	int32_t id;

	if (n + prefix > e->w->pieces.longest)
		n = e->w->pieces.longest > prefix ? e->w->pieces.longest - prefix : 0;
	memcpy(text + prefix, bytes + from, n);
	for (; n; n--) {
		if (((unsigned char)bytes[from + n] & 0xc0) == 0x80)
			continue; /* inside a character; the word ends with a NUL */
		id = wordpiece_find(e->w, text, prefix + n);
		if (id >= 0) {
			*to = from + n;
			return id;
		}
	}
	return -1;
}

/* Writes the pieces of the gathered word and forgets it. */
static void encoding_flush(encoding *e)
{
	size_t before = e->n, from = 0, to = 0, len = e->len;
	bool fits = e->chars <= WORD_CHARS;
	int32_t id;

	if (!e->chars)
		return;
	e->word[len] = '\0';
	e->chars = 0;
	e->len = 0;
	for (; fits && from < len; from = to) {
		id = encoding_longest(e, e->word, from, len, &to);
		if (id < 0)
			break;
		encoding_emit(e, id);
	}
	if (!fits || from < len) {
		e->n = before;
		encoding_emit(e, e->w->unknown);
	}
}

static void encoding_append(encoding *e, utf8proc_int32_t c)
{
	if (e->chars++ >= WORD_CHARS)
		return;
	if (c < 128)
		e->word[e->len++] = (char)c;
	else
		e->len += (size_t)utf8proc_encode_char(c, (utf8proc_uint8_t *)e->word + e->len);
}

static void encoding_alone(encoding *e, utf8proc_int32_t c)
{
	encoding_flush(e);
	encoding_append(e, c);
	encoding_flush(e);
}

/* The reference (the Rust crate unicode_categories behind Hugging Face's tokenizers) knows the
 * categories of Unicode 8.  What was assigned later is neither punctuation, mark nor format to it;
 * drawn by running it over every code point. */
static const utf8proc_int32_t char_younger[][2] = {
	{0x61d, 0x61d},	    {0x7fd, 0x7fd},	{0x890, 0x8e2},	    {0x9fd, 0x9fe},
	{0xa76, 0xa76},	    {0xafa, 0xaff},	{0xb55, 0xb55},	    {0xc04, 0xc3c},
	{0xc77, 0xc77},	    {0xc84, 0xc84},	{0xd00, 0xd00},	    {0xd3b, 0xd3c},
	{0xd81, 0xd81},	    {0xeba, 0xeba},	{0xece, 0xece},	    {0x180f, 0x1886},
	{0x1abf, 0x1ace},   {0x1b7d, 0x1b7e},	{0x1df6, 0x1dfb},   {0x2e43, 0x2e5d},
	{0xa82c, 0xa82c},   {0xa8c5, 0xa8c5},	{0xa8ff, 0xa8ff},   {0xa9bd, 0xa9bd},
	{0x10d24, 0x10f89}, {0x11070, 0x11074}, {0x110c2, 0x110cd}, {0x111cf, 0x111cf},
	{0x1123e, 0x11241}, {0x1133b, 0x1133b}, {0x11438, 0x1145e}, {0x11660, 0x1166c},
	{0x116b9, 0x116b9}, {0x1182f, 0x11fff}, {0x12ff1, 0x13455}, {0x16e97, 0x16f4f},
	{0x16fe2, 0x16fe4}, {0x1cf00, 0x1cf46}, {0x1e000, 0x1e4ef}, {0x1e944, 0x1e95f}};

/* The category of a character as the reference has it. */
static utf8proc_category_t char_category(utf8proc_int32_t c)
{
	size_t low = 0, high = sizeof char_younger / sizeof *char_younger, mid;

	if (c < 0x61d)
		return utf8proc_category(c);
	if (c == 0x166d || c == 0x111c9) /* punctuation then, of another category now */
		return UTF8PROC_CATEGORY_PO;
	if (c == 0x1734) /* a nonspacing mark then */
		return UTF8PROC_CATEGORY_MN;
	while (low < high) {
		mid = (low + high) / 2;
		if (c > char_younger[mid][1])
			low = mid + 1;
		else if (c < char_younger[mid][0])
			high = mid;
		else
			return UTF8PROC_CATEGORY_CN;
	}
	return utf8proc_category(c);
}

static bool char_is_space(utf8proc_int32_t c)
{
	utf8proc_category_t k;

	if (c < 128)
		return c == ' ' || c == '\t' || c == '\n' || c == '\r';
	k = char_category(c);
	return k >= UTF8PROC_CATEGORY_ZS && k <= UTF8PROC_CATEGORY_ZP;
}

/* Dropped: NUL, controls, format and private characters, U+FFFD.  Unassigned ones stay. */
static bool char_is_dropped(utf8proc_int32_t c)
{
	utf8proc_category_t k;

	if (c < 128)
		return c < ' ' || c == 127;
	k = char_category(c);
	return k == UTF8PROC_CATEGORY_CC || k == UTF8PROC_CATEGORY_CF ||
	       k == UTF8PROC_CATEGORY_CS || k == UTF8PROC_CATEGORY_CO || c == 0xfffd;
}

/* ASCII symbols count as punctuation, as in the reference. */
static bool char_is_punctuation(utf8proc_int32_t c)
{
	utf8proc_category_t k;

	if (c < 128)
		return (c >= 33 && c <= 47) || (c >= 58 && c <= 64) || (c >= 91 && c <= 96) ||
		       (c >= 123 && c <= 126);
	k = char_category(c);
	return k >= UTF8PROC_CATEGORY_PC && k <= UTF8PROC_CATEGORY_PO;
}

/* The blocks of tokenization.py's _is_chinese_char, but for the start of extension E, where the
 * reference has 0x2b920. */
static bool char_is_cjk(utf8proc_int32_t c)
{
	return (c >= 0x4e00 && c <= 0x9fff) || (c >= 0x3400 && c <= 0x4dbf) ||
	       (c >= 0x20000 && c <= 0x2a6df) || (c >= 0x2a700 && c <= 0x2b73f) ||
	       (c >= 0x2b740 && c <= 0x2b81f) || (c >= 0x2b920 && c <= 0x2ceaf) ||
	       (c >= 0xf900 && c <= 0xfaff) || (c >= 0x2f800 && c <= 0x2fa1f);
}

static void encoding_put(encoding *e, utf8proc_int32_t c)
{
	if (char_is_punctuation(c))
		encoding_alone(e, c);
	else
		encoding_append(e, c);
}

static void encoding_lower(encoding *e, utf8proc_int32_t c)
{
	if (!e->w->options.lowercase) {
		encoding_put(e, c);
		return;
	}
	encoding_put(e, c == 0x130 ? 'i' : utf8proc_tolower(c));
	if (c == 0x130) /* the one letter of two in lower case: i and a dot above */
		encoding_put(e, 0x307);
}

/* Folds one character: NFD and marks dropped, lower case. */
static void encoding_fold(encoding *e, utf8proc_int32_t c)
{
	utf8proc_int32_t parts[16];
	utf8proc_ssize_t i, n;
	int boundary = 0;

	if (c < 128) {
		encoding_put(e, e->w->options.lowercase && c >= 'A' && c <= 'Z' ? c + 32 : c);
		return;
	}
	if (e->w->options.accents) {
		encoding_lower(e, c);
		return;
	}
	n = utf8proc_decompose_char(c, parts, 16, UTF8PROC_DECOMPOSE, &boundary);
	for (i = 0; i < n && i < 16; i++)
		if (char_category(parts[i]) != UTF8PROC_CATEGORY_MN)
			encoding_lower(e, parts[i]);
}

static void encoding_char(encoding *e, utf8proc_int32_t c)
{
	if (char_is_space(c)) {
		encoding_flush(e);
	} else if (!char_is_dropped(c)) {
		bool cjk = e->w->options.chinese && char_is_cjk(c);

		if (cjk)
			encoding_flush(e);
		encoding_fold(e, c);
		if (cjk)
			encoding_flush(e);
	}
}

/* A special token written out in the text is that token, as in Hugging Face's tokenizers; returns
 * its length, 0 if there is none here. */
static size_t encoding_special(encoding *e, const char *text, size_t len)
{
	static const char *const specials[] = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};
	size_t i, n;
	int32_t id;

	for (i = 0; i < sizeof specials / sizeof *specials; i++) {
		n = strlen(specials[i]);
		if (len < n || memcmp(text, specials[i], n) != 0)
			continue;
		id = wordpiece_find(e->w, text, n);
		if (id < 0)
			return 0;
		encoding_flush(e);
		encoding_emit(e, id);
		return n;
	}
	return 0;
}

size_t xs_wordpiece_encode(int32_t *ids, size_t room, const xs_wordpiece *w, const char *text,
			   size_t len)
{
	encoding e = {.w = w, .ids = ids, .room = room};
	utf8proc_int32_t c;
	utf8proc_ssize_t used;

	for (; len; text += used, len -= (size_t)used) {
		used = *text == '[' ? (utf8proc_ssize_t)encoding_special(&e, text, len) : 0;
		if (used > 0)
			continue;
		used = utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)len, &c);
		if (used <= 0)
			used = 1; /* ill-formed: U+FFFD, which is dropped */
		else
			encoding_char(&e, c);
	}
	encoding_flush(&e);
	return e.n;
}
