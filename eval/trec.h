/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trec.h - runs and relevance judgements, in the forms of TREC and BEIR.
 *
 * Empty lines and lines that begin with "#" are passed over.  Errors are XS_EINPUT with
 * "FILE:LINE: sentence", or XS_EIO.  All strings live in the arena. */
#ifndef XS_EVAL_TREC_H
#define XS_EVAL_TREC_H

#include <stddef.h>
#include <stdio.h>

#include "base/arena.h"
#include "eval/measure.h"
#include "eval/name_place.h"

/* A query of a run: its documents in trec_eval's order, each once. */
typedef struct xs_run_query {
	const char *query;
	xs_ranked *docs;
	size_t n;
} xs_run_query;

typedef struct xs_run {
	xs_run_query *queries; /* in the order of their first lines */
	size_t n;
	xs_name_place *names; /* places of `queries` */
} xs_run;

/* Lines of six fields: query Q0 document rank score tag.  The score orders; the rank must agree with
 * it: whole numbers from 0, none twice in a query, none better than that of a higher score; or 0 in
 * all of a query's lines. */
int xs_run_read(xs_run *out, xs_arena *a, const char *path);
/* The query of that name, or NULL. */
const xs_run_query *xs_run_find(const xs_run *run, const char *query);

/* Writes the documents of one query, which are in their final order, as lines of a run.  XS_EINPUT:
 * a name is empty or has a blank in it, which a run cannot hold. */
int xs_run_write(FILE *to, const char *query, const xs_ranked *docs, size_t n, const char *tag);

/* A query's judgements, sorted by document. */
typedef struct xs_qrels_query {
	const char *query;
	xs_judged *docs;
	size_t n;
} xs_qrels_query;

typedef struct xs_qrels {
	xs_qrels_query *queries; /* in the order of their first lines */
	size_t n;
	xs_name_place *names;
} xs_qrels;

/* Lines of four fields (TREC: query, iteration, document, grade) or three (BEIR: query, document,
 * grade); a first line that begins with "query" and whose last field is no number is a header. */
int xs_qrels_read(xs_qrels *out, xs_arena *a, const char *path);
/* The judgements of that query, or NULL. */
const xs_qrels_query *xs_qrels_find(const xs_qrels *qrels, const char *query);

#endif
