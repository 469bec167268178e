/* SPDX-License-Identifier: GPL-2.0-or-later */
/* eval_site.c - a corpus as a site of its own, asked through the pipeline: by words, by meaning, by both. */
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
	const char *folder;    /* in the command's arena; holds the two below */
	const char *temporary; /* the same, to be deleted; NULL: it is kept */
	size_t depth;
	bool vectors;
	xs_pipeline *pipelines[RETRIEVALS]; /* opened at the first query */
	xs_index *index;
};

/* In the folder.  No names that a collection or a site has: a folder that is given by mistake stays as
 * it is. */
static const char eval_site_pages[] = "eval-pages.jsonl", eval_site_name[] = "eval-index";

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
		print_progress(p->done, p->total,
			       p->phase == XS_PHASE_EMBED ? "embedding the corpus"
							  : "indexing the corpus");
}

/* Vectors that are there already are kept, by the texts that they are of. */
static int eval_site_embed(eval_site *s, const site_writer *writer)
{
	xs_deadline stop = {.cancel = &s->c->cancel};
	xs_embed_summary summary;
	int rc;

	if (!writer->embedding)
		return xs_fail(XS_EINPUT, "the embedder cannot be opened; \"xapian-search check\" "
					  "says why, and --retrieval words does without it");
	rc = xs_index_embed(&summary, writer->index, eval_site_watch, s->c, &stop);
	if (rc != XS_OK)
		return rc;
	s->vectors = summary.embedded + summary.kept > 0;
	if (summary.foreign)
		cmd_say(s->c,
			"%zu of %zu passages are in languages that the embedder does not read",
			summary.foreign, summary.passages);
	return XS_OK;
}

/* Indexes the pages.  Documents that fail are told and not fatal: they are missing for all systems
 * alike. */
static int eval_site_index(eval_site *s, bool vectors)
{
	xs_source source = {.path = xs_file_join(s->c->arena, s->folder, eval_site_pages),
			    .type = "jsonl"};
	xs_deadline stop = {.cancel = &s->c->cancel};
	const char *path = xs_file_join(s->c->arena, s->folder, eval_site_name);
	xs_index_summary summary;
	site_writer writer;
	int rc = site_writer_open(&writer, s->c, path, vectors);

	if (rc != XS_OK)
		return rc;
	rc = xs_index_update(&summary, s->c->arena, writer.index, &source, 1, true, eval_site_watch,
			     s->c, &stop);
	if (rc == XS_OK && summary.failed)
		cmd_say(s->c, "%zu of %zu documents could not be indexed: %s", summary.failed,
			s->corpus->n, summary.failures[0].error);
	if (rc == XS_OK && vectors)
		rc = eval_site_embed(s, &writer);
	site_writer_close(&writer);
	return rc;
}

static int eval_site_folder(eval_site *s, const char *kept)
{
	int rc;

	if (kept) {
		s->folder = kept;
		return xs_file_mkdirs(kept);
	}
	rc = folder_make(&s->folder, s->c->arena);
	s->temporary = s->folder;
	return rc;
}

int eval_site_open(eval_site **out, xs_cmd *c, const xs_beir *corpus, const eval_site_options *o)
{
	eval_site *s = xs_calloc(1, sizeof *s);
	int rc;

	*out = NULL;
	s->c = c;
	s->corpus = corpus;
	s->depth = o->depth;
	rc = eval_site_folder(s, o->folder);
	if (rc == XS_OK)
		rc = eval_site_write(xs_file_join(c->arena, s->folder, eval_site_pages), corpus);
	if (rc == XS_OK)
		rc = eval_site_index(s, o->vectors);
	if (rc == XS_OK)
		rc = site_index_open_at(&s->index, c,
					xs_file_join(c->arena, s->folder, eval_site_name));
	/* No limit: a slow machine must measure what a fast one does. */
	if (rc == XS_OK)
		rc = xs_conf_set(c->conf, "rerank.budget_ms", "0");
	/* What is measured is the model, not what was kept; and the scores of this collection would
	 * be kept in the configured index. */
	if (rc == XS_OK)
		rc = xs_conf_set(c->conf, "rerank.cache_entries", "0");
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
	for (int i = 0; i < RETRIEVALS; i++)
		xs_pipeline_close(s->pipelines[i]);
	xs_index_close(s->index);
	/* Last: until then the index has files open in it. */
	folder_delete(s->temporary);
	free(s);
}

bool eval_site_has_vectors(const eval_site *s)
{
	return s->vectors;
}

int eval_site_ask(xs_query **out, eval_site *s, retrieval by, bool rerank, const char *text)
{
	const retrieval_request r = {by, text, s->depth, rerank};
	int rc = XS_OK;

	*out = NULL;
	if (!s->pipelines[by])
		rc = retrieval_open(&s->pipelines[by], s->c, by, s->depth);
	return rc == XS_OK ? retrieval_ask(out, s->c, s->pipelines[by], s->index, &r) : rc;
}

/* A document's URL is its number (eval_site_write()); the first passage met is its best one. */
void eval_site_rank(eval_ranking *out, xs_arena *a, const eval_site *s, const xs_query *q,
		    bool bm25)
{
	size_t k;

	*out = (eval_ranking){.docs = xs_arena_array(a, q->n_candidates + 1, sizeof *out->docs)};
	for (size_t i = 0; i < q->n_candidates && out->n < s->depth; i++) {
		const xs_candidate *one = q->candidates[i];
		const char *id = s->corpus->rows[strtoul(one->url, NULL, 10)].id;

		for (k = 0; k < out->n && strcmp(out->docs[k].doc, id) != 0;)
			k++;
		if (k == out->n)
			out->docs[out->n++] =
				(xs_ranked){id, bm25 ? one->bm25 : (double)(q->n_candidates - i)};
	}
}
