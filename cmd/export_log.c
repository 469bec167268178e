/* SPDX-License-Identifier: GPL-2.0-or-later */
/* export_log.c - the questions of a site's log, with what was chosen among their results. */
#include "cmd/export_log.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "index/query_log.h"

/* The question as the log compares it, in `a`. */
static const char *log_fold(xs_arena *a, const char *query)
{
	const char *out;
	xs_buf folded;

	xs_buf_init(&folded);
	xs_query_log_fold(&folded, query);
	out = xs_arena_dupn(a, folded.data, folded.len);
	xs_buf_fini(&folded);
	return out;
}

/* By page within a question: export_log_find() promises equal pages in a row. */
static int log_compare(const void *left, const void *right)
{
	const export_click *a = left, *b = right;
	int order = strcmp(a->folded, b->folded);

	return order ? order : strcmp(a->url, b->url);
}

/* As many rows as there are searches: the report is cut for people, not here.  Anchors are cut: a
 * click is on a place of a page, a row is of a passage, and the page is what both have. */
int export_log_read(export_log *out, xs_arena *a, const char *path, int64_t since)
{
	xs_query_totals totals;
	xs_query_row *asked, *chosen;
	int rc = xs_query_log_totals(&totals, path, since);

	*out = (export_log){0};
	if (rc == XS_ENOTFOUND)
		return xs_fail(XS_ENOTFOUND, "no question has been logged in %s", path);
	if (rc == XS_OK)
		rc = xs_query_log_report(&asked, &out->n, a, path, XS_REPORT_TOP, since,
					 (size_t)totals.searches);
	if (rc == XS_OK)
		rc = xs_query_log_report(&chosen, &out->n_clicks, a, path, XS_REPORT_CLICKS, since,
					 (size_t)totals.clicks);
	if (rc != XS_OK)
		return rc;
	out->queries = xs_arena_array(a, out->n + 1, sizeof *out->queries);
	out->times = xs_arena_array(a, out->n + 1, sizeof *out->times);
	out->clicks = xs_arena_array(a, out->n_clicks + 1, sizeof *out->clicks);
	for (size_t i = 0; i < out->n; i++) {
		out->queries[i] = asked[i].query;
		out->times[i] = asked[i].times;
	}
	for (size_t i = 0; i < out->n_clicks; i++)
		out->clicks[i] =
			(export_click){log_fold(a, chosen[i].query),
				       xs_arena_dupn(a, chosen[i].url, strcspn(chosen[i].url, "#")),
				       chosen[i].times};
	if (out->n_clicks > 1)
		qsort(out->clicks, out->n_clicks, sizeof *out->clicks, log_compare);
	return XS_OK;
}

/* Folded: the log counts questions as one that differ in case, accents and spaces alone. */
const export_click *export_log_find(size_t *n, const export_log *log, const char *query)
{
	size_t low = 0, high = log->n_clicks, end;
	const char *folded;
	xs_arena *a;

	*n = 0;
	if (!log->n_clicks)
		return NULL;
	a = xs_arena_new();
	folded = log_fold(a, query);
	/* Ends at the first of the equal ones, of which there may be many. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(log->clicks[middle].folded, folded) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < log->n_clicks && strcmp(log->clicks[end].folded, folded) == 0;)
		end++;
	xs_arena_free(a);
	*n = end - low;
	return log->clicks + low;
}

/* Rows that differ by their anchors alone are of one page, so they are added up. */
uint64_t export_log_clicks(const export_log *log, const char *query, const char *url)
{
	size_t n, len = strcspn(url, "#");
	const export_click *k = export_log_find(&n, log, query);
	uint64_t times = 0;

	for (size_t i = 0; i < n; i++)
		if (strncmp(k[i].url, url, len) == 0 && !k[i].url[len])
			times += k[i].times;
	return times;
}
