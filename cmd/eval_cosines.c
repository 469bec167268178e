/* SPDX-License-Identifier: GPL-2.0-or-later */
/* eval_cosines.c - cosines of queries and of the documents of a run, without an index. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cmd/eval.h"
#include "cmd/print.h"
#include "index/pages/text.h"
#include "plugin/embedding.h"
#include "plugin/passage_text.h"

/* Passages between two looks at the signal. */
enum { COSINES_BATCH = 64 };

/* The passages of a row of the corpus; n 0: nobody asked for it. */
typedef struct cosines_row {
	size_t first, n;
} cosines_row;

struct eval_cosines {
	xs_cmd *c;
	const xs_beir *corpus;
	xs_embedding_model *model;
	xs_embedder *embedder;
	size_t dimensions;
	cosines_row *rows; /* one a row of the corpus */
	float *vectors;	   /* one a passage, after that of the query */
	size_t n, cap;
};

/* Passages that wait to be embedded. */
typedef struct cosines_batch {
	xs_arena *a;
	xs_input inputs[COSINES_BATCH];
	size_t n;
} cosines_batch;

static int cosines_embed(eval_cosines *e, cosines_batch *b)
{
	xs_deadline stop = {.cancel = &e->c->cancel};
	int rc;

	while (e->cap < e->n + b->n)
		e->vectors =
			xs_grow(e->vectors, e->cap, &e->cap, e->dimensions * sizeof *e->vectors);
	rc = xs_embedder_run(e->vectors + e->n * e->dimensions, NULL, e->embedder, XS_EMBED_PASSAGE,
			     b->inputs, b->n, &stop);
	e->n += b->n;
	b->n = 0;
	xs_arena_reset(b->a);
	return rc == XS_ECANCEL ? xs_fail(rc, "stopped") : rc;
}

/* A document in the passages that the index would cut it in. */
static int cosines_document(eval_cosines *e, cosines_batch *b, xs_arena *a, const xs_beir_row *row)
{
	const xs_page_options o = {.passage_words = e->c->conf->index.passage_words,
				   .passage_overlap = e->c->conf->index.passage_overlap};
	/* With any title, else the first line of the text would be taken for it. */
	xs_page page = {.title = *row->title ? row->title : "-"};
	cosines_row *to = &e->rows[row - e->corpus->rows];
	int rc = xs_text_page(&page, a, row->text, strlen(row->text), &o);

	*to = (cosines_row){e->n + b->n, page.n};
	for (size_t i = 0; i < page.n && rc == XS_OK; i++) {
		const xs_passage *p = &page.passages[i];
		size_t len = xs_passage_text(NULL, row->title, p->heading, p->text);
		char *text = xs_arena_alloc(b->a, len + 1);

		xs_passage_text(text, row->title, p->heading, p->text);
		b->inputs[b->n++] = (xs_input){.text = text, .len = len};
		if (b->n == COSINES_BATCH)
			rc = cosines_embed(e, b);
	}
	return rc;
}

/* The first documents of a query's run. */
static int cosines_run(eval_cosines *e, cosines_batch *b, xs_arena *a, const xs_run_query *run,
		       size_t depth)
{
	int rc = XS_OK;

	for (size_t i = 0; i < run->n && i < depth && rc == XS_OK; i++) {
		const xs_beir_row *row = xs_beir_find(e->corpus, run->docs[i].doc);

		if (!row)
			return xs_fail(
				XS_EINPUT,
				"the run's document %.80s for \"%.80s\" is not in the corpus",
				run->docs[i].doc, run->query);
		if (!e->rows[row - e->corpus->rows].n)
			rc = cosines_document(e, b, a, row);
		xs_arena_reset(a);
	}
	return rc;
}

static int cosines_all(eval_cosines *e, const eval_work *w, size_t depth)
{
	cosines_batch b = {.a = xs_arena_new()};
	xs_arena *a = xs_arena_new();
	int rc = XS_OK;

	for (size_t i = 0; i < w->n && rc == XS_OK; i++) {
		const xs_run_query *run = xs_run_find(&w->run, w->list[i].id);

		if (e->c->progress)
			print_progress(i, w->n, "embedding the run's documents");
		if (run)
			rc = cosines_run(e, &b, a, run, depth);
	}
	if (rc == XS_OK)
		rc = cosines_embed(e, &b);
	xs_arena_free(b.a);
	xs_arena_free(a);
	return rc;
}

int eval_cosines_open(eval_cosines **out, xs_cmd *c, const eval_work *w, size_t depth)
{
	eval_cosines *e = xs_calloc(1, sizeof *e);
	xs_embedder_info info = {0};
	int rc;

	*out = NULL;
	e->c = c;
	e->corpus = &w->corpus;
	e->model = xs_embedding_model_new(c->conf, NULL);
	e->rows = xs_calloc(w->corpus.n + 1, sizeof *e->rows);
	rc = xs_embedding_model_get(&e->embedder, e->model);
	if (rc == XS_OK) {
		xs_embedder_info_get(&info, e->embedder);
		e->dimensions = (size_t)info.dimensions;
		e->n = 1; /* the query's place */
		rc = cosines_all(e, w, depth);
	}
	if (rc == XS_OK)
		*out = e;
	else
		eval_cosines_close(e);
	return rc;
}

void eval_cosines_close(eval_cosines *e)
{
	if (!e)
		return;
	xs_embedding_model_free(e->model);
	free(e->rows);
	free(e->vectors);
	free(e);
}

/* Vectors have length 1, so that their product is the cosine. */
static float cosines_product(const eval_cosines *e, size_t passage)
{
	const float *a = e->vectors, *b = a + passage * e->dimensions;
	float sum = 0;

	for (size_t i = 0; i < e->dimensions; i++)
		sum += a[i] * b[i];
	return sum;
}

int eval_cosines_get(float *cosines, eval_cosines *e, const char *text, const xs_ranked *docs,
		     size_t n)
{
	xs_deadline stop = {.cancel = &e->c->cancel};
	xs_input query = xs_input_text(text);
	int rc = xs_embedder_run(e->vectors, NULL, e->embedder, XS_EMBED_QUERY, &query, 1, &stop);

	if (rc != XS_OK)
		return rc == XS_ECANCEL ? xs_fail(rc, "stopped") : rc;
	for (size_t i = 0; i < n; i++) {
		const xs_beir_row *row = xs_beir_find(e->corpus, docs[i].doc);
		const cosines_row *at = &e->rows[row - e->corpus->rows];

		cosines[i] = -1;
		for (size_t k = 0; k < at->n; k++) {
			float one = cosines_product(e, at->first + k);

			cosines[i] = one > cosines[i] ? one : cosines[i];
		}
	}
	return XS_OK;
}
