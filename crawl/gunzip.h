/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gunzip.h - gzip (RFC 1952) unpacked piece by piece, up to a limit.
 *
 * Unlike libcurl's own unpacking it tells a stream that ends too soon from a whole one.  Knows nothing of where the
 * bytes come from.  One thread. */
#ifndef XS_CRAWL_GUNZIP_H
#define XS_CRAWL_GUNZIP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

typedef struct xs_gunzip xs_gunzip;

xs_gunzip *xs_gunzip_new(void);
void xs_gunzip_free(xs_gunzip *g); /* NULL is fine */

/* Adds to `out` what the next piece has.  It stops when `out` has more than `max` bytes, as a few bytes may stand for
 * very many.  XS_EFORMAT: the bytes are damaged. */
int xs_gunzip_put(xs_buf *out, xs_gunzip *g, const char *bytes, size_t len, size_t max);

/* Whether the stream came to its end. */
bool xs_gunzip_whole(const xs_gunzip *g);

#endif
