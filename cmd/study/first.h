/* SPDX-License-Identifier: GPL-2.0-or-later */
/* first.h - the first stage of a collection: retrieved once and kept as a TREC run. */
#ifndef XS_CMD_STUDY_FIRST_H
#define XS_CMD_STUDY_FIRST_H

#include "eval/beir.h"
#include "cmd/study/collection.h"

/* Between the URL of a page and the number of its passage, in the names of a site's passages. */
#define STUDY_PASSAGE "#:"

/* Sets *run to the kept run of a source without one, in the study's folder; makes it first if it is
 * not there, of `corpus`, or of the configured index: then *passages is the file that holds the texts
 * of what was found. */
int study_first(const char **run, const char **passages, xs_cmd *c, const study_plan *p,
		const study_source *source, const xs_beir *corpus, const study_query *queries,
		size_t n);

/* Sets *out to the source with files of queries and judgements made of the site's log, and kept in the
 * study's folder: its questions, the most frequent first, each judged by the pages that were chosen for
 * it; those for which none was are left out.  XS_EINPUT: there is no log, or nothing was chosen. */
int study_log(study_source *out, xs_cmd *c, const study_plan *p, const study_source *source);

#endif
