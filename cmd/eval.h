/* SPDX-License-Identifier: GPL-2.0-or-later */
/* eval.h - the parts of the command `eval`: queries with their rankings, and the site that is
 * built to retrieve from. */
#ifndef XS_CMD_EVAL_H
#define XS_CMD_EVAL_H

#include "cmd/beir.h"
#include "cmd/cmd.h"
#include "cmd/metrics.h"
#include "cmd/trec.h"

/* The orders that are compared. */
enum { EVAL_RETRIEVAL, EVAL_RERANK, EVAL_BLEND, EVAL_SYSTEMS };

/* A judged query, and each system's ranking of the same documents. */
typedef struct eval_query {
	const xs_beir_row *row;
	const xs_qrels_query *judged;
	xs_ranked *docs[EVAL_SYSTEMS]; /* in the final order, in an arena */
	size_t n;
	xs_metrics metrics[EVAL_SYSTEMS];
} eval_query;

/* A corpus, indexed in a folder of its own below TMPDIR. */
typedef struct eval_site eval_site;

/* Builds the index, with c->conf for the rest; `corpus` is borrowed.  XS_ECANCEL: a signal came.  The caller closes it. */
int eval_site_open(eval_site **out, xs_cmd *c, const xs_beir *corpus);
/* Deletes the folder.  NULL is fine. */
void eval_site_close(eval_site *s);

/* Fills the rankings of one query, in `a`, through the pipeline retrieve, rerank, blend, group.
 * Candidates that the model did not score follow in the index's order; a document counts by its
 * best passage. */
int eval_site_ask(eval_query *q, xs_arena *a, eval_site *s);

/* The name of the site's model.  Borrowed from the site; "" before the first query. */
const char *eval_site_model(const eval_site *s);

#endif
