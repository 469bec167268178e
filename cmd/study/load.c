/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load.c - a collection made ready: judged queries, their candidates, token ids of both. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cmd/study/first.h"

/* What is read of the files. */
typedef struct load_files {
	xs_qrels qrels;
	xs_beir queries, corpus;
	xs_run run;
} load_files;

/* The judged queries, in the order of their file. */
static int load_queries(study_collection *out, xs_cmd *c, const study_plan *p, load_files *f,
			const study_source *source)
{
	int rc = xs_qrels_read(&f->qrels, c->arena, source->qrels);

	if (rc == XS_OK)
		rc = xs_beir_read(&f->queries, c->arena, source->queries);
	if (rc != XS_OK)
		return rc;
	out->queries = xs_arena_array(c->arena, f->queries.n + 1, sizeof *out->queries);
	for (size_t i = 0; i < f->queries.n; i++) {
		const xs_beir_row *row = &f->queries.rows[i];
		/* A query that nobody judged cannot be measured, and must not lower the mean. */
		const xs_qrels_query *judged = xs_qrels_find(&f->qrels, row->id);

		if (judged && (!p->max_queries || out->n < (size_t)p->max_queries))
			out->queries[out->n++] =
				(study_query){.id = row->id, .text = row->text, .judged = judged};
	}
	return out->n ? XS_OK
		      : xs_fail(XS_EINPUT, "no query of %s is judged in %s", source->queries,
				source->qrels);
}

/* The name that is judged: of a site's passage, its page. */
static const char *load_name(const study_collection *k, xs_arena *a, const char *doc)
{
	const char *cut = NULL, *at = doc;

	/* The last one: a URL may have "#:" in it. */
	while (k->passages && (at = strstr(at, STUDY_PASSAGE)))
		cut = at++;
	return cut ? xs_arena_dupn(a, doc, (size_t)(cut - doc)) : doc;
}

/* The candidates of each query; place[row of the corpus] is one more than the place of its text, or
 * 0 for a text that nothing has asked for yet; `rows` lists those that something has. */
static int load_candidates(study_collection *k, xs_cmd *c, const load_files *f, size_t *place,
			   size_t *rows)
{
	for (size_t i = 0; i < k->n; i++) {
		study_query *q = &k->queries[i];
		const xs_run_query *found = xs_run_find(&f->run, q->id);

		/* A query for which the first stage found nothing: it counts, with 0. */
		if (!found)
			continue;
		q->docs = xs_arena_array(c->arena, found->n + 1, sizeof *q->docs);
		q->texts = xs_arena_array(c->arena, found->n + 1, sizeof *q->texts);
		for (; q->n < found->n; q->n++) {
			const xs_ranked *doc = &found->docs[q->n];
			size_t row = xs_name_place_find(f->corpus.names, f->corpus.n, doc->doc);

			if (row == (size_t)-1)
				return xs_fail(
					XS_EINPUT,
					"document %.80s of the run's query %.80s is not in the corpus",
					doc->doc, q->id);
			/* Texts that several queries found are made tokens of once. */
			if (!place[row]) {
				rows[k->n_texts++] = row;
				place[row] = k->n_texts;
			}
			q->docs[q->n] = (xs_ranked){load_name(k, c->arena, doc->doc), doc->score};
			q->texts[q->n] = place[row] - 1;
		}
	}
	return XS_OK;
}

static int load_tokens(study_collection *k, xs_cmd *c, const load_files *f, const size_t *rows)
{
	const char *folder = c->conf->rerank.model;
	size_t most = c->conf->rerank.query_tokens ? (size_t)c->conf->rerank.query_tokens
						   : XS_QUERY_TOKENS;
	xs_arena *scratch = xs_arena_new();
	xs_model *m;
	int rc = xs_model_open(&m, *folder ? folder : NULL);

	if (rc != XS_OK)
		m = NULL;
	k->texts = xs_arena_array(c->arena, k->n_texts + 1, sizeof *k->texts);
	for (size_t i = 0; i < k->n && rc == XS_OK; i++) {
		study_query *q = &k->queries[i];
		xs_input ids = {0};

		rc = study_tokenize(&ids, c->arena, m, q->text);
		q->ids = ids.ids;
		/* Cut here as the engine would cut it, since ids are taken as they are. */
		q->n_ids = ids.n_ids < most ? ids.n_ids : most;
	}
	for (size_t i = 0; i < k->n_texts && rc == XS_OK; i++) {
		rc = study_tokenize(&k->texts[i], c->arena, m,
				    xs_beir_text(&f->corpus.rows[rows[i]], scratch));
		/* Texts are of no use once they are ids: a corpus may be larger than memory has
		 * room for twice. */
		xs_arena_reset(scratch);
	}
	xs_model_close(m);
	xs_arena_free(scratch);
	return rc;
}

int study_load(study_collection *out, xs_cmd *c, const study_plan *p, const study_source *source)
{
	const char *run = source->run, *corpus = source->corpus;
	size_t *place = NULL, *rows = NULL;
	study_source kept = *source;
	load_files f = {0};
	int rc = XS_OK;

	*out = (study_collection){.name = source->name,
				  .passages = source->site,
				  .measures = study_ranking,
				  .n_tested = STUDY_MEASURES};
	if (source->log)
		rc = study_log(&kept, c, p, source);
	if (rc == XS_OK)
		rc = load_queries(out, c, p, &f, &kept);
	if (rc == XS_OK && corpus)
		rc = xs_beir_read(&f.corpus, c->arena, corpus);
	if (rc == XS_OK && !run)
		rc = study_first(&run, &corpus, c, p, source, &f.corpus, out->queries, out->n);
	/* Only now: first.c has just written the passages that were found. */
	if (rc == XS_OK && source->site)
		rc = xs_beir_read(&f.corpus, c->arena, corpus);
	if (rc == XS_OK)
		rc = xs_run_read(&f.run, c->arena, run);
	if (rc == XS_OK) {
		place = xs_calloc(f.corpus.n + 1, sizeof *place);
		rows = xs_calloc(f.corpus.n + 1, sizeof *rows);
		out->n_documents = f.corpus.n;
		rc = load_candidates(out, c, &f, place, rows);
	}
	if (rc == XS_OK)
		rc = load_tokens(out, c, &f, rows);
	out->n_units = out->n;
	free(place);
	free(rows);
	return rc;
}
