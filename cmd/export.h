/* SPDX-License-Identifier: GPL-2.0-or-later */
/* export.h - the parts of the command `export`: queries, and the documents found for each. */
#ifndef XS_CMD_EXPORT_H
#define XS_CMD_EXPORT_H

#include "eval/beir.h"
#include "cmd/cmd.h"
#include "eval/trec.h"

/* What is asked; files that are NULL are not given. */
typedef struct export_options {
	xs_beir_files files; /* corpus NULL: the configured index */
	const char *beir, *split, *run;
	long max_queries; /* 0: all */
	bool log;	  /* the queries are the questions of the site's log */
	int64_t since;
	bool teacher, tsv;
} export_options;

typedef struct export_query {
	const char *id, *text;
	uint64_t times; /* with the log: how often it was asked */
} export_query;

/* A document found for a query. */
typedef struct export_doc {
	const char *id, *text; /* text: as the model reads it */
	double first; /* score of the retrieval; NAN: it was not found, but is judged relevant */
	size_t rank;  /* of the retrieval, from 1; 0: likewise */
	bool judged;
	int grade;	 /* where it is judged */
	double teacher;	 /* the model's logit; NAN: not asked for */
	uint64_t clicks; /* with the log: how often its page was chosen for the question */
} export_doc;

/* Where queries and documents come from. */
typedef struct export_source export_source;

/* Reads the files, and opens or builds the index.  The caller closes it.  XS_EINPUT, XS_ENOTFOUND: there
 * is no index (a sentence is set), and the codes of what is opened. */
int export_source_open(export_source **out, xs_cmd *c, const export_options *o);
void export_source_close(export_source *s); /* NULL is fine */

/* The queries; borrowed. */
const export_query *export_source_queries(size_t *n, const export_source *s);

/* Finds the first rerank.depth documents of a query, in `a`, and those that are judged relevant and
 * not among them.  XS_EINPUT: the query cannot be asked, or the run's document is not in the corpus. */
int export_source_find(export_doc **docs, size_t *n, xs_arena *a, export_source *s,
		       const export_query *query);

#endif
