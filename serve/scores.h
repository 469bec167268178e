/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scores.h - texts of one question scored by the site's reranker: what all dialects of the rerank API
 * have in common.
 *
 * Knows calls and the reranker, nothing of any dialect's fields. */
#ifndef XS_SERVE_SCORES_H
#define XS_SERVE_SCORES_H

#include "rerank/rerank.h"
#include "serve/call.h"

typedef struct xs_scores {
	/* The question and the texts; the caller's, as long as this is used. */
	const char *query;
	const char **texts; /* NULL: it is missing, which is as a blank one */
	size_t n;
	long max_tokens; /* no more of a text is read; 0: all */
	long max_windows; /* as much of a text is read as so many windows of the model hold; 0: all */
	bool keep_end;	  /* of a text that is cut, the end is read and not the beginning */

	/* Why XS_EINPUT came of the next two functions, for the status: more texts than serve.max_texts, a text
	 * of more bytes than serve.max_text. */
	bool too_many, too_long;

	/* Set by xs_scores_run(). */
	xs_score *scores; /* of the texts */
	size_t *order;	  /* their places, by falling score; equal ones as they came */
	int query_tokens, query_used;
	uint64_t tokens; /* that were read: the question's with each text */
	size_t cut;	 /* texts that were read in part */
	size_t blank;	 /* texts without a word: score 0, below all others */
} xs_scores;

struct xs_scoring;

/* Tokens that the model reads at once, as the settings have it. */
int xs_scores_positions(const struct xs_scoring *use);

/* Room for n texts, in the call's arena.  XS_EINPUT: they are too many. */
int xs_scores_room(xs_scores *s, xs_call *c, size_t n);

/* Scores.  XS_EINPUT: a text or the question is too long, or it has no words; XS_EUNSUPPORTED: reranking is
 * switched off; XS_ECANCEL: the time was over; codes of xs_scorer_get(). */
int xs_scores_run(xs_scores *s, xs_call *c);

/* The name of the model that scores here.  Borrowed from the site. */
const char *xs_scores_model(const xs_call *c);

/* Whether a request may name it so: the model's name, or one of serve.model_names. */
bool xs_scores_is_model(const xs_call *c, const char *name);

/* Whether a text is blank, and so has the lowest score without a look of the model. */
bool xs_scores_is_blank(const xs_scores *s, size_t place);

/* A sentence for those who ask about what was cut or is blank, in the call's arena; NULL: nothing was. */
const char *xs_scores_warning(const xs_scores *s, xs_call *c);

/* A random UUID, in the call's arena. */
const char *xs_scores_id(xs_call *c);

#endif
