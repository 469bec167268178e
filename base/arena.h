/* SPDX-License-Identifier: MIT */
/* arena.h - memory that is released all at once.
 *
 * A query owns one arena; what its stages make lives there and nobody frees single pieces.
 * An arena is used by one thread at a time. */
#ifndef XS_BASE_ARENA_H
#define XS_BASE_ARENA_H

#include <stddef.h>

#include "base/error.h"

typedef struct xs_arena xs_arena;

/* A new, empty arena.  Never NULL: out of memory aborts. */
xs_arena *xs_arena_new(void);
void xs_arena_free(xs_arena *a); /* NULL is fine */

/* `size` bytes, zeroed, aligned for any type.  Aborts when memory is out. */
void *xs_arena_alloc(xs_arena *a, size_t size);

/* An array of `n` items of `size` bytes, zeroed; aborts when n × size overflows. */
void *xs_arena_array(xs_arena *a, size_t n, size_t size);

/* A copy of a string / of `len` bytes with a NUL added.  NULL gives NULL. */
char *xs_arena_dup(xs_arena *a, const char *s);
char *xs_arena_dupn(xs_arena *a, const char *s, size_t len);

/* A formatted string. */
char *xs_arena_printf(xs_arena *a, const char *format, ...) XS_PRINTF(2, 3);

/* Releases everything and keeps the arena. */
void xs_arena_reset(xs_arena *a);

/* Bytes handed out so far. */
size_t xs_arena_used(const xs_arena *a);

#endif
