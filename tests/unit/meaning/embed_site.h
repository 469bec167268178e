/* SPDX-License-Identifier: GPL-2.0-or-later */
/* embed_site.h - a folder of pages that is indexed and embedded.
 *
 * The embedder is a hash of the text, so that every text has a vector of its own. */
#ifndef XS_TESTS_UNIT_MEANING_EMBED_SITE_H
#define XS_TESTS_UNIT_MEANING_EMBED_SITE_H

#include "index/index.h"

enum { DIMENSIONS = 16, MANY = 600 };

/* What the embedder did, and when it stops. */
typedef struct fake {
	size_t texts, calls;
	size_t fail_at, stop_at, die_at; /* in which call, from 1; 0: never */
	atomic_int stop;
	bool no_german;
	int log; /* a file that each call adds its texts to, as fake_line; 0: none */
	uint64_t run;
} fake;

/* A text that was embedded: in which run, in which call of it. */
typedef struct fake_line {
	uint64_t run, call, content;
} fake_line;

extern fake model;
extern uint64_t identity; /* the embedder's */

/* For cmocka: a folder with an empty folder "site" in it; the embedder is as new. */
int site_set_up(void **state);

void fake_vector(float *out, const char *title, const char *heading, const char *text);
uint64_t content(const char *title, const char *heading, const char *text);

void page(const char *name, const char *text);

/* A page of MANY passages. */
void long_page(const char *name, int number);

xs_index *open_index(xs_arena *a, const char *name, xs_index_mode mode);

/* Indexes the words alone. */
void update(xs_arena *a, xs_index *ix);

/* Indexes and embeds as one run does. */
int run(xs_embed_summary *out);

/* A run that ends well, and embeds so many and keeps so many. */
void runs(size_t embedded, size_t kept);

int check(xs_index_report *out, xs_arena *a, const char *name);

/* Every passage that is to have one has its vector in the file, and nothing else is there. */
void is_whole(const char *name, size_t rows);

#endif
