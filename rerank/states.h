/* SPDX-License-Identifier: MIT */
/* states.h - memory for the states of the tokens of a batch.
 *
 * Columns are tokens; how rows lie is the kernels' (kern/kern.h): floats, or for queries, keys and
 * values bf16 where attention takes that. */
#ifndef XS_RERANK_STATES_H
#define XS_RERANK_STATES_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* States of a batch have room for so many columns and are made larger in steps of as many, so that
 * batches of all sizes use the same memory again. */
enum { XS_STATES_COLUMNS = 512 };

typedef struct xs_states {
	struct xs_states *next;
	size_t columns, ld;    /* room for; words from row to row */
	float *x;	       /* [hidden][ld], hidden states */
	uint32_t *query, *key; /* [rows][ld]: floats, or XS_FORM_PAIRS */
	uint32_t *value;       /* as many words: floats, or XS_FORM_ITEMS, items from row to row */
} xs_states;

/* States that are kept for the next batch.  Any thread. */
typedef struct xs_states_pool {
	size_t hidden, rows;  /* rows of words that hold queries, keys or values */
	bool bf16;	      /* these are bf16 */
	pthread_mutex_t lock; /* of what follows */
	xs_states *free;
	size_t bytes;
} xs_states_pool;

/* Of an even hidden size, if bf16. */
void xs_states_init(xs_states_pool *p, int hidden, bool bf16);
void xs_states_fini(xs_states_pool *p);

/* Words from row to row for so many columns: an odd number of cache lines, or all rows would compete for
 * the same places of the caches. */
size_t xs_states_ld(size_t columns);

/* States with room for so many columns, whatever numbers are in them; the caller gives them back. */
xs_states *xs_states_take(xs_states_pool *p, size_t columns);
void xs_states_give(xs_states_pool *p, xs_states *s);

/* Of all states, taken or not. */
size_t xs_states_bytes(xs_states_pool *p);

/* The values of columns from `column` on, in a matrix of them. */
void *xs_states_values(const xs_states_pool *p, uint32_t *value, int column);

/* The mean of n >= 1 columns of hidden states x, feature f of column c at f × ld + c: mean[hidden].  The order of
 * its sums depends on n alone. */
void xs_states_mean(float *mean, const float *x, size_t ld, int hidden, int n);

#endif
