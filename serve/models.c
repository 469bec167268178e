/* SPDX-License-Identifier: GPL-2.0-or-later */
/* models.c - GET /v1/models: the model under each of its names, in the lists of OpenAI and Cohere. */
#include "plugin/json.h"
#include "plugin/scorer.h"
#include "serve/handlers.h"
#include "serve/reply.h"
#include "serve/scores.h"
#include "serve/site.h"

/* Both lists in one reply: OpenAI's clients read "data", Cohere's "models", and each passes
 * over the rest. */
static void models_add(json_t *data, json_t *models, const char *name, int positions)
{
	json_array_append_new(data, json_pack("{s:o, s:s, s:s, s:i, s:s, s:[s]}", "id",
					      xs_json_text(name), "object", "model", "owned_by",
					      "xapian-search", "created", 0, "backend",
					      "xapian-search", "capabilities", "rerank"));
	json_array_append_new(models, json_pack("{s:o, s:[s], s:b, s:i}", "name",
						xs_json_text(name), "endpoints", "rerank",
						"finetuned", 0, "context_length", positions));
}

int xs_models_run(xs_call *c)
{
	const xs_conf_list *names = &xs_site_conf(c->site)->serve.model_names;
	json_t *data = json_array(), *models = json_array();
	const xs_scoring *use;
	double ms;
	int rc = xs_scorer_get(&use, xs_site_scorer(c->site), &ms);

	if (rc == XS_OK) {
		models_add(data, models, use->name, xs_scores_positions(use));
		for (size_t i = 0; i < names->n; i++)
			models_add(data, models, names->items[i], xs_scores_positions(use));
		return xs_reply_json(c, 200,
				     json_pack("{s:s, s:o, s:o}", "object", "list", "data", data,
					       "models", models));
	}
	json_decref(data);
	json_decref(models);
	return rc;
}
