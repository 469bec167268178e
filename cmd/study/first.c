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

/* Once: the reason is seldom a query's own. */
static void first_tell(bool *told, const xs_cmd *c, const xs_query *q, retrieval by)
{
	const char *why = retrieval_lacks(q, by);

	if (why && !*told)
		cmd_say(c, "documents are found by words alone: %s", why);
	*told |= why != NULL;
}

/* Retrieves from an index of the corpus, made for the purpose. */
static int first_corpus(FILE *run, xs_cmd *c, const xs_beir *corpus, retrieval by,
			const study_query *queries, size_t n)
{
	const eval_site_options o = {.depth = (size_t)xs_conf_depth(c->conf->rerank.depth),
				     .vectors = by != RETRIEVAL_WORDS};
	bool told = false;
	eval_site *site;
	int rc = eval_site_open(&site, c, corpus, &o);

	for (size_t i = 0; i < n && rc == XS_OK; i++) {
		eval_ranking found;
		xs_query *q;

		first_progress(c, i, n);
		rc = eval_site_ask(&q, site, by, false, queries[i].text);
		if (rc == XS_OK) {
			first_tell(&told, c, q, by);
			eval_site_rank(&found, c->arena, site, q, false);
			rc = xs_run_write(run, queries[i].id, found.docs, found.n, "xapian");
		}
		xs_query_free(q);
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

/* The configured index, and by what it is asked. */
typedef struct first_index {
	xs_pipeline *pipeline;
	xs_index *index;
	retrieval by;
	bool told; /* that meaning has no part in it */
} first_index;

/* One query to the configured index, without the model: the order that it is to improve is wanted.  Passages
 * are added to `rows` as "URL#:NUMBER". */
static int first_ask(FILE *run, first_rows *rows, xs_cmd *c, first_index *f,
		     const study_query *query)
{
	/* study_first() has set it to the greatest depth of the plan. */
	const retrieval_request r = {f->by, query->text,
				     (size_t)xs_conf_depth(c->conf->rerank.depth), false};
	xs_query *q;
	xs_ranked *docs;
	int rc = retrieval_ask(&q, c, f->pipeline, f->index, &r);

	if (rc == XS_OK)
		first_tell(&f->told, c, q, f->by);
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

static int first_site(FILE *run, xs_buf *corpus, xs_cmd *c, retrieval by,
		      const study_query *queries, size_t n)
{
	first_index f = {.by = by};
	first_rows rows = {0};
	int rc = site_index_open(&f.index, c);

	if (rc == XS_OK)
		rc = retrieval_open(&f.pipeline, c, by,
				    (size_t)xs_conf_depth(c->conf->rerank.depth));
	for (size_t i = 0; i < n && rc == XS_OK; i++) {
		first_progress(c, i, n);
		rc = first_ask(run, &rows, c, &f, &queries[i]);
	}
	if (rc == XS_OK)
		first_lines(corpus, &rows);
	free(rows.items);
	xs_pipeline_close(f.pipeline);
	xs_index_close(f.index);
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
	rc = source->site ? first_site(lines, &found, c, source->by, queries, n)
			  : first_corpus(lines, c, corpus, source->by, queries, n);
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
