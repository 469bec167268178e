/* SPDX-License-Identifier: MIT */
/* torch.h - the tensors of a file that torch.save() wrote: a state_dict.
 *
 * Both forms: the zip archive (PyTorch 1.6 and later) and the older row of pickles.  Nothing of the
 * file is executed (pickle.h).  Knows nothing of architectures. */
#ifndef XS_RERANK_TORCH_H
#define XS_RERANK_TORCH_H

#include "rerank/tensors.h"

/* Adds the tensors of the file's bytes, which are borrowed, to a set, and seals it.  Each lies
 * inside its storage, whatever its strides; all together have no more items than the file has
 * bytes, and a million.  `name` is for sentences.  XS_EFORMAT: damaged, or something else than
 * tensors. */
int xs_torch_read(xs_tensors *to, const void *bytes, size_t len, const char *name);

#endif
