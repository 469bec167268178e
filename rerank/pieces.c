/* SPDX-License-Identifier: MIT */
/* pieces.c - a vocabulary as a hash table with open addressing.
 *
 * A text is looked up at every place where a token may end, so a miss must be quick: the table is at
 * most half full, and nothing longer than the longest piece is looked up. */
#include "rerank/pieces.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>
#include <xxhash.h>

#include "base/memory.h"

/* The bits of a hash that do not choose the slot. */
static uint32_t pieces_tag(uint64_t hash)
{
	return (uint32_t)(hash >> 32);
}

/* The slot of the text, or the free one where it would be. There is always a free one, so the loop
 * ends. */
static size_t pieces_slot(const xs_pieces *p, const char *text, size_t len, uint64_t hash)
{
	size_t s = (size_t)hash & p->mask;
	const xs_piece *at;

	for (; p->slots[s].number; s = (s + 1) & p->mask) {
		if (p->slots[s].tag != pieces_tag(hash))
			continue;
		at = &p->list[p->slots[s].number - 1];
		if (at->len == len && memcmp(at->text, text, len) == 0)
			break;
	}
	return s;
}

int32_t xs_pieces_find(const xs_pieces *p, const char *text, size_t len)
{
	if (len > p->longest)
		return -1;
	return p->slots[pieces_slot(p, text, len, XXH3_64bits(text, len))].number - 1;
}

void xs_pieces_add(xs_pieces *p, const char *text, size_t len)
{
	p->list = xs_grow(p->list, p->n, &p->cap, sizeof *p->list);
	p->list[p->n++] = (xs_piece){text, (uint32_t)len};
	if (len > p->longest)
		p->longest = len;
}

void xs_pieces_seal(xs_pieces *p)
{
	size_t i, size = 16;
	uint64_t hash;

	/* Twice as many slots as pieces: a miss then looks at 2.5 slots in the mean (Knuth 6.4). */
	while (size < p->n * 2)
		size *= 2;
	p->mask = size - 1;
	p->slots = xs_calloc(size, sizeof *p->slots);
	for (i = 0; i < p->n; i++) {
		const xs_piece *piece = &p->list[i];

		hash = XXH3_64bits(piece->text, piece->len);
		/* Of two equal pieces the last has the id, as in a dictionary that is filled in
		 * order. */
		p->slots[pieces_slot(p, piece->text, piece->len, hash)] =
			(xs_piece_slot){(int32_t)i + 1, pieces_tag(hash)};
	}
}

void xs_pieces_fini(xs_pieces *p)
{
	free(p->list);
	free(p->slots);
}

uint64_t xs_pieces_hash(const xs_pieces *p, uint64_t seed)
{
	XXH3_state_t *state = XXH3_createState();
	uint64_t hash;
	size_t i;

	XXH3_64bits_reset_withSeed(state, seed);
	for (i = 0; i < p->n; i++) {
		XXH3_64bits_update(state, p->list[i].text, p->list[i].len);
		/* The NUL between two: "ab", "c" must not be "a", "bc". */
		XXH3_64bits_update(state, "", 1);
	}
	hash = XXH3_64bits_digest(state);
	XXH3_freeState(state);
	return hash;
}

bool xs_pieces_utf8(const char *bytes, size_t len)
{
	utf8proc_int32_t c;
	utf8proc_ssize_t used;

	for (; len; bytes += used, len -= (size_t)used) {
		used = utf8proc_iterate((const utf8proc_uint8_t *)bytes, (utf8proc_ssize_t)len, &c);
		if (used <= 0)
			return false;
	}
	return true;
}
