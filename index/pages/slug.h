/* SPDX-License-Identifier: GPL-2.0-or-later */
/* slug.h - anchors that GitHub makes of the headings of a Markdown page.
 *
 * Lower case; letters, digits, marks, "_" and "-" kept, spaces become "-", the rest is dropped; the
 * second of a name ends in "-1", the third in "-2".  One page a set. */
#ifndef XS_INDEX_PAGES_SLUG_H
#define XS_INDEX_PAGES_SLUG_H

#include <stddef.h>

#include "base/arena.h"

typedef struct xs_slugs xs_slugs;

/* For one page, whose anchors are each given once; never NULL.  The caller frees it. */
xs_slugs *xs_slugs_new(void);
void xs_slugs_free(xs_slugs *s); /* NULL is fine */

/* The anchor of the page's next heading; "" if nothing of it can stay.  In `a`. */
const char *xs_slugs_make(xs_slugs *s, xs_arena *a, const char *heading, size_t len);

#endif
