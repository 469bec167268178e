/* SPDX-License-Identifier: MIT */
/* workspace.h - scratch memory of one thread, and the time that each kind of work took in it.
 *
 * Knows sizes and clocks; nothing of texts.  A workspace is used by one thread at a time; only
 * xs_workspace_spent() may be called by others meanwhile. */
#ifndef XS_RERANK_WORKSPACE_H
#define XS_RERANK_WORKSPACE_H

#include "rerank/encoder.h"

/* Floats (words) from one row of a tile to the next: an odd number of cache lines, or all rows would
 * compete for the same places of the first-level cache. */
enum { XS_TILE_LD = XS_PANEL + XS_KERN_LANES };

/* A tile of columns: XS_PANEL of them, rows XS_TILE_LD apart. */
typedef struct xs_workspace {
	float *context;	    /* [hidden], what attention gives; [embedding], to be projected */
	float *inner;	    /* [inner] */
	float *cls;	    /* [hidden], CLS of many sequences; also [XS_KERN_LANES][embedding] */
	float *query;	    /* [hidden], of the same */
	xs_operand operand; /* [inner] */
	float *scratch;	    /* of CLS's attention */
	size_t bytes;
	int64_t since, spent[XS_WORKS]; /* nanoseconds */
} xs_workspace;

/* Its size depends on the model alone.  The caller frees it. */
xs_workspace *xs_workspace_new(const xs_encoder *e);
void xs_workspace_free(xs_workspace *w); /* NULL is fine */
size_t xs_workspace_bytes(const xs_workspace *w);

/* A piece of work begins; what was done since the last call of either was of this kind. */
void xs_workspace_begin(xs_workspace *w);
void xs_workspace_done(xs_workspace *w, xs_work kind);

/* Adds the time that each kind of work took in this workspace so far, in nanoseconds. */
void xs_workspace_spent(int64_t spent[XS_WORKS], const xs_workspace *w);

#endif
