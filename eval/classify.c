/* SPDX-License-Identifier: GPL-2.0-or-later */
/* classify.c - how well scores tell two classes apart, and from which score on they should. */
#include "eval/classify.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

static int classify_compare(const void *left, const void *right)
{
	const xs_classify_item *a = left, *b = right;

	return (a->score < b->score) - (a->score > b->score);
}

static void classify_sort(xs_classify_item *items, size_t n)
{
	if (n > 1)
		qsort(items, n, sizeof *items, classify_compare);
}

/* A share of nothing is 0, as scikit-learn has it by default. */
static double classify_share(size_t part, size_t whole)
{
	return whole ? (double)part / (double)whole : 0;
}

void xs_classify_count(xs_confusion *c, const xs_classify_item *items, size_t n, double threshold)
{
	for (size_t i = 0; i < n; i++) {
		bool taken = items[i].score >= threshold;

		c->tp += taken && items[i].label;
		c->fp += taken && !items[i].label;
		c->fn += !taken && items[i].label;
		c->tn += !taken && !items[i].label;
	}
}

double xs_classify_accuracy(const xs_confusion *c)
{
	return classify_share(c->tp + c->tn, c->tp + c->fp + c->fn + c->tn);
}

double xs_classify_precision(const xs_confusion *c)
{
	return classify_share(c->tp, c->tp + c->fp);
}

double xs_classify_recall(const xs_confusion *c)
{
	return classify_share(c->tp, c->tp + c->fn);
}

double xs_classify_f1(const xs_confusion *c)
{
	return classify_share(2 * c->tp, 2 * c->tp + c->fp + c->fn);
}

/* Moves the first item that is not taken yet, and all of its score, to the taken ones. */
static size_t classify_take(xs_confusion *c, const xs_classify_item *items, size_t n, size_t at)
{
	double score = items[at].score;

	for (; at < n && items[at].score == score; at++) {
		c->tp += items[at].label;
		c->fn -= items[at].label;
		c->fp += !items[at].label;
		c->tn -= !items[at].label;
	}
	return at;
}

double xs_classify_ap(xs_classify_item *items, size_t n)
{
	xs_confusion c = {0, 0, 0, 0};
	double sum = 0, before = 0;

	classify_sort(items, n);
	xs_classify_count(&c, items, n, INFINITY);
	for (size_t i = 0; i < n;) {
		i = classify_take(&c, items, n, i);
		sum += xs_classify_precision(&c) * (xs_classify_recall(&c) - before);
		before = xs_classify_recall(&c);
	}
	return sum;
}

double xs_classify_tune(xs_classify_item *items, size_t n, xs_goal goal)
{
	xs_confusion c = {0, 0, 0, 0};
	double best, threshold;

	classify_sort(items, n);
	xs_classify_count(&c, items, n, INFINITY);
	best = goal == XS_GOAL_F1 ? xs_classify_f1(&c) : xs_classify_accuracy(&c);
	/* To take nothing is a choice, too: it is the best where the items of the class have
	 * the lowest scores and accuracy is the goal. */
	threshold = nextafter(items[0].score, INFINITY);
	for (size_t i = 0; i < n;) {
		double value;

		i = classify_take(&c, items, n, i);
		value = goal == XS_GOAL_F1 ? xs_classify_f1(&c) : xs_classify_accuracy(&c);
		/* Strictly better, from high scores down: of equally good thresholds the
		 * highest stays. */
		if (value > best) {
			best = value;
			/* Half way, so that a score that is a little off on other data falls on
			 * the side of its neighbour. */
			threshold = i < n ? (items[i - 1].score + items[i].score) / 2
					  : items[n - 1].score;
		}
	}
	return threshold;
}

void xs_classify_folds(int *fold, const xs_classify_item *items, size_t n, int folds)
{
	int next[2] = {0, 0};

	for (size_t i = 0; i < n; i++) {
		/* Each class is dealt by itself: every fold has as many of a rare class as
		 * another. */
		int *turn = &next[items[i].label];

		fold[i] = *turn;
		*turn = (*turn + 1) % folds;
	}
}

void xs_classify_cross(xs_confusion *c, double *thresholds, int *fold,
		       const xs_classify_item *items, size_t n, int folds, xs_goal goal)
{
	xs_classify_item *part = xs_malloc(n * sizeof *part);

	xs_classify_folds(fold, items, n, folds);
	for (int f = 0; f < folds; f++) {
		size_t others = 0;

		for (size_t i = 0; i < n; i++)
			if (fold[i] != f)
				part[others++] = items[i];
		/* Tuned on the others alone: a threshold that has seen an item says too much
		 * good of it. */
		thresholds[f] = xs_classify_tune(part, others, goal);
	}
	for (size_t i = 0; i < n; i++)
		xs_classify_count(c, &items[i], 1, thresholds[fold[i]]);
	free(part);
}
