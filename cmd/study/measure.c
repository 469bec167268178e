/* SPDX-License-Identifier: GPL-2.0-or-later */
/* measure.c - what the kept scores are worth: measures of each cell, and tests against the
 * baseline. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cmd/study/result.h"
#include "cmd/study/run.h"

const char *const study_ranking[STUDY_MEASURES] = {"nDCG@10", "RR@10", "R@10"};
static const xs_measure measure_kinds[STUDY_MEASURES] = {{"nDCG@10", XS_MEASURE_NDCG, 10, 1},
							 {"RR@10", XS_MEASURE_RR, 10, 1},
							 {"R@10", XS_MEASURE_R, 10, 1}};

/* Leaves the best candidate of each document. */
static size_t measure_once(xs_ranked *docs, size_t n)
{
	size_t kept = 0, k;

	for (size_t i = 0; i < n; i++) {
		/* Sorted by score: the first of a document is its best. Some hundreds at most,
		 * so nothing is hashed. */
		for (k = 0; k < kept && strcmp(docs[k].doc, docs[i].doc) != 0;)
			k++;
		if (k == kept)
			docs[kept++] = docs[i];
	}
	return kept;
}

/* Puts the candidates in their final order; returns how many there are then. */
static size_t measure_order(xs_ranked *docs, size_t n, bool passages)
{
	xs_measure_sort(docs, n);
	return passages ? measure_once(docs, n) : n;
}

/* One query: the first `depth` candidates by their logits, then the others as they were. */
static void measure_query(study_cell *cell, size_t i, const study_collection *k,
			  const float *logits, size_t depth)
{
	const study_query *q = &k->queries[i];
	xs_ranked *docs = xs_malloc((q->n + 1) * sizeof *docs);
	double low = 0;
	size_t n;

	for (size_t d = 0; logits && d < q->n && d < depth; d++)
		/* The least logit (or 0): what is not scored is put below it, one step a place,
		 * and so keeps the order of the first stage. */
		low = isfinite(logits[d]) && logits[d] < low ? logits[d] : low;
	for (size_t d = 0; d < q->n; d++) {
		docs[d] = q->docs[d];
		if (logits)
			docs[d].score = d < depth && isfinite(logits[d]) ? (double)logits[d]
									 : low - 1 - (double)d;
	}
	n = measure_order(docs, q->n, k->passages);
	for (int m = 0; m < STUDY_MEASURES; m++)
		cell->values[m][i] =
			xs_measure_of(&measure_kinds[m], docs, n, q->judged->docs, q->judged->n);
	free(docs);
}

/* All queries; logits NULL: the first stage as it is. */
static void measure_cell(study_cell *cell, xs_arena *a, const study_collection *k,
			 float *const *logits, size_t depth)
{
	for (int m = 0; m < STUDY_MEASURES; m++)
		cell->values[m] = xs_arena_array(a, k->n, sizeof **cell->values);
	for (size_t i = 0; i < k->n; i++)
		measure_query(cell, i, k, logits ? logits[i] : NULL, depth);
	for (int m = 0; m < STUDY_MEASURES; m++) {
		double sum = 0;

		for (size_t i = 0; i < k->n; i++)
			sum += cell->values[m][i];
		cell->mean[m] = sum / (double)k->n;
	}
}

/* Pairs of a query at a depth, in the mean. */
static double measure_pairs(const study_collection *k, size_t depth)
{
	size_t pairs = 0;

	for (size_t i = 0; i < k->n; i++)
		pairs += k->labels || k->queries[i].n < depth ? k->queries[i].n : depth;
	return (double)pairs / (double)k->n;
}

/* The first stage's recall at a depth. */
static double measure_recall(const study_collection *k, size_t depth)
{
	const xs_measure recall = {"R", XS_MEASURE_R, depth, 1};
	double sum = 0;

	for (size_t i = 0; i < k->n; i++) {
		const study_query *q = &k->queries[i];
		xs_ranked *docs = xs_malloc((q->n + 1) * sizeof *docs);

		for (size_t d = 0; d < q->n; d++)
			docs[d] = q->docs[d];
		sum += xs_measure_of(&recall, docs, measure_order(docs, q->n, k->passages),
				     q->judged->docs, q->judged->n);
		free(docs);
	}
	return sum / (double)k->n;
}

/* p-values of one kind, corrected for the number of cells beside the baseline. */
static void measure_correct(study_result *out, const study_plan *p, int measure, bool tost)
{
	size_t n = study_cells(p), count = 0;
	double *values = xs_malloc(n * sizeof *values);
	size_t *place = xs_malloc(n * sizeof *place);

	for (size_t i = 0; i < n; i++) {
		const xs_paired *t = &out->cells[i].test[measure].paired;

		/* The baseline is compared with itself, which is no test and must not count
		 * among them. */
		if (i != p->baseline)
			values[count++] = tost ? t->p_tost : t->p;
	}
	xs_holm(values, count, place);
	count = 0;
	for (size_t i = 0; i < n; i++) {
		study_test *t = &out->cells[i].test[measure];
		double *to = tost ? &t->p_tost_holm : &t->p_holm;

		*to = i != p->baseline ? values[count++] : tost ? t->paired.p_tost : 1;
	}
	free(values);
	free(place);
}

static void measure_tests(study_result *out, const study_plan *p)
{
	const study_cell *base = &out->cells[p->baseline];

	for (int m = 0; m < out->collection->n_tested; m++) {
		for (size_t i = 0; i < study_cells(p); i++)
			out->cells[i].test[m].paired =
				xs_paired_compare(out->cells[i].values[m], base->values[m],
						  out->collection->n_units, STUDY_MARGIN);
		measure_correct(out, p, m, false);
		measure_correct(out, p, m, true);
	}
}

int study_measure(study_result *out, xs_cmd *c, const study_plan *p, const study_collection *k)
{
	*out = (study_result){.collection = k};
	out->cells = xs_arena_array(c->arena, study_cells(p), sizeof *out->cells);
	for (size_t w = 0; w < p->n_ways; w++) {
		study_scores scores;
		/* One way at a time: its scores are read once for all its depths. */
		int rc = study_scores_read(&scores, c, p, k, &p->ways[w]);

		if (rc != XS_OK)
			return rc;
		for (size_t d = 0; d < p->n_depths; d++) {
			study_cell *cell = &out->cells[w * p->n_depths + d];
			/* Times are those of the greatest depth, a pair; a smaller depth has as
			 * many of them as it has pairs. */
			double pairs = scores.pairs ? (double)scores.pairs : 1;

			*cell = (study_cell){.tokens = scores.tokens / pairs,
					     .wall_ms = scores.wall_ms / pairs,
					     .cpu_ms = scores.cpu_ms / pairs,
					     .opened_mb = scores.opened_mb,
					     .peak_mb = scores.peak_mb};
			cell->query_ms = cell->cpu_ms * measure_pairs(k, (size_t)p->depths[d]);
			if (k->labels)
				study_classify(cell, c->arena, k, scores.logits);
			else
				measure_cell(cell, c->arena, k, scores.logits,
					     (size_t)p->depths[d]);
		}
	}
	if (!k->labels) {
		measure_cell(&out->first, c->arena, k, NULL, 0);
		/* The most that any order of these candidates can reach. */
		out->recall = measure_recall(k, (size_t)p->depths[p->n_depths - 1]);
	}
	measure_tests(out, p);
	return XS_OK;
}
