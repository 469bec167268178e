/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exact.h - the names of a passage, and whether a question is one of them.
 *
 * Names of the page: its title, what stands before a dash or a bracket in it, the last part of its URL.
 * Names in it: the passage's heading and its parts ("-n, --dry-run" has two), without arguments and
 * numbers, and its anchor.  Knows nothing of the index. */
#ifndef XS_INDEX_EXACT_H
#define XS_INDEX_EXACT_H

#include <stdbool.h>

#include "base/arena.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A name as names are compared: lower case, without accents, spaces, quotes, "-" and "_", and without
 * "()" and punctuation at the end.  Ill-formed bytes are left out.  Lives in `a`. */
char *xs_exact_fold(xs_arena *a, const char *name);

/* What names a passage.  Borrowed; "" for what there is none of. */
typedef struct xs_exact_place {
	const char *title, *heading, *anchor, *url;
} xs_exact_place;

/* Called with a name, folded and not ""; `page`: it is one of the page. */
typedef void xs_exact_take(void *user, const char *name, bool page);

/* Gives all names of a passage, some more than once.  `a` is for their bytes. */
void xs_exact_names(xs_arena *a, const xs_exact_place *place, xs_exact_take *take, void *user);

/* Whether `question` (folded; "" never) is one of them; *page: it is one of the page. */
bool xs_exact(bool *page, xs_arena *a, const char *question, const xs_exact_place *place);

#ifdef __cplusplus
}
#endif
#endif
