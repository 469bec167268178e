/* SPDX-License-Identifier: GPL-2.0-or-later */
/* retrieval.c - by what documents are found where retrievals are compared: words, meaning, both. */
#include "cmd/retrieval.h"

#include <string.h>

#include "plugin/embedding.h"

/* RETRIEVAL_KEYS are set for meaning alone, the first RETRIEVAL_FEW of them for all.  Four passages of a
 * document: abstracts have one or two, and what is beyond the depth costs a few reads.
 * RETRIEVAL_MOST: of the key's range. */
enum { RETRIEVAL_FEW = 2, RETRIEVAL_KEYS = 6, RETRIEVAL_PASSAGES = 4, RETRIEVAL_MOST = 10000 };

const char *const retrieval_names[RETRIEVALS] = {"words", "meaning", "both"};

int retrieval_parse(retrieval *out, const char *word, const char *option)
{
	for (int i = 0; i < RETRIEVALS; i++)
		if (strcmp(word, retrieval_names[i]) == 0) {
			*out = (retrieval)i;
			return XS_OK;
		}
	return xs_fail(XS_EINPUT, "%s: expected words, meaning or both, found \"%.80s\"", option,
		       word);
}

/* The language of what is indexed is the configured one, where pages name none. */
retrieval retrieval_configured(const xs_cmd *c)
{
	xs_embedding_model *e = xs_embedding_model_new(c->conf, NULL);
	bool on = c->conf->index.vectors && c->conf->search.meaning != XS_CONF_MEANING_OFF &&
		  xs_embedding_model_reads(e, c->conf->index.language);

	xs_embedding_model_free(e);
	return on ? RETRIEVAL_BOTH : RETRIEVAL_WORDS;
}

const char *retrieval_embedder(xs_cmd *c)
{
	xs_embedding_model *e = xs_embedding_model_new(c->conf, NULL);
	const char *name = xs_arena_dup(c->arena, xs_embedding_model_name(e));

	xs_embedding_model_free(e);
	return name;
}

/* Sets keys while a pipeline is opened, which reads them then.  The values before are put back, as other
 * pipelines are opened with them. */
static int retrieval_open_with(xs_pipeline **out, xs_cmd *c, const char *const (*keys)[2], size_t n)
{
	const char *before[RETRIEVAL_KEYS];
	size_t set = 0;
	int rc = XS_OK;

	for (; set < n && rc == XS_OK; set++) {
		before[set] = xs_conf_get(c->conf, c->arena, keys[set][0]);
		rc = xs_conf_set(c->conf, keys[set][0], keys[set][1]);
	}
	if (rc == XS_OK)
		rc = xs_pipeline_open(out, c->conf);
	while (set--)
		xs_conf_set(c->conf, keys[set][0], before[set]);
	return rc;
}

/* By both: as configured, but short questions too, which search.meaning auto weighs less.  By meaning alone: the
 * cosine has all the weight and no floor, and there are some passages of each document that is wanted. */
int retrieval_open(xs_pipeline **out, xs_cmd *c, retrieval by, size_t depth)
{
	size_t passages = depth * RETRIEVAL_PASSAGES;
	const char *const keys[RETRIEVAL_KEYS][2] = {
		{"pipeline", "[retrieve, rerank, group]"},
		{"search.meaning", by == RETRIEVAL_WORDS ? "off" : "on"},
		{"blend.weights.bm25", "0"},
		{"blend.weights.meaning", "1"},
		{"search.meaning_floor", "-1"},
		{"search.meaning_depth",
		 xs_arena_printf(c->arena, "%zu",
				 passages < RETRIEVAL_MOST ? passages : RETRIEVAL_MOST)}};

	return retrieval_open_with(out, c, keys,
				   by == RETRIEVAL_MEANING ? RETRIEVAL_KEYS : RETRIEVAL_FEW);
}

/* Within a word a hyphen stays: there it is no operator, and part of the word. */
char *retrieval_words(xs_arena *a, const char *text)
{
	char *words = xs_arena_dup(a, text);

	for (char *p = words; *p; p++)
		if (*p == '"' || *p == ':' ||
		    ((*p == '+' || *p == '-') && (p == words || p[-1] == ' ')))
			*p = ' ';
	return words;
}

/* Behind what is near stand the passages that only have the words. */
static void retrieval_leave_near(xs_query *q)
{
	size_t n = 0;

	for (size_t i = 0; i < q->n_candidates; i++)
		if (q->candidates[i]->by_meaning)
			q->candidates[n++] = q->candidates[i];
	q->n_candidates = n;
}

/* The index gets the words, the model the text as it was written.  The stage `parse` would make the
 * second of the first. */
int retrieval_ask(xs_query **out, xs_cmd *c, xs_pipeline *p, struct xs_index *index,
		  const retrieval_request *r)
{
	xs_query *q = *out = xs_query_new();
	int rc;

	q->text = retrieval_words(c->arena, r->text);
	q->question = r->text;
	q->n = r->depth;
	q->no_rerank = !r->rerank;
	q->deadline.cancel = &c->cancel;
	rc = xs_pipeline_run(p, index, q);
	/* Nothing to search for, as with a query of signs alone. */
	if (rc == XS_EINPUT)
		rc = XS_OK;
	if (rc == XS_OK && r->by == RETRIEVAL_MEANING)
		retrieval_leave_near(q);
	return rc;
}

const char *retrieval_lacks(const xs_query *q, retrieval by)
{
	return by != RETRIEVAL_WORDS && q->meaning && *q->meaning ? q->meaning : NULL;
}
