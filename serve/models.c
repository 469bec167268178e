/* SPDX-License-Identifier: GPL-2.0-or-later */
/* models.c - GET /v1/models: the models under each of their names, in the lists of OpenAI and Cohere. */
#include <string.h>

#include "plugin/embedding.h"
#include "plugin/json.h"
#include "plugin/scorer.h"
#include "serve/embeddings.h"
#include "serve/handlers.h"
#include "serve/keys.h"
#include "serve/reply.h"
#include "serve/scores.h"
#include "serve/site.h"

/* Both lists go into one reply: OpenAI's clients read "data", Cohere's "models", and each passes
 * over the rest. */
typedef struct models_lists {
	json_t *data, *models;
} models_lists;

static void models_add(models_lists *l, const char *name, const char *task, int positions)
{
	json_array_append_new(l->data, json_pack("{s:o, s:s, s:s, s:i, s:s, s:[s]}", "id",
						 xs_json_text(name), "object", "model", "owned_by",
						 "xapian-search", "created", 0, "backend",
						 "xapian-search", "capabilities", task));
	json_array_append_new(l->models, json_pack("{s:o, s:[s], s:b, s:i}", "name",
						   xs_json_text(name), "endpoints", task,
						   "finetuned", 0, "context_length", positions));
}

static void models_add_all(models_lists *l, const char *name, const xs_conf_list *names,
			   const char *task, int positions)
{
	models_add(l, name, task, positions);
	for (size_t i = 0; i < names->n; i++)
		models_add(l, names->items[i], task, positions);
}

static int models_reranker(models_lists *l, xs_call *c)
{
	const xs_conf *conf = xs_site_conf(c->site);
	const xs_scoring *use;
	double ms;
	int rc;

	if (!conf->rerank.enabled || (c->key && !c->key->rerank))
		return XS_OK;
	rc = xs_scorer_get(&use, xs_site_scorer(c->site), &ms);
	if (rc == XS_OK)
		models_add_all(l, use->name, &conf->serve.model_names, "rerank",
			       xs_scores_positions(use));
	return rc;
}

static int models_embedder(models_lists *l, xs_call *c)
{
	xs_embedder_info info;
	xs_embedder *e;
	int rc;

	if (c->key && !c->key->embed)
		return XS_OK;
	rc = xs_embedding_model_get(&e, xs_site_embedder(c->site));
	if (rc != XS_OK)
		return rc;
	xs_embedder_info_get(&info, e);
	models_add_all(l, xs_embeddings_model(c), &xs_site_conf(c->site)->serve.embedding_names,
		       "embed", info.max_tokens);
	return XS_OK;
}

/* What can be used of the two; a failure is told where there is nothing else to tell. */
static int models_list(models_lists *l, xs_call *c)
{
	int rc, other;

	*l = (models_lists){json_array(), json_array()};
	/* The reranker first: there are clients that take the first model of a list. */
	rc = models_reranker(l, c);
	other = models_embedder(l, c);
	return json_array_size(l->data) ? XS_OK : other != XS_OK ? other : rc;
}

static void models_free(models_lists *l)
{
	json_decref(l->data);
	json_decref(l->models);
}

int xs_models_run(xs_call *c)
{
	models_lists l;
	int rc = models_list(&l, c);

	if (rc == XS_OK)
		rc = xs_reply_json(c, 200,
				   json_pack("{s:s, s:O, s:O}", "object", "list", "data", l.data,
					     "models", l.models));
	models_free(&l);
	return rc;
}

int xs_models_one_run(xs_call *c)
{
	/* The last part of the path may have slashes, as names of the Hugging Face hub have. */
	const char *name = strstr(c->path, "models/") + strlen("models/");
	models_lists l;
	json_t *one;
	size_t i;
	int rc = models_list(&l, c);

	if (rc == XS_OK) {
		rc = xs_reply_error(c, 404, "model: '%.100s' does not exist", name);
		json_array_foreach(l.data, i, one)
		{
			if (!strcmp(json_string_value(json_object_get(one, "id")), name))
				rc = xs_reply_json(c, 200, json_incref(one));
		}
	}
	models_free(&l);
	return rc;
}
