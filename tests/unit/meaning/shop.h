/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shop.h - small indexes with made-up vectors, and searches in them.
 *
 * The question's vector is (1, 0, 0 …), so the first number of a passage's vector is its cosine. */
#ifndef XS_TESTS_UNIT_MEANING_SHOP_H
#define XS_TESTS_UNIT_MEANING_SHOP_H

#include "index/index.h"
#include "index/query.h"

enum { DIMENSIONS = 8, IDENTITY = 77, SHOP = 9 };

/* A passage to be indexed; cosine 0: it gets no vector. */
typedef struct passage {
	uint64_t docid;
	const char *url, *title, *text, *language;
	double cosine;
	int along;    /* the other dimension that its vector has */
	bool changed; /* since its vector was made */
} passage;

/* The pages of a shop. */
extern const passage shop[SHOP];

/* Half by words and half by vectors. */
extern const xs_meaning meaning;

/* Make the index's documents, and its file of vectors, anew. */
void write_documents(const passage *p, size_t n);
void write_vectors(const passage *p, size_t n, uint64_t identity);

xs_index *open_index(void);

/* An index of all passages of the shop but the last, which has a vector and is not there any more. */
xs_index *open_shop(void);

/* `filter` may be NULL, and `m`: by words alone. */
void search(xs_search_result *out, xs_arena *a, xs_index *ix, const char *text, const char *filter,
	    const xs_meaning *m, size_t depth);

/* The numbers of what is found: best passages, then "/" and further ones. */
const char *list(xs_arena *a, const xs_search_result *r);

/* The list of a search with `meaning`. */
const char *found(xs_arena *a, xs_index *ix, const char *text, const char *filter);

#endif
