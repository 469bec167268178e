/* SPDX-License-Identifier: GPL-2.0-or-later */
/* eval_site.c - a corpus as a site of its own, in a temporary folder, asked through the pipeline. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/file.h"
#include "base/memory.h"
#include "cmd/eval.h"
#include "cmd/folder.h"
#include "cmd/print.h"
#include "cmd/site.h"
#include "plugin/json.h"
#include "plugin/pipeline.h"

struct eval_site {
	xs_cmd *c;
	const xs_beir *corpus;
	const char *folder; /* in the command's arena; holds corpus.jsonl and index/ */
	xs_pipeline *pipeline;
	xs_index *index;
	char *model;
};

/* The corpus as JSON lines of pages, whose URL is the document's number: a name may be no URL.
 * Errors of json_dumpf() are found by ferror() at the end. */
static int eval_site_write(const char *path, const xs_beir *corpus)
{
	FILE *f = fopen(path, "w");
	char url[24];
	bool bad;

	if (!f)
		return xs_fail(XS_EIO, "open %s: %s", path, strerror(errno));
	for (size_t i = 0; i < corpus->n; i++) {
		json_t *page = json_object();

		snprintf(url, sizeof url, "%zu", i);
		json_object_set_new(page, "url", json_string(url));
		json_object_set_new(page, "title", xs_json_text(corpus->rows[i].title));
		json_object_set_new(page, "text", xs_json_text(corpus->rows[i].text));
		json_dumpf(page, f, JSON_COMPACT);
		fputc('\n', f);
		json_decref(page);
	}
	bad = ferror(f) != 0;
	if (fclose(f) != 0 || bad)
		return xs_fail(XS_EIO, "write %s: %s", path, strerror(errno));
	return XS_OK;
}

static void eval_site_watch(void *user, const xs_index_progress *p)
{
	xs_cmd *c = user;

	if (c->progress)
		print_progress(p->done, p->total, "indexing the corpus");
}

/* Indexes corpus.jsonl in index/.  Documents that fail are told and not fatal: they are missing for
 * all systems alike. */
static int eval_site_index(eval_site *s, size_t documents)
{
	xs_source source = {.path = xs_file_join(s->c->arena, s->folder, "corpus.jsonl"),
			    .type = "jsonl"};
	xs_deadline stop = {.cancel = &s->c->cancel};
	const char *path = xs_file_join(s->c->arena, s->folder, "index");
	xs_index_summary summary;
	site_writer writer;
	int rc = site_writer_open(&writer, s->c, path, false);

	if (rc != XS_OK)
		return rc;
	rc = xs_index_update(&summary, s->c->arena, writer.index, &source, 1, true, eval_site_watch,
			     s->c, &stop);
	site_writer_close(&writer);
	if (rc == XS_OK && summary.failed)
		cmd_say(s->c, "%zu of %zu documents could not be indexed: %s", summary.failed,
			documents, summary.failures[0].error);
	return rc;
}

/* `pipeline` and the keys below concern asking, so they are set when the index is there. */
int eval_site_open(eval_site **out, xs_cmd *c, const xs_beir *corpus, const char *pipeline)
{
	eval_site *s = xs_calloc(1, sizeof *s);
	int rc;

	*out = NULL;
	s->c = c;
	s->corpus = corpus;
	s->model = xs_strdup("");
	rc = folder_make(&s->folder, c->arena);
	if (rc == XS_OK)
		rc = eval_site_write(xs_file_join(c->arena, s->folder, "corpus.jsonl"), corpus);
	if (rc == XS_OK)
		rc = eval_site_index(s, corpus->n);
	if (rc == XS_OK)
		rc = site_index_open_at(&s->index, c, xs_file_join(c->arena, s->folder, "index"));
	if (rc == XS_OK)
		rc = xs_conf_set(c->conf, "pipeline", pipeline);
	/* No limit: a slow machine must measure what a fast one does. */
	if (rc == XS_OK)
		rc = xs_conf_set(c->conf, "rerank.budget_ms", "0");
	/* What is measured is the model, not what was kept; and the scores of this collection would
	 * be kept in the configured index. */
	if (rc == XS_OK)
		rc = xs_conf_set(c->conf, "rerank.cache_entries", "0");
	if (rc == XS_OK)
		rc = xs_pipeline_open(&s->pipeline, c->conf);
	if (rc == XS_OK)
		*out = s;
	else
		eval_site_close(s);
	return rc;
}

void eval_site_close(eval_site *s)
{
	if (!s)
		return;
	/* The folder goes last: until then the index has files open in it. */
	xs_pipeline_close(s->pipeline);
	xs_index_close(s->index);
	folder_delete(s->folder);
	free(s->model);
	free(s);
}

const char *eval_site_model(const eval_site *s)
{
	return s->model;
}

/* Within a word a hyphen stays: there it is no operator, and part of the word. */
char *eval_site_words(xs_arena *a, const char *text)
{
	char *words = xs_arena_dup(a, text);

	for (char *p = words; *p; p++)
		if (*p == '"' || *p == ':' ||
		    ((*p == '+' || *p == '-') && (p == words || p[-1] == ' ')))
			*p = ' ';
	return words;
}

/* Compared and not subtracted, as ranks are unsigned. */
static int eval_site_by_rank(const void *left, const void *right)
{
	const xs_candidate *a = *(xs_candidate *const *)left, *b = *(xs_candidate *const *)right;

	return (a->rank_before > b->rank_before) - (a->rank_before < b->rank_before);
}

/* Equal logits keep the index's order: qsort() alone would not give the same order everywhere. */
static int eval_site_by_logit(const void *left, const void *right)
{
	const xs_candidate *a = *(xs_candidate *const *)left, *b = *(xs_candidate *const *)right;

	if (a->scored != b->scored)
		return a->scored ? -1 : 1;
	if (a->scored && a->logit != b->logit)
		return a->logit > b->logit ? -1 : 1;
	return eval_site_by_rank(left, right);
}

/* Asks.  The caller frees *out.  The index gets the words, the model the text as it was written.
 * `parse` would make the second of the first, so the pipelines of a collection do without that
 * stage. */
static int eval_site_query(xs_query **out, xs_arena *a, eval_site *s, const char *text)
{
	xs_query *q = *out = xs_query_new();
	int rc;

	q->text = eval_site_words(a, text);
	q->question = text;
	q->n = (size_t)s->c->conf->rerank.depth;
	q->deadline.cancel = &s->c->cancel;
	rc = xs_pipeline_run(s->pipeline, s->index, q);
	return rc == XS_EINPUT
		       ? XS_OK /* nothing to search for, as with a query of signs alone: nothing is found */
		       : rc;
}

/* The documents in the order of the candidates, each once; with the index's scores, or ones that
 * fall.  A document's URL is its number (eval_site_write()); the first passage met is its best
 * one. */
static size_t eval_site_rank(xs_ranked *docs, const xs_query *q, const eval_site *s, bool bm25)
{
	size_t n = 0, k;

	for (size_t i = 0; i < q->n_candidates; i++) {
		const char *id = s->corpus->rows[strtoul(q->candidates[i]->url, NULL, 10)].id;

		for (k = 0; k < n && strcmp(docs[k].doc, id) != 0;)
			k++;
		if (k == n) {
			docs[n] = (xs_ranked){id, bm25 ? q->candidates[i]->bm25
						       : (double)(q->n_candidates - n)};
			n++;
		}
	}
	return n;
}

/* Without the model all orders would be alike and look like a result, so a query that was not
 * reranked is an error. */
int eval_site_ask(eval_query *out, xs_arena *a, eval_site *s)
{
	static int (*const orders[EVAL_SYSTEMS])(const void *, const void *) = {
		[EVAL_RETRIEVAL] = eval_site_by_rank, [EVAL_RERANK] = eval_site_by_logit};
	xs_query *q;
	int rc = eval_site_query(&q, a, s, out->text);

	if (rc == XS_OK && q->rerank.status == XS_RERANK_SKIPPED && q->n_candidates)
		rc = xs_fail(XS_EINPUT, "query %s: %s", out->id, q->rerank.reason);
	for (int i = EVAL_BLEND; rc == XS_OK && i >= 0; i--) { /* the blend's order comes first */
		out->docs[i] = xs_arena_array(a, q->n_candidates + 1, sizeof **out->docs);
		if (orders[i] && q->n_candidates)
			qsort(q->candidates, q->n_candidates, sizeof *q->candidates, orders[i]);
		out->n = eval_site_rank(out->docs[i], q, s, false);
	}
	if (rc == XS_OK && q->rerank.model && !*s->model) {
		free(s->model);
		s->model = xs_strdup(q->rerank.model);
	}
	xs_query_free(q);
	return rc;
}

int eval_site_find(xs_ranked **docs, size_t *n, xs_arena *a, eval_site *s, const char *text)
{
	xs_query *q;
	int rc = eval_site_query(&q, a, s, text);

	*docs = xs_arena_array(a, q->n_candidates + 1, sizeof **docs);
	*n = rc == XS_OK ? eval_site_rank(*docs, q, s, true) : 0;
	xs_query_free(q);
	return rc;
}
