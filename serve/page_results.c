/* SPDX-License-Identifier: GPL-2.0-or-later */
/* page_results.c - hits, and what is said of the search as a whole. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "index/pages/versions.h"
#include "plugin/pipeline.h"
#include "serve/markup.h"
#include "serve/page.h"

enum { PAGES_AHEAD = 4, PAGES_BACK = 5 }; /* links to pages of results, around this one */

/* " > " between headings becomes an angle. */
static void hit_path(xs_buf *b, const char *heading)
{
	const char *next;

	for (; (next = strstr(heading, " > ")); heading = next + 3) {
		char part[512];

		/* A heading of more than 511 bytes is shown cut; that is longer than a line of
		 * the page. */
		snprintf(part, sizeof part, "%.*s", (int)(next - heading), heading);
		xs_markup_text(b, part);
		xs_buf_puts(b, " <span aria-hidden=\"true\">&rsaquo;</span> ");
	}
	xs_markup_text(b, heading);
}

/* The last of a path of headings. */
static const char *hit_last(const char *heading)
{
	for (const char *next; (next = strstr(heading, " > "));)
		heading = next + 3;
	return heading;
}

static void hit_href(xs_buf *b, const xs_candidate *c)
{
	xs_markup_text(b, c->url);
	if (*c->anchor) {
		xs_buf_putc(b, '#');
		xs_markup_text(b, c->anchor);
	}
}

/* Opens a link to a hit, which tells of the click where searches are kept; an address that does not lead to
 * a page gets none. */
static bool hit_open(xs_page_out *p, const xs_candidate *c, long rank)
{
	xs_buf *b = &p->b;
	char number[24];

	/* Pages may come from files that others wrote: "javascript:" as a URL must not become a
	 * link. */
	if (!xs_markup_leads(c->url))
		return false;
	xs_buf_puts(b, "<a href=\"");
	hit_href(b, c);
	xs_buf_putc(b, '"');
	if (*p->ask->search) {
		snprintf(number, sizeof number, "%ld", rank);
		/* The browser tells of the click beside following the link: no redirect, which
		 * would slow it down and hide where it leads. */
		xs_buf_puts(b, " ping=\"click");
		xs_markup_param(b, true, "s", p->ask->search);
		xs_markup_param(b, false, "r", number);
		xs_markup_param(b, false, "u", c->url);
		page_key(p);
		xs_buf_putc(b, '"');
	}
	xs_buf_putc(b, '>');
	return true;
}

static void hit_place(xs_page_out *p, const xs_candidate *c)
{
	/* The scheme is left out of what is shown, as browsers do it in their bar. */
	const char *url = strstr(c->url, "://");
	time_t seconds = (time_t)c->date;
	xs_buf *b = &p->b;
	struct tm utc;
	char date[40];

	xs_buf_puts(b, "<p class=\"place\">");
	xs_markup_text(b, url ? url + 3 : c->url);
	if (c->date && gmtime_r(&seconds, &utc) && strftime(date, sizeof date, "%Y-%m-%d", &utc))
		xs_buf_printf(b, " &middot; <time datetime=\"%s\">%s</time>", date, date);
	xs_buf_puts(b, "</p>\n");
}

/* The page in other languages, each called as its readers call it. */
static void hit_versions(xs_page_out *p, const xs_candidate *c)
{
	xs_buf *b = &p->b;
	const char *before = "<p class=\"versions\">";
	char name[128];
	xs_version *all;
	size_t n;

	xs_versions_read(&all, &n, p->call->arena, c->versions, c->url, c->language);
	for (size_t i = 0; i < n; i++) {
		if (all[i].own || !xs_markup_leads(all[i].url))
			continue;
		xs_language_name(name, sizeof name, all[i].tag);
		xs_buf_printf(b, "%s<a hreflang=\"", before);
		xs_markup_text(b, all[i].tag);
		xs_buf_puts(b, "\" lang=\"");
		xs_markup_text(b, all[i].tag);
		xs_buf_puts(b, "\" href=\"");
		xs_markup_text(b, all[i].url);
		xs_buf_puts(b, "\">");
		xs_markup_text(b, name);
		xs_buf_puts(b, "</a>");
		before = " &middot; ";
	}
	if (*before == ' ')
		xs_buf_puts(b, "</p>\n");
}

static void hit_scores(xs_buf *b, const xs_candidate *c)
{
	/* Places count from 1 for people, from 0 in the code. */
	xs_buf_printf(b, "<p class=\"scores\">bm25 %.3f", c->bm25);
	if (c->near)
		xs_buf_printf(b, ", cosine %.3f", (double)c->cosine);
	if (c->by_meaning)
		xs_buf_printf(b, ", found by %s", c->by_words ? "both" : "meaning");
	xs_buf_printf(b, ", rank before %u", c->rank_before + 1);
	if (c->scored)
		xs_buf_printf(b, ", logit %.3f%s, %d of %d tokens", (double)c->logit,
			      c->cached ? " (known before)" : "", c->tokens_scored, c->tokens);
	if (c->blended)
		xs_buf_printf(b, ", blend %.3f", c->blend);
	xs_buf_printf(b, "%s</p>\n", c->exact ? ", exact" : "");
}

/* What a further place is called: the last of a path of headings, as the page's own title stands above the list;
 * and the page of a document that is printed, as several may have one heading. */
static void hit_name(xs_buf *b, const xs_candidate *c)
{
	static const char printed[] = "page=";

	xs_markup_text(b, *c->heading ? hit_last(c->heading) : *c->title ? c->title : c->url);
	if (!strncmp(c->anchor, printed, strlen(printed))) {
		xs_buf_puts(b, ", page ");
		xs_markup_text(b, c->anchor + strlen(printed));
	}
}

static void hit_sub(xs_page_out *p, const xs_group *g, long rank)
{
	xs_buf *b = &p->b;

	if (g->n_sub)
		xs_buf_puts(b, "<ul class=\"sub\" aria-label=\"Further places in this page\">\n");
	for (size_t i = 0; i < g->n_sub; i++) {
		const xs_candidate *c = g->sub[i];
		bool linked;

		xs_buf_puts(b, "<li>");
		linked = hit_open(p, c, rank);
		hit_name(b, c);
		xs_buf_puts(b, linked ? "</a></li>\n" : "</li>\n");
	}
	if (g->n_sub)
		xs_buf_puts(b, "</ul>\n");
}

static void hit_group(xs_page_out *p, const xs_group *g, long rank)
{
	const xs_candidate *c = g->best;
	xs_buf *b = &p->b;
	bool linked;

	xs_buf_puts(b, "<li");
	/* A code of two or three letters (ISO 639). Screen readers change their voice by it, so
	 * a longer word that a page has there is left out. */
	if (*c->language && strlen(c->language) < 4) {
		xs_buf_puts(b, " lang=\"");
		xs_markup_text(b, c->language);
		xs_buf_putc(b, '"');
	}
	xs_buf_puts(b, ">\n<h2>");
	linked = hit_open(p, c, rank);
	xs_markup_text(b, *c->title ? c->title : c->url);
	xs_buf_puts(b, linked ? "</a></h2>\n" : "</h2>\n");
	/* Many pages have their title as the only heading: it is not shown twice. */
	if (*c->heading && strcmp(c->heading, c->title) != 0) {
		xs_buf_puts(b, "<p class=\"path\">");
		hit_path(b, c->heading);
		xs_buf_puts(b, "</p>\n");
	}
	hit_place(p, c);
	hit_versions(p, c);
	if (c->snippet && *c->snippet)
		xs_buf_printf(b, "<p class=\"snippet\">%s</p>\n",
			      c->snippet); /* escaped by its stage */
	if (p->ask->explain)
		hit_scores(b, c);
	hit_sub(p, g, rank);
	xs_buf_puts(b, "</li>\n");
}

static void note_rerank(xs_page_out *p)
{
	const xs_rerank_record *r = &p->ask->query->rerank;
	xs_buf *b = &p->b;

	/* Only what the reader may wonder about: nothing is said of an order that is as it
	 * should be. */
	if ((r->status != XS_RERANK_PARTIAL && r->status != XS_RERANK_SKIPPED) ||
	    !p->ask->query->n_groups)
		return;
	xs_buf_puts(b, "<p class=\"note\" role=\"status\">");
	/* Not reranked by intent: the order is by date, which is no failure. */
	if (p->ask->newest) {
		xs_buf_puts(b, "By date, among the better matches: not reranked.");
	} else if (r->status == XS_RERANK_PARTIAL) {
		xs_buf_printf(
			b,
			"Reranked in part: %zu candidate%s scored, the others follow in the index's order",
			r->scored, r->scored == 1 ? " was" : "s were");
	} else {
		xs_buf_puts(b, "Not reranked: the order is that of the index");
	}
	if (!p->ask->newest && r->reason) {
		xs_buf_puts(b, " (");
		xs_markup_text(b, r->reason);
		xs_buf_puts(b, ")");
	}
	xs_buf_puts(b, p->ask->newest ? "</p>\n" : ".</p>\n");
}

/* The other spelling is offered, and taken only where the question itself finds nothing. */
static void say_meant(xs_page_out *p)
{
	const char *corrected = p->ask->query->corrected;

	if (!corrected)
		return;
	xs_buf_puts(&p->b, "<p class=\"meant\">");
	xs_buf_puts(&p->b, p->ask->query->corrected_shown
				   ? "No page has the words asked for. These are results for "
				   : "Did you mean ");
	xs_buf_puts(&p->b, "<a href=\"");
	page_link(p, &(page_change){.text = corrected});
	xs_buf_puts(&p->b, "\">");
	xs_markup_text(&p->b, corrected);
	xs_buf_puts(&p->b, p->ask->query->corrected_shown ? "</a>.</p>\n" : "</a>?</p>\n");
}

/* Whoever asked sees at once why no word of the question stands in what follows. */
static void say_alone(xs_page_out *p)
{
	const xs_query *q = p->ask->query;

	if (q->meaning_alone && q->n_groups)
		xs_buf_puts(&p->b,
			    "<p class=\"meant\" role=\"status\">No page has these words; these "
			    "are nearest in meaning.</p>\n");
}

static void say_order(xs_page_out *p)
{
	static const char *const orders[][2] = {{"relevance", "Relevance"}, {"date", "Date"}};
	xs_buf *b = &p->b;

	xs_buf_puts(b, "<p>Sort by ");
	for (size_t i = 0; i < 2; i++) {
		xs_buf_puts(b, i ? " | " : "");
		/* The order that one has is no link to itself. */
		if (p->ask->newest == (i == 1)) {
			xs_buf_printf(b, "<span aria-current=\"true\">%s</span>", orders[i][1]);
			continue;
		}
		xs_buf_puts(b, "<a href=\"");
		page_link(p, &(page_change){.sort = orders[i][0]});
		xs_buf_printf(b, "\">%s</a>", orders[i][1]);
	}
	xs_buf_puts(b, "</p>\n");
}

static void say_count(xs_page_out *p)
{
	const xs_query *q = p->ask->query;
	/* What was shown before is in the window (n_seen), or left out by its number (offset). */
	size_t first = q->n_seen + q->offset + 1;
	bool about = p->ask->facets && !p->ask->counted.exact;
	xs_buf *b = &p->b;

	xs_buf_puts(b, "<div class=\"bar\">\n<h1>");
	if (q->n_groups)
		xs_buf_printf(b, "%zu&ndash;%zu of %s%zu page%s for ", first,
			      first + q->n_groups - 1, about ? "about " : "", q->n_pages,
			      q->n_pages == 1 ? "" : "s");
	else
		xs_buf_puts(b, q->n_pages ? "No further results for " : "No results for ");
	xs_buf_puts(b, "<strong>");
	xs_markup_text(b, q->text);
	xs_buf_puts(b, "</strong></h1>\n");
	if (q->n_groups)
		say_order(p);
	xs_buf_puts(b, "</div>\n");
}

static void say_filters(xs_page_out *p)
{
	const xs_ask *a = p->ask;
	xs_buf *b = &p->b;
	bool any = false;

	for (size_t i = 0; i < a->n_filters; i++) {
		if (!*a->filters[i])
			continue;
		xs_buf_puts(b, any ? "" : "<ul class=\"chips\" aria-label=\"Restricted to\">\n");
		any = true;
		xs_buf_puts(b, "<li><a href=\"");
		/* From 1, as 0 is "without none". */
		page_link(p, &(page_change){.without = i + 1});
		xs_buf_puts(b, "\"><span class=\"hidden\">Remove </span>");
		xs_markup_text(b, a->filters[i]);
		xs_buf_puts(b, " <span aria-hidden=\"true\">&times;</span></a></li>\n");
	}
	if (any)
		xs_buf_puts(b, "</ul>\n");
}

static void say_nothing(xs_page_out *p)
{
	const xs_ask *a = p->ask;
	xs_buf *b = &p->b;

	if (a->query->n_groups)
		return;
	/* A page beyond the last one is not an empty search. */
	if (a->query->n_pages) {
		xs_buf_puts(b, "<p class=\"empty\">These were all. <a href=\"");
		page_link(p, &(page_change){0});
		xs_buf_puts(b, "\">Back to the first page of results</a></p>\n");
		return;
	}
	xs_buf_puts(b, "<p class=\"empty\">Nothing was found.</p>\n<ul>\n");
	if (a->n_filters) {
		xs_buf_puts(b, "<li><a href=\"");
		page_link(p, &(page_change){.all = true});
		xs_buf_puts(b, "\">Search all pages</a>, without the restriction</li>\n");
	}
	xs_buf_puts(
		b,
		"<li>Look at the spelling of your words</li>\n<li>Try other words, or fewer that must be there</li>\n"
		"</ul>\n");
}

static void page_number(xs_page_out *p, long page, const char *text, const char *rel)
{
	xs_buf_puts(&p->b, "<li><a href=\"");
	page_link(p, &(page_change){.page = page});
	xs_buf_printf(&p->b, "\"%s", rel);
	if (*text)
		xs_buf_printf(&p->b, ">%s</a></li>\n", text);
	else
		xs_buf_printf(&p->b, "><span class=\"hidden\">Page </span>%ld</a></li>\n", page);
}

static void say_pages(xs_page_out *p)
{
	const xs_query *q = p->ask->query;
	long page = p->ask->page, first = page > PAGES_BACK ? page - PAGES_BACK : 1;
	size_t shown = q->n_seen + q->offset + q->n_groups;
	/* Rounded up. */
	long last = page +
		    (long)((q->n_pages > shown ? q->n_pages - shown : 0) + (size_t)p->ask->n - 1) /
			    p->ask->n;

	/* One page of results needs no links. */
	if (page == 1 && last == 1)
		return;
	last = last > page + PAGES_AHEAD ? page + PAGES_AHEAD : last;
	xs_buf_puts(&p->b, "<nav class=\"pages\" aria-label=\"Pages of results\">\n<ul>\n");
	if (page > 1)
		page_number(p, page - 1, "&lsaquo; Previous", " rel=\"prev\"");
	for (long i = first; i <= last; i++) {
		if (i == page)
			xs_buf_printf(
				&p->b,
				"<li><strong aria-current=\"page\"><span class=\"hidden\">Page </span>%ld"
				"</strong></li>\n",
				i);
		else
			page_number(p, i, "", "");
	}
	if (last > page)
		page_number(p, page + 1, "Next &rsaquo;", " rel=\"next\"");
	xs_buf_puts(&p->b, "</ul>\n</nav>\n");
}

static void say_timing(xs_page_out *p)
{
	const xs_query *q = p->ask->query;
	const xs_rerank_record *r = &q->rerank;
	xs_buf *b = &p->b;

	/* Folded: for those who wonder why a search took long. */
	xs_buf_printf(b, "<details class=\"timing\"><summary>%.0f ms", p->ask->ms);
	if (r->scored)
		xs_buf_printf(b, ", %zu reranked", r->scored);
	xs_buf_puts(
		b,
		"</summary>\n<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">Stage</th>"
		"<th scope=\"col\">ms</th><th scope=\"col\">in</th><th scope=\"col\">out</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < q->n_timings; i++) {
		xs_buf_puts(b, "<tr><td>");
		xs_markup_text(b, q->timings[i].stage);
		xs_buf_printf(b, "</td><td>%.2f</td><td>%zu</td><td>%zu</td></tr>\n",
			      q->timings[i].ms, q->timings[i].in, q->timings[i].out);
	}
	xs_buf_puts(b, "</tbody></table></div>\n<p>");
	if (q->meaning && !*q->meaning)
		xs_buf_printf(b,
			      "Meaning: question encoded in %.2f ms, nearest passages found in "
			      "%.2f ms. ",
			      q->meaning_encode_ms, q->meaning_search_ms);
	if (r->model) {
		xs_markup_text(b, r->model);
		xs_buf_printf(b, ": %s, %zu scored, %zu of them known before, %zu not scored. ",
			      xs_rerank_status_name(r->status), r->scored, r->cache_hits,
			      r->skipped);
	}
	if (!p->ask->explain) {
		xs_buf_puts(b, "<a href=\"");
		page_link(p, &(page_change){.scores = true, .page = p->ask->page});
		xs_buf_puts(b, "\">Show each result's scores</a>");
	}
	xs_buf_puts(b, "</p>\n</details>\n");
}

void page_results(xs_page_out *p)
{
	const xs_query *q = p->ask->query;
	bool facets = page_has_facets(p->ask);
	long first = (long)(q->n_seen + q->offset) + 1;
	xs_buf *b = &p->b;

	/* The results come before the facets in the page, so that a screen reader and a small
	 * screen begin with them; the style puts the facets beside them. */
	xs_buf_puts(b, "<div class=\"wide columns\">\n<main id=\"results\" tabindex=\"-1\">\n");
	say_count(p);
	say_filters(p);
	say_alone(p);
	say_meant(p);
	for (size_t i = 0; i < q->n_warnings; i++) {
		xs_buf_puts(b, "<p class=\"note\">");
		xs_markup_text(b, q->warnings[i]);
		xs_buf_puts(b, "</p>\n");
	}
	note_rerank(p);
	say_nothing(p);
	if (q->n_groups)
		xs_buf_printf(b, "<ol class=\"results\" start=\"%ld\">\n", first);
	for (size_t i = 0; i < q->n_groups; i++)
		hit_group(p, &q->groups[i], first + (long)i);
	if (q->n_groups)
		xs_buf_puts(b, "</ol>\n");
	say_pages(p);
	say_timing(p);
	xs_buf_puts(b, "</main>\n");
	if (facets)
		page_facets(p);
	xs_buf_puts(b, "</div>\n");
}
