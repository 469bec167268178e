/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pairs.c - labelled pairs as a collection: does a pattern carry over to other tasks than
 * ranking? */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "eval/classify.h"
#include "eval/pairs.h"
#include "cmd/study/result.h"

/* As `eval --task classify` has it without options. */
enum { PAIRS_FOLDS = 5 };

const char *const study_classes[STUDY_MEASURES] = {"accuracy", "F1", "AP"};

/* Pairs whose first text is that of the pair before share a query, which is encoded once. */
static void pairs_group(study_collection *k, xs_arena *a, const xs_pairs *pairs, bool *labels)
{
	size_t *texts = xs_arena_array(a, pairs->n, sizeof *texts);

	k->queries = xs_arena_array(a, pairs->n, sizeof *k->queries);
	for (size_t i = 0; i < pairs->n; i++) {
		study_query *q;

		labels[i] = pairs->rows[i].label;
		texts[i] = i;
		/* Files of pairs often have the same first text many times in a row. */
		if (i == 0 || strcmp(pairs->rows[i].a, pairs->rows[i - 1].a) != 0)
			k->queries[k->n++] =
				(study_query){.text = pairs->rows[i].a, .texts = texts + i};
		q = &k->queries[k->n - 1];
		q->n++;
	}
}

static int pairs_tokens(study_collection *k, xs_cmd *c, const xs_model *m, const xs_pairs *pairs)
{
	size_t most = (size_t)c->conf->rerank.query_tokens;
	xs_input ids;
	int rc = XS_OK;

	k->n_texts = pairs->n;
	k->texts = xs_arena_array(c->arena, pairs->n, sizeof *k->texts);
	for (size_t i = 0; i < k->n && rc == XS_OK; i++) {
		rc = study_tokenize(&ids, c->arena, m, k->queries[i].text);
		k->queries[i].ids = ids.ids;
		k->queries[i].n_ids = most && ids.n_ids > most ? most : ids.n_ids;
	}
	for (size_t i = 0; i < pairs->n && rc == XS_OK; i++)
		rc = study_tokenize(&k->texts[i], c->arena, m, pairs->rows[i].b);
	return rc;
}

int study_load_pairs(study_collection *out, xs_cmd *c, const study_plan *p,
		     const study_source *source)
{
	const char *folder = c->conf->rerank.model;
	xs_model *m = NULL;
	xs_pairs pairs;
	bool *labels;
	int rc = xs_pairs_read(&pairs, c->arena, source->pairs);

	if (rc != XS_OK)
		return rc;
	if (p->max_queries && pairs.n > (size_t)p->max_queries)
		pairs.n = (size_t)p->max_queries;
	/* Counted again: max_queries may have cut the file. */
	pairs.positive = 0;
	for (size_t i = 0; i < pairs.n; i++)
		pairs.positive += pairs.rows[i].label;
	/* Each fold must have one of either class, or F1 has nothing to be tuned on. */
	if (pairs.positive < PAIRS_FOLDS || pairs.n - pairs.positive < PAIRS_FOLDS)
		return xs_fail(
			XS_EINPUT,
			"%s: has %zu pairs of label 1 and %zu of label 0; thresholds are tuned "
			"on %d of each or more",
			source->pairs, pairs.positive, pairs.n - pairs.positive, PAIRS_FOLDS);
	labels = xs_arena_array(c->arena, pairs.n, sizeof *labels);
	*out = (study_collection){.name = source->name,
				  .labels = labels,
				  .n_units = pairs.n,
				  .measures = study_classes,
				  .n_tested = 1};
	pairs_group(out, c->arena, &pairs, labels);
	rc = xs_model_open(&m, *folder ? folder : NULL);
	if (rc == XS_OK) {
		rc = pairs_tokens(out, c, m, &pairs);
		xs_model_close(m);
	}
	return rc;
}

void study_classify(study_cell *cell, xs_arena *a, const study_collection *k, float *const *logits)
{
	xs_classify_item *items = xs_malloc(k->n_units * sizeof *items);
	double thresholds[PAIRS_FOLDS];
	int *fold = xs_malloc(k->n_units * sizeof *fold);
	xs_confusion count = {0};
	size_t n = 0;

	for (size_t i = 0; i < k->n; i++)
		for (size_t d = 0; d < k->queries[i].n; d++, n++)
			items[n] = (xs_classify_item){isfinite(logits[i][d]) ? (double)logits[i][d]
									     : -1e30,
						      k->labels[n]};
	cell->values[STUDY_FIRST] = xs_arena_array(a, n, sizeof **cell->values);
	/* Folds are dealt out by the order of the file alone: all cells have the same, so that
	 * they can be compared pair by pair. */
	xs_classify_cross(&count, thresholds, fold, items, n, PAIRS_FOLDS, XS_GOAL_F1);
	for (size_t i = 0; i < n; i++)
		/* 1 for a pair that is decided rightly: the tests compare cells by accuracy. */
		cell->values[STUDY_FIRST][i] =
			(items[i].score >= thresholds[fold[i]]) == items[i].label;
	cell->mean[STUDY_FIRST] = xs_classify_accuracy(&count);
	cell->mean[STUDY_SECOND] = xs_classify_f1(&count);
	cell->mean[STUDY_THIRD] = xs_classify_ap(items, n);
	free(fold);
	free(items);
}
