/* SPDX-License-Identifier: MIT */
/* attend_vec.h - attention for the vector variants: keys in groups, softmax, the order of things.
 *
 * Included after attend_dots_vec.h and, from what knows the form of the numbers (attend_f32_vec.h,
 * attend_avx512bf16.c),
 *	attend_v		an item of a value
 *	ATTEND_SCALE, attend_exp	scores × ATTEND_SCALE / sqrt(size) are exponents of attend_exp
 *	attend_add		adds a chunk's weighted values, for document and query tokens
 *	attend_row_add		the same for CLS
 *	FULL_FEATURES and what attend_full_vec.h takes
 *
 * Query and document tokens: LANES of them at a time, one a lane.  A key that they all see (CLS,
 * the query's) is broadcast; the keys of a window slide along with the lanes.  Where no window slides,
 * attend_full_vec.h has a faster way.  Scores, softmax and weighted sum of a head then are three runs of
 * multiply-adds, with no sum across a register.  Limit: one multiply-add a (key, item, LANES tokens),
 * twice; keys and values of a head's tile are read from memory once and stay in the first-level
 * cache.
 *
 * CLS: one token, so that keys take the lanes. */
#include <float.h>
#include <math.h>

/* One head of LANES tokens. */
typedef struct attend_tile {
	const attend_k *q; /* where they are, or a copy of fewer than LANES of them */
	size_t q_ld;
	attend_k part[ATTEND_SIZE / ATTEND_GROUP * LANES];
	vec out[ATTEND_SIZE]; /* so far */
	vec score[ATTEND_CHUNKS * (ATTEND_KEYS + 1)], max, sum;
	vec scale; /* of scores */
	attend_chunk chunk[ATTEND_CHUNKS];
	int chunks, size, keys; /* keys: whose scores are there */
	bool begun;		/* something is in `out` */
} attend_tile;

/* Whether some lane's key does not exist. */
static inline bool attend_edge(const attend_chunk *c)
{
	return c->slides && (c->from > 0 || c->to - c->n + 1 < LANES);
}

/* Where weighted sums go. */
typedef struct attend_place {
	float *out;
	size_t ld;
} attend_place;

/* Scores of a chunk or, with `add`, its weighted values, for a number of keys that is known when it
 * runs. */
VEC_INLINE void attend_chunk_of(attend_tile *t, attend_place to, vec *score, const attend_chunk *c,
				const bool add, const bool slides, const bool edge, const bool more)
{
	switch (c->n) {
#define ATTEND_CASE(n)                                                                            \
	case n:                                                                                   \
		if (add)                                                                          \
			attend_add(to.out, to.ld, t->begun ? t->out : NULL, score, c, t->size, n, \
				   slides, edge, more);                                           \
		else                                                                              \
			attend_dots(score, t->q, t->q_ld, c, t->size, t->scale, n, slides, edge,  \
				    more);                                                        \
		break;
		ATTEND_CASE(1)
		ATTEND_CASE(2)
		ATTEND_CASE(3)
		ATTEND_CASE(4)
		ATTEND_CASE(5)
		ATTEND_CASE(6)
		ATTEND_CASE(7)
		ATTEND_CASE(8)
#if ATTEND_KEYS > 8
		ATTEND_CASE(9)
		ATTEND_CASE(10)
		ATTEND_CASE(11)
		ATTEND_CASE(12)
#endif
#undef ATTEND_CASE
	}
}

/* Scores of a chunk; where a lane's key does not exist, -inf. */
static void attend_scores(attend_tile *t, vec *score, const attend_chunk *c)
{
	const attend_place none = {NULL, 0};

	if (!c->slides && c->more_k) {
		attend_chunk_of(t, none, score, c, false, false, false, true);
	} else if (!c->slides) {
		attend_chunk_of(t, none, score, c, false, false, false, false);
	} else if (!attend_edge(c)) {
		attend_chunk_of(t, none, score, c, false, true, false, false);
	} else {
		attend_chunk_of(t, none, score, c, false, true, true, false);
		for (int i = 0; i < c->n; i++)
			score[i] = vec_keep(score[i], c->from - i, c->to - i, vec_set(-INFINITY));
	}
}

/* What is in `out` and the weighted values of a chunk. */
static void attend_values(attend_tile *t, attend_place to, vec *weight, const attend_chunk *c)
{
	if (!c->slides && c->more_k)
		attend_chunk_of(t, to, weight, c, true, false, false, true);
	else if (!c->slides)
		attend_chunk_of(t, to, weight, c, true, false, false, false);
	else if (!attend_edge(c))
		attend_chunk_of(t, to, weight, c, true, true, false, false);
	else
		attend_chunk_of(t, to, weight, c, true, true, true, false);
	t->begun = true;
}

/* Keys of a chunk. */
static int attend_count(const attend_chunk *c)
{
	return c->n + (c->more_k != NULL);
}

/* Scores of the chunks at hand. */
static void attend_flush_scores(attend_tile *t)
{
	t->keys = 0;
	for (int i = 0; i < t->chunks; t->keys += attend_count(&t->chunk[i++]))
		attend_scores(t, t->score + t->keys, &t->chunk[i]);
}

/* Their softmax.  What was summed under a smaller maximum shrinks to the new one; the last time all is
 * divided by the sum. */
static void attend_flush_softmax(attend_tile *t, bool last)
{
	vec max = t->max, other = max, sum = vec_zero(), part = vec_set(1);
	int n = t->keys;

	for (int i = 0; i + 1 < n; i += 2) { /* two, since one would wait for itself */
		max = vec_max(t->score[i], max);
		other = vec_max(t->score[i + 1], other);
	}
	if (n % 2)
		max = vec_max(t->score[n - 1], max);
	max = vec_max(other, max);
	for (int i = 0; i < n; i++) {
		t->score[i] = attend_exp(t->score[i] - max);
		sum = sum + t->score[i];
	}
	vec shrink = attend_exp(t->max - max);
	t->sum = vec_fma(t->sum, shrink, sum);
	t->max = max;
	if (last)
		part = part / t->sum;
	for (int i = 0; last && i < n; i++)
		t->score[i] = t->score[i] * part;
	for (int f = 0; t->begun && f < t->size; f++)
		t->out[f] = t->out[f] * (shrink * part);
}

/* Their weighted values, which go to `to` in the end; no chunk is left. */
static void attend_flush_values(attend_tile *t, attend_place to)
{
	const attend_place here = {(float *)t->out, LANES};
	int n = 0, last = t->chunks - 1;

	for (int i = 0; i <= last; n += attend_count(&t->chunk[i++]))
		attend_values(t, i == last ? to : here, t->score + n, &t->chunk[i]);
	t->chunks = 0;
}

static void attend_flush(attend_tile *t)
{
	attend_flush_scores(t);
	attend_flush_softmax(t, false);
	attend_flush_values(t, (attend_place){(float *)t->out, LANES});
}

/* Takes up a run of keys in chunks of equal length, the first of them with the only key of the run
 * `more` (NULL: none). */
static void attend_take(attend_tile *t, const attend_run *run, const attend_run *more, size_t head,
			int token)
{
	int parts = (run->n + ATTEND_KEYS - 1) / ATTEND_KEYS, done = 0;

	for (int i = 0; i < parts; i++) {
		int n = (run->n - done) / (parts - i), first = run->slides ? token + done : done;

		if (t->chunks == ATTEND_CHUNKS)
			attend_flush(t);
		/* Before the first token lies nothing: an offset, and not a pointer, may be negative. */
		t->chunk[t->chunks++] =
			(attend_chunk){.k = (const attend_k *)run->k +
					    (ptrdiff_t)(head / ATTEND_GROUP * run->ld) + first -
					    run->before,
				       .v = (const attend_v *)run->v + (ptrdiff_t)(head * run->ld) +
					    first - run->before,
				       .ld = run->ld,
				       .n = n,
				       .slides = run->slides,
				       .from = run->before - first,
				       .to = run->tokens + run->before - first};
		if (more && !i) {
			attend_chunk *c = &t->chunk[t->chunks - 1];

			c->more_k = (const attend_k *)more->k + head / ATTEND_GROUP * more->ld;
			c->more_v = (const attend_v *)more->v + head * more->ld;
			c->more_ld = more->ld;
		}
		done += n;
	}
}

/* Tokens from `token` on, at most LANES of them and `last`-1 the last; one head, up to the last flush. */
static void attend_begin(attend_tile *t, const xs_attend *a, const attend_keys *keys, size_t head,
			 int token, int last)
{
	int n = last - token;

	t->size = a->size;
	t->chunks = 0;
	t->max = vec_set(-FLT_MAX);
	t->sum = vec_zero();
	t->begun = false;
	t->scale = vec_set(ATTEND_SCALE / sqrtf((float)a->size));
	t->q = (const attend_k *)a->q + head / ATTEND_GROUP * a->q_ld + token;
	t->q_ld = a->q_ld;
	for (int f = 0; f < a->size / ATTEND_GROUP; f++) /* the next head's */
		__builtin_prefetch(t->q + (size_t)(a->size / ATTEND_GROUP + f) * a->q_ld);
	if (n < LANES) {
		attend_copy(t->part, t->q, a->q_ld, a->size / ATTEND_GROUP, n);
		t->q = t->part;
		t->q_ld = LANES;
	}
	for (int i = 0; i < keys->runs; i++) {
		const attend_run *run = &keys->run[i], *more = NULL;

		if (run->n == 1 && !run->slides && i + 1 < keys->runs && !run[1].slides)
			more = &keys->run[i++]; /* CLS */
		attend_take(t, &keys->run[i], more, head, token);
	}
}

/* The last flush, and the result of the first n of its tokens. */
static void attend_end(attend_tile *t, float *out, size_t ld, int n)
{
	attend_flush_scores(t);
	attend_flush_softmax(t, true);
	if (n >= LANES) {
		attend_flush_values(t, (attend_place){out, ld});
		return;
	}
	attend_flush_values(t, (attend_place){(float *)t->out, LANES});
	for (int f = 0; f < t->size; f++, out += ld)
		vec_store_part(out, n, t->out[f]);
}

/* One head of CLS, keys in the lanes. */
typedef struct attend_row {
	const attend_k *q;
	size_t q_ld;
	vec out[ATTEND_SIZE], sum;
	float max, scale; /* the latter of scores */
	int size;
} attend_row;

/* Scores and weighted values of at most 4 × LANES keys. */
VEC_INLINE void attend_row_block(attend_row *t, const attend_k *k, const attend_v *v, size_t ld,
				 int n, const bool whole)
{
	vec s[4], top = vec_set(t->max), shrink;

	attend_row_dots(s, t->q, t->q_ld, k, ld, t->size, vec_set(t->scale), n, whole);
	for (int i = 0; i < 4; i++) {
		s[i] = whole ? s[i] : vec_keep(s[i], 0, n - LANES * i, vec_set(-INFINITY));
		top = vec_max(s[i], top);
	}
	float max = vec_most(top);
	shrink = attend_exp(vec_set(t->max - max));
	t->max = max;
	t->sum = t->sum * shrink;
	for (int i = 0; i < 4; i++) {
		s[i] = attend_exp(s[i] - vec_set(max));
		t->sum = t->sum + s[i];
	}
	attend_row_add(t->out, s, shrink, v, ld, t->size, n, whole);
}

static void attend_row_of(attend_row *t, const xs_attend *a, const attend_keys *keys, size_t head)
{
	t->q = (const attend_k *)a->q + head / ATTEND_GROUP * a->q_ld;
	t->q_ld = a->q_ld;
	t->size = a->size;
	t->max = -FLT_MAX;
	t->scale = ATTEND_SCALE / sqrtf((float)a->size);
	t->sum = vec_zero();
	for (int f = 0; f < a->size; f++)
		t->out[f] = vec_zero();
	for (int i = 0; i < keys->runs; i++) {
		const attend_run *run = &keys->run[i];
		const attend_k *k = (const attend_k *)run->k + head / ATTEND_GROUP * run->ld;
		const attend_v *v = (const attend_v *)run->v + head * run->ld;

		for (int j = 0; j < run->n; j += 4 * LANES)
			if (run->n - j >= 4 * LANES)
				attend_row_block(t, k + j, v + j, run->ld, 4 * LANES, true);
			else
				attend_row_block(t, k + j, v + j, run->ld, run->n - j, false);
	}
	for (int f = 0; f < a->size; f++)
		a->out[(head + (size_t)f) * a->out_ld] = vec_sum(t->out[f]) / vec_sum(t->sum);
}

#include "rerank/kern/attend_full_vec.h"

/* Whether all tokens of the kind see the same keys. */
static bool attend_alike(const attend_keys *keys)
{
	for (int i = 0; i < keys->runs; i++)
		if (keys->run[i].slides)
			return false;
	return true;
}

/* One head of tokens first … last-1. */
static void attend_head(const xs_attend *a, const attend_keys *keys, size_t head, int first,
			int last)
{
	float *out = a->out + head * a->out_ld;

	for (int token = first; token < last; token += LANES) {
		attend_tile tile;

		attend_begin(&tile, a, keys, head, token, last);
		attend_end(&tile, out + (token - first), a->out_ld, last - token);
	}
}

/* The same where attend_alike(). */
static void attend_head_alike(const xs_attend *a, const attend_keys *keys, size_t head, int first,
			      int last)
{
	const int most = FULL_GROUPS * LANES;
	float *out = a->out + head * a->out_ld;

	for (int token = first; token < last; token += most)
		full_panel_of(a, keys, head, token, last - token < most ? last : token + most,
			      out + (token - first));
}

VEC_INLINE void attend_all(const xs_attend *a, xs_attend_kind kind, int first, int last)
{
	const attend_keys keys = attend_keys_of(a, kind);
	const bool alike = attend_alike(&keys);

	for (size_t h = 0; h < (size_t)a->heads; h++) {
		size_t head = h * (size_t)a->size;

		if (kind == XS_ROW_CLS) {
			attend_row row;

			attend_row_of(&row, a, &keys, head);
		} else if (alike) {
			attend_head_alike(a, &keys, head, first, last);
		} else {
			attend_head(a, &keys, head, first, last);
		}
	}
}
