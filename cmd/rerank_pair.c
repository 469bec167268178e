/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rerank_pair.c - the task `pair` of `rerank`: scores of pairs of texts. */
#include <jansson.h>

#include "cmd/print.h"
#include "cmd/rerank.h"

/* Finds the two texts of {"a": …, "b": …} or [a, b].  In a list the sentence names the pair
 * (`what`); one pair alone needs no name. */
static int rerank_pair_read(xs_input pair[2], xs_arena *a, const json_t *value, const char *what)
{
	static const char *const names[] = {"a", "b"};
	int rc = XS_OK;

	if (!json_is_object(value) && !(json_is_array(value) && json_array_size(value) == 2))
		return xs_fail(XS_EINPUT,
			       "%sexpected an object with a and b, or a list of two texts", what);
	for (size_t i = 0; i < 2 && rc == XS_OK; i++)
		rc = rerank_json_input(&pair[i], a,
				       json_is_object(value) ? json_object_get(value, names[i])
							     : json_array_get(value, i),
				       xs_arena_printf(a, "%s%s", what, names[i]));
	return rc;
}

/* The answer to one pair.  A logit equal to the threshold matches, as in `eval --task classify`. */
static int rerank_pair_answer(json_t **out, size_t *bad, scoring_model *s, const xs_input pair[2],
			      const rerank_pairs *o)
{
	scoring_pair_score score = {0};
	int rc = scoring_pair(&score, s, &pair[0], &pair[1], o->symmetric);

	/* A text that the model cannot read: the score says so. */
	if (rc != XS_OK && !((rc == XS_EINPUT || rc == XS_EUNSUPPORTED) && rc == score.score.rc))
		return rc;
	*out = json_object();
	if (!rerank_json_score(*out, &score.score)) {
		++*bad;
		return XS_OK;
	}
	json_object_set_new(*out, "a",
			    json_pack("{s:i, s:i, s:b}", "tokens", score.a_tokens, "tokens_scored",
				      score.a_scored, "truncated",
				      (int)(score.a_scored < score.a_tokens)));
	if (o->decide)
		json_object_set_new(*out, "match", json_boolean(score.score.logit >= o->threshold));
	return XS_OK;
}

/* Whether a line is a list of pairs and not one pair of two texts.  [[1, 2], [3, 4]] is one pair,
 * of token ids: only where the first item holds a text or a list are the items pairs.  [] is a list
 * of none and has the answer []. */
static bool rerank_pair_is_list(const json_t *line)
{
	const json_t *first = json_array_get(line, 0);

	return json_is_array(line) &&
	       (!first || json_is_object(first) || json_is_string(json_array_get(first, 0)) ||
		json_is_array(json_array_get(first, 0)));
}

/* All pairs are read before one is scored: a wrong one gets a sentence for the line, and costs no
 * scoring. */
int rerank_pair_line(size_t *bad, scoring_model *s, xs_arena *a, const json_t *line,
		     const rerank_pairs *o)
{
	bool list = rerank_pair_is_list(line);
	size_t n = list ? json_array_size(line) : 1;
	xs_input *pairs = xs_arena_array(a, 2 * n + 2, sizeof *pairs);
	json_t *answers = json_array();
	int rc = XS_OK;

	for (size_t i = 0; i < n && rc == XS_OK; i++)
		rc = list ? rerank_pair_read(&pairs[2 * i], a, json_array_get(line, i),
					     xs_arena_printf(a, "[%zu]: ", i))
			  : rerank_pair_read(pairs, a, line, "");
	for (size_t i = 0; i < n && rc == XS_OK; i++) {
		json_t *answer = NULL;

		rc = rerank_pair_answer(&answer, bad, s, &pairs[2 * i], o);
		if (answer)
			json_array_append_new(answers, answer);
	}
	if (rc == XS_OK)
		/* One reference more: print_json() takes one, and the list is released below. */
		print_json(list ? json_incref(answers) : json_incref(json_array_get(answers, 0)));
	json_decref(answers);
	return rc;
}
