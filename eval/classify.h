/* SPDX-License-Identifier: GPL-2.0-or-later */
/* classify.h - how well scores tell two classes apart, and from which score on they should.
 *
 * Plain arrays; knows nothing of files and models. */
#ifndef XS_EVAL_CLASSIFY_H
#define XS_EVAL_CLASSIFY_H

#include <stdbool.h>
#include <stddef.h>

/* A scored item, and whether it is of the class that high scores should mean. */
typedef struct xs_classify_item {
	double score;
	bool label;
} xs_classify_item;

/* Items by what they are and what they were taken for. */
typedef struct xs_confusion {
	size_t tp, fp, fn, tn;
} xs_confusion;

/* Adds the items, of which those from `threshold` on are taken for the class. */
void xs_classify_count(xs_confusion *c, const xs_classify_item *items, size_t n, double threshold);

/* 0 where nothing is to be divided by. */
double xs_classify_accuracy(const xs_confusion *c);
double xs_classify_precision(const xs_confusion *c);
double xs_classify_recall(const xs_confusion *c);
double xs_classify_f1(const xs_confusion *c);

/* Average precision: the sum over the different scores, from the highest, of the precision from that
 * score on times the gain in recall (as average_precision_score of scikit-learn).  Sorts the items.
 * 0 where none is of the class. */
double xs_classify_ap(xs_classify_item *items, size_t n);

typedef enum xs_goal { XS_GOAL_F1, XS_GOAL_ACCURACY } xs_goal;

/* The threshold that reaches the highest F1 or accuracy on the items: half way between two
 * neighbouring scores, else the lowest score or just above the highest.  Of equally good ones the
 * highest.  Sorts the items, by falling score; n is not 0. */
double xs_classify_tune(xs_classify_item *items, size_t n, xs_goal goal);

/* The fold of each item: those of each class are dealt out in turn, in their order. */
void xs_classify_folds(int *fold, const xs_classify_item *items, size_t n, int folds);

/* Cross-validation: sets each item's fold, and each fold's threshold as tuned on the others, and adds the
 * decisions to `c`. */
void xs_classify_cross(xs_confusion *c, double *thresholds, int *fold,
		       const xs_classify_item *items, size_t n, int folds, xs_goal goal);

#endif
