/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pipeline.h - runs the stages that the configuration names, in its order.
 *
 * Knows nothing of what a stage does.  A pipeline is shared by any number of threads; a query and
 * the index it searches belong to one thread at a time.
 *
 *	xs_pipeline *pipeline;
 *	xs_pipeline_open(&pipeline, conf);
 *	xs_query *q = xs_query_new();
 *	q->text = "how to bind a parameter";
 *	rc = xs_pipeline_run(pipeline, index, q);      then q->groups, q->rerank, q->timings
 *	xs_query_free(q);
 *	xs_pipeline_close(pipeline); */
#ifndef XS_PLUGIN_PIPELINE_H
#define XS_PLUGIN_PIPELINE_H

#include "plugin/query.h"

struct xs_conf;
typedef struct xs_pipeline xs_pipeline;

/* Loads the shared objects that `plugins:` lists, finds the stages of `pipeline:` and opens them.
 * `conf` is borrowed until the pipeline is closed.  The caller closes it.
 * XS_EINPUT: a stage that does not exist, stands twice, or stands before one that gives it what it
 * needs; a shared object that cannot be used.  Else what a stage's open() returned. */
int xs_pipeline_open(xs_pipeline **out, const struct xs_conf *conf);
void xs_pipeline_close(xs_pipeline *p); /* NULL is fine; no query may be running */

/* Runs every stage on `q`.  `index` is borrowed for the call; NULL where no stage of the pipeline
 * reads one.  XS_OK also when nothing was found (n_groups 0) and when an optional stage failed
 * (told in q->warnings, q->timings[].error and, for rerank, q->rerank).  Else the code of the
 * required stage that failed, or XS_ECANCEL: q->deadline was over before a required stage. */
int xs_pipeline_run(xs_pipeline *p, struct xs_index *index, xs_query *q);

/* Stages in order, for display: how many; the stage, and the plugin it came from ("built in");
 * how often an optional one failed since opening.  Borrowed; i < count. */
size_t xs_pipeline_count(const xs_pipeline *p);
const xs_stage *xs_pipeline_stage(const xs_pipeline *p, size_t i);
const char *xs_pipeline_origin(const xs_pipeline *p, size_t i);
uint64_t xs_pipeline_failures(const xs_pipeline *p, size_t i);

/* What the open() of a stage left, by the address of its struct; NULL: no such stage is in the pipeline. */
void *xs_pipeline_state(const xs_pipeline *p, const xs_stage *stage);

/* "none", "full", "partial", "skipped".  Static. */
const char *xs_rerank_status_name(xs_rerank_status status);

#endif
