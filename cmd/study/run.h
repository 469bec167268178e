/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run.h - the scores of each collection in each way: made once, and kept in the study's folder.
 *
 * For the main thread; everything lives in the command's arena. */
#ifndef XS_CMD_STUDY_RUN_H
#define XS_CMD_STUDY_RUN_H

#include "cmd/study/collection.h"

/* What scoring a collection in one way gave. */
typedef struct study_scores {
	float **logits; /* one row a query */
	size_t pairs;
	double tokens;		   /* of texts, that were scored */
	double wall_ms, cpu_ms;	   /* of scoring alone */
	double opened_mb, peak_mb; /* beyond what the process had before */
} study_scores;

/* Scores what is not kept yet, each collection and way in a process of its own, and keeps it. */
int study_run(xs_cmd *c, const study_plan *p, const study_collection *collections);
/* Reads what is kept of one.  XS_ENOTFOUND: nothing; XS_EINPUT: a file is damaged. */
int study_scores_read(study_scores *out, xs_cmd *c, const study_plan *p, const study_collection *k,
		      const study_way *way);

#endif
