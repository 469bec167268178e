/* SPDX-License-Identifier: GPL-2.0-or-later */
/* results.c - the answer to a query, for a terminal. */
#include "cmd/results.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/print.h"
#include "index/pages/versions.h"
#include "plugin/pipeline.h"
#include "plugin/query.h"

/* Address and anchor are styled apart, so that no byte of either can end the style. */
static void results_link(const xs_candidate *c, bool colour)
{
	print_styled(colour, PRINT_LINK, c->url);
	if (*c->anchor) {
		print_styled(colour, PRINT_LINK, "#");
		print_styled(colour, PRINT_LINK, c->anchor);
	}
}

/* Ranks from 1, as people count; xs_candidate counts from 0. */
static void results_scores(const xs_candidate *c, unsigned indent, bool colour)
{
	char text[240];
	int n = snprintf(text, sizeof text, "bm25 %.3f", c->bm25);

	if (c->near)
		n += snprintf(text + n, sizeof text - (size_t)n, ", cosine %.3f",
			      (double)c->cosine);
	if (c->by_meaning)
		n += snprintf(text + n, sizeof text - (size_t)n, ", found by %s",
			      c->by_words ? "both" : "meaning");
	n += snprintf(text + n, sizeof text - (size_t)n, ", rank before %" PRIu32,
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

/* A heading that is the title alone would say the same twice.  Without the stage `snippet` there is
 * none to show. */
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

/* Another place of the same page, in one line.  No snippet: the heading says what is there, and
 * several of them would hide the next page. */
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

/* The page in other languages. */
static void results_versions(const xs_query *q, const xs_candidate *c, bool colour)
{
	xs_version *all;
	size_t n;

	xs_versions_read(&all, &n, xs_query_arena(q), c->versions, c->url, c->language);
	for (size_t i = 0; i < n; i++) {
		if (all[i].own)
			continue;
		fputs("    ", stdout);
		print_text(stdout, all[i].tag);
		fputs(": ", stdout);
		print_styled(colour, PRINT_LINK, all[i].url);
		putchar('\n');
	}
}

/* A page without a title is shown by its address. */
static void results_group(const xs_query *q, size_t i, bool colour)
{
	const xs_group *g = &q->groups[i];
	size_t number = q->n_seen + q->offset + i + 1;
	bool explain = q->explain;

	printf("%2zu. ", number);
	print_styled(colour, PRINT_BOLD, *g->best->title ? g->best->title : g->best->url);
	putchar('\n');
	results_hit(g->best, explain, colour);
	for (size_t k = 0; k < g->n_sub; k++)
		results_sub(g->sub[k], explain, colour);
	results_versions(q, g->best, colour);
	putchar('\n');
}

/* Why reranking was cut short is reported without --explain: the order is another one then.  Scores
 * from the cache are told as well: without them the time would look better than the model is. */
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

/* Of stages, the part that is meaning's. */
static void results_meaning(const xs_query *q)
{
	if (!q->meaning)
		return;
	fputs("Meaning: ", stdout);
	if (*q->meaning)
		print_text(stdout, q->meaning);
	else
		printf("question encoded in %.2f ms, nearest passages found in %.2f ms",
		       q->meaning_encode_ms, q->meaning_search_ms);
	putchar('\n');
}

/* The terms too: a word that was stemmed in an unexpected way explains most surprises. */
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
	results_meaning(q);
	if (q->n_terms)
		fputs("Terms:", stdout);
	for (size_t i = 0; i < q->n_terms; i++) {
		putchar(' ');
		print_text(stdout, q->terms[i]);
	}
	if (q->n_terms)
		putchar('\n');
}

/* Notes and the other spelling stand behind the hits: that is where a terminal's reader looks. */
void results_print(const xs_query *q, double ms, bool colour)
{
	for (size_t i = 0; i < q->n_groups; i++)
		/* Counted on behind what was shown before, on other pages or to the holder of
		 * --seen. */
		results_group(q, i, colour);
	if (q->corrected) {
		fputs(q->corrected_shown
			      ? "Nothing has the words asked for; these are results for: "
			      : "Did you mean: ",
		      stdout);
		print_styled(colour, PRINT_BOLD, q->corrected);
		putchar('\n');
	}
	if (q->meaning_alone && q->n_groups)
		puts("No page has these words; these are nearest in meaning.");
	for (size_t i = 0; i < q->n_warnings; i++) {
		fputs("Note: ", stdout);
		print_text(stdout, q->warnings[i]);
		putchar('\n');
	}
	if (q->n_groups)
		printf("%zu-%zu of %zu page%s", q->n_seen + q->offset + 1,
		       q->n_seen + q->offset + q->n_groups, q->n_pages, q->n_pages == 1 ? "" : "s");
	else
		fputs(q->n_pages ? "Nothing left on this page of results" : "Nothing was found",
		      stdout);
	/* "about": Xapian estimates it. */
	if (q->total)
		printf(", about %" PRIu64 " matching passage%s", q->total,
		       q->total == 1 ? "" : "s");
	results_rerank(&q->rerank);
	printf("; %s\n", print_duration(ms));
	if (q->explain)
		results_stages(q);
}
