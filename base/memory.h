/* SPDX-License-Identifier: MIT */
/* memory.h - allocation that ends the program when memory is out.
 *
 * For sizes that come from our own data structures.  A size that comes from input is first
 * checked against a limit by whoever read it. */
#ifndef XS_BASE_MEMORY_H
#define XS_BASE_MEMORY_H

#include <stddef.h>

/* Writes one line to stderr and aborts. */
_Noreturn void xs_out_of_memory(size_t size);

/* As malloc, calloc, realloc, strdup and aligned_alloc; never NULL.  free() releases them. */
void *xs_malloc(size_t size);
void *xs_calloc(size_t n, size_t size);
void *xs_realloc(void *p, size_t size);
char *xs_strdup(const char *s);
void *xs_aligned(size_t alignment, size_t size); /* size is rounded up to the alignment */

/* `size` zeroed bytes, aligned to 64, in large pages where the system has them: for matrices whose rows
 * lie far apart.  Never NULL; free() releases it. */
void *xs_large(size_t size);

/* Room for one more item in an array that doubles: returns `p` or its new place, where
 * `n` items are in use and *cap are there (0 at the start, with p NULL). */
void *xs_grow(void *p, size_t n, size_t *cap, size_t item);

#endif
