/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scoring.c - the reranker for commands that score without an index. */
#include "cmd/scoring.h"

#include <string.h>

void cmd_scoring_option(xs_cmd *c, const xs_cmd_option *row, const char *arg)
{
	char *key = xs_arena_printf(c->arena, "rerank.%s", row->name);

	for (char *dash = strchr(key, '-'); dash; dash = strchr(dash, '-'))
		*dash = '_';
	cmd_override_add(c, key, arg);
}

int cmd_scoring_open(cmd_scoring *out, xs_cmd *c)
{
	double ms;
	int rc;

	*out = (cmd_scoring){.settings = xs_settings_new(c->conf), .deadline = {0, &c->cancel}};
	xs_host_init(&out->host, "rerank", out->settings);
	rc = xs_scorer_new(&out->scorer, &out->host, NULL);
	if (rc == XS_OK)
		rc = xs_scorer_get(&out->use, out->scorer, &ms);
	if (rc != XS_OK)
		cmd_scoring_close(out);
	return rc;
}

void cmd_scoring_close(cmd_scoring *s)
{
	xs_scorer_free(s->scorer);
	xs_settings_free(s->settings);
	*s = (cmd_scoring){0};
}

static int scoring_texts(xs_input *texts, xs_arena *a, const char *query, const xs_ranked *docs,
			 size_t n, const xs_beir *corpus)
{
	for (size_t i = 0; i < n; i++) {
		const xs_beir_row *row = xs_beir_find(corpus, docs[i].doc);

		if (!row)
			return xs_fail(XS_EINPUT, "the run's document %.80s for \"%.80s\" is not in the corpus",
				       docs[i].doc, query);
		texts[i] = xs_input_text(xs_beir_text(row, a));
	}
	return XS_OK;
}

int cmd_scoring_query(xs_score *scores, cmd_scoring *s, const char *query, const xs_ranked *docs,
		      size_t n, const xs_beir *corpus)
{
	xs_arena *a = xs_arena_new();
	xs_input *texts = xs_arena_array(a, n + 1, sizeof *texts), input = xs_input_text(query);
	xs_request *request = NULL;
	int rc = scoring_texts(texts, a, query, docs, n, corpus);

	if (rc == XS_OK)
		rc = xs_request_new(&request, s->use->reranker, &input);
	if (rc == XS_OK)
		rc = xs_request_score(request, texts, n, scores, &s->deadline);
	xs_request_free(request);
	xs_arena_free(a);
	return rc;
}
