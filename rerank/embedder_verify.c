/* SPDX-License-Identifier: MIT */
/* embedder_verify.c - an embedder compared with vectors that somebody else computed: ids and cosines. */
#include <math.h>
#include <string.h>

#include "rerank/embedder.h"
#include "rerank/verify.h"

typedef struct verify_answer {
	xs_input in;
	xs_embed_kind kind;
	const int32_t *ids; /* NULL: not told */
	size_t n_ids;
	const json_t *vector;
} verify_answer;

static int verify_answer_fail(const char *path, size_t i, const char *what)
{
	return xs_fail(XS_EFORMAT, "%s: answer %zu: %s", path, i, what);
}

static int verify_answer_read(verify_answer *to, xs_arena *a, const json_t *o, size_t i,
			      const char *path)
{
	const json_t *text = json_object_get(o, "text"), *ids = json_object_get(o, "ids");
	const char *kind = json_string_value(json_object_get(o, "kind"));

	if (!json_is_string(text))
		return verify_answer_fail(path, i, "expected a string \"text\"");
	to->in.text = json_string_value(text);
	to->in.len = json_string_length(text);
	to->vector = json_object_get(o, "vector");
	if (kind && strcmp(kind, "query") == 0)
		to->kind = XS_EMBED_QUERY;
	else if (kind && strcmp(kind, "passage") == 0)
		to->kind = XS_EMBED_PASSAGE;
	else if (kind)
		return verify_answer_fail(path, i, "expected kind query or passage");
	return ids ? xs_golden_ids(&to->ids, &to->n_ids, a, ids, path) : XS_OK;
}

/* Whether the tokenizer makes the ids, CLS and SEP around them, cut as the embedder cuts. */
static bool verify_answer_ids(const xs_embedder *e, xs_arena *a, const verify_answer *w)
{
	const char *text = xs_arena_printf(a, "%s%s", e->prompt[w->kind], w->in.text);
	size_t most = (size_t)e->info.max_tokens - 2, n;
	int32_t *made = xs_arena_array(a, most, sizeof *made);
	int64_t count = xs_model_tokenize(made, most, e->m, text, strlen(text));

	n = count < 0 ? 0 : (size_t)count < most ? (size_t)count : most;
	return w->n_ids == n + 2 && w->ids[0] == e->m->cls && w->ids[n + 1] == e->m->sep &&
	       memcmp(w->ids + 1, made, n * sizeof *made) == 0;
}

static double verify_cosine(const float *vector, const json_t *answer, size_t n)
{
	double dot = 0, ours = 0, theirs = 0, x, y;

	for (size_t i = 0; i < n; i++) {
		x = (double)vector[i];
		y = json_number_value(json_array_get(answer, i));
		dot += x * y;
		ours += x * x;
		theirs += y * y;
	}
	return dot / sqrt(ours * theirs);
}

/* One text after another: what depends on its neighbours is not for this test to find. */
static int verify_answers(xs_embed_report *out, xs_arena *a, xs_embedder *e, const json_t *list,
			  const char *path)
{
	size_t width = (size_t)e->info.dimensions, i;
	float *vector = xs_arena_array(a, width, sizeof *vector);
	double cosine;
	int rc = XS_OK;

	for (i = 0; rc == XS_OK && i < json_array_size(list); i++) {
		verify_answer w = {.kind = XS_EMBED_TEXT};

		rc = verify_answer_read(&w, a, json_array_get(list, i), i, path);
		if (rc == XS_OK && json_array_size(w.vector) != width)
			rc = xs_fail(XS_EFORMAT,
				     "%s: answer %zu: expected a vector of %zu numbers, got %zu",
				     path, i, width, json_array_size(w.vector));
		if (rc == XS_OK)
			rc = xs_embedder_run(vector, NULL, e, w.kind, &w.in, 1, NULL);
		if (rc < 0)
			break;
		out->ids_wrong += w.ids && !verify_answer_ids(e, a, &w);
		cosine = verify_cosine(vector, w.vector, width);
		if (!(cosine >= out->worst)) { /* not-a-number is the worst */
			out->worst = cosine;
			out->worst_answer = i;
		}
		out->n++;
	}
	return rc;
}

int xs_embedder_verify(xs_embed_report *out, xs_arena *a, xs_embedder *e, const char *path)
{
	json_t *root = NULL, *list;
	int rc = xs_golden_load(&root, path);

	*out = (xs_embed_report){.worst = 1};
	list = json_object_get(root, "answers");
	if (rc == XS_OK && !json_array_size(list))
		rc = xs_fail(XS_EFORMAT, "%s: expected a list \"answers\"", path);
	if (rc == XS_OK)
		rc = verify_answers(out, a, e, list, path);
	json_decref(root);
	return rc;
}
