/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unpack.h - packed bytes, piece by piece and up to a limit: gzip (RFC 1952), Brotli (RFC 7932), Zstandard (RFC 8878).
 *
 * Unlike libcurl's own unpacking it tells a stream that ends too soon from a whole one.  Knows nothing of where the
 * bytes come from.  One thread. */
#ifndef XS_CRAWL_UNPACK_H
#define XS_CRAWL_UNPACK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* What to ask servers for, in the order in which it is liked. */
#define XS_UNPACK_CODINGS "zstd, br, gzip"

typedef struct xs_unpack xs_unpack;

/* For a coding of HTTP (RFC 9110, section 8.4.1): one of those above or "x-gzip".  NULL: it is another one. */
xs_unpack *xs_unpack_new(const char *coding);
void xs_unpack_free(xs_unpack *u); /* NULL is fine */

/* Adds to `out` what the next piece has.  It stops when `out` has more than `max` bytes, as a few bytes may stand for
 * very many.  XS_EFORMAT: the bytes are damaged. */
int xs_unpack_put(xs_buf *out, xs_unpack *u, const char *bytes, size_t len, size_t max);

/* Whether the stream came to its end. */
bool xs_unpack_whole(const xs_unpack *u);

#endif
