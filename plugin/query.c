/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query.c - a query's memory, and what the program knows of it that no plugin sees. */
#include "plugin/query.h"

/* The public struct stands first: a pointer to it is one to the whole. */
typedef struct query_whole {
	xs_query query;
	xs_arena *arena;
	struct xs_index *index;
	bool foreign;
	const uint32_t *order;
	size_t n_order;
	const uint64_t *added;
	size_t n_added;
} query_whole;

/* In its own arena: one call frees the query and all that its stages made. */
xs_query *xs_query_new(void)
{
	xs_arena *a = xs_arena_new();
	query_whole *whole = xs_arena_alloc(a, sizeof *whole);

	whole->arena = a;
	whole->query.abi = XS_PLUGIN_ABI;
	whole->query.size = sizeof whole->query;
	/* Never NULL, so that no stage has to ask. */
	whole->query.text = "";
	return &whole->query;
}

void xs_query_free(xs_query *q)
{
	if (q)
		xs_arena_free(xs_query_arena(q));
}

xs_arena *xs_query_arena(const xs_query *q)
{
	return ((const query_whole *)q)->arena;
}

/* Not by plugin.h: a plugin that held the index would need its functions and their layout. */
void xs_query_set_index(xs_query *q, struct xs_index *index, bool foreign)
{
	query_whole *whole = (query_whole *)q;

	whole->index = index;
	whole->foreign = foreign;
}

struct xs_index *xs_query_index(const xs_query *q)
{
	return ((const query_whole *)q)->index;
}

bool xs_query_foreign(const xs_query *q)
{
	return ((const query_whole *)q)->foreign;
}

void xs_query_set_order(xs_query *q, const uint32_t *pages, size_t n)
{
	query_whole *whole = (query_whole *)q;

	/* Borrowed: who sets it keeps it in the query's arena. */
	whole->order = pages;
	whole->n_order = n;
}

const uint32_t *xs_query_order(size_t *n, const xs_query *q)
{
	const query_whole *whole = (const query_whole *)q;

	*n = whole->n_order;
	return whole->order;
}

void xs_query_set_added(xs_query *q, const uint64_t *passages, size_t n)
{
	query_whole *whole = (query_whole *)q;

	whole->added = passages;
	whole->n_added = n;
}

const uint64_t *xs_query_added(size_t *n, const xs_query *q)
{
	const query_whole *whole = (const query_whole *)q;

	*n = whole->n_added;
	return whole->added;
}

const char *xs_query_searched(const xs_query *q)
{
	return q->corrected_shown ? q->corrected : q->text;
}
