/* SPDX-License-Identifier: GPL-2.0-or-later */
/* answer.c - a finished query as JSON. */
#include "plugin/answer.h"

#include <time.h>

#include "index/pages/versions.h"
#include "plugin/json.h"
#include "plugin/pipeline.h"
#include "plugin/query.h"

/* ISO 8601 in UTC; null: not known. */
static json_t *answer_date(int64_t date)
{
	time_t seconds = (time_t)date;
	struct tm utc;
	char text[40];

	if (date == 0 || !gmtime_r(&seconds, &utc) ||
	    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
		return json_null();
	return json_string(text);
}

/* Neither words nor meaning: the question is its name. */
static const char *answer_finder(const xs_candidate *c)
{
	if (c->by_words && c->by_meaning)
		return "both";
	return c->by_words ? "words" : c->by_meaning ? "meaning" : "name";
}

/* What was not scored has null, never 0, which would be a logit like any other. */
static json_t *answer_scores(const xs_candidate *c)
{
	json_t *out = json_object();

	json_object_set_new(out, "score", json_real(c->score));
	json_object_set_new(out, "bm25", json_real(c->bm25));
	json_object_set_new(out, "cosine", c->near ? json_real((double)c->cosine) : json_null());
	json_object_set_new(out, "found_by", json_string(answer_finder(c)));
	/* People count from 1. */
	json_object_set_new(out, "rank_before", json_integer((json_int_t)c->rank_before + 1));
	json_object_set_new(out, "exact", json_boolean(c->exact));
	json_object_set_new(out, "logit", c->scored ? json_real((double)c->logit) : json_null());
	json_object_set_new(out, "blend", c->blended ? json_real(c->blend) : json_null());
	if (!c->scored)
		return out;
	json_object_set_new(out, "probability", json_real((double)c->probability));
	json_object_set_new(out, "tokens", json_integer(c->tokens));
	json_object_set_new(out, "tokens_scored", json_integer(c->tokens_scored));
	json_object_set_new(out, "truncated", json_boolean(c->truncated));
	json_object_set_new(out, "best_window", json_integer(c->best_window));
	json_object_set_new(out, "cached", json_boolean(c->cached));
	return out;
}

/* The page in other languages. */
static json_t *answer_versions(const xs_query *q, const xs_candidate *c)
{
	json_t *out = json_array();
	xs_version *all;
	size_t n;

	xs_versions_read(&all, &n, xs_query_arena(q), c->versions, c->url, c->language);
	for (size_t i = 0; i < n; i++)
		if (!all[i].own)
			json_array_append_new(out, json_pack("{s:o, s:o}", "language",
							     xs_json_text(all[i].tag), "url",
							     xs_json_text(all[i].url)));
	return out;
}

/* `meta` is JSON already, as it was stored; a damaged one is shown as an empty object, for a hit is
 * still a hit. */
static json_t *answer_hit(const xs_query *q, const xs_candidate *c)
{
	json_t *out = json_object(),
	       *meta = json_loads(c->meta && *c->meta ? c->meta : "{}", 0, NULL);

	json_object_set_new(out, "url", xs_json_text(c->url));
	json_object_set_new(out, "title", xs_json_text(c->title));
	json_object_set_new(out, "heading", xs_json_text(c->heading));
	json_object_set_new(out, "anchor", xs_json_text(c->anchor));
	json_object_set_new(out, "snippet", xs_json_text(c->snippet));
	json_object_set_new(out, "path", xs_json_text(c->path));
	json_object_set_new(out, "type", xs_json_text(c->type));
	json_object_set_new(out, "language", xs_json_text(c->language));
	json_object_set_new(out, "versions", answer_versions(q, c));
	json_object_set_new(out, "date", answer_date(c->date));
	json_object_set_new(out, "meta", meta ? meta : json_object());
	json_object_set_new(out, "scores", answer_scores(c));
	return out;
}

/* All fields always, with null or 0: clients need no second form for a search without reranking. */
static json_t *answer_rerank(const xs_rerank_record *r)
{
	json_t *out = json_object();

	json_object_set_new(out, "status", json_string(xs_rerank_status_name(r->status)));
	json_object_set_new(out, "scored", json_integer((json_int_t)r->scored));
	json_object_set_new(out, "skipped", json_integer((json_int_t)r->skipped));
	json_object_set_new(out, "reason", r->reason ? xs_json_text(r->reason) : json_null());
	json_object_set_new(out, "ms", xs_json_ms(r->ms));
	json_object_set_new(out, "model", r->model ? xs_json_text(r->model) : json_null());
	json_object_set_new(out, "cache_hits", json_integer((json_int_t)r->cache_hits));
	json_object_set_new(out, "truncated", json_integer((json_int_t)r->truncated));
	json_object_set_new(out, "query_tokens", json_integer(r->query_tokens));
	json_object_set_new(out, "query_tokens_scored", json_integer(r->query_tokens_used));
	json_object_set_new(out, "tokens", json_integer((json_int_t)r->tokens));
	json_object_set_new(out, "tokens_scored", json_integer((json_int_t)r->tokens_scored));
	return out;
}

/* Whether meaning had a part, and why not. */
static json_t *answer_meaning(const xs_query *q)
{
	json_t *out = json_object();
	bool left_out = q->meaning && *q->meaning;

	json_object_set_new(out, "status",
			    json_string(left_out     ? "skipped"
					: q->meaning ? "used"
						     : "none"));
	json_object_set_new(out, "reason", left_out ? xs_json_text(q->meaning) : json_null());
	json_object_set_new(out, "alone", json_boolean(q->meaning_alone));
	json_object_set_new(out, "encode_ms", xs_json_ms(q->meaning_encode_ms));
	json_object_set_new(out, "search_ms", xs_json_ms(q->meaning_search_ms));
	return out;
}

/* A stage has `error` only where it was passed over: clients look for the key. */
static json_t *answer_timing(const xs_query *q, double ms)
{
	json_t *stages = json_array();

	for (size_t i = 0; i < q->n_timings; i++) {
		const xs_timing *t = &q->timings[i];
		json_t *stage = json_object();

		json_object_set_new(stage, "stage", xs_json_text(t->stage));
		json_object_set_new(stage, "ms", xs_json_ms(t->ms));
		json_object_set_new(stage, "in", json_integer((json_int_t)t->in));
		json_object_set_new(stage, "out", json_integer((json_int_t)t->out));
		if (t->error)
			json_object_set_new(stage, "error", xs_json_text(t->error));
		json_array_append_new(stages, stage);
	}
	return json_pack("{s:o, s:o}", "ms", xs_json_ms(ms), "stages", stages);
}

json_t *xs_answer_json(const xs_query *q, double ms)
{
	json_t *out = json_object(), *hits = json_array(), *warnings = json_array();

	for (size_t i = 0; i < q->n_groups; i++) {
		const xs_group *g = &q->groups[i];
		json_t *hit = answer_hit(q, g->best), *subs = json_array();

		for (size_t j = 0; j < g->n_sub; j++)
			json_array_append_new(subs, answer_hit(q, g->sub[j]));
		json_object_set_new(hit, "sub_results", subs);
		json_array_append_new(hits, hit);
	}
	/* Warnings quote the question and pages, so they may have any bytes. */
	for (size_t i = 0; i < q->n_warnings; i++)
		json_array_append_new(warnings, xs_json_text(q->warnings[i]));
	json_object_set_new(out, "query", xs_json_text(q->text));
	json_object_set_new(out, "hits", hits);
	json_object_set_new(out, "pages", json_integer((json_int_t)q->n_pages));
	/* An estimate, of passages; the number to show is `pages`. */
	json_object_set_new(out, "total", json_integer((json_int_t)q->total));
	json_object_set_new(out, "corrected",
			    q->corrected ? xs_json_text(q->corrected) : json_null());
	json_object_set_new(out, "corrected_shown", json_boolean(q->corrected_shown));
	json_object_set_new(out, "meaning", answer_meaning(q));
	json_object_set_new(out, "rerank", answer_rerank(&q->rerank));
	json_object_set_new(out, "warnings", warnings);
	json_object_set_new(out, "timing", answer_timing(q, ms));
	return out;
}
