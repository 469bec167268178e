/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bench.h - the parts of the command `bench`: what there is to measure, each with its table. */
#ifndef XS_CMD_BENCH_BENCH_H
#define XS_CMD_BENCH_BENCH_H

#include <jansson.h>

#include "cmd/bench/run.h"
#include "cmd/bench/table.h"
#include "cmd/cmd.h"

typedef struct bench {
	xs_cmd *c;
	size_t texts;	     /* of a request */
	int tokens, longest; /* of a text: the mean; where lengths are compared, the greatest */
	size_t vectors;	     /* that are searched */
	double seconds;	     /* for one table */
	const char *queries; /* a file of questions; NULL: they are made of the index */
	json_t *report;	     /* the tables so far, NULL: they are printed */
} bench;

/* Prints a table, or keeps it for the report under `name`.  Takes the reference to rows. */
void bench_show(bench *b, const char *name, const char *title, const bench_column *columns,
		json_t *rows);

/* The columns that every table has. */
#define BENCH_TIMES                           \
	{"ms", "ms", 2}, {"spread", "+-", 3}, \
	{                                     \
		"cpu_ms", "CPU ms", 1         \
	}
#define BENCH_SHARES                                                                   \
	{"busy", "busy", 3}, {"peak_share", "of peak", 3}, {"cpu_share", "by CPU", 3}, \
		{"peak", "peak Gop/s", 0}, {"runs", "runs", 0},                        \
	{                                                                              \
		"note", "note", 0                                                      \
	}

/* What was measured of a case; busy is the share of the threads' time that they computed, cpu_share
 * the share of the peak in that time alone.  A new reference. */
json_t *bench_case_row(bench_case *k);

/* The subjects.  XS_ECANCEL: a signal came. */
int bench_memory(bench *b); /* to be called before a model is opened in this process */
int bench_kern(bench *b);
int bench_rerank(bench *b);
int bench_embed(bench *b);
int bench_stages(bench *b);
int bench_length(bench *b);
int bench_pattern(bench *b);
int bench_precision(bench *b);
int bench_threads(bench *b);
int bench_meaning(bench *b);
int bench_search(bench *b);
int bench_index(bench *b);

/* The words that rerank.precision may be, NULL at the end; in the command's arena. */
const char *const *bench_precisions(xs_cmd *c);

#endif
