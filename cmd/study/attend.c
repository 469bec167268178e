/* SPDX-License-Identifier: GPL-2.0-or-later */
/* attend.c - where the model's attention goes, over pairs of the collections. */
#include <stdlib.h>

#include "base/memory.h"
#include "cmd/print.h"
#include "cmd/scoring.h"
#include "cmd/study/result.h"

/* The most special tokens that a pair may have. */
enum { ATTEND_SPECIAL = 4 };

/* Adds one pair; a text is cut to what one window takes. */
static int attend_pair(study_attention *out, const xs_scoring *use, const study_query *q,
		       const xs_input *text)
{
	xs_input query = {.ids = q->ids, .n_ids = q->n_ids}, part = *text;
	const xs_model_info *info = &use->info;
	size_t n = (size_t)(out->layers * out->heads * XS_FROM_KINDS * XS_TO_KINDS), room;
	int positions = use->options->positions ? use->options->positions : info->positions;
	int all, used, tokens, rc;
	float *states, *mass;
	xs_request *request;

	rc = xs_request_new(&request, use->reranker, &query);
	if (rc != XS_OK)
		return rc;
	xs_request_query(&all, &used, request);
	room = (size_t)(positions - used - ATTEND_SPECIAL);
	/* Some models begin the document at a fixed position, however short the query is. */
	if (info->document_position > used + ATTEND_SPECIAL)
		room = (size_t)(positions - info->document_position - 1);
	part.n_ids = part.n_ids < room ? part.n_ids : room;
	tokens = used + ATTEND_SPECIAL + (int)part.n_ids;
	/* What goes into each layer, and what comes out of the last one. */
	states = xs_malloc((size_t)(out->layers + 1) * (size_t)tokens * (size_t)info->hidden *
			   sizeof *states);
	mass = xs_malloc(n * sizeof *mass);
	rc = xs_request_states(states, &tokens, request, &part);
	if (rc == XS_OK) {
		xs_model_attention(mass, use->model, use->options->pattern, states, used, tokens,
				   STUDY_NEAR);
		for (size_t i = 0; i < n; i++)
			out->mass[i] += (double)mass[i];
		out->pairs++;
	}
	free(states);
	free(mass);
	xs_request_free(request);
	return rc;
}

/* The i-th query of each collection in turn, with its first candidate. */
static int attend_pairs(study_attention *out, xs_cmd *c, const study_plan *p,
			const study_collection *collections, const xs_scoring *use)
{
	bool more = true;
	int rc = XS_OK;

	for (size_t i = 0; more && rc == XS_OK; i++) {
		more = false;
		for (size_t s = 0; s < p->n_sources && rc == XS_OK; s++) {
			const study_query *q = &collections[s].queries[i];

			/* One pair of each collection in turn, so that a small number of pairs
			 * has some of all of them. */
			if (i >= collections[s].n || out->pairs >= (size_t)p->attention)
				continue;
			more = true;
			if (c->progress)
				print_progress(out->pairs, (uint64_t)p->attention, "attention");
			if (q->n && q->n_ids && collections[s].texts[q->texts[0]].n_ids)
				rc = attend_pair(out, use, q, &collections[s].texts[q->texts[0]]);
			if (rc == XS_OK && atomic_load(&c->cancel))
				rc = xs_fail(XS_ECANCEL, "stopped");
		}
	}
	return rc;
}

int study_attend(study_attention *out, xs_cmd *c, const study_plan *p,
		 const study_collection *collections)
{
	scoring_model s = {0};
	int rc;

	*out = (study_attention){.way = study_cell_way(p, p->baseline)};
	rc = study_way_set(c, out->way);
	if (rc == XS_OK)
		/* Shares of attention are small numbers; rounding to int8 would be seen in them. */
		rc = xs_conf_set(c->conf, "rerank.precision", "f32");
	if (rc == XS_OK)
		rc = scoring_open(&s, c);
	if (rc == XS_OK) {
		size_t n = (size_t)(s.use->info.layers * s.use->info.heads * XS_FROM_KINDS *
				    XS_TO_KINDS);

		out->layers = s.use->info.layers;
		out->heads = s.use->info.heads;
		out->mass = xs_arena_array(c->arena, n, sizeof *out->mass);
		rc = attend_pairs(out, c, p, collections, s.use);
		for (size_t i = 0; i < n && out->pairs; i++)
			out->mass[i] /= (double)out->pairs;
	}
	print_progress_clear();
	scoring_close(&s);
	return rc;
}
