/* SPDX-License-Identifier: GPL-2.0-or-later */
/* recent.c - finished queries that are kept for who asks the same again. */
#include "serve/recent.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "base/arena.h"
#include "base/memory.h"
#include "plugin/pipeline.h"
#include "plugin/query.h"

/* More answers than this are never kept: they are looked for one bucket after the other. */
enum { RECENT_BUCKETS = 1024 };

struct xs_recent_answer {
	xs_recent_answer *next;		 /* in its bucket */
	xs_recent_answer *newer, *older; /* in the order of their use */
	uint64_t key, version;
	xs_query *query;
	size_t bytes;
	unsigned holders; /* one of them is the table, while it is kept */
};

struct xs_recent {
	pthread_mutex_t lock;
	xs_recent_answer *buckets[RECENT_BUCKETS];
	xs_recent_answer *newest, *oldest;
	size_t bytes, most;
};

xs_recent *xs_recent_new(size_t bytes)
{
	xs_recent *r = xs_calloc(1, sizeof *r);

	pthread_mutex_init(&r->lock, NULL);
	r->most = bytes;
	return r;
}

/* Under the lock, or where nobody else knows of it. */
static void recent_drop(xs_recent_answer *a)
{
	if (--a->holders > 0)
		return;
	xs_query_free(a->query);
	free(a);
}

/* Takes it out of the table. */
static void recent_forget(xs_recent *r, xs_recent_answer *a)
{
	xs_recent_answer **at = &r->buckets[a->key % RECENT_BUCKETS];

	while (*at != a)
		at = &(*at)->next;
	*at = a->next;
	*(a->newer ? &a->newer->older : &r->newest) = a->older;
	*(a->older ? &a->older->newer : &r->oldest) = a->newer;
	r->bytes -= a->bytes;
	recent_drop(a);
}

void xs_recent_free(xs_recent *r)
{
	if (!r)
		return;
	while (r->oldest)
		recent_forget(r, r->oldest);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

static uint64_t recent_text(uint64_t hash, const char *text)
{
	return XXH3_64bits_withSeed(text ? text : "", text ? strlen(text) + 1 : 0, hash);
}

/* Of all that makes a question; two questions in 2^64 have the same, and recent_same() looks again. */
static uint64_t recent_key(const xs_query *q)
{
	/* All that changes an answer must be here and in recent_same(): a member that is
	 * forgotten gives one asker the answer of another. */
	const size_t numbers[] = {q->offset, q->n,	     q->newest, q->no_rerank,
				  q->plain,  q->no_spelling, q->n_seen, q->n_filters};
	uint64_t hash = XXH3_64bits(numbers, sizeof numbers);
	const uint32_t *order;
	size_t n_order;

	hash = recent_text(recent_text(hash, q->text), q->languages);
	for (size_t i = 0; i < q->n_filters; i++)
		hash = recent_text(hash, q->filters[i]);
	hash = recent_text(recent_text(hash, q->mark[0]), q->mark[1]);
	if (q->n_seen)
		hash = XXH3_64bits_withSeed(q->seen, q->n_seen * sizeof *q->seen, hash);
	order = xs_query_order(&n_order, q);
	return n_order ? XXH3_64bits_withSeed(order, n_order * sizeof *order, hash) : hash;
}

static bool recent_equal(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool recent_same_order(const xs_query *a, const xs_query *b)
{
	size_t n, m;
	const uint32_t *of_a = xs_query_order(&n, a), *of_b = xs_query_order(&m, b);

	return n == m && (!n || !memcmp(of_a, of_b, n * sizeof *of_a));
}

static bool recent_same(const xs_query *a, const xs_query *b)
{
	if (!recent_equal(a->text, b->text) || !recent_equal(a->languages, b->languages) ||
	    a->offset != b->offset || a->n != b->n || a->newest != b->newest ||
	    a->no_rerank != b->no_rerank || a->plain != b->plain ||
	    a->no_spelling != b->no_spelling || a->n_seen != b->n_seen ||
	    a->n_filters != b->n_filters || !recent_equal(a->mark[0], b->mark[0]) ||
	    !recent_equal(a->mark[1], b->mark[1]) ||
	    (a->n_seen && memcmp(a->seen, b->seen, a->n_seen * sizeof *a->seen)))
		return false;
	for (size_t i = 0; i < a->n_filters; i++)
		if (strcmp(a->filters[i], b->filters[i]))
			return false;
	return recent_same_order(a, b);
}

/* Makes it the one that was used last. */
static void recent_enter(xs_recent *r, xs_recent_answer *a)
{
	a->older = r->newest;
	a->newer = NULL;
	*(r->newest ? &r->newest->newer : &r->oldest) = a;
	r->newest = a;
}

static void recent_use(xs_recent *r, xs_recent_answer *a)
{
	*(a->newer ? &a->newer->older : &r->newest) = a->older;
	*(a->older ? &a->older->newer : &r->oldest) = a->newer;
	recent_enter(r, a);
}

/* An answer of the same question; one of another version is of no use any more. */
static xs_recent_answer *recent_find(xs_recent *r, const xs_query *q, uint64_t key,
				     uint64_t version)
{
	xs_recent_answer *a = r->buckets[key % RECENT_BUCKETS];

	while (a && !(a->key == key && recent_same(a->query, q)))
		a = a->next;
	/* Its memory is of more use to the answer that will take its place. */
	if (a && a->version != version) {
		recent_forget(r, a);
		a = NULL;
	}
	return a;
}

xs_recent_answer *xs_recent_get(xs_recent *r, const xs_query *q, uint64_t version)
{
	xs_recent_answer *a;

	if (!r->most)
		return NULL;
	pthread_mutex_lock(&r->lock);
	a = recent_find(r, q, recent_key(q), version);
	if (a) {
		recent_use(r, a);
		a->holders++;
	}
	pthread_mutex_unlock(&r->lock);
	return a;
}

/* Whether another run would give the same. */
static bool recent_may(const xs_query *q)
{
	for (size_t i = 0; i < q->n_timings; i++)
		if (q->timings[i].error)
			return false;
	/* A partial order depends on how busy the machine was. One that was asked for without
	 * the reranker does not. */
	return q->rerank.status == XS_RERANK_FULL || q->rerank.status == XS_RERANK_NONE ||
	       q->no_rerank || q->n_candidates == 0;
}

/* The question of `q`, copied into a new query. */
static xs_query *recent_question(const xs_query *q)
{
	xs_query *copy = xs_query_new();
	xs_arena *a = xs_query_arena(copy);
	const char **filters = xs_arena_array(a, q->n_filters + 1, sizeof *filters);
	uint32_t *seen = xs_arena_array(a, q->n_seen + 1, sizeof *seen), *order;
	const uint32_t *from;
	size_t n_order;

	*copy = *q;
	/* It points into the call, which ends before the answer does. */
	copy->deadline = (xs_deadline){0};
	copy->text = xs_arena_dup(a, q->text);
	copy->languages = q->languages ? xs_arena_dup(a, q->languages) : NULL;
	for (size_t i = 0; i < q->n_filters; i++)
		filters[i] = xs_arena_dup(a, q->filters[i]);
	copy->filters = filters;
	if (q->n_seen)
		memcpy(seen, q->seen, q->n_seen * sizeof *seen);
	copy->seen = seen;
	from = xs_query_order(&n_order, q);
	order = xs_arena_array(a, n_order + 1, sizeof *order);
	if (n_order)
		memcpy(order, from, n_order * sizeof *order);
	xs_query_set_order(copy, order, n_order);
	copy->mark[0] = xs_arena_dup(a, q->mark[0]);
	copy->mark[1] = xs_arena_dup(a, q->mark[1]);
	return copy;
}

static const char **recent_texts(xs_arena *a, const char *const *texts, size_t n)
{
	const char **copy = xs_arena_array(a, n + 1, sizeof *copy);

	for (size_t i = 0; i < n; i++)
		copy[i] = xs_arena_dup(a, texts[i]);
	return copy;
}

/* A candidate that is shown: all but its text and tokens. */
static void recent_shown(xs_candidate *out, const xs_candidate *c, xs_arena *a)
{
	*out = *c;
	out->url = xs_arena_dup(a, c->url);
	out->anchor = xs_arena_dup(a, c->anchor);
	out->title = xs_arena_dup(a, c->title);
	out->heading = xs_arena_dup(a, c->heading);
	out->path = xs_arena_dup(a, c->path);
	out->type = xs_arena_dup(a, c->type);
	out->language = xs_arena_dup(a, c->language);
	out->meta = xs_arena_dup(a, c->meta);
	out->versions = xs_arena_dup(a, c->versions);
	out->snippet = xs_arena_dup(a, c->snippet);
	/* The largest part of a candidate, and shown nowhere once the snippet is made. */
	out->text = "";
	out->ids = NULL;
	out->n_ids = 0;
}

/* The place of a candidate that is shown, in the copies of all; the list is short. */
static xs_candidate *recent_place(const xs_query *q, const xs_candidate *c, xs_candidate *copies,
				  xs_arena *a)
{
	for (size_t i = 0; i < q->n_candidates; i++)
		if (q->candidates[i] == c) {
			/* A hit may be shown twice, as best and in a sub-list: it is copied
			 * once. */
			if (!copies[i].url)
				recent_shown(&copies[i], c, a);
			return &copies[i];
		}
	return NULL;
}

static void recent_groups(xs_query *copy, const xs_query *q, xs_candidate *copies)
{
	xs_group *groups = xs_arena_array(xs_query_arena(copy), q->n_groups + 1, sizeof *groups);

	for (size_t i = 0; i < q->n_groups; i++) {
		const xs_group *g = &q->groups[i];

		groups[i] = *g;
		groups[i].best = recent_place(q, g->best, copies, xs_query_arena(copy));
		groups[i].sub =
			xs_arena_array(xs_query_arena(copy), g->n_sub + 1, sizeof *groups[i].sub);
		for (size_t k = 0; k < g->n_sub; k++)
			groups[i].sub[k] = recent_place(q, g->sub[k], copies, xs_query_arena(copy));
	}
	copy->groups = groups;
}

static void recent_added(xs_query *copy, const xs_query *q)
{
	size_t n;
	const uint64_t *from = xs_query_added(&n, q);
	uint64_t *added = xs_arena_array(xs_query_arena(copy), n + 1, sizeof *added);

	if (n)
		memcpy(added, from, n * sizeof *added);
	xs_query_set_added(copy, added, n);
}

/* What is shown of an answer is a tenth of what was looked at: of candidates that are not shown only the
 * numbers are kept, for the window of results. */
static xs_query *recent_copy(const xs_query *q)
{
	xs_query *copy = recent_question(q);
	xs_arena *a = xs_query_arena(copy);
	xs_candidate *copies = xs_arena_array(a, q->n_candidates + 1, sizeof *copies);

	copy->question = xs_arena_dup(a, q->question);
	copy->corrected = xs_arena_dup(a, q->corrected);
	copy->corrected_shown = q->corrected_shown;
	copy->meaning = xs_arena_dup(a, q->meaning);
	recent_added(copy, q);
	copy->terms = recent_texts(a, q->terms, q->n_terms);
	copy->warnings = recent_texts(a, q->warnings, q->n_warnings);
	recent_groups(copy, q, copies);
	copy->candidates = xs_arena_array(a, q->n_candidates + 1, sizeof *copy->candidates);
	for (size_t i = 0; i < q->n_candidates; i++) {
		copy->candidates[i] = &copies[i];
		copies[i].page = q->candidates[i]->page;
		copies[i].passage = q->candidates[i]->passage;
	}
	copy->rerank.reason = xs_arena_dup(a, q->rerank.reason);
	copy->rerank.model = xs_arena_dup(a, q->rerank.model);
	copy->timings = xs_arena_array(a, q->n_timings + 1, sizeof *copy->timings);
	for (size_t i = 0; i < q->n_timings; i++) {
		copy->timings[i] = q->timings[i];
		copy->timings[i].stage = xs_arena_dup(a, q->timings[i].stage);
	}
	return copy;
}

void xs_recent_put(xs_recent *r, const xs_query *q, uint64_t version)
{
	xs_recent_answer *a, *old;

	if (!r->most || !recent_may(q))
		return;
	a = xs_calloc(1, sizeof *a);
	*a = (xs_recent_answer){.key = recent_key(q),
				.version = version,
				.query = recent_copy(q),
				.holders = 1};
	/* Copied outside the lock: that takes longest. */
	a->bytes = xs_arena_used(xs_query_arena(a->query)) + sizeof *a;
	if (a->bytes > r->most) { /* it is larger than all that may be kept */
		recent_drop(a);
		return;
	}
	pthread_mutex_lock(&r->lock);
	/* Two threads may have run the same question; the later answer stays. */
	old = recent_find(r, q, a->key, version);
	if (old)
		recent_forget(r, old);
	while (r->oldest && r->bytes + a->bytes > r->most)
		recent_forget(r, r->oldest);
	a->next = r->buckets[a->key % RECENT_BUCKETS];
	r->buckets[a->key % RECENT_BUCKETS] = a;
	recent_enter(r, a);
	r->bytes += a->bytes;
	pthread_mutex_unlock(&r->lock);
}

void xs_recent_release(xs_recent *r, xs_recent_answer *a)
{
	if (!a)
		return;
	pthread_mutex_lock(&r->lock);
	recent_drop(a);
	pthread_mutex_unlock(&r->lock);
}

/* The warnings of the run come after those that are there. */
static void recent_warn(xs_query *q, const xs_query *from)
{
	const char **all = xs_arena_array(xs_query_arena(q), q->n_warnings + from->n_warnings + 1,
					  sizeof *all);

	for (size_t i = 0; i < q->n_warnings; i++)
		all[i] = q->warnings[i];
	for (size_t i = 0; i < from->n_warnings; i++)
		all[q->n_warnings + i] = from->warnings[i];
	q->warnings = all;
	q->n_warnings += from->n_warnings;
}

void xs_recent_read(xs_query *q, const xs_recent_answer *a)
{
	const xs_query *from = a->query;
	const uint64_t *added;
	size_t n_added;

	recent_warn(q, from);
	/* Borrowed, not copied: the call holds the answer until its reply has been sent. */
	q->question = from->question;
	q->corrected = from->corrected;
	q->corrected_shown = from->corrected_shown;
	q->meaning = from->meaning;
	q->meaning_alone = from->meaning_alone;
	q->meaning_encode_ms = from->meaning_encode_ms;
	q->meaning_search_ms = from->meaning_search_ms;
	added = xs_query_added(&n_added, from);
	xs_query_set_added(q, added, n_added);
	q->candidates = from->candidates;
	q->n_candidates = from->n_candidates;
	q->total = from->total;
	q->terms = from->terms;
	q->n_terms = from->n_terms;
	q->groups = from->groups;
	q->n_groups = from->n_groups;
	q->n_pages = from->n_pages;
	q->rerank = from->rerank;
	q->timings = from->timings;
	q->n_timings = from->n_timings;
}
