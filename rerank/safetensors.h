/* SPDX-License-Identifier: MIT */
/* safetensors.h - the tensors of a model.safetensors file, each checked before it is given out.
 *
 * The format: 8 bytes little-endian length, a JSON header of that length, then the data
 * (https://github.com/huggingface/safetensors, "Format").  Knows nothing of architectures. */
#ifndef XS_RERANK_SAFETENSORS_H
#define XS_RERANK_SAFETENSORS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "rerank/model.h"

typedef struct xs_safetensors xs_safetensors;

/* Reads the header of the file's bytes, which are borrowed, and checks each entry: a known form,
 * as many bytes as its shape says, inside the file.  `name` is for sentences.  The caller frees it.
 * XS_EFORMAT: damaged. */
int xs_safetensors_new(xs_safetensors **out, const void *bytes, size_t len, const char *name);
void xs_safetensors_free(xs_safetensors *s); /* NULL is fine */

/* Fills `t`, whose data points into the file; scales of I8 ("NAME.scale", F32, one a row) are
 * copied to `a`.  rows, cols: what the shape must be (a vector is 1 × cols).
 * XS_ENOTFOUND (no sentence): absent; XS_EFORMAT: another shape, or a form that holds no weights.
 */
int xs_safetensors_get(xs_tensor *t, xs_arena *a, const xs_safetensors *s, const char *name,
		       int64_t rows, int64_t cols);

/* The dimensions of a tensor, at most `room`; returns how many it has, -1 if it is absent. */
int xs_safetensors_shape(const xs_safetensors *s, const char *name, int64_t *shape, int room);

/* Calls `see` for each tensor in the file's order with its form's name ("F32"), shape and bytes; a
 * result other than XS_OK ends the walk and is returned. */
typedef int xs_safetensors_see(void *user, const char *name, const char *form, const int64_t *shape,
			       int dims, const void *data, size_t len);
int xs_safetensors_walk(const xs_safetensors *s, xs_safetensors_see *see, void *user);

#endif
