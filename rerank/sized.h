/* SPDX-License-Identifier: MIT */
/* sized.h - structs of a program that was built with an older or newer librerank than this one.
 *
 * Structs of the public header grow at their end alone, and all bits zero mean what was before.  So
 * the shorter of the two forms is common to both. */
#ifndef XS_RERANK_SIZED_H
#define XS_RERANK_SIZED_H

#include <stddef.h>

/* Copies the program's struct of `from_size` bytes to ours of `size`; what it lacks is zero.
 * XS_EUNSUPPORTED: it sets a field that this librerank does not know; `name` is the struct's. */
int xs_sized_in(void *to, size_t size, const void *from, size_t from_size, const char *name);

/* Copies our struct of `size` bytes to the program's of `to_size`; what ours lacks is zero. */
void xs_sized_out(void *to, size_t to_size, const void *from, size_t size);

#endif
