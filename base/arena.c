/* SPDX-License-Identifier: MIT */
/* arena.c - a list of blocks, each at least as large as the request that made it. */
#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* 16 as malloc() on machines of 64 bits: every type of C fits. */
enum { ARENA_ALIGN = 16, ARENA_BLOCK = 16384 };

typedef struct arena_block {
	struct arena_block *next;
	size_t used, size;
} arena_block;

/* The header keeps the bytes after it aligned. */
_Static_assert(sizeof(arena_block) <= 32, "arena_block outgrew its room");
enum { ARENA_HEADER = 32 };

/* Blocks are a list with the newest first; only that one is filled. The room that is left in the
 * others is lost, which is little as long as items are small beside a block. */
struct xs_arena {
	arena_block *blocks;
	size_t used;
};

xs_arena *xs_arena_new(void)
{
	return xs_calloc(1, sizeof(xs_arena));
}

void xs_arena_reset(xs_arena *a)
{
	arena_block *b, *next;

	for (b = a->blocks; b; b = next) {
		next = b->next;
		free(b);
	}
	a->blocks = NULL;
	a->used = 0;
}

void xs_arena_free(xs_arena *a)
{
	if (!a)
		return;
	xs_arena_reset(a);
	free(a);
}

static arena_block *arena_grow(xs_arena *a, size_t size)
{
	size_t room = size > ARENA_BLOCK ? size : ARENA_BLOCK;
	/* calloc(): the system gives large blocks as zeroed pages, so zeros cost nothing until they
	 * are used. */
	arena_block *b = xs_calloc(1, ARENA_HEADER + room);

	b->size = room;
	b->next = a->blocks;
	a->blocks = b;
	return b;
}

void *xs_arena_alloc(xs_arena *a, size_t size)
{
	arena_block *b = a->blocks;
	void *p;

	/* Rounding up below must not come round to 0. */
	if (size > SIZE_MAX / 2)
		xs_out_of_memory(size);
	/* The next item begins at a multiple again. */
	size = (size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
	if (!b || b->size - b->used < size)
		b = arena_grow(a, size);
	p = (char *)b + ARENA_HEADER + b->used;
	b->used += size;
	a->used += size;
	return p;
}

void *xs_arena_array(xs_arena *a, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / 2 / size)
		xs_out_of_memory(SIZE_MAX);
	return xs_arena_alloc(a, n * size);
}

char *xs_arena_dupn(xs_arena *a, const char *s, size_t len)
{
	char *copy;

	if (!s)
		return NULL;
	copy = xs_arena_alloc(a, len + 1);
	memcpy(copy, s, len);
	return copy;
}

char *xs_arena_dup(xs_arena *a, const char *s)
{
	return s ? xs_arena_dupn(a, s, strlen(s)) : NULL;
}

char *xs_arena_printf(xs_arena *a, const char *format, ...)
{
	va_list args;
	char *text;
	int len;

	/* Formatted twice: a buffer of a guessed length would have to be kept in the arena, too
	 * long or too short. */
	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	text = xs_arena_alloc(a, (size_t)len + 1);
	va_start(args, format);
	vsnprintf(text, (size_t)len + 1, format, args);
	va_end(args);
	return text;
}

size_t xs_arena_used(const xs_arena *a)
{
	return a->used;
}
