/* SPDX-License-Identifier: MIT */
/* sound.h - what can be told of a model without answers to compare with.
 *
 * Opening it has checked the shapes.  Knows nothing of golden.json (verify.h). */
#ifndef XS_RERANK_SOUND_H
#define XS_RERANK_SOUND_H

#include "base/arena.h"
#include "rerank/rerank.h"

enum { XS_SOUND_TEXTS = 4 };

typedef struct xs_sound_report {
	size_t tensors, numbers; /* that the model uses; all are finite */
	size_t words, whole; /* of a sample; of them, those that are one token, and the right one */
	bool cosines;	     /* the model has no classifier: it embeds */
	float scores
		[XS_SOUND_TEXTS]; /* logits (or cosines) of one question and unlike texts, of f32 and
				       * the model's pattern */
} xs_sound_report;

/* Every number that the model uses is finite: one that is not spoils every score.  Fills `tensors` and
 * `numbers`.  XS_EFORMAT: one is not; the sentence says which. */
int xs_sound_finite(xs_sound_report *out, const xs_model *m);

/* Fills the report.  `pool` as for xs_reranker_new().  XS_EFORMAT: a number or a score that is not
 * finite, a word whose token has another id than the vocabulary says, unlike texts that all have the
 * same score. */
int xs_model_sound(xs_sound_report *out, const xs_model *m, xs_pool *pool);

#endif
