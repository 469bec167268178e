/* SPDX-License-Identifier: MIT */
/* attend_vec.h - attention for the vector variants.
 *
 * Included after a vec_*.h with ATTEND_KEYS, the keys whose scores are kept in registers, and
 * ATTEND_SLIDES, how many of a window's keys are shifted out of two registers.
 *
 * Query and document tokens: LANES of them at a time, one a lane.  A key that they all see (CLS,
 * the query's, all keys of full attention) is broadcast; the keys of a window slide along with
 * the lanes: distance d of all lanes is a load of its own or a shift of two registers.  Loads across
 * a cache line cost double; some of each keep the load and the shuffle units both busy.  Scores,
 * softmax and weighted sum of a head then are three runs of multiply-adds, with no sum across a
 * register.  Limit: one multiply-add a (key, feature, LANES tokens), twice; keys and values of a
 * head's tile (11 KiB for 64 tokens of size 32) are read from memory once and stay in the
 * first-level cache.
 *
 * CLS: one token, so that keys take the lanes. */
#include <float.h>
#include <math.h>

#include "rerank/kern/attend.h"

/* Keys beside each other, all broadcast or all sliding; a head's part. */
typedef struct attend_chunk {
	const float *k, *v;
	size_t ld;
	int n;
	bool slides;
	int from, to; /* sliding: lanes whose first key exists; key i of them moves both by -i */
} attend_chunk;

/* One head of LANES tokens. */
typedef struct attend_tile {
	vec q[ATTEND_SIZE], out[ATTEND_SIZE]; /* q × 1/sqrt(size) */
	vec score[ATTEND_CHUNKS * ATTEND_KEYS], max, sum;
	attend_chunk chunk[ATTEND_CHUNKS];
	int chunks, size;
	bool begun; /* there was a block before */
} attend_tile;

/* Whether some lane's key does not exist. */
static inline bool attend_edge(const attend_chunk *c)
{
	return c->slides && (c->from > 0 || c->to - c->n + 1 < LANES);
}

/* One feature of a chunk's keys: at p; sliding, also as the first LANES of them and what follows. */
typedef struct attend_strip {
	const float *p;
	vec low, high;
} attend_strip;

VEC_INLINE attend_strip attend_strip_of(const float *p, const attend_chunk *c, const int n,
					const bool slides, const bool edge)
{
	attend_strip s = {.p = p};

	if (!slides || !ATTEND_SLIDES) /* none is shifted */
		return s;
	s.low = edge ? vec_load_part(p, c->from, c->to) : vec_load(p);
	s.high = edge ? vec_load_part(p + LANES, c->from - LANES, c->to - LANES)
		      : vec_load_part(p + LANES, 0, n - 1);
	return s;
}

/* Key i in every lane. */
VEC_INLINE vec attend_key(const attend_strip *s, const attend_chunk *c, int i, const bool slides,
			  const bool edge)
{
	if (!slides)
		return vec_set(s->p[i]);
#if ATTEND_SLIDES
	if (i < ATTEND_SLIDES)
		return vec_slide(s->low, s->high, i);
#endif
	return edge ? vec_load_part(s->p + i, c->from - i, c->to - i) : vec_load(s->p + i);
}

VEC_INLINE void attend_dots(vec *score, const vec *q, const attend_chunk *c, int size, const int n,
			    const bool slides, const bool edge)
{
	const float *k = c->k;
	vec s[ATTEND_KEYS];

#pragma GCC unroll 16
	for (int i = 0; i < n; i++)
		s[i] = vec_zero();
	for (int f = 0; f < size; f++, k += c->ld) {
		attend_strip strip = attend_strip_of(k, c, n, slides, edge);
		vec part = q[f];

		if (slides) /* the next head's: a row a page, out of reach of the hardware's prefetching */
			__builtin_prefetch(k + n / 2 + (size_t)size * c->ld);
#pragma GCC unroll 16
		for (int i = 0; i < n; i++)
			s[i] = vec_fma(part, attend_key(&strip, c, i, slides, edge), s[i]);
	}
#pragma GCC unroll 16
	for (int i = 0; i < n; i++)
		score[i] = s[i];
}

/* Adds a chunk's weighted values to the output. */
VEC_INLINE void attend_add(vec *out, const vec *weight, const attend_chunk *c, int size, const int n,
			   const bool slides, const bool edge)
{
	const float *v = c->v;
	vec w[ATTEND_KEYS];

#pragma GCC unroll 16
	for (int i = 0; i < n; i++)
		w[i] = weight[i];
	for (int f = 0; f < size; f++, v += c->ld) {
		attend_strip strip = attend_strip_of(v, c, n, slides, edge);
		vec even = out[f], odd = vec_zero();

		if (slides)
			__builtin_prefetch(v + n / 2 + (size_t)size * c->ld);
#pragma GCC unroll 16
		for (int i = 0; i < n; i += 2) {
			even = vec_fma(w[i], attend_key(&strip, c, i, slides, edge), even);
			if (i + 1 < n)
				odd = vec_fma(w[i + 1], attend_key(&strip, c, i + 1, slides, edge), odd);
		}
		out[f] = even + odd;
	}
}

/* Either for a number of keys that is known when it runs. */
VEC_INLINE void attend_chunk_of(attend_tile *t, vec *score, const attend_chunk *c, const bool add,
				const bool slides, const bool edge)
{
	switch (c->n) {
#define ATTEND_CASE(n)                                                                             \
	case n:                                                                                    \
		if (add)                                                                           \
			attend_add(t->out, score, c, t->size, n, slides, edge);                    \
		else                                                                               \
			attend_dots(score, t->q, c, t->size, n, slides, edge);                     \
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
	if (!c->slides) {
		attend_chunk_of(t, score, c, false, false, false);
	} else if (!attend_edge(c)) {
		attend_chunk_of(t, score, c, false, true, false);
	} else {
		attend_chunk_of(t, score, c, false, true, true);
		for (int i = 0; i < c->n; i++)
			score[i] = vec_keep(score[i], c->from - i, c->to - i, vec_set(-INFINITY));
	}
}

static void attend_values(attend_tile *t, vec *weight, const attend_chunk *c)
{
	if (!c->slides)
		attend_chunk_of(t, weight, c, true, false, false);
	else if (!attend_edge(c))
		attend_chunk_of(t, weight, c, true, true, false);
	else
		attend_chunk_of(t, weight, c, true, true, true);
}

/* Scores, softmax and weighted sum of the chunks at hand.  What was summed under a smaller maximum
 * shrinks to the new one. */
static void attend_flush(attend_tile *t)
{
	vec max = t->max, sum = vec_zero(), shrink;
	int n = 0;

	for (int i = 0; i < t->chunks; n += t->chunk[i++].n)
		attend_scores(t, t->score + n, &t->chunk[i]);
	for (int i = 0; i < n; i++)
		max = vec_max(t->score[i], max);
	for (int i = 0; i < n; i++) {
		t->score[i] = vec_exp(t->score[i] - max);
		sum = sum + t->score[i];
	}
	if (t->begun) {
		shrink = vec_exp(t->max - max);
		sum = vec_fma(t->sum, shrink, sum);
		for (int f = 0; f < t->size; f++)
			t->out[f] = t->out[f] * shrink;
	}
	t->begun = true;
	t->sum = sum;
	t->max = max;
	n = 0;
	for (int i = 0; i < t->chunks; n += t->chunk[i++].n)
		attend_values(t, t->score + n, &t->chunk[i]);
	t->chunks = 0;
}

/* Takes up a run of keys in chunks of equal length. */
static void attend_take(attend_tile *t, const attend_run *run, size_t head, int token)
{
	int parts = (run->n + ATTEND_KEYS - 1) / ATTEND_KEYS, done = 0;

	for (int i = 0; i < parts; i++) {
		int n = (run->n - done) / (parts - i), first = run->slides ? token + done : done;

		if (t->chunks == ATTEND_CHUNKS)
			attend_flush(t);
		/* Before the first token lies nothing: an offset, and not a pointer, may be negative. */
		t->chunk[t->chunks++] = (attend_chunk){
			.k = run->k + (ptrdiff_t)(head * run->ld) + first - run->before,
			.v = run->v + (ptrdiff_t)(head * run->ld) + first - run->before,
			.ld = run->ld,
			.n = n,
			.slides = run->slides,
			.from = run->before - first,
			.to = run->tokens + run->before - first};
		done += n;
	}
}

/* Tokens from `token` on, at most LANES of them and `last`-1 the last; one head. */
static void attend_lanes(attend_tile *t, const xs_attend *a, const attend_keys *keys, size_t head,
			 int first, int token, int last)
{
	const float *q = a->q + head * a->q_ld + token;
	float *out = a->out + head * a->out_ld + (token - first);
	vec scale = vec_set(1 / sqrtf((float)a->size)), one = vec_set(1);
	bool whole = token + LANES <= last;

	t->size = a->size;
	t->chunks = 0;
	t->max = vec_set(-FLT_MAX);
	t->begun = false;
	for (int f = 0; f < a->size; f++, q += a->q_ld) {
		__builtin_prefetch(q + (size_t)a->size * a->q_ld);
		t->q[f] = (whole ? vec_load(q) : vec_load_part(q, 0, last - token)) * scale;
		t->out[f] = vec_zero();
	}
	for (int i = 0; i < keys->runs; i++)
		attend_take(t, &keys->run[i], head, token);
	attend_flush(t);
	one = one / t->sum;
	for (int f = 0; f < a->size; f++, out += a->out_ld)
		if (whole)
			vec_store(out, t->out[f] * one);
		else
			vec_store_part(out, last - token, t->out[f] * one);
}

/* One head of CLS, keys in the lanes. */
typedef struct attend_row {
	float q[ATTEND_SIZE];
	vec out[ATTEND_SIZE], sum;
	float max;
	int size;
} attend_row;

/* Scores and weighted values of at most 4 × LANES keys. */
VEC_INLINE void attend_row_block(attend_row *t, const float *k, const float *v, size_t ld, int n,
				 const bool whole)
{
	vec s[4], top = vec_set(t->max), shrink;

#pragma GCC unroll 4
	for (int i = 0; i < 4; i++)
		s[i] = vec_zero();
	for (int f = 0; f < t->size; f++, k += ld)
#pragma GCC unroll 4
		for (int i = 0; i < 4; i++)
			s[i] = vec_fma(vec_set(t->q[f]),
				       whole ? vec_load(k + LANES * i)
					     : vec_load_part(k + LANES * i, 0, n - LANES * i),
				       s[i]);
	for (int i = 0; i < 4; i++) {
		s[i] = whole ? s[i] : vec_keep(s[i], 0, n - LANES * i, vec_set(-INFINITY));
		top = vec_max(s[i], top);
	}
	float max = vec_most(top);
	shrink = vec_exp(vec_set(t->max - max));
	t->max = max;
	t->sum = t->sum * shrink;
	for (int i = 0; i < 4; i++) {
		s[i] = vec_exp(s[i] - vec_set(max));
		t->sum = t->sum + s[i];
	}
	for (int f = 0; f < t->size; f++, v += ld) {
		vec out = t->out[f] * shrink;

#pragma GCC unroll 4
		for (int i = 0; i < 4; i++)
			out = vec_fma(s[i],
				      whole ? vec_load(v + LANES * i)
					    : vec_load_part(v + LANES * i, 0, n - LANES * i),
				      out);
		t->out[f] = out;
	}
}

static void attend_row_of(attend_row *t, const xs_attend *a, const attend_keys *keys, size_t head)
{
	float scale = 1 / sqrtf((float)a->size);

	t->size = a->size;
	t->max = -FLT_MAX;
	t->sum = vec_zero();
	for (int f = 0; f < a->size; f++) {
		t->q[f] = a->q[(head + (size_t)f) * a->q_ld] * scale;
		t->out[f] = vec_zero();
	}
	for (int i = 0; i < keys->runs; i++) {
		const attend_run *run = &keys->run[i];
		const float *k = run->k + head * run->ld, *v = run->v + head * run->ld;

		for (int j = 0; j < run->n; j += 4 * LANES)
			if (run->n - j >= 4 * LANES)
				attend_row_block(t, k + j, v + j, run->ld, 4 * LANES, true);
			else
				attend_row_block(t, k + j, v + j, run->ld, run->n - j, false);
	}
	for (int f = 0; f < a->size; f++)
		a->out[(head + (size_t)f) * a->out_ld] = vec_sum(t->out[f]) / vec_sum(t->sum);
}

VEC_INLINE void attend_all(const xs_attend *a, xs_attend_kind kind, int first, int last)
{
	attend_keys keys = attend_keys_of(a, kind);

	for (size_t h = 0; h < (size_t)a->heads; h++) {
		size_t head = h * (size_t)a->size;

		if (kind == XS_ROW_CLS) {
			attend_row row;

			attend_row_of(&row, a, &keys, head);
			continue;
		}
		for (int token = first; token < last; token += LANES) {
			attend_tile tile;

			attend_lanes(&tile, a, &keys, head, first, token, last);
		}
	}
}
