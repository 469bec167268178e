/* SPDX-License-Identifier: MIT */
/* buf.c - a string that grows by doubling. */
#include "base/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Shared by all empty buffers: they need no memory, and `data` can always be printed. Nobody writes
 * to it, as a buffer without room has its length 0. */
static char buf_empty[1] = "";

void xs_buf_init(xs_buf *b)
{
	*b = (xs_buf){.data = buf_empty};
}

void xs_buf_fini(xs_buf *b)
{
	if (b->cap)
		free(b->data);
	xs_buf_init(b);
}

void xs_buf_reset(xs_buf *b)
{
	b->len = 0;
	if (b->cap)
		b->data[0] = '\0';
}

/* Makes room for `more` bytes and a NUL. */
static void buf_room(xs_buf *b, size_t more)
{
	size_t cap = b->cap ? b->cap : 64;

	/* Sizes that the doubling below would overflow. */
	if (more > SIZE_MAX / 4 || b->len > SIZE_MAX / 4)
		xs_out_of_memory(more);
	if (b->len + more + 1 <= b->cap)
		return;
	/* By doubling: a text that is put together byte by byte is copied few times. */
	while (cap < b->len + more + 1)
		cap *= 2;
	b->data = xs_realloc(b->cap ? b->data : NULL, cap);
	b->cap = cap;
}

void xs_buf_put(xs_buf *b, const void *bytes, size_t len)
{
	if (!len)
		return;
	buf_room(b, len);
	memcpy(b->data + b->len, bytes, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void xs_buf_puts(xs_buf *b, const char *s)
{
	xs_buf_put(b, s, strlen(s));
}

void xs_buf_putc(xs_buf *b, char c)
{
	xs_buf_put(b, &c, 1);
}

void xs_buf_printf(xs_buf *b, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	/* Measured first, as only then the room is known. */
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	buf_room(b, (size_t)len);
	va_start(args, format);
	vsnprintf(b->data + b->len, (size_t)len + 1, format, args);
	va_end(args);
	b->len += (size_t)len;
}

char *xs_buf_take(xs_buf *b)
{
	char *s = b->cap ? b->data : xs_strdup("");

	xs_buf_init(b);
	return s;
}
