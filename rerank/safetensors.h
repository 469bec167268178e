/* SPDX-License-Identifier: MIT */
/* safetensors.h - the tensors of a model.safetensors file, each checked before it is given out.
 *
 * The format: 8 bytes little-endian length, a JSON header of that length, then the data
 * (https://github.com/huggingface/safetensors, "Format").  Knows nothing of architectures. */
#ifndef XS_RERANK_SAFETENSORS_H
#define XS_RERANK_SAFETENSORS_H

#include "rerank/tensors.h"

/* Adds the tensors of the file's bytes, which are borrowed, to a set, and seals it.  Checks each: a
 * known form, as many bytes as its shape says, inside the file.  `name` is for sentences.
 * XS_EFORMAT: damaged. */
int xs_safetensors_read(xs_tensors *to, const void *bytes, size_t len, const char *name);

#endif
