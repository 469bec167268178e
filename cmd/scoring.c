/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scoring.c - the reranker for commands that score without an index. */
#include "cmd/scoring.h"

#include <math.h>
#include <string.h>

#include "plugin/blank.h"

/* Options are named as the keys: "--query-tokens" is rerank.query_tokens. */
void scoring_option(xs_cmd *c, const xs_cmd_option *row, const char *arg)
{
	char *key = xs_arena_printf(c->arena, "rerank.%s", row->name);

	for (char *dash = strchr(key, '-'); dash; dash = strchr(dash, '-'))
		*dash = '_';
	cmd_override_key(c, key, arg);
}

/* The scorer and its settings are those of the stage `rerank`: a score here is what a search gives.
 * No time limit is set, only the signal ends it: who scores a file wants all of it. */
int scoring_open(scoring_model *out, xs_cmd *c)
{
	double ms;
	int rc;

	*out = (scoring_model){.settings = xs_settings_new(c->conf), .deadline = {0, &c->cancel}};
	xs_host_init(&out->host, "rerank", out->settings);
	rc = xs_scorer_new(&out->scorer, &out->host.table, NULL);
	if (rc == XS_OK)
		rc = xs_scorer_get(&out->use, out->scorer, &ms);
	if (rc != XS_OK)
		scoring_close(out);
	return rc;
}

void scoring_close(scoring_model *s)
{
	/* First: it borrows the host, whose settings end next. */
	xs_scorer_free(s->scorer);
	xs_settings_free(s->settings);
	*s = (scoring_model){0};
}

/* Names are cut at 80 bytes, as a file may hold anything. */
static int scoring_find_texts(xs_input *texts, xs_arena *a, const char *query,
			      const xs_ranked *docs, size_t n, const xs_beir *corpus)
{
	for (size_t i = 0; i < n; i++) {
		const xs_beir_row *row = xs_beir_find(corpus, docs[i].doc);

		if (!row)
			return xs_fail(
				XS_EINPUT,
				"the run's document %.80s for \"%.80s\" is not in the corpus",
				docs[i].doc, query);
		texts[i] = xs_input_text(xs_beir_text(row, a));
	}
	return XS_OK;
}

/* One request for all texts, so that a query which is independent of them is encoded once. */
int scoring_texts(xs_score *scores, scoring_model *s, const xs_input *query, const xs_input *texts,
		  size_t n)
{
	xs_request *request = NULL;
	int rc = xs_request_new(&request, s->use->reranker, query);

	if (rc == XS_OK)
		rc = xs_blank_score(scores, request, texts, n, &s->deadline);
	xs_request_free(request);
	return rc;
}

/* An arena of its own: the joined texts are needed until they are scored, and queries are many. */
int scoring_query(xs_score *scores, scoring_model *s, const char *query, const xs_ranked *docs,
		  size_t n, const xs_beir *corpus)
{
	xs_arena *a = xs_arena_new();
	xs_input *texts = xs_arena_array(a, n + 1, sizeof *texts), input = xs_input_text(query);
	int rc = scoring_find_texts(texts, a, query, docs, n, corpus);

	if (rc == XS_OK)
		rc = scoring_texts(scores, s, &input, texts, n);
	xs_arena_free(a);
	return rc;
}

/* A text as the token ids of a query, which are not cut to a query's length. */
static int scoring_ids(xs_input *out, xs_arena *a, const scoring_model *s, const xs_input *text)
{
	int64_t n;
	int32_t *ids;

	*out = *text;
	/* As ids: librerank cuts a query's text to 32 tokens, and ids to half of the positions. */
	if (text->ids || s->use->options->query_tokens)
		return XS_OK;
	/* Counted first, so that the list is as long as it must be; a negative count is a code. */
	n = xs_model_tokenize(NULL, 0, s->use->model, text->text, text->len);
	if (n < 0)
		return (int)n;
	ids = xs_arena_array(a, (size_t)n + 1, sizeof *ids);
	xs_model_tokenize(ids, (size_t)n, s->use->model, text->text, text->len);
	*out = (xs_input){.ids = ids, .n_ids = (size_t)n};
	return XS_OK;
}

/* A request for each pair: the first text is another one each time. */
static int scoring_one(scoring_pair_score *out, scoring_model *s, const xs_input *a,
		       const xs_input *b)
{
	xs_arena *arena = xs_arena_new();
	xs_request *request = NULL;
	xs_input query;
	int rc = scoring_ids(&query, arena, s, a);

	if (rc == XS_OK)
		rc = xs_request_new(&request, s->use->reranker, &query);
	if (rc == XS_OK) {
		xs_request_query(&out->a_tokens, &out->a_scored, request);
		rc = xs_blank_score(&out->score, request, b, 1, &s->deadline);
	}
	xs_request_free(request);
	xs_arena_free(arena);
	return rc;
}

/* The mean is of logits, and the score is made of it: so it stays the logistic of the logit that is
 * shown. */
int scoring_pair(scoring_pair_score *out, scoring_model *s, const xs_input *a, const xs_input *b,
		 bool symmetric)
{
	scoring_pair_score back = {0};
	int rc = scoring_one(out, s, a, b);

	if (rc != XS_OK || !symmetric || xs_blank_is(&out->score))
		return rc;
	rc = scoring_one(&back, s, b, a);
	/* No mean of a score and of none. */
	if (rc == XS_OK && xs_blank_is(&back.score)) {
		out->score = back.score;
		return rc;
	}
	out->score.logit = (out->score.logit + back.score.logit) / 2;
	out->score.score = 1 / (1 + expf(-out->score.logit));
	return rc;
}
