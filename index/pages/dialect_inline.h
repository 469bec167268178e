/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialect_inline.h - marks within lines, for dialect.c alone. */
#ifndef XS_INDEX_PAGES_DIALECT_INLINE_H
#define XS_INDEX_PAGES_DIALECT_INLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

typedef struct xs_dialect {
	xs_buf *out;
	const char *at, *stop; /* what is left of the page */
	bool mdx;
	bool fresh;	/* a block may begin here: the line before was empty or taken off */
	char fence;	/* the sign of the fence that is open; 0: none */
	size_t fence_n; /* how many of them opened it */
	size_t depth;	/* components that are open */
	size_t indent;	/* blanks before the last line that began with a tag */
	size_t budget;	/* bytes that may still be looked through for ends that may be missing */
} xs_dialect;

/* Adds what is from `s` to the end of its line, the end included, or to `stop`; a mark may go on over
 * the line's end.  Returns where it stopped. */
const char *xs_dialect_inline(xs_dialect *d, const char *s, const char *stop);

#endif
