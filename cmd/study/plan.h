/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan.h - what a study is to measure: ways, cells, collections by their files.
 *
 * A "way" is all that changes a score: pattern, window, precision and how much of a text is read.
 * A "cell" is a way at a depth; as scores do not depend on what else is scored, all depths of a way
 * are measured from one run at the greatest.  Everything lives in the command's arena. */
#ifndef XS_CMD_STUDY_PLAN_H
#define XS_CMD_STUDY_PLAN_H

#include "cmd/cmd.h"
#include "cmd/retrieval.h"
#include "rerank/rerank.h"

/* "full", "sparse", "model", with switches put on or off: "sparse+query_cls-doc_query". */
typedef struct study_pattern {
	const char *name;
	const char *base;
	const char *switches
		[XS_PATTERN_SWITCHES]; /* "on", "off", "model"; as xs_pattern_switch_name() */
} study_pattern;

typedef struct study_way {
	const study_pattern *pattern;
	const char *window, *precision;
	long length;	  /* tokens of a text that are read; 0: all */
	const char *name; /* "full/none/int8/all" */
	const char *file; /* the same, as a part of a file's name */
} study_way;

/* Where a collection is, as the command line says. */
typedef struct study_source {
	const char *name;
	const char *corpus, *queries, *qrels;
	const char *run;   /* NULL: retrieve first */
	retrieval by;	   /* what that is done by */
	bool site;	   /* the documents are those of the configured index */
	bool log;	   /* the queries are those of its log, judged by what was chosen */
	const char *pairs; /* labelled pairs in place of all that; NULL: none */
} study_source;

typedef struct study_plan {
	const char *folder; /* of the results */
	const study_pattern *patterns;
	const char *const *windows, *const *precisions;
	const long *depths, *lengths; /* depths from the smallest to the greatest */
	const retrieval *retrievals;  /* a collection that is retrieved is one of its own by each */
	size_t n_patterns, n_windows, n_precisions, n_depths, n_lengths, n_retrievals;
	const study_way *ways;
	size_t n_ways;
	size_t baseline; /* cell: way × n_depths + place of the depth */
	const study_source *sources;
	size_t n_sources;
	long max_queries; /* 0: all */
	long sweep;	  /* the longest text of the sweep of lengths; 0: none */
	long attention;	  /* pairs whose attention is looked at; 0: none */
} study_plan;

/* What the options say as words: study_plan.c makes the plan of it. */
typedef struct study_words {
	const char *folder, *patterns, *windows, *precisions, *depths, *lengths, *baseline;
	const char *retrievals; /* NULL: as the program searches */
	const char *corpus, *queries, *qrels, *run;
	const char **beir, **pairs; /* folders, files */
	size_t n_beir, n_pairs;
	bool site, log;
	long max_queries, sweep, attention;
} study_words;

/* Makes the plan.  After cmd_settings().  XS_EINPUT: a word is wrong, or nothing is given to
 * measure. */
int study_plan_make(study_plan *out, xs_cmd *c, const study_words *words);

/* Cells, and the parts of their names "full/none/int8/all/30". */
size_t study_cells(const study_plan *p);
const study_way *study_cell_way(const study_plan *p, size_t cell);
long study_cell_depth(const study_plan *p, size_t cell);
const char *study_cell_name(const study_plan *p, xs_arena *a, size_t cell);

/* Compares the plan, the model and the files with those of an earlier study in the folder, or keeps
 * them there.  XS_EINPUT: they differ, a sentence says in what; a file is missing. */
int study_keep_plan(xs_cmd *c, const study_plan *p);

/* Puts a way's settings in c->conf. */
int study_way_set(xs_cmd *c, const study_way *way);

#endif
