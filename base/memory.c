/* SPDX-License-Identifier: MIT */
/* memory.c - allocation that ends the program when memory is out. */
#include "base/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* abort() and not exit(): handlers of atexit() may take memory themselves, and a core shows who
 * asked. */
_Noreturn void xs_out_of_memory(size_t size)
{
	fprintf(stderr, "out of memory: %zu bytes were asked for\n", size);
	abort();
}

void *xs_malloc(size_t size)
{
	/* malloc(0) may give NULL, which would be taken for a failure. */
	void *p = malloc(size ? size : 1);

	if (!p)
		xs_out_of_memory(size);
	return p;
}

void *xs_calloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);

	if (!p)
		xs_out_of_memory(n * size);
	return p;
}

void *xs_realloc(void *p, size_t size)
{
	void *grown = realloc(p, size ? size : 1);

	if (!grown)
		xs_out_of_memory(size);
	return grown;
}

char *xs_strdup(const char *s)
{
	size_t len = strlen(s) + 1;

	return memcpy(xs_malloc(len), s, len);
}

void *xs_aligned(size_t alignment, size_t size)
{
	void *p;

	/* aligned_alloc() asks for a multiple of the alignment (C11, 7.22.3.1). */
	size = (size + alignment - 1) / alignment * alignment;
	p = aligned_alloc(alignment, size ? size : alignment);
	if (!p)
		xs_out_of_memory(size);
	return p;
}

void *xs_large(size_t size)
{
	const size_t page = 2 << 20; /* a large page of x86-64 */
	void *p;

	if (size < page / 2)
		return memset(xs_aligned(64, size), 0, size);
	p = xs_aligned(page, size);
	(void)madvise(p, size, MADV_HUGEPAGE); /* not there: small pages do, too */
	return memset(p, 0, size);
}

void *xs_grow(void *p, size_t n, size_t *cap, size_t item)
{
	/* Doubling: n items are moved fewer than 2n times in all. */
	if (n < *cap)
		return p;
	if (*cap > SIZE_MAX / 4 / item)
		xs_out_of_memory(SIZE_MAX);
	*cap = *cap ? *cap * 2 : 8;
	return xs_realloc(p, *cap * item);
}
