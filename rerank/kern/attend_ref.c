/* SPDX-License-Identifier: MIT */
/* attend_ref.c - attention, the plain loop. */
#include "config.h"

#include <math.h>

#include "rerank/kern/attend.h"
#include "rerank/kern/list.h"

/* One head of one token so far. */
typedef struct attend_state {
	float out[ATTEND_SIZE], max, sum;
} attend_state;

/* Takes in one key: what was summed under a smaller maximum shrinks to the new one. */
static void attend_one(attend_state *s, const float *q, size_t q_ld, const float *k, const float *v,
		       size_t ld, int size)
{
	float dot = 0, was = s->max, shrink, weight;

	for (int f = 0; f < size; f++)
		dot += q[(size_t)f * q_ld] * k[(size_t)f * ld];
	dot *= 1 / sqrtf((float)size);
	s->max = dot > was ? dot : was;
	shrink = expf(was - s->max);
	weight = expf(dot - s->max);
	s->sum = s->sum * shrink + weight;
	for (int f = 0; f < size; f++)
		s->out[f] = s->out[f] * shrink + weight * v[(size_t)f * ld];
}

static void attend_token(const xs_attend *a, const attend_keys *keys, size_t head, int token,
			 int first)
{
	attend_state s = {.max = -INFINITY};
	const float *q = (const float *)a->q + head * a->q_ld + token;

	for (int i = 0; i < keys->runs; i++) {
		const attend_run *run = &keys->run[i];
		const float *k = (const float *)run->k + head * run->ld;
		const float *v = (const float *)run->v + head * run->ld;
		int from = run->slides ? token - run->before : 0, to = from + run->n;

		for (int j = from < 0 ? 0 : from; j < to && j < run->tokens; j++)
			attend_one(&s, q, a->q_ld, k + j, v + j, run->ld, a->size);
	}
	for (int f = 0; f < a->size; f++)
		a->out[(head + (size_t)f) * a->out_ld + token - first] = s.out[f] / s.sum;
}

void xs_attend_ref(const xs_attend *a, xs_attend_kind kind, int first, int last)
{
	attend_keys keys = attend_keys_of(a, kind);

	for (int h = 0; h < a->heads; h++)
		for (int token = first; token < last; token++)
			attend_token(a, &keys, (size_t)h * (size_t)a->size, token, first);
}
