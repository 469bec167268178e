/* SPDX-License-Identifier: GPL-2.0-or-later */
/* meaning.h - the file of vectors of an open index; for the files of index/ alone.
 *
 * Knows nothing of questions.  As xs_index: one thread at a time. */
#ifndef XS_INDEX_MEANING_H
#define XS_INDEX_MEANING_H

#include <sys/stat.h>

#include "index/query.h"
#include "vectors/vectors.h"

/* The file as it was mapped last. */
typedef struct xs_meaning_file {
	struct stat stat;    /* all zero: there was none */
	xs_vectors *vectors; /* NULL: absent or damaged */
	char *error;	     /* why it cannot be used; NULL: it can, or is absent */
} xs_meaning_file;

/* Maps the file that is there now, if it is another one, and lets the reader (xs_handle_fresh()) know it.
 * DONE, ABSENT or DAMAGED. */
xs_meaning_state xs_meaning_follow(xs_index *ix);

/* DONE, or why the index cannot be searched with this meaning. */
xs_meaning_state xs_meaning_match(xs_index *ix, const xs_meaning *meaning);

/* Unmaps it; no reader may be open. */
void xs_meaning_fini(xs_index *ix);

#endif
