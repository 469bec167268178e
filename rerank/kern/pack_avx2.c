/* SPDX-License-Identifier: MIT */
/* pack_avx2.c - weights of int8 in steps of two words whose sums of products fit 16 bits (pairs.h).
 *
 * The words of a block are entries: for each one another is looked for that it fits, the heavy ones
 * first.  Where an entry is too heavy, part of its weights becomes an entry of its own, at the same
 * word of features: a sum of products does not mind.  Of weights of mean 30, as those of trained
 * models are, 8 to 15 % more steps come of it.  The worst weights, all -128 or 127, take twice as
 * many. */
#include "config.h"

#include <immintrin.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/memory.h"
#include "rerank/kern/list.h"
#include "rerank/kern/pairs.h"

enum {
	PACK_SUMS =
		4 *
		PAIRS_TILE, /* sums of positive and of negative weights, of either half of a word */
	PACK_MOST = 128,
	PACK_KEEP = 64, /* what stays of a sum that is too large, so that another one fits */
	PACK_LEVELS = 64,
	/* A word and what is split off it; finding a partner takes two entries away and adds one at most. */
	PACK_ENTRIES = 4 * PAIRS_DEPTH
};

/* A word's weights; the sums of the positive ones of each half, then those of the negative ones. */
typedef struct pack_entry {
	__m128i weight, sums; /* bytes; no more than 255 */
	uint16_t at;
} pack_entry;

typedef struct pack_block {
	pack_entry entry[PACK_ENTRIES];
	int n;
	uint16_t left[PACK_ENTRIES]; /* entries that have no partner yet, the heaviest first */
	int n_left;
} pack_block;

static __m128i pack_sums(__m128i weight)
{
	const __m128i zero = _mm_setzero_si128(), one = _mm_set1_epi8(1);
	__m128i plus = _mm_max_epi8(weight, zero);
	__m128i minus = _mm_sub_epi8(zero, _mm_min_epi8(weight, zero)); /* 128 is one, unsigned */

	return _mm_packus_epi16(_mm_maddubs_epi16(plus, one), _mm_maddubs_epi16(minus, one));
}

/* A bit for each sum that is too large. */
static int pack_over(__m128i a, __m128i b)
{
	__m128i more = _mm_subs_epu8(_mm_adds_epu8(a, b), _mm_set1_epi8((char)PACK_MOST));

	return _mm_movemask_epi8(_mm_cmpeq_epi8(more, _mm_setzero_si128())) ^ 0xffff;
}

static pack_entry *pack_new(pack_block *b, uint16_t at, __m128i weight)
{
	pack_entry *e = &b->entry[b->n++];

	*e = (pack_entry){weight, pack_sums(weight), at};
	return e;
}

/* Leaves in e's sum i as much as `room`, or what another entry does not hold; the rest goes to `to`. */
static void pack_move(int8_t *from, int8_t *to, int i, int room)
{
	int first = i % (PACK_SUMS / 2) * 2, sign = i < PACK_SUMS / 2 ? 1 : -1, sum = 0, rest;

	for (int k = first; k < first + 2; k++)
		sum += from[k] * sign > 0 ? from[k] * sign : 0;
	rest = sum - room < PACK_MOST ? sum - room : PACK_MOST;
	for (int k = first; k < first + 2; k++) {
		int size = from[k] * sign, part = size < rest ? size : rest;

		if (part <= 0)
			continue;
		from[k] = (int8_t)(from[k] - sign * part);
		to[k] = (int8_t)(sign * part);
		rest -= part;
	}
}

/* Splits off e what its sums in `over` have beyond the room for each: the number of the new entry. */
static uint16_t pack_split(pack_block *b, pack_entry *e, int over, const uint8_t room[PACK_SUMS])
{
	int8_t from[PACK_SUMS], to[PACK_SUMS] = {0};

	memcpy(from, &e->weight, sizeof from);
	for (int i = 0; i < PACK_SUMS; i++)
		if (over >> i & 1)
			pack_move(from, to, i, room[i]);
	e->weight = _mm_loadu_si128((const __m128i *)from);
	e->sums = pack_sums(e->weight);
	pack_new(b, e->at, _mm_loadu_si128((const __m128i *)to));
	return (uint16_t)(b->n - 1);
}

static void pack_read(pack_block *b, const xs_matrix *m, int tile, int from, int words)
{
	uint8_t keep[PACK_SUMS];

	memset(keep, PACK_KEEP, sizeof keep);
	b->n = 0;
	for (int k = 0; k < words; k++) {
		uint32_t word[PAIRS_TILE] = {0};

		for (int r = 0; r < PAIRS_TILE && tile * PAIRS_TILE + r < m->outputs; r++)
			word[r] = m->data[(size_t)(tile * PAIRS_TILE + r) * m->stride +
					  (size_t)(from + k)];
		pack_entry *e = pack_new(b, (uint16_t)k, _mm_loadu_si128((const __m128i *)word));
		int over = pack_over(e->sums, _mm_setzero_si128());

		if (over)
			pack_split(b, e, over, keep);
	}
}

/* Fills `left`: a sort by counting. */
static void pack_sort(pack_block *b)
{
	int start[PACK_LEVELS + 1] = {0};
	uint8_t level[PACK_ENTRIES];

	for (int i = 0; i < b->n; i++) {
		__m128i halves = _mm_sad_epu8(b->entry[i].sums, _mm_setzero_si128());
		int sum = _mm_cvtsi128_si32(halves) + _mm_extract_epi16(halves, 4);
		int heavy = sum / 16 < PACK_LEVELS ? sum / 16 : PACK_LEVELS - 1;

		level[i] = (uint8_t)(PACK_LEVELS - 1 - heavy);
		start[level[i] + 1]++;
	}
	for (int i = 1; i <= PACK_LEVELS; i++)
		start[i] += start[i - 1];
	for (int i = 0; i < b->n; i++)
		b->left[start[level[i]]++] = (uint16_t)i;
	b->n_left = b->n;
}

/* The place in `left` of the lightest entry that fits e, or of the one that is over in the fewest
 * sums; -1 where none is left from `from` on. */
static int pack_partner(const pack_block *b, const pack_entry *e, int from)
{
	int best = -1, least = PACK_SUMS + 1;

	for (int i = b->n_left - 1; i >= from && least > 0; i--) {
		int over =
			__builtin_popcount((unsigned)pack_over(e->sums, b->entry[b->left[i]].sums));

		if (over < least) {
			least = over;
			best = i;
		}
	}
	return best;
}

/* Steps of all entries; `to` has room for PACK_ENTRIES / 2. */
static size_t pack_steps(pairs_step *to, pack_block *b)
{
	size_t n = 0;

	for (int i = 0; i < b->n_left; i++, n++) {
		const pack_entry *e = &b->entry[b->left[i]];
		int place = pack_partner(b, e, i + 1);

		to[n] = (pairs_step){.at = {e->at, e->at}};
		_mm_storeu_si128((__m128i *)to[n].weight[0], e->weight);
		if (place < 0)
			continue;
		pack_entry *other = &b->entry[b->left[place]];
		int over = pack_over(e->sums, other->sums);
		uint8_t room[PACK_SUMS];

		b->n_left--;
		memmove(b->left + place, b->left + place + 1,
			(size_t)(b->n_left - place) * sizeof *b->left);
		_mm_storeu_si128((__m128i *)room,
				 _mm_subs_epu8(_mm_set1_epi8((char)PACK_MOST), e->sums));
		if (over)
			b->left[b->n_left++] = pack_split(b, other, over, room);
		to[n].at[1] = other->at;
		_mm_storeu_si128((__m128i *)to[n].weight[1], other->weight);
	}
	return n;
}

xs_matrix xs_pack_int8_avx2(xs_arena *a, const xs_matrix *m)
{
	size_t tiles = ((size_t)m->outputs + PAIRS_TILE - 1) / PAIRS_TILE, cap = 0, n = 0;
	size_t blocks = ((size_t)m->words + PAIRS_DEPTH - 1) / PAIRS_DEPTH;
	uint32_t *begin = xs_arena_array(a, tiles * blocks + 1, sizeof *begin);
	pack_block *b = xs_aligned(64, sizeof *b);
	pairs_step *step = NULL, *data;
	xs_matrix packed = *m;

	for (size_t i = 0; i < tiles * blocks; i++) {
		int from = (int)(i % blocks) * PAIRS_DEPTH;
		int words = m->words - from < PAIRS_DEPTH ? m->words - from : PAIRS_DEPTH;

		pack_read(b, m, (int)(i / blocks), from, words);
		pack_sort(b);
		if (n + PACK_ENTRIES / 2 > cap) {
			cap = 2 * cap + PACK_ENTRIES / 2;
			step = xs_realloc(step, cap * sizeof *step);
		}
		n += pack_steps(step + n, b);
		begin[i + 1] = (uint32_t)n;
	}
	data = xs_arena_array(a, n, sizeof *data);
	if (n) /* without inputs there is nothing to copy */
		memcpy(data, step, n * sizeof *data);
	free(step);
	free(b);
	packed.data = (const uint32_t *)(const void *)data;
	packed.packed = true;
	packed.begin = begin;
	packed.stride = blocks;
	return packed;
}
