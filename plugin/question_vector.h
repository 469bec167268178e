/* SPDX-License-Identifier: GPL-2.0-or-later */
/* question_vector.h - what a question means, for the search of an index; and why it may have no part in it.
 *
 * Knows the embedder and the index's answer, nothing of the order of candidates. */
#ifndef XS_PLUGIN_QUESTION_VECTOR_H
#define XS_PLUGIN_QUESTION_VECTOR_H

#include "index/query.h"
#include "plugin/embedding.h"
#include "plugin/plugin.h"

typedef struct xs_question_vector xs_question_vector;

/* Reads the settings, and opens nothing.  `host`, of a stage of the program itself, is borrowed; the caller
 * frees it.  NULL: search.meaning is off.  XS_EINPUT: a setting is wrong. */
int xs_question_vector_new(xs_question_vector **out, const xs_host *host);
void xs_question_vector_free(xs_question_vector *v); /* NULL is fine */

/* The embedder that it uses.  Borrowed; `v` NULL: NULL. */
xs_embedding_model *xs_question_vector_model(xs_question_vector *v);

/* The meaning of `text`, plain words, for a search of the query's index; in the query's arena.  NULL: it has no
 * part in the search, and q->meaning says why (NULL: it was not asked for).  `v` may be NULL.  Opens the embedder
 * when it is first needed; that time is none of the query's. */
const xs_meaning *xs_question_vector_get(xs_question_vector *v, const xs_host *host, xs_query *q,
					 const char *text);

/* After the search with a meaning: sets the query's fields of it, and warns where the person who asked should
 * know. */
void xs_question_vector_tell(const xs_question_vector *v, const xs_host *host, xs_query *q,
			     const xs_search_result *found);

#endif
