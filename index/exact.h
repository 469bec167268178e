/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exact.h - whether a question is a name of what was found.
 *
 * Knows nothing of the index. */
#ifndef XS_INDEX_EXACT_H
#define XS_INDEX_EXACT_H

#include <stdbool.h>

#include "base/arena.h"

/* A name as names are compared: lower case, no spaces and quotes, no "()" at the end.  Ill-formed
 * bytes are left out.  Lives in `a`. */
char *xs_exact_fold(xs_arena *a, const char *name);

/* Whether `question` (folded; "" never) is a title, a heading or the last of a path of headings, an
 * anchor, or the last part of a URL, with or without its extension. */
bool xs_exact(xs_arena *a, const char *question, const char *title, const char *heading,
	      const char *anchor, const char *url);

#endif
