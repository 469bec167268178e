/* SPDX-License-Identifier: GPL-2.0-or-later */
/* eval_classify.c - the task `classify` of `eval`: how well scores of pairs decide. */
#include <math.h>
#include <stdio.h>

#include <jansson.h>

#include "base/clock.h"
#include "cmd/eval.h"
#include "eval/pairs.h"
#include "cmd/print.h"
#include "cmd/scoring.h"
#include "plugin/json.h"

/* All that was found. */
typedef struct classify_result {
	size_t pairs, positive, tuned_on; /* tuned_on: pairs of the file --tune */
	size_t truncated;		  /* pairs of which some text was cut */
	xs_confusion count;
	double ap;
	double threshold; /* given, or tuned on all that there is to tune on */
	double *folds;	  /* the threshold of each fold; NULL: no cross-validation */
	const char *model;
	double ms;
} classify_result;

/* Scores all pairs of a file.  A single NaN would spoil the threshold and the average precision of
 * all, as it has no place in an order.  Both texts count for *truncated: the decision is about
 * both. */
static int classify_score(xs_classify_item *items, size_t *truncated, xs_cmd *c, scoring_model *s,
			  const xs_pairs *pairs, bool symmetric)
{
	int rc = XS_OK;

	for (size_t i = 0; i < pairs->n && rc == XS_OK; i++) {
		xs_input a = xs_input_text(pairs->rows[i].a), b = xs_input_text(pairs->rows[i].b);
		scoring_pair_score score = {0};
		char text[64];

		snprintf(text, sizeof text, "%zu of %zu pairs", i, pairs->n);
		if (c->progress)
			print_progress(i, pairs->n, text);
		rc = scoring_pair(&score, s, &a, &b, symmetric);
		if (rc == XS_OK && !isfinite(score.score.logit))
			rc = xs_fail(
				XS_EFORMAT,
				"the model gives no number for pair %zu; its weights may be damaged",
				i + 1);
		items[i] = (xs_classify_item){score.score.logit, pairs->rows[i].label};
		*truncated += score.score.truncated || score.a_scored < score.a_tokens;
	}
	return rc;
}

/* With fewer pairs of a label than folds, some fold would have none to tune on. */
static int classify_enough(const xs_pairs *pairs, const char *path, size_t needed)
{
	size_t negative = pairs->n - pairs->positive;
	size_t fewer = negative < pairs->positive ? negative : pairs->positive;

	if (fewer >= needed)
		return XS_OK;
	return xs_fail(
		XS_EINPUT,
		"%s: has %zu pairs of label 1 and %zu of label 0; a threshold is tuned on %zu of "
		"each or more (--folds, --tune, --threshold)",
		path, pairs->positive, negative, needed);
}

/* The threshold, and the decisions by it.  Without a file to tune on, the counts are of the folds,
 * where no pair is decided by a threshold that has seen it.  The threshold that is told is another
 * one, of all pairs: it is the one to use from now on. */
static int classify_decide(classify_result *r, xs_cmd *c, scoring_model *s, xs_classify_item *items,
			   const eval_classify_options *o)
{
	xs_classify_item *others;
	xs_pairs tune;
	/* Texts cut in the other file: the report is about the pairs that are measured. */
	size_t ignored = 0;
	int rc;

	r->threshold = o->threshold;
	if (!o->given && !o->tune) {
		int *fold = xs_arena_array(c->arena, r->pairs, sizeof *fold);

		r->folds = xs_arena_array(c->arena, (size_t)o->folds, sizeof *r->folds);
		xs_classify_cross(&r->count, r->folds, fold, items, r->pairs, (int)o->folds,
				  o->goal);
		r->threshold = xs_classify_tune(items, r->pairs, o->goal);
		return XS_OK;
	}
	if (o->tune) {
		rc = xs_pairs_read(&tune, c->arena, o->tune);
		if (rc == XS_OK)
			rc = classify_enough(&tune, o->tune, 1);
		if (rc != XS_OK)
			return rc;
		r->tuned_on = tune.n;
		others = xs_arena_array(c->arena, tune.n, sizeof *others);
		rc = classify_score(others, &ignored, c, s, &tune, o->symmetric);
		if (rc != XS_OK)
			return rc;
		r->threshold = xs_classify_tune(others, tune.n, o->goal);
	}
	xs_classify_count(&r->count, items, r->pairs, r->threshold);
	return XS_OK;
}

/* The model is opened last: too few pairs are told at once. */
static int classify_run(classify_result *r, xs_cmd *c, const eval_classify_options *o)
{
	scoring_model scoring = {0};
	xs_classify_item *items;
	xs_pairs pairs;
	int rc = xs_pairs_read(&pairs, c->arena, o->pairs);

	if (rc == XS_OK && !o->given && !o->tune)
		rc = classify_enough(&pairs, o->pairs, (size_t)o->folds);
	if (rc == XS_OK)
		rc = scoring_open(&scoring, c);
	if (rc != XS_OK)
		return rc;
	r->pairs = pairs.n;
	r->positive = pairs.positive;
	r->model = xs_arena_dup(c->arena, scoring.use->info.name);
	items = xs_arena_array(c->arena, pairs.n, sizeof *items);
	rc = classify_score(items, &r->truncated, c, &scoring, &pairs, o->symmetric);
	if (rc == XS_OK)
		rc = classify_decide(r, c, &scoring, items, o);
	if (rc == XS_OK)
		/* It needs no threshold, so it is of all pairs at once. */
		r->ap = xs_classify_ap(items, pairs.n);
	scoring_close(&scoring);
	return rc;
}

/* How the threshold came about. */
static const char *classify_origin(const eval_classify_options *o)
{
	return o->given ? "given" : o->tune ? "tuned on another file" : "tuned by cross-validation";
}

/* Nine digits of the threshold, so that --threshold decides the same pairs alike. */
static void classify_print(const classify_result *r, const eval_classify_options *o)
{
	printf("accuracy %.4f  F1 %.4f  precision %.4f  recall %.4f  average precision %.4f\n",
	       xs_classify_accuracy(&r->count), xs_classify_f1(&r->count),
	       xs_classify_precision(&r->count), xs_classify_recall(&r->count), r->ap);
	printf("%14s  taken for 1  taken for 0\n", "");
	printf("%14s  %11zu  %11zu\n", "label 1", r->count.tp, r->count.fn);
	printf("%14s  %11zu  %11zu\n", "label 0", r->count.fp, r->count.tn);
	printf("threshold %.9g (logit), %s", r->threshold, classify_origin(o));
	if (o->tune)
		printf(" of %zu pairs", r->tuned_on);
	if (r->folds)
		printf(": each of %ld parts decided by one tuned on the others; this one is of all pairs",
		       o->folds);
	printf("\n%zu pairs, %zu of label 1, %zu cut, model %s, %s\n", r->pairs, r->positive,
	       r->truncated, r->model, print_duration(r->ms));
}

/* "truncated" counts pairs, not texts. */
static void classify_print_json(const classify_result *r, const eval_classify_options *o)
{
	json_t *out = json_object(), *folds = json_array();
	const char *how = o->given ? "given" : o->tune ? "file" : "folds";

	json_object_set_new(out, "metrics",
			    json_pack("{s:f, s:f, s:f, s:f, s:f}", "accuracy",
				      xs_classify_accuracy(&r->count), "F1",
				      xs_classify_f1(&r->count), "precision",
				      xs_classify_precision(&r->count), "recall",
				      xs_classify_recall(&r->count), "AP", r->ap));
	json_object_set_new(out, "confusion",
			    json_pack("{s:I, s:I, s:I, s:I}", "tp", (json_int_t)r->count.tp, "fp",
				      (json_int_t)r->count.fp, "fn", (json_int_t)r->count.fn, "tn",
				      (json_int_t)r->count.tn));
	json_object_set_new(out, "threshold", json_real(r->threshold));
	json_object_set_new(out, "threshold_from", json_string(how));
	for (long f = 0; r->folds && f < o->folds; f++)
		json_array_append_new(folds, json_real(r->folds[f]));
	if (r->folds)
		json_object_set(out, "thresholds", folds);
	json_decref(folds);
	if (!o->given)
		json_object_set_new(out, "goal",
				    json_string(o->goal == XS_GOAL_F1 ? "f1" : "accuracy"));
	if (o->tune)
		json_object_set_new(out, "tuned_on", json_integer((json_int_t)r->tuned_on));
	json_object_set_new(out, "pairs", json_integer((json_int_t)r->pairs));
	json_object_set_new(out, "positive", json_integer((json_int_t)r->positive));
	json_object_set_new(out, "truncated", json_integer((json_int_t)r->truncated));
	json_object_set_new(out, "symmetric", json_boolean(o->symmetric));
	json_object_set_new(out, "model", xs_json_text(r->model));
	json_object_set_new(out, "seconds", xs_json_ms(r->ms / 1000));
	print_json(out);
}

int eval_classify(xs_cmd *c, const eval_classify_options *o)
{
	classify_result r = {.model = ""};
	int64_t begin = xs_clock_ns();
	int rc = cmd_settings(c);

	if (rc == XS_OK)
		rc = classify_run(&r, c, o);
	if (rc != XS_OK)
		return rc;
	r.ms = xs_clock_ms(begin);
	print_progress_clear();
	if (o->json)
		classify_print_json(&r, o);
	else
		classify_print(&r, o);
	return XS_OK;
}
