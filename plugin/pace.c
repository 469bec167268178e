/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pace.c - measures the reranker with texts of its own, and counts the tokens of candidates. */
#include "plugin/pace.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"

/* A passage as they mostly are, in the number that is scored between two looks at the clock. */
enum { PACE_TEXTS = 8, PACE_TOKENS = 96, PACE_QUERY = 8, PACE_TRIES = 8 };

/* Nanoseconds after which no other try begins: where the processor is slow, one is enough. */
static const double PACE_LONGEST = 5e8;

/* Bytes of a token of WordPiece in English; of other languages and vocabularies there are fewer, and a
 * candidate more or less is no harm. */
enum { PACE_BYTES = 4 };

/* One of so many parts of the budget is used. */
enum { PACE_SHARE = 4 };

/* One try with n texts. */
static int pace_try(double *took, xs_reranker *r, const int32_t *ids, size_t n)
{
	xs_input query = {.ids = ids, .n_ids = PACE_QUERY}, texts[PACE_TEXTS];
	xs_score scores[PACE_TEXTS];
	int64_t begin = xs_clock_ns();
	xs_request *request;
	int rc = xs_request_new(&request, r, &query);

	if (rc != XS_OK)
		return rc;
	for (size_t i = 0; i < n; i++)
		texts[i] = (xs_input){.ids = ids, .n_ids = PACE_TOKENS};
	rc = xs_request_score(scores, request, texts, n, NULL);
	xs_request_free(request);
	*took = (double)(xs_clock_ns() - begin);
	return rc;
}

int xs_pace_measure(double *ns, xs_reranker *r, int vocabulary)
{
	int32_t ids[PACE_TOKENS];
	double took, all;
	int rc;

	for (int i = 0; i < PACE_TOKENS; i++)
		ids[i] = (int32_t)(i * 97 % vocabulary);
	/* A single one warms up, and tells whether there is time for more. */
	rc = pace_try(&took, r, ids, 1);
	*ns = took / PACE_TOKENS;
	all = took * PACE_TEXTS;
	for (int i = 0; i < PACE_TRIES && rc == XS_OK && all < PACE_LONGEST; i++) {
		rc = pace_try(&took, r, ids, PACE_TEXTS);
		all += took;
		if (took < *ns * PACE_TEXTS * PACE_TOKENS)
			*ns = took / (PACE_TEXTS * PACE_TOKENS);
	}
	return rc;
}

double xs_pace_step(double ns)
{
	/* What was kept as a float may be a little more than its power. */
	return exp2(ceil(2 * log2(ns) - 1e-3) / 2);
}

double xs_pace_tokens(const xs_candidate *c)
{
	size_t prefix = strlen(c->title) + strlen(c->heading);
	double text = c->n_ids ? (double)c->n_ids : (double)strlen(c->text) / PACE_BYTES;

	return text + (double)prefix / PACE_BYTES;
}

size_t xs_pace_fit(const xs_query *q, size_t most, double ns, double budget_ms, int max_tokens)
{
	double left = budget_ms * 1e6 / PACE_SHARE;
	size_t n = 0;

	if (most > q->n_candidates)
		most = q->n_candidates;
	if (budget_ms <= 0)
		return most;
	for (; n < most; n++) {
		double tokens = xs_pace_tokens(q->candidates[n]);

		left -= (max_tokens && tokens > max_tokens ? max_tokens : tokens) * ns;
		if (left < 0 && n)
			break;
	}
	return n;
}
