/* SPDX-License-Identifier: GPL-2.0-or-later */
/* first.c - the first stage of a collection: retrieved once and kept as a TREC run. */
#include "cmd/study/first.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/memory.h"
#include "cmd/eval.h"
#include "cmd/print.h"
#include "cmd/site.h"
#include "plugin/json.h"
#include "plugin/pipeline.h"

static void first_progress(xs_cmd *c, size_t i, size_t n)
{
	char text[96];

	snprintf(text, sizeof text, "retrieving: %zu of %zu queries", i, n);
	if (c->progress)
		print_progress(i, n, text);
}

/* Retrieves from an index of the corpus, made for the purpose. */
static int first_corpus(FILE *run, xs_cmd *c, const xs_beir *corpus, const study_query *queries,
			size_t n)
{
	eval_site *site;
	int rc = eval_site_open(&site, c, corpus, "[retrieve, group]");

	for (size_t i = 0; i < n && rc == XS_OK; i++) {
		eval_query q = {.id = queries[i].id, .text = queries[i].text};

		first_progress(c, i, n);
		rc = eval_site_ask(&q, c->arena, site);
		if (rc == XS_OK)
			rc = xs_run_write(run, q.id, q.docs[EVAL_RETRIEVAL], q.n, "xapian");
		if (rc == XS_OK && atomic_load(&c->cancel))
			rc = xs_fail(XS_ECANCEL, "stopped");
	}
	eval_site_close(site);
	return rc;
}

/* Passages that were found, some of them by several queries. */
typedef struct first_rows {
	xs_beir_row *items;
	size_t n, cap;
} first_rows;

/* One query to the configured index; passages are added to `rows` as "URL#:NUMBER". */
static int first_ask(FILE *run, first_rows *rows, xs_cmd *c, xs_pipeline *pipeline, xs_index *index,
		     const study_query *query)
{
	xs_query *q = xs_query_new();
	xs_ranked *docs;
	int rc;

	q->text = eval_site_words(c->arena, query->text);
	/* study_first() has set it to the greatest depth of the plan. */
	q->n = (size_t)c->conf->rerank.depth;
	q->deadline.cancel = &c->cancel;
	rc = xs_pipeline_run(pipeline, index, q);
	if (rc == XS_EINPUT) /* nothing to search for, as with a query of signs alone */
		rc = XS_OK;
	docs = xs_arena_array(c->arena, q->n_candidates + 1, sizeof *docs);
	for (size_t i = 0; i < q->n_candidates && rc == XS_OK; i++) {
		const xs_candidate *k = q->candidates[i];

		docs[i] = (xs_ranked){xs_arena_printf(c->arena, "%s" STUDY_PASSAGE "%llu", k->url,
						      (unsigned long long)k->passage),
				      /* The place as a score: the order of the run is that of the
				 * search, also where BM25 is equal. */
				      (double)(q->n_candidates - i)};
		/* With their texts: the index may be another one when the study goes on. */
		rows->items = xs_grow(rows->items, rows->n, &rows->cap, sizeof *rows->items);
		rows->items[rows->n++] =
			(xs_beir_row){docs[i].doc, "", site_passage_text(c->arena, k)};
	}
	if (rc == XS_OK)
		rc = xs_run_write(run, query->id, docs, q->n_candidates, "xapian");
	xs_query_free(q);
	return rc;
}

static int first_by_id(const void *left, const void *right)
{
	return strcmp(((const xs_beir_row *)left)->id, ((const xs_beir_row *)right)->id);
}

/* The passages as JSON lines, each once. */
static void first_lines(xs_buf *out, first_rows *rows)
{
	if (rows->n)
		qsort(rows->items, rows->n, sizeof *rows->items, first_by_id);
	for (size_t i = 0; i < rows->n; i++) {
		const xs_beir_row *r = &rows->items[i];
		json_t *row;
		char *line;

		/* Sorted, so that one passage found by several queries stands side by side with
		 * itself. */
		if (i && strcmp(r->id, r[-1].id) == 0)
			continue;
		row = json_object();
		json_object_set_new(row, "_id", xs_json_text(r->id));
		json_object_set_new(row, "text", xs_json_text(r->text));
		line = json_dumps(row, JSON_COMPACT);
		xs_buf_printf(out, "%s\n", line);
		free(line);
		json_decref(row);
	}
}

static int first_site(FILE *run, xs_buf *corpus, xs_cmd *c, const study_query *queries, size_t n)
{
	xs_pipeline *pipeline = NULL;
	xs_index *index = NULL;
	first_rows rows = {0};
	int rc = site_index_open(&index, c);

	/* Without the model: the order that it is to improve is wanted. */
	if (rc == XS_OK)
		rc = xs_conf_set(c->conf, "pipeline", "[retrieve, group]");
	if (rc == XS_OK)
		rc = xs_pipeline_open(&pipeline, c->conf);
	for (size_t i = 0; i < n && rc == XS_OK; i++) {
		first_progress(c, i, n);
		rc = first_ask(run, &rows, c, pipeline, index, &queries[i]);
	}
	if (rc == XS_OK)
		first_lines(corpus, &rows);
	free(rows.items);
	xs_pipeline_close(pipeline);
	xs_index_close(index);
	return rc;
}

int study_first(const char **run, const char **passages, xs_cmd *c, const study_plan *p,
		const study_source *source, const xs_beir *corpus, const study_query *queries,
		size_t n)
{
	char *text = NULL;
	size_t len = 0;
	xs_buf found;
	FILE *lines;
	int rc;

	*run = xs_file_join(c->arena, p->folder, xs_arena_printf(c->arena, "%s.run", source->name));
	*passages = xs_file_join(c->arena, p->folder,
				 xs_arena_printf(c->arena, "%s.jsonl", source->name));
	/* Kept: a study that goes on must rank the candidates that it began with, though the
	 * index may have changed. */
	if (access(*run, F_OK) == 0)
		return XS_OK;
	/* As many candidates as the greatest depth asks for, not as the settings say. */
	rc = xs_conf_set(c->conf, "rerank.depth",
			 xs_arena_printf(c->arena, "%ld", p->depths[p->n_depths - 1]));
	if (rc != XS_OK)
		return rc;
	/* In memory until it is whole: half a run in the folder would be taken for a run. */
	lines = open_memstream(&text, &len);
	if (!lines)
		return xs_fail(XS_EINTERNAL, "open a stream in memory: %s", strerror(errno));
	xs_buf_init(&found);
	rc = source->site ? first_site(lines, &found, c, queries, n)
			  : first_corpus(lines, c, corpus, queries, n);
	print_progress_clear();
	fclose(lines);
	if (rc == XS_OK && source->site)
		rc = xs_file_write(*passages, found.data, found.len);
	if (rc == XS_OK) /* the last: what it speaks of is there */
		rc = xs_file_write(*run, text, len);
	xs_buf_fini(&found);
	free(text);
	return rc;
}
