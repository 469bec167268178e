/* SPDX-License-Identifier: MIT */
/* states.c - states that batches take and give back.
 *
 * They are megabytes each. Made anew for every batch they would be zeroed pages of the system every
 * time. */
#include "rerank/states.h"

#include <stdlib.h>

#include "base/memory.h"
#include "rerank/kern/kern.h"

void xs_states_init(xs_states_pool *p, int hidden, bool bf16)
{
	*p = (xs_states_pool){.hidden = (size_t)hidden, .bf16 = bf16};
	/* Two features of bf16 share a word (XS_FORM_PAIRS). */
	p->rows = p->hidden / (bf16 ? 2 : 1);
	pthread_mutex_init(&p->lock, NULL);
}

static void states_free(xs_states *s)
{
	free(s->x); /* and the others, which follow it */
	free(s);
}

void xs_states_fini(xs_states_pool *p)
{
	xs_states *s;

	while ((s = p->free)) {
		p->free = s->next;
		states_free(s);
	}
	pthread_mutex_destroy(&p->lock);
}

size_t xs_states_ld(size_t columns)
{
	size_t lines = (columns + XS_KERN_LANES - 1) / XS_KERN_LANES;

	/* A first-level cache has 64 sets of lines or a multiple: rows an even number of lines
	 * apart would meet in few of them. */
	return (lines | 1) * XS_KERN_LANES;
}

/* Hidden states, and queries, keys and values: three matrices of `rows`. */
static size_t states_bytes(const xs_states_pool *p, size_t columns)
{
	return (p->hidden + 3 * p->rows) * xs_states_ld(columns) * sizeof(float);
}

static xs_states *states_new(const xs_states_pool *p, size_t columns)
{
	xs_states *s = xs_calloc(1, sizeof *s);

	s->columns = columns;
	s->ld = xs_states_ld(columns);
	s->x = xs_large(
		states_bytes(p,
			     columns)); /* zeros: columns beyond the last are computed with, too */
	s->query = (uint32_t *)(void *)(s->x + p->hidden * s->ld);
	s->key = s->query + p->rows * s->ld;
	s->value = s->key + p->rows * s->ld;
	return s;
}

/* The smallest that do, else new ones in the place of the largest that do not, so that there are never
 * more than batches under way at once. */
xs_states *xs_states_take(xs_states_pool *p, size_t columns)
{
	xs_states **at, **best = NULL, *s = NULL;
	size_t less = 0;

	columns = (columns + XS_STATES_COLUMNS - 1) / XS_STATES_COLUMNS * XS_STATES_COLUMNS;
	pthread_mutex_lock(&p->lock);
	for (at = &p->free; *at; at = &(*at)->next)
		if (!best || ((*at)->columns < columns ? (*best)->columns < (*at)->columns
						       : (*best)->columns < columns ||
								 (*at)->columns < (*best)->columns))
			best = at;
	if (best) {
		s = *best;
		*best = s->next;
	}
	pthread_mutex_unlock(&p->lock);
	/* The lock is not held while memory is made: others would wait for it to be zeroed. */
	if (s && s->columns >= columns)
		return s;
	if (s) {
		less = states_bytes(p, s->columns);
		states_free(s);
	}
	s = states_new(p, columns);
	pthread_mutex_lock(&p->lock);
	p->bytes += states_bytes(p, columns) - less;
	pthread_mutex_unlock(&p->lock);
	return s;
}

void xs_states_give(xs_states_pool *p, xs_states *s)
{
	pthread_mutex_lock(&p->lock);
	s->next = p->free;
	p->free = s;
	pthread_mutex_unlock(&p->lock);
}

size_t xs_states_bytes(xs_states_pool *p)
{
	size_t bytes;

	pthread_mutex_lock(&p->lock);
	bytes = p->bytes;
	pthread_mutex_unlock(&p->lock);
	return bytes;
}

void *xs_states_values(const xs_states_pool *p, uint32_t *value, int column)
{
	return p->bf16 ? (void *)((uint16_t *)(void *)value + column) : value + column;
}

/* Sums of every sixteenth column, which compilers make vectors of; in double, as they are too short for
 * kernels to matter. */
static float states_mean(const float *x, int n)
{
	double sums[XS_KERN_LANES] = {0}, sum = 0;
	int i, k;

	for (i = 0; i + XS_KERN_LANES <= n; i += XS_KERN_LANES)
		for (k = 0; k < XS_KERN_LANES; k++)
			sums[k] += (double)x[i + k];
	for (k = 0; i < n; i++, k++)
		sums[k] += (double)x[i];
	for (k = 0; k < XS_KERN_LANES; k++)
		sum += sums[k];
	return (float)(sum / n);
}

void xs_states_mean(float *mean, const float *x, size_t ld, int hidden, int n)
{
	for (int f = 0; f < hidden; f++)
		mean[f] = states_mean(x + (size_t)f * ld, n);
}
