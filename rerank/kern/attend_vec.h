/* SPDX-License-Identifier: MIT */
/* attend_vec.h - attention for the vector variants: keys in groups, softmax, the order of things.
 *
 * Included after a vec_*.h and what knows the form of the numbers (attend_f32_vec.h, attend_avx512bf16.c):
 *	ATTEND_KEYS		keys whose scores are kept in registers
 *	attend_q, attend_k, attend_v	an item of a query in all lanes, of a key, of a value
 *	ATTEND_GROUP		features in an item of queries and keys
 *	attend_query, attend_dots, attend_add, attend_exp	for document and query tokens
 *	attend_row_query, attend_row_dots, attend_row_add	for CLS
 *
 * Query and document tokens: LANES of them at a time, one a lane.  A key that they all see (CLS,
 * the query's, all keys of full attention) is broadcast; the keys of a window slide along with
 * the lanes.  Scores, softmax and weighted sum of a head then are three runs of multiply-adds, with no
 * sum across a register.  Limit: one multiply-add a (key, item, LANES tokens), twice; keys and
 * values of a head's tile are read from memory once and stay in the first-level cache.
 *
 * CLS: one token, so that keys take the lanes. */
#include <float.h>
#include <math.h>

/* One head of LANES tokens. */
typedef struct attend_tile {
	attend_q q[ATTEND_SIZE / ATTEND_GROUP];
	vec out[ATTEND_SIZE];
	vec score[ATTEND_CHUNKS * ATTEND_KEYS], max, sum;
	vec scale; /* of scores */
	attend_chunk chunk[ATTEND_CHUNKS];
	int chunks, size;
	bool begun; /* there was a block before */
} attend_tile;

/* Whether some lane's key does not exist. */
static inline bool attend_edge(const attend_chunk *c)
{
	return c->slides && (c->from > 0 || c->to - c->n + 1 < LANES);
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
			attend_dots(score, t->q, c, t->size, t->scale, n, slides, edge);                     \
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
		t->score[i] = attend_exp(t->score[i] - max);
		sum = sum + t->score[i];
	}
	if (t->begun) {
		shrink = attend_exp(t->max - max);
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
			.k = (const attend_k *)run->k + (ptrdiff_t)(head / ATTEND_GROUP * run->ld) + first -
			     run->before,
			.v = (const attend_v *)run->v + (ptrdiff_t)(head * run->ld) + first - run->before,
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
	const attend_k *q = (const attend_k *)a->q + head / ATTEND_GROUP * a->q_ld + token;
	float *out = a->out + head * a->out_ld + (token - first);
	vec one = vec_set(1);
	bool whole = token + LANES <= last;

	t->size = a->size;
	t->chunks = 0;
	t->max = vec_set(-FLT_MAX);
	t->begun = false;
	t->scale = vec_set(ATTEND_SCALE / sqrtf((float)a->size));
	for (int f = 0; f < a->size / ATTEND_GROUP; f++, q += a->q_ld) {
		__builtin_prefetch(q + (size_t)(a->size / ATTEND_GROUP) * a->q_ld);
		t->q[f] = attend_query(q, whole ? LANES : last - token, t->scale);
	}
	for (int f = 0; f < a->size; f++)
		t->out[f] = vec_zero();
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
	attend_k q[ATTEND_SIZE / ATTEND_GROUP];
	vec out[ATTEND_SIZE], sum;
	float max, scale; /* the latter of scores */
	int size;
} attend_row;

/* Scores and weighted values of at most 4 × LANES keys. */
VEC_INLINE void attend_row_block(attend_row *t, const attend_k *k, const attend_v *v, size_t ld, int n,
				 const bool whole)
{
	vec s[4], top = vec_set(t->max), shrink;

	attend_row_dots(s, t->q, k, ld, t->size, t->scale, n, whole);
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
	const attend_k *q = (const attend_k *)a->q + head / ATTEND_GROUP * a->q_ld;

	t->size = a->size;
	t->max = -FLT_MAX;
	t->scale = ATTEND_SCALE / sqrtf((float)a->size);
	t->sum = vec_zero();
	for (int f = 0; f < a->size / ATTEND_GROUP; f++)
		t->q[f] = attend_row_query(q[(size_t)f * a->q_ld], t->scale);
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
