/* SPDX-License-Identifier: MIT */
/* bpe_table.h - what a byte-level BPE tokenizer knows, shared by its reader (bpe_json.c) and its
 * encoder (bpe.c). */
#ifndef XS_RERANK_BPE_TABLE_H
#define XS_RERANK_BPE_TABLE_H

#include "base/arena.h"
#include "rerank/bpe.h"
#include "rerank/pieces.h"

/* Two tokens side by side become one; the lowest rank goes first. */
typedef struct xs_bpe_merge {
	int32_t left, right, result, rank;
} xs_bpe_merge;

/* A token that is looked for in the text itself. */
typedef struct xs_bpe_special {
	const char *text;
	size_t len;
	int32_t id;
	bool left, right; /* space on that side of it belongs to it */
} xs_bpe_special;

struct xs_bpe {
	xs_arena *a; /* texts */
	xs_pieces pieces;
	int32_t bytes
		[256]; /* the token of a byte, the unknown one if it has none; -1: it is left out */
	xs_bpe_merge *merges;
	uint32_t *slots; /* open addressing by (left, right): merge + 1, 0 is free */
	size_t n_merges, mask;
	xs_bpe_special *specials;
	size_t n_specials;
	bool begins[256]; /* some special token begins with the byte */
	bool prefix;	  /* a text that begins without a space gets one */
	uint64_t hash;
};

/* The slot of two tokens' merge, or the free one where it would be. */
size_t xs_bpe_slot(const xs_bpe *b, int32_t left, int32_t right);

/* The character that stands for a byte in the vocabulary's texts, in UTF-8; returns its length. */
size_t xs_bpe_letter(char to[2], unsigned byte);

#endif
