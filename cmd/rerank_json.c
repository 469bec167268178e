/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rerank_json.c - texts and token ids out of JSON, scores into it. */
#include "cmd/rerank.h"

#include <math.h>

#include "plugin/blank.h"

/* A NUL in a text is kept: the length counts, not the end. */
int rerank_json_input(xs_input *out, xs_arena *a, const json_t *value, const char *what)
{
	int32_t *ids;

	*out = (xs_input){0};
	if (json_is_string(value)) {
		out->text = json_string_value(value);
		out->len = json_string_length(value);
		return XS_OK;
	}
	if (!json_is_array(value))
		return xs_fail(XS_EINPUT, "%s: expected a text or a list of token ids", what);
	out->n_ids = json_array_size(value);
	out->ids = ids = xs_arena_array(a, out->n_ids + 1, sizeof *ids);
	for (size_t i = 0; i < out->n_ids; i++) {
		const json_t *id = json_array_get(value, i);
		json_int_t number = json_integer_value(id);

		/* That it fits is enough here: which ids there are is known to the model. */
		if (!json_is_integer(id) || number < 0 || number > INT32_MAX)
			return xs_fail(XS_EINPUT, "%s: item %zu is no token id", what, i);
		ids[i] = (int32_t)number;
	}
	return XS_OK;
}

/* A text without a score is answered by a sentence: the others of the line keep their places.  A
 * NaN is asked for, as jansson has none: the field would be missing without a word. */
bool rerank_json_score(json_t *object, const xs_score *score)
{
	const char *error = NULL;

	if (score->rc == XS_EUNSUPPORTED)
		error = "the model has no vocabulary: it can score token ids alone";
	else if (score->rc != XS_OK)
		error = "a token id is not in the model's vocabulary";
	else if (!isfinite(score->logit))
		error = "the model gives no number; its weights may be damaged";
	if (error) {
		json_object_set_new(object, "error", json_string(error));
		return false;
	}
	/* Tells where a logit of -1e9 comes from. */
	if (xs_blank_is(score))
		json_object_set_new(object, "empty", json_true());
	json_object_set_new(object, "logit", json_real((double)score->logit));
	json_object_set_new(object, "score", json_real((double)score->score));
	json_object_set_new(object, "tokens", json_integer(score->tokens));
	json_object_set_new(object, "tokens_scored", json_integer(score->tokens_scored));
	json_object_set_new(object, "truncated", json_boolean(score->truncated));
	json_object_set_new(object, "best_window", json_integer(score->best_window));
	return true;
}
