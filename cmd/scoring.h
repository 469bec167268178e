/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scoring.h - the reranker for commands that score without an index. */
#ifndef XS_CMD_SCORING_H
#define XS_CMD_SCORING_H

#include "eval/beir.h"
#include "cmd/cmd.h"
#include "eval/measure.h"
#include "plugin/host.h"
#include "plugin/scorer.h"

/* Rows of an option table: each sets the key of the same name below `rerank.`.  First those that
 * say which model scores and how, then those that say how much of the texts. */
#define SCORING_MODEL_OPTIONS                                                                   \
	{"model", 'm', "FOLDER", NULL,                                                          \
	 "use the model in FOLDER (default: the one that is built in)"},                        \
		{"pattern", 0, "PATTERN", "model|sparse|full", "which tokens attend to which"}, \
		{"window", 0, "N", "model|none|64|16|4|1|0",                                    \
		 "how far a text's token attends to either side; none: no bound"},              \
		{"cls-query", 0, "on|off", "on|off", "whether CLS attends to the query"},       \
		{"cls-doc", 0, "on|off", "on|off", "whether CLS attends to the text"},          \
		{"query-cls", 0, "on|off", "on|off", "whether the query attends to CLS"},       \
		{"query-doc", 0, "on|off", "on|off", "whether the query attends to the text"},  \
		{"doc-cls", 0, "on|off", "on|off", "whether the text attends to CLS"},          \
		{"doc-query", 0, "on|off", "on|off", "whether the text attends to the query"},  \
		{"precision", 0, "FORMAT", "f32|bf16|int8", "number format of the products"},   \
	{                                                                                       \
		"threads", 't', "N", NULL, "threads that score; 0: one for each CPU"            \
	}
#define SCORING_OPTIONS                                                                     \
	SCORING_MODEL_OPTIONS,                                                              \
		{"max-tokens", 0, "N", NULL, "score at most N tokens of a text; 0: all"},   \
		{"positions", 0, "N", NULL, "stretch the model's positions to N"},          \
		{"query-tokens", 0, "N", NULL, "cut longer queries to N tokens; 0: to 32"}, \
	{                                                                                   \
		"overlong", 0, "HOW", "max|first|mean",                                     \
			"which windows of a long text count: best, first or mean"           \
	}
enum { SCORING_MODEL_ROWS = 11, SCORING_ROWS = 15 };

/* Follows such an option.  Before cmd_settings(). */
void scoring_option(xs_cmd *c, const xs_cmd_option *row, const char *arg);

/* The open model.  One thread. */
typedef struct scoring_model {
	xs_settings *settings;
	xs_stage_host host;
	xs_scorer *scorer;
	const xs_scoring *use; /* borrowed from the scorer */
	xs_deadline deadline;  /* the program's cancel flag */
} scoring_model;

/* Opens what c->conf says.  XS_EINPUT and the codes of xs_model_open(). */
int scoring_open(scoring_model *out, xs_cmd *c);
void scoring_close(scoring_model *s); /* a zeroed one is fine */

/* Sets scores[0 … n-1] of the texts for one query.  Codes of xs_request_new() and xs_request_score(). */
int scoring_texts(xs_score *scores, scoring_model *s, const xs_input *query, const xs_input *texts,
		  size_t n);

/* Sets scores[0 … n-1] of the texts of documents for one query; texts are looked up in `corpus`.
 * XS_EINPUT: a document is not there, or has no score; XS_ECANCEL: a signal came. */
int scoring_query(xs_score *scores, scoring_model *s, const char *query, const xs_ranked *docs,
		  size_t n, const xs_beir *corpus);

/* The score of a pair of texts, neither of which is a query. */
typedef struct scoring_pair_score {
	xs_score score;		/* of `b` beside `a` */
	int a_tokens, a_scored; /* of `a`: before and after it was cut */
} scoring_pair_score;

/* Sets the score of one pair.  `a` stands where the query does, but is cut to half of the model's
 * positions and not to a query's 32 tokens, unless rerank.query_tokens says otherwise.  With
 * `symmetric` the logit is the mean of (a, b) and (b, a).  Codes of xs_request_new() and
 * xs_request_score(). */
int scoring_pair(scoring_pair_score *out, scoring_model *s, const xs_input *a, const xs_input *b,
		 bool symmetric);

#endif
