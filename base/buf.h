/* SPDX-License-Identifier: MIT */
/* buf.h - a string that grows.
 *
 * The bytes are always followed by a NUL that `len` does not count; `data` is "" before the first
 * byte.  One thread at a time. */
#ifndef XS_BASE_BUF_H
#define XS_BASE_BUF_H

#include <stddef.h>

#include "base/error.h"

typedef struct xs_buf {
	char *data;
	size_t len, cap;
} xs_buf;

/* An empty buffer, which holds no memory yet; releases it. */
void xs_buf_init(xs_buf *b);
void xs_buf_fini(xs_buf *b);

/* Forgets the bytes, keeps the room. */
void xs_buf_reset(xs_buf *b);

/* Adds bytes, a string, a byte, formatted text. */
void xs_buf_put(xs_buf *b, const void *bytes, size_t len);
void xs_buf_puts(xs_buf *b, const char *s);
void xs_buf_putc(xs_buf *b, char c);
void xs_buf_printf(xs_buf *b, const char *format, ...) XS_PRINTF(2, 3);

/* Takes the string out (the caller frees it); the buffer is empty afterwards. */
char *xs_buf_take(xs_buf *b);

#endif
