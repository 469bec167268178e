/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stage_snippet.c - the stage that picks the words to show of each hit. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "index/snippet.h"
#include "plugin/query.h"
#include "plugin/registry.h"
#include "plugin/setting.h"

typedef struct snippet_state {
	int words;
	const char *language; /* the settings' */
} snippet_state;

static int snippet_open(void **state, const xs_host *host)
{
	snippet_state *s = xs_calloc(1, sizeof *s);
	int rc = xs_setting_int(&s->words, host, "search.snippet_words");

	if (rc == XS_OK)
		rc = xs_setting_text(&s->language, host, "index.language");
	if (rc != XS_OK)
		free(s);
	else
		*state = s;
	return rc;
}

/* The part of a long text that the model liked best, in bytes: tokens count as equally long.  The ones
 * of title and heading come before the text's. */
static void snippet_part(xs_snippet_options *o, const xs_candidate *c)
{
	/* Ids are of the text alone; without them all tokens have to do. */
	double len = (double)strlen(c->text), text = c->n_ids ? (double)c->n_ids : c->tokens;
	double first = c->best_first - (c->tokens - text), last = first + c->best_tokens;

	/* A text that was read whole has no better part: the words of the question decide alone. */
	if (!c->scored || c->best_tokens >= c->tokens || text <= 0)
		return;
	o->from = first > 0 ? (size_t)(len * (first < text ? first / text : 1)) : 0;
	o->to = last > 0 && last < text ? (size_t)(len * last / text) : (size_t)len;
}

static void snippet_make(xs_candidate *c, xs_query *q, const snippet_state *s)
{
	xs_snippet_options o = {
		.language = c->language,
		.otherwise = s->language,
		.words = (size_t)s->words,
		.begin = q->mark[0],
		.end = q->mark[1],
		.plain = q->plain,
	};

	snippet_part(&o, c);
	c->snippet = xs_snippet(xs_query_arena(q), c->text, q->terms, q->n_terms, &o);
}

static int snippet_run(void *state, const xs_host *host, xs_query *q)
{
	size_t i, k;

	(void)host;
	for (i = 0; i < q->n_groups; i++) {
		snippet_make(q->groups[i].best, q, state);
		/* Only what is shown gets one: of the other candidates nobody sees a snippet. */
		for (k = 0; k < q->groups[i].n_sub; k++)
			snippet_make(q->groups[i].sub[k], q, state);
	}
	return XS_OK;
}

const xs_stage xs_stage_snippet = {
	.abi = XS_PLUGIN_ABI,
	.size = sizeof(xs_stage),
	.name = "snippet",
	.summary = "picks the words to show of each hit",
	.open = snippet_open,
	.close = free,
	.run = snippet_run,
	.optional = true,
	.needs = XS_CANDIDATES | XS_GROUPS,
};
