/* SPDX-License-Identifier: MIT */
/* attend_full_vec.h - attention of tokens that all see the same keys, for the vector variants.
 *
 * Included by attend_vec.h, after what knows the form of the numbers and with, from there,
 *	ATTEND_FELLOWS		keys whose weights share an item of attend_weight: 1 or 2
 *	attend_weight, attend_weight_of(a, b)	such an item; b is not read where there is one
 *	attend_value(v), attend_value_last(v)	as many neighbours' values in every lane; of the last
 *				key alone
 *	attend_weigh(sum, w, v)	sum + the weighted values
 *	attend_power		attend_exp, as exact as weights are
 *	FULL_SCORES, FULL_FEATURES	keys and features whose sums are kept in registers, for
 *				FULL_WIDE registers of tokens each
 *
 * A panel of tokens meets one block of keys after the other, so that the block's keys and values and
 * the tokens' scores stay in the first-level cache.  A key's item is broadcast for FULL_WIDE
 * multiply-adds, since a processor broadcasts no more often than it multiplies.  Scores are stored as they
 * come; weights are made of them, in their place, between the multiply-adds of the first FULL_FEATURES
 * values, since other units make much of them.  Limit: the multiply-adds of scores, of values and of
 * exponentials, about four a key. */

/* Keys of a block; groups of tokens that meet it; of them side by side.  With 48 keys all of it took a tenth
 * longer, with 192 or 256 as long. */
enum { FULL_KEYS = 96, FULL_GROUPS = XS_PANEL / LANES, FULL_WIDE = 2 };

/* Keys of one run in a block; their part of a head. */
typedef struct full_part {
	const attend_k *k;
	const attend_v *v;
	size_t ld;
	int n;
} full_part;

typedef struct full_block {
	full_part part[3];
	int parts;
} full_block;

typedef struct full_group {
	const attend_k *q; /* where they are, or a copy of fewer than LANES of them */
	size_t q_ld;
	vec max, sum; /* of scores that are not scaled; of weights */
	vec *out;     /* sums of values, not divided yet */
} full_group;

/* On the stack: 100 KiB at most, of which heads of 32 features use 25. */
typedef struct full_panel {
	full_group group[FULL_GROUPS];
	int groups, size;
	bool begun;			  /* something is in `out` */
	vec scale;			  /* of scores */
	vec score[FULL_WIDE * FULL_KEYS]; /* of a group and then the next; also weights */
	vec out[FULL_GROUPS * ATTEND_SIZE];
	attend_k copy[ATTEND_SIZE / ATTEND_GROUP * LANES];
} full_panel;

/* Scores of n keys, and the greatest so far. */
VEC_INLINE void full_dots(vec *score, full_group *g, const attend_k *k, size_t ld, int size,
			  const int n, const int wide)
{
	const attend_k *q[FULL_WIDE];
	vec s[FULL_WIDE][FULL_SCORES];

#pragma GCC unroll 2
	for (int j = 0; j < wide; j++) {
		q[j] = g[j].q;
#pragma GCC unroll 16
		for (int i = 0; i < n; i++)
			s[j][i] = vec_zero();
	}
	for (int f = 0; f < size / ATTEND_GROUP; f++, k += ld) {
		attend_item part[FULL_WIDE];

#pragma GCC unroll 2
		for (int j = 0; j < wide; j++, q[j - 1] += g[j - 1].q_ld)
			part[j] = attend_load(q[j]);
#pragma GCC unroll 16
		for (int i = 0; i < n; i++) {
			attend_item key = attend_set(k[i]);

#pragma GCC unroll 2
			for (int j = 0; j < wide; j++)
				s[j][i] = attend_multiply(s[j][i], part[j], key);
		}
	}
#pragma GCC unroll 2
	for (int j = 0; j < wide; j++) {
		vec max = g[j].max, other = s[j][0]; /* two, since one would wait for itself */

#pragma GCC unroll 16
		for (int i = 0; i < n; i++) {
			score[j * FULL_KEYS + i] = s[j][i];
			if (i % 2)
				max = vec_max(s[j][i], max);
			else if (i)
				other = vec_max(s[j][i], other);
		}
		g[j].max = vec_max(other, max);
	}
}

/* Scores of a part. */
VEC_INLINE void full_scores(vec *score, full_group *g, const full_part *p, int size, const int wide)
{
	int chunks = (p->n + FULL_SCORES - 1) / FULL_SCORES, done = 0;

	for (int i = 0, n; i < chunks; i++, done += n) {
		n = (p->n - done) / (chunks - i);
		switch (n) {
#define FULL_CASE(c) \
	case c: full_dots(score + done, g, p->k + done, p->ld, size, c, wide); break;
			FULL_CASE(1)
			FULL_CASE(2)
			FULL_CASE(3)
			FULL_CASE(4)
			FULL_CASE(5)
#if FULL_SCORES > 5
			FULL_CASE(6)
			FULL_CASE(7)
			FULL_CASE(8)
			FULL_CASE(9)
			FULL_CASE(10)
			FULL_CASE(11)
			FULL_CASE(12)
#endif
#undef FULL_CASE
		}
	}
}

/* What makes weights of scores. */
typedef struct full_softmax {
	vec scale, top, sum; /* top: the greatest score, scaled, with the sign changed */
	vec shrink;	     /* of what was summed under a smaller greatest score */
} full_softmax;

VEC_INLINE vec full_weight(full_softmax *s, vec score)
{
	vec w = attend_power(vec_fma(score, s->scale, s->top));

	s->sum = s->sum + w;
	return w;
}

/* Weights of as many keys, in the place of their scores. */
VEC_INLINE void full_make(attend_weight *weight, full_softmax *s, const vec *score, const int n)
{
	vec first = full_weight(s, score[0]), second = vec_zero();

	if (n > 1)
		second = full_weight(s, score[1]);
	*weight = attend_weight_of(first, second);
}

/* Weighted values of n features from f on; `make`: and their weights. */
VEC_INLINE void full_features(full_group *g, full_softmax *soft, vec *scores, const full_block *b,
			      int f, bool begun, const int n, const int wide, const bool make)
{
	attend_weight *weight = (attend_weight *)scores;
	const vec *score = scores;
	full_softmax s[FULL_WIDE];
	vec sum[FULL_WIDE][FULL_FEATURES];

#pragma GCC unroll 2
	for (int j = 0; j < wide; j++) {
		s[j] = soft[j];
#pragma GCC unroll 16
		for (int i = 0; i < n; i++) {
			sum[j][i] = vec_zero();
			if (begun)
				sum[j][i] = g[j].out[f + i] * s[j].shrink;
		}
	}
	for (int part = 0; part < b->parts; part++) {
		const size_t ld = b->part[part].ld;
		const attend_v *v = b->part[part].v + (size_t)f * ld;
		int left = b->part[part].n;

		for (; left >= ATTEND_FELLOWS; left -= ATTEND_FELLOWS) {
#pragma GCC unroll 2
			for (int j = 0; make && j < wide; j++)
				full_make(weight + j * FULL_KEYS, &s[j], score + j * FULL_KEYS,
					  ATTEND_FELLOWS);
#pragma GCC unroll 16
			for (int i = 0; i < n; i++) {
				attend_item value = attend_value(v + (size_t)i * ld);

#pragma GCC unroll 2
				for (int j = 0; j < wide; j++)
					sum[j][i] = attend_weigh(sum[j][i], weight[j * FULL_KEYS],
								 value);
			}
			weight++;
			score += ATTEND_FELLOWS;
			v += ATTEND_FELLOWS;
		}
		if (!left)
			continue;
#pragma GCC unroll 2
		for (int j = 0; make && j < wide; j++)
			full_make(weight + j * FULL_KEYS, &s[j], score + j * FULL_KEYS, 1);
#pragma GCC unroll 16
		for (int i = 0; i < n; i++) {
			attend_item value = attend_value_last(v + (size_t)i * ld);

#pragma GCC unroll 2
			for (int j = 0; j < wide; j++)
				sum[j][i] = attend_weigh(sum[j][i], weight[j * FULL_KEYS], value);
		}
		weight++;
		score++;
	}
#pragma GCC unroll 2
	for (int j = 0; j < wide; j++) {
		soft[j].sum = s[j].sum;
#pragma GCC unroll 16
		for (int i = 0; i < n; i++)
			g[j].out[f + i] = sum[j][i];
	}
}

/* Groups side by side meet a block. */
VEC_INLINE void full_meet(full_panel *t, full_group *g, const full_block *b, const int wide)
{
	full_softmax s[FULL_WIDE];
	vec before[FULL_WIDE];
	int n = 0, f = FULL_FEATURES;

	for (int j = 0; j < wide; j++)
		before[j] = g[j].max;
	for (int i = 0; i < b->parts; n += b->part[i++].n)
		full_scores(t->score + n, g, &b->part[i], t->size, wide);
	for (int j = 0; j < wide; j++) {
		s[j] = (full_softmax){.scale = t->scale,
				      .top = vec_zero() - g[j].max * t->scale,
				      .sum = vec_zero()};
		s[j].shrink = attend_power(vec_fma(before[j], t->scale, s[j].top));
	}
	if (t->size >= FULL_FEATURES)
		full_features(g, s, t->score, b, 0, t->begun, FULL_FEATURES, wide, true);
	else
		full_features(g, s, t->score, b, 0, t->begun, f = 1, wide, true);
	for (; f + FULL_FEATURES <= t->size; f += FULL_FEATURES)
		full_features(g, s, t->score, b, f, t->begun, FULL_FEATURES, wide, false);
	for (; f < t->size; f++)
		full_features(g, s, t->score, b, f, t->begun, 1, wide, false);
	for (int j = 0; j < wide; j++)
		g[j].sum = vec_fma(g[j].sum, s[j].shrink, s[j].sum);
}

static void full_meet_two(full_panel *t, full_group *g, const full_block *b)
{
	full_meet(t, g, b, FULL_WIDE);
}

static void full_meet_one(full_panel *t, full_group *g, const full_block *b)
{
	full_meet(t, g, b, 1);
}

static void full_all_meet(full_panel *t, const full_block *b)
{
	int i = 0;

	for (; i + FULL_WIDE <= t->groups; i += FULL_WIDE)
		full_meet_two(t, &t->group[i], b);
	for (; i < t->groups; i++)
		full_meet_one(t, &t->group[i], b);
	t->begun = true;
}

/* The keys of all runs, block by block. */
static void full_keys(full_panel *t, const attend_keys *keys, size_t head)
{
	full_block b = {.parts = 0};
	int room = FULL_KEYS;

	for (int i = 0; i < keys->runs; i++) {
		const attend_run *run = &keys->run[i];

		for (int from = 0, n; from < run->n; from += n) {
			n = run->n - from < room ? run->n - from : room;
			b.part[b.parts++] =
				(full_part){(const attend_k *)run->k +
						    head / ATTEND_GROUP * run->ld + from,
					    (const attend_v *)run->v + head * run->ld + from,
					    run->ld, n};
			room -= (n + ATTEND_FELLOWS - 1) / ATTEND_FELLOWS * ATTEND_FELLOWS;
			if (room)
				continue;
			full_all_meet(t, &b);
			b.parts = 0;
			room = FULL_KEYS;
		}
	}
	if (b.parts)
		full_all_meet(t, &b);
}

/* Tokens first … last-1 of one head, at most FULL_GROUPS groups of them. */
static void full_panel_of(const xs_attend *a, const attend_keys *keys, size_t head, int first,
			  int last, float *out)
{
	full_panel t;

	t.size = a->size;
	t.begun = false;
	t.scale = vec_set(ATTEND_SCALE / sqrtf((float)a->size));
	t.groups = (last - first + LANES - 1) / LANES;
	for (int i = 0; i < t.groups; i++) {
		full_group *g = &t.group[i];
		int n = last - first - i * LANES;

		*g = (full_group){(const attend_k *)a->q + head / ATTEND_GROUP * a->q_ld + first +
					  i * LANES,
				  a->q_ld, vec_set(-FLT_MAX / 2), vec_zero(), t.out + i * t.size};
		if (n < LANES) { /* the last one */
			attend_copy(t.copy, g->q, a->q_ld, a->size / ATTEND_GROUP, n);
			g->q = t.copy;
			g->q_ld = LANES;
		}
	}
	full_keys(&t, keys, head);
	for (int i = 0; i < t.groups; i++) {
		const vec *sum = t.group[i].out, part = vec_set(1) / t.group[i].sum;
		float *to = out + i * LANES;

		for (int f = 0; f < t.size; f++, to += a->out_ld)
			if (last - first >= (i + 1) * LANES)
				vec_store(to, sum[f] * part);
			else
				vec_store_part(to, last - first - i * LANES, sum[f] * part);
	}
}
