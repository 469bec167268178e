/* SPDX-License-Identifier: MIT */
#include "rerank/pieces.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>
#include <xxhash.h>

#include "base/memory.h"

static size_t pieces_slot(const xs_pieces *p, const char *text, size_t len)
{
	size_t s = (size_t)XXH3_64bits(text, len) & p->mask;
	const xs_piece *at;

	for (; p->slots[s]; s = (s + 1) & p->mask) {
		at = &p->list[p->slots[s] - 1];
		if (at->len == len && memcmp(at->text, text, len) == 0)
			break;
	}
	return s;
}

int32_t xs_pieces_find(const xs_pieces *p, const char *text, size_t len)
{
	return len > p->longest ? -1 : p->slots[pieces_slot(p, text, len)] - 1;
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

	while (size < p->n * 2)
		size *= 2;
	p->mask = size - 1;
	p->slots = xs_calloc(size, sizeof *p->slots);
	for (i = 0; i < p->n; i++)
		p->slots[pieces_slot(p, p->list[i].text, p->list[i].len)] = (int32_t)i + 1;
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
