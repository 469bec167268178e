/* SPDX-License-Identifier: GPL-2.0-or-later */
/* model_embedder.c - the command `model` on embedders: what they do, and their answers. */
#include <stdio.h>

#include "cmd/model.h"
#include "cmd/print.h"
#include "plugin/json.h"
#include "rerank/model.h"
#include "rerank/verify.h"

static const char *const model_poolings[] = {
	[XS_POOLING_MODEL] = "mean",
	[XS_POOLING_MEAN] = "mean",
	[XS_POOLING_CLS] = "cls",
	[XS_POOLING_LAST] = "last",
};

bool model_embeds(const xs_model *m)
{
	return !m->outputs || m->sentence.modules;
}

/* A pool of one thread: nothing is computed. */
static int model_embedder_open(xs_embedder **out, xs_pool **pool, const xs_model *m)
{
	*pool = xs_pool_new(1);
	return xs_embedder_new(out, m, NULL, *pool);
}

int model_embedder_text(const xs_model *m)
{
	xs_embedder *e = NULL;
	xs_embedder_info info;
	xs_pool *pool;
	int rc = model_embedder_open(&e, &pool, m);

	if (rc == XS_OK) {
		xs_embedder_info_get(&info, e);
		printf("vectors       %d numbers, %s%s, of %d tokens at most\n", info.dimensions,
		       model_poolings[info.pooling], info.normalised ? ", length 1" : "",
		       info.max_tokens);
		if (*info.query_prompt || *info.passage_prompt) {
			printf("prompts       query \"");
			print_text(stdout, info.query_prompt);
			printf("\", passage \"");
			print_text(stdout, info.passage_prompt);
			puts("\"");
		}
	}
	xs_embedder_free(e);
	xs_pool_free(pool);
	return rc;
}

int model_embedder_json(json_t **out, const xs_model *m)
{
	xs_embedder *e = NULL;
	xs_embedder_info info;
	xs_pool *pool;
	int rc = model_embedder_open(&e, &pool, m);

	if (rc == XS_OK) {
		xs_embedder_info_get(&info, e);
		*out = json_pack("{s:i, s:s, s:b, s:i, s:o, s:o}", "dimensions", info.dimensions,
				 "pooling", model_poolings[info.pooling], "normalised",
				 (int)info.normalised, "max_tokens", info.max_tokens,
				 "query_prompt", xs_json_text(info.query_prompt), "passage_prompt",
				 xs_json_text(info.passage_prompt));
	}
	xs_embedder_free(e);
	xs_pool_free(pool);
	return rc;
}

/* In f32, as the answers are. */
int model_embedder_verify(bool *ok, xs_cmd *c, const xs_model *m, const char *golden, bool json,
			  double tolerance)
{
	xs_embed_report r;
	xs_embedder *e;
	int rc = xs_embedder_new(&e, m, NULL, NULL);

	if (rc != XS_OK)
		return rc;
	rc = xs_embedder_verify(&r, c->arena, e, golden);
	xs_embedder_free(e);
	if (rc != XS_OK)
		return rc;
	*ok = 1 - r.worst <= tolerance && !r.ids_wrong;
	if (json) {
		print_json(json_pack("{s:b, s:f, s:I, s:f, s:I, s:I}", "ok", (int)*ok, "tolerance",
				     tolerance, "answers", (json_int_t)r.n, "cosine", r.worst,
				     "worst_answer", (json_int_t)r.worst_answer, "ids_wrong",
				     (json_int_t)r.ids_wrong));
		return rc;
	}
	printf("%zu of %zu texts have the token ids that were expected\n", r.n - r.ids_wrong, r.n);
	printf("%s: cosines with the %zu answers are %.7f at least (answer %zu), 1 - %g is "
	       "allowed\n",
	       *ok ? "ok" : "bad", r.n, r.worst, r.worst_answer, tolerance);
	return rc;
}
