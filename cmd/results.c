/* SPDX-License-Identifier: GPL-2.0-or-later */
/* results.c - the answer to a query, for a terminal or as JSON. */
#include "cmd/results.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cmd/print.h"
#include "plugin/pipeline.h"

static void results_link(const xs_candidate *c, bool colour)
{
	print_styled(colour, PRINT_LINK, c->url);
	if (*c->anchor) {
		print_styled(colour, PRINT_LINK, "#");
		print_styled(colour, PRINT_LINK, c->anchor);
	}
}

static void results_scores(const xs_candidate *c, unsigned indent, bool colour)
{
	char text[160];
	int n = snprintf(text, sizeof text, "bm25 %.3f, rank before %" PRIu32, c->bm25,
			 c->rank_before + 1);

	if (c->scored)
		n += snprintf(text + n, sizeof text - (size_t)n, ", logit %.4f%s, %d of %d tokens",
			      (double)c->logit, c->cached ? " (cached)" : "", c->tokens_scored,
			      c->tokens);
	if (c->blended)
		n += snprintf(text + n, sizeof text - (size_t)n, ", blend %.4f", c->blend);
	if (c->exact)
		snprintf(text + n, sizeof text - (size_t)n, ", exact");
	printf("%*s", (int)indent, "");
	print_styled(colour, PRINT_DIM, text);
	putchar('\n');
}

static void results_hit(const xs_candidate *c, bool explain, bool colour)
{
	if (*c->heading && strcmp(c->heading, c->title) != 0) {
		fputs("    ", stdout);
		print_text(stdout, c->heading);
		putchar('\n');
	}
	fputs("    ", stdout);
	results_link(c, colour);
	putchar('\n');
	if (c->snippet && *c->snippet)
		print_wrapped(colour, 4, c->snippet);
	if (explain)
		results_scores(c, 4, colour);
}

/* Another place of the same page, in one line. */
static void results_sub(const xs_candidate *c, bool explain, bool colour)
{
	fputs("    + ", stdout);
	if (*c->heading) {
		print_text(stdout, c->heading);
		fputs(": ", stdout);
	}
	results_link(c, colour);
	putchar('\n');
	if (explain)
		results_scores(c, 6, colour);
}

static void results_group(const xs_group *g, size_t number, bool explain, bool colour)
{
	printf("%2zu. ", number);
	print_styled(colour, PRINT_BOLD, *g->best->title ? g->best->title : g->best->url);
	putchar('\n');
	results_hit(g->best, explain, colour);
	for (size_t i = 0; i < g->n_sub; i++)
		results_sub(g->sub[i], explain, colour);
	putchar('\n');
}

static void results_rerank(const xs_rerank_record *r)
{
	if (r->status == XS_RERANK_FULL)
		printf("; %zu reranked in %s", r->scored, print_duration(r->ms));
	else if (r->status == XS_RERANK_PARTIAL)
		printf("; reranking partial: %zu scored, %zu not", r->scored, r->skipped);
	else if (r->status == XS_RERANK_SKIPPED)
		fputs("; reranking skipped", stdout);
	if (r->cache_hits)
		printf(", %zu known before", r->cache_hits);
	if (r->status != XS_RERANK_NONE && r->status != XS_RERANK_FULL && r->reason) {
		fputs(" (", stdout);
		print_text(stdout, r->reason);
		putchar(')');
	}
}

static void results_stages(const xs_query *q)
{
	printf("%-16s %10s %6s %6s\n", "Stage", "ms", "in", "out");
	for (size_t i = 0; i < q->n_timings; i++) {
		const xs_timing *t = &q->timings[i];

		printf("%-16s %10.3f %6zu %6zu", t->stage, t->ms, t->in, t->out);
		if (t->error) {
			fputs("  failed: ", stdout);
			print_text(stdout, t->error);
		}
		putchar('\n');
	}
	if (q->n_terms)
		fputs("Terms:", stdout);
	for (size_t i = 0; i < q->n_terms; i++) {
		putchar(' ');
		print_text(stdout, q->terms[i]);
	}
	if (q->n_terms)
		putchar('\n');
}

void results_print(const xs_query *q, double ms, bool colour)
{
	for (size_t i = 0; i < q->n_groups; i++)
		results_group(&q->groups[i], q->offset + i + 1, q->explain, colour);
	if (q->corrected) {
		fputs("Did you mean: ", stdout);
		print_styled(colour, PRINT_BOLD, q->corrected);
		putchar('\n');
	}
	for (size_t i = 0; i < q->n_warnings; i++) {
		fputs("Note: ", stdout);
		print_text(stdout, q->warnings[i]);
		putchar('\n');
	}
	if (q->n_groups)
		printf("%zu-%zu of %zu page%s", q->offset + 1, q->offset + q->n_groups, q->n_pages,
		       q->n_pages == 1 ? "" : "s");
	else
		fputs(q->n_pages ? "Nothing left on this page of results" : "Nothing was found", stdout);
	if (q->total)
		printf(", about %" PRIu64 " matching passage%s", q->total, q->total == 1 ? "" : "s");
	results_rerank(&q->rerank);
	printf("; %s\n", print_duration(ms));
	if (q->explain)
		results_stages(q);
}

/* ISO 8601 in UTC; null: not known. */
static json_t *results_date(int64_t date)
{
	time_t seconds = (time_t)date;
	struct tm utc;
	char text[40];

	if (date == 0 || !gmtime_r(&seconds, &utc) ||
	    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
		return json_null();
	return json_string(text);
}

static json_t *results_json_scores(const xs_candidate *c)
{
	json_t *out = json_object();

	json_object_set_new(out, "score", json_real(c->score));
	json_object_set_new(out, "bm25", json_real(c->bm25));
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

static json_t *results_json_hit(const xs_candidate *c)
{
	json_t *out = json_object(), *meta = json_loads(c->meta && *c->meta ? c->meta : "{}", 0, NULL);

	json_object_set_new(out, "url", print_json_text(c->url));
	json_object_set_new(out, "title", print_json_text(c->title));
	json_object_set_new(out, "heading", print_json_text(c->heading));
	json_object_set_new(out, "anchor", print_json_text(c->anchor));
	json_object_set_new(out, "snippet", print_json_text(c->snippet));
	json_object_set_new(out, "path", print_json_text(c->path));
	json_object_set_new(out, "type", print_json_text(c->type));
	json_object_set_new(out, "language", print_json_text(c->language));
	json_object_set_new(out, "date", results_date(c->date));
	json_object_set_new(out, "meta", meta ? meta : json_object());
	json_object_set_new(out, "scores", results_json_scores(c));
	return out;
}

static json_t *results_json_rerank(const xs_rerank_record *r)
{
	json_t *out = json_object();

	json_object_set_new(out, "status", json_string(xs_rerank_status_name(r->status)));
	json_object_set_new(out, "scored", json_integer((json_int_t)r->scored));
	json_object_set_new(out, "skipped", json_integer((json_int_t)r->skipped));
	json_object_set_new(out, "reason", r->reason ? print_json_text(r->reason) : json_null());
	json_object_set_new(out, "ms", print_json_ms(r->ms));
	json_object_set_new(out, "model", r->model ? print_json_text(r->model) : json_null());
	json_object_set_new(out, "cache_hits", json_integer((json_int_t)r->cache_hits));
	json_object_set_new(out, "truncated", json_integer((json_int_t)r->truncated));
	json_object_set_new(out, "query_tokens", json_integer(r->query_tokens));
	json_object_set_new(out, "query_tokens_scored", json_integer(r->query_tokens_used));
	json_object_set_new(out, "tokens", json_integer((json_int_t)r->tokens));
	json_object_set_new(out, "tokens_scored", json_integer((json_int_t)r->tokens_scored));
	return out;
}

static json_t *results_json_timing(const xs_query *q, double ms)
{
	json_t *stages = json_array();

	for (size_t i = 0; i < q->n_timings; i++) {
		const xs_timing *t = &q->timings[i];
		json_t *stage = json_object();

		json_object_set_new(stage, "stage", print_json_text(t->stage));
		json_object_set_new(stage, "ms", print_json_ms(t->ms));
		json_object_set_new(stage, "in", json_integer((json_int_t)t->in));
		json_object_set_new(stage, "out", json_integer((json_int_t)t->out));
		if (t->error)
			json_object_set_new(stage, "error", print_json_text(t->error));
		json_array_append_new(stages, stage);
	}
	return json_pack("{s:o, s:o}", "ms", print_json_ms(ms), "stages", stages);
}

json_t *results_json(const xs_query *q, double ms)
{
	json_t *out = json_object(), *hits = json_array(), *warnings = json_array();

	for (size_t i = 0; i < q->n_groups; i++) {
		const xs_group *g = &q->groups[i];
		json_t *hit = results_json_hit(g->best), *subs = json_array();

		for (size_t j = 0; j < g->n_sub; j++)
			json_array_append_new(subs, results_json_hit(g->sub[j]));
		json_object_set_new(hit, "sub_results", subs);
		json_array_append_new(hits, hit);
	}
	for (size_t i = 0; i < q->n_warnings; i++)
		json_array_append_new(warnings, print_json_text(q->warnings[i]));
	json_object_set_new(out, "query", print_json_text(q->text));
	json_object_set_new(out, "hits", hits);
	json_object_set_new(out, "pages", json_integer((json_int_t)q->n_pages));
	json_object_set_new(out, "total", json_integer((json_int_t)q->total));
	json_object_set_new(out, "corrected", q->corrected ? print_json_text(q->corrected) : json_null());
	json_object_set_new(out, "rerank", results_json_rerank(&q->rerank));
	json_object_set_new(out, "warnings", warnings);
	json_object_set_new(out, "timing", results_json_timing(q, ms));
	return out;
}
