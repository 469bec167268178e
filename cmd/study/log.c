/* SPDX-License-Identifier: GPL-2.0-or-later */
/* log.c - the questions of a site's log as judged queries: the pages that were chosen are the
 * relevant ones. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "cmd/export_log.h"
#include "cmd/study/first.h"
#include "plugin/json.h"

/* Adds the judgements of one question; returns how many pages were chosen for it. */
static size_t log_judge(xs_buf *qrels, const export_log *log, size_t place)
{
	size_t n_chosen, n = 0;
	const export_click *k = export_log_find(&n_chosen, log, log->queries[place]);

	for (size_t i = 0; i < n_chosen; i++) {
		/* Sorted by page; a blank would break the line. */
		if ((i && strcmp(k[i].url, k[i - 1].url) == 0) || strpbrk(k[i].url, " \t\r\n"))
			continue;
		xs_buf_printf(qrels, "%zu 0 %s 1\n", place + 1, k[i].url);
		n++;
	}
	return n;
}

static void log_add(xs_buf *queries, const export_log *log, size_t place)
{
	char number[24], *line;
	json_t *row = json_object();

	snprintf(number, sizeof number, "%zu", place + 1);
	json_object_set_new(row, "_id", json_string(number));
	json_object_set_new(row, "text", xs_json_text(log->queries[place]));
	line = json_dumps(row, JSON_COMPACT);
	xs_buf_printf(queries, "%s\n", line);
	free(line);
	json_decref(row);
}

/* Writes both files, of at most so many questions (0: all). */
static int log_write(xs_cmd *c, const study_source *s, size_t most)
{
	const char *path = xs_file_join(c->arena, c->conf->index.path, "queries.db");
	xs_buf queries, qrels;
	export_log log;
	size_t n = 0;
	int rc = export_log_read(&log, c->arena, path, 0);

	if (rc != XS_OK)
		/* No log is a wrong setting here; 1 as exit code is for no results. */
		return rc == XS_ENOTFOUND ? XS_EINPUT : rc;
	xs_buf_init(&queries);
	xs_buf_init(&qrels);
	for (size_t i = 0; i < log.n && (!most || n < most); i++)
		/* Judgements before the question: one that nobody chose a page for is no query. */
		if (log_judge(&qrels, &log, i)) {
			log_add(&queries, &log, i);
			n++;
		}
	if (n == 0)
		rc = xs_fail(XS_EINPUT, "no result was chosen for any of the %zu questions in %s",
			     log.n, path);
	if (rc == XS_OK)
		rc = xs_file_write(s->qrels, qrels.data, qrels.len);
	if (rc == XS_OK) /* the last: its judgements are there */
		rc = xs_file_write(s->queries, queries.data, queries.len);
	xs_buf_fini(&queries);
	xs_buf_fini(&qrels);
	return rc;
}

int study_log(study_source *out, xs_cmd *c, const study_plan *p, const study_source *source)
{
	*out = *source;
	out->queries = xs_file_join(c->arena, p->folder,
				    xs_arena_printf(c->arena, "%s.queries.jsonl", source->name));
	out->qrels = xs_file_join(c->arena, p->folder,
				  xs_arena_printf(c->arena, "%s.qrels", source->name));
	return access(out->queries, F_OK) == 0 ? XS_OK : log_write(c, out, (size_t)p->max_queries);
}
