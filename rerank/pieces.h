/* SPDX-License-Identifier: MIT */
/* pieces.h - the tokens of a vocabulary: text to id and back.
 *
 * Knows nothing of how a text is cut.  Read-only once sealed. */
#ifndef XS_RERANK_PIECES_H
#define XS_RERANK_PIECES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef struct xs_piece {
	const char *text; /* borrowed, without NUL */
	uint32_t len;
} xs_piece;

/* A slot of the table, with bits of the text's hash: nearly all other texts are told apart by them,
 * without a look at the piece. */
typedef struct xs_piece_slot {
	int32_t number; /* id + 1, 0 is free */
	uint32_t tag;
} xs_piece_slot;

/* Zeroed: empty. */
typedef struct xs_pieces {
	xs_piece *list; /* by id */
	size_t n, cap;
	xs_piece_slot *slots; /* open addressing */
	size_t mask;
	size_t longest; /* bytes of the longest piece */
} xs_pieces;

/* Adds the next id's text; fills the table once all are in; releases the memory. */
void xs_pieces_add(xs_pieces *p, const char *text, size_t len);
void xs_pieces_seal(xs_pieces *p);
void xs_pieces_fini(xs_pieces *p);

/* The id of a text, of two that are the same the last one; -1: none. */
int32_t xs_pieces_find(const xs_pieces *p, const char *text, size_t len);

/* A hash of all texts in their order, the same on every machine. */
uint64_t xs_pieces_hash(const xs_pieces *p, uint64_t seed);

/* Whether the bytes are UTF-8 throughout. */
bool xs_pieces_utf8(const char *bytes, size_t len);

#endif
