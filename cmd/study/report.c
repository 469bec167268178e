/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report.c - the report of a study: one page of HTML that needs nothing else, and its pictures as
 * files of their own. */
#include <string.h>

#include "base/file.h"
#include "cmd/study/report.h"

/* The order of the page: what it is worth, then the window, then what it costs, then why. */
static const struct {
	const char *file, *title, *text;
	report_plot *draw;
} report_plots[] = {
	{"effect.svg", "Effect against time",
	 "Each dot is a cell, labelled with its window; its colour is the pattern. Up and to the left is "
	 "better.",
	 report_effect},
	{"window.svg", "The window",
	 "How far a token of the text attends to either side. A filled dot is equivalent to the baseline "
	 "(two one-sided tests within \xc2\xb1"
	 "0.02, Holm's correction, 5 %).",
	 report_curve},
	{"length.svg", "Length",
	 "One text of drawn tokens in one pass, each length in a process of its own; positions are "
	 "stretched where the model has too few.",
	 report_length},
	{"attention.svg", "Where attention goes",
	 "Rows of a panel are layers, columns are heads; near is a distance of up to 4 tokens. What a "
	 "pattern may leave out is where the panel is pale.",
	 report_heat},
};

/* The style is in the page: it is one file that can be sent by mail. */
static void report_head(xs_buf *b)
{
	xs_buf_puts(b, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
		       "<meta name=\"viewport\" content=\"width=device-width\"/>\n"
		       "<title>Study of attention patterns</title>\n<style>\n");
	xs_buf_printf(
		b,
		":root{color-scheme:light dark}body{max-width:%dpx;margin:24px auto;padding:0 "
		"20px;font:15px/1.5 system-ui,sans-serif;background:#fff;color:#1b1f24}",
		REPORT_WIDTH);
	xs_buf_puts(
		b,
		"h1{font-size:24px;margin:0 0 4px}h2{font-size:18px;margin:34px 0 4px}p{margin:4px 0 10px}"
		".quiet{color:#59626c}table{border-collapse:collapse;font-size:13px;width:100%}"
		"th,td{padding:3px 8px;text-align:right;border-bottom:1px solid #e3e6ea;"
		"white-space:nowrap}th:first-child,td:first-child{text-align:left}"
		"tr.base td{font-weight:600}svg.plot{max-width:100%;height:auto;display:block}"
		".scroll{overflow-x:auto}"
		"@media(prefers-color-scheme:dark){body{background:#14171b;color:#e8eaed}"
		".quiet{color:#a7afb8}th,td{border-color:#31373e}}\n");
	svg_style(b);
	xs_buf_puts(b, "\n</style>\n</head>\n<body>\n");
}

/* A cell that is equivalent to the baseline on every collection. */
static bool report_safe(const study_report *r, size_t cell)
{
	for (size_t s = 0; s < r->plan->n_sources; s++)
		if (r->results[s].cells[cell].test[STUDY_FIRST].p_tost_holm >= 0.05)
			return false;
	return true;
}

/* A plain mean over collections, each counting the same however many queries it has. */
static double report_ms(const study_report *r, size_t cell)
{
	double sum = 0;

	for (size_t s = 0; s < r->plan->n_sources; s++)
		sum += r->results[s].cells[cell].query_ms;
	return sum / (double)r->plan->n_sources;
}

static double report_mean(const study_report *r, size_t cell)
{
	double sum = 0;

	for (size_t s = 0; s < r->plan->n_sources; s++)
		sum += r->results[s].cells[cell].mean[STUDY_FIRST];
	return sum / (double)r->plan->n_sources;
}

/* On how many collections a cell is better (worse) than the baseline. */
static size_t report_differs(const study_report *r, size_t cell, bool better)
{
	size_t n = 0;

	for (size_t s = 0; s < r->plan->n_sources; s++) {
		const study_test *t = &r->results[s].cells[cell].test[STUDY_FIRST];

		n += t->p_holm < 0.05 && (t->paired.difference > 0) == better;
	}
	return n;
}

/* The sentences that a reader in a hurry looks for. */
static void report_findings(xs_buf *b, xs_cmd *c, const study_report *r)
{
	const study_plan *p = r->plan;
	size_t n = study_cells(p), safe = 0, better = 0, worse = 0, fast = p->baseline,
	       best = p->baseline;
	/* Processor time: the report may be made on a machine that has other work. */
	double base = report_ms(r, p->baseline);

	for (size_t i = 0; i < n; i++) {
		/* Only a strictly greater mean: of equal cells the baseline, then the first, is
		 * named. */
		if (report_mean(r, i) > report_mean(r, best))
			best = i;
		if (i == p->baseline)
			continue;
		/* Better on some collection, and worse on none. */
		better += report_differs(r, i, true) > 0 && report_differs(r, i, false) == 0;
		worse += report_differs(r, i, false) > 0;
		/* Only a cell that is shown to be equivalent may be praised as the fastest. */
		if (!report_safe(r, i))
			continue;
		safe++;
		if (report_ms(r, i) < report_ms(r, fast))
			fast = i;
	}
	xs_buf_printf(
		b,
		"<p>Of %zu cells beside the baseline <b>%s</b>, %zu %s shown to be equivalent to it "
		"in %s%s; %zu differ%s from it for the better on some collection and for the "
		"worse on none, %zu for the worse on some. ",
		n - 1, study_cell_name(p, c->arena, p->baseline), safe, safe == 1 ? "is" : "are",
		r->results[0].collection->measures[STUDY_FIRST],
		p->n_sources > 1 ? " on every collection" : "", better, better == 1 ? "s" : "",
		worse);
	/* Else no cell is both equivalent and faster, and there is nothing to tell. */
	if (fast != p->baseline)
		xs_buf_printf(
			b,
			"The fastest of these is <b>%s</b>, with %.0f %% of the baseline's processor "
			"time. ",
			study_cell_name(p, c->arena, fast), 100 * report_ms(r, fast) / base);
	if (best == p->baseline)
		xs_buf_puts(b, "No cell has a higher mean than the baseline.</p>\n");
	else
		xs_buf_printf(b,
			      "The highest mean is that of <b>%s</b>: %.4f, the baseline's is "
			      "%.4f.</p>\n",
			      study_cell_name(p, c->arena, best), report_mean(r, best),
			      report_mean(r, p->baseline));
}

/* The mark of a test: different, equivalent. */
static const char *report_mark(const study_test *t)
{
	/* Different goes before equivalent: with many queries a small difference may be both. */
	if (t->p_holm < 0.05)
		return t->paired.difference > 0 ? "\xe2\x86\x91" : "\xe2\x86\x93";
	return t->p_tost_holm < 0.05 ? "\xe2\x89\x88" : "&#160;";
}

static void report_row(xs_buf *b, xs_cmd *c, const study_report *r, size_t i)
{
	const study_plan *p = r->plan;
	double peak = 0;

	xs_buf_printf(b, "<tr%s><td>", i == p->baseline ? " class=\"base\"" : "");
	svg_escape(b, study_cell_name(p, c->arena, i));
	xs_buf_puts(b, "</td>");
	for (size_t s = 0; s < p->n_sources; s++) {
		const study_cell *cell = &r->results[s].cells[i];
		const study_test *t = &cell->test[STUDY_FIRST];

		xs_buf_printf(b, "<td>%.4f</td>", cell->mean[STUDY_FIRST]);
		if (i == p->baseline)
			xs_buf_puts(b, "<td>baseline</td>");
		else
			xs_buf_printf(
				b,
				"<td title=\"p %.4f, TOST %.4f, better %zu, worse %zu\">%+.4f %s</td>",
				t->p_holm, t->p_tost_holm, t->paired.better, t->paired.worse,
				t->paired.difference, report_mark(t));
		xs_buf_printf(b, "<td>%.4f</td>", cell->mean[STUDY_SECOND]);
		/* The largest of the collections: a machine must have room for that one. */
		peak = cell->peak_mb > peak ? cell->peak_mb : peak;
	}
	xs_buf_printf(b, "<td>%.1f</td><td>%.0f %%</td><td>%.0f</td></tr>\n", report_ms(r, i),
		      100 * report_ms(r, i) / report_ms(r, p->baseline), peak);
}

/* All numbers stand in the page as well: the pictures show which of them to look at. */
static void report_table(xs_buf *b, xs_cmd *c, const study_report *r)
{
	const study_plan *p = r->plan;

	xs_buf_puts(
		b,
		"<h2>All cells</h2>\n<p class=\"quiet\">A cell is named by its pattern, window, number "
		"format, length and depth. \xe2\x89\x88 equivalent to the baseline within \xc2\xb1"
		"0.02; \xe2\x86\x91 \xe2\x86\x93 better or worse (paired t-test); both with Holm's "
		"correction at 5 %.</p>\n<div class=\"scroll\"><table>\n<thead><tr><th>cell</th>");
	for (size_t s = 0; s < p->n_sources; s++) {
		xs_buf_puts(b, "<th colspan=\"3\">");
		svg_escape(b, r->results[s].collection->name);
		xs_buf_puts(b, "</th>");
	}
	xs_buf_puts(
		b,
		"<th colspan=\"2\">processor time of a query</th><th>peak</th></tr>\n<tr><th></th>");
	for (size_t s = 0; s < p->n_sources; s++)
		xs_buf_printf(b, "<th>%s</th><th>difference</th><th>%s</th>",
			      r->results[s].collection->measures[STUDY_FIRST],
			      r->results[s].collection->measures[STUDY_SECOND]);
	xs_buf_puts(
		b,
		"<th>ms</th><th>of baseline</th><th>MB</th></tr></thead>\n<tbody>\n<tr><td>first "
		"stage</td>");
	for (size_t s = 0; s < p->n_sources; s++)
		if (r->results[s].collection->labels)
			/* Labelled pairs have no first stage: the columns stay empty. */
			xs_buf_puts(b, "<td></td><td></td><td></td>");
		else
			xs_buf_printf(b, "<td>%.4f</td><td></td><td>%.4f</td>",
				      r->results[s].first.mean[STUDY_FIRST],
				      r->results[s].first.mean[STUDY_SECOND]);
	xs_buf_puts(b, "<td></td><td></td><td></td></tr>\n");
	for (size_t i = 0; i < study_cells(p); i++)
		report_row(b, c, r, i);
	xs_buf_puts(b, "</tbody></table></div>\n");
}

static void report_page(xs_buf *b, xs_cmd *c, const study_report *r)
{
	const study_plan *p = r->plan;

	report_head(b);
	xs_buf_puts(b, "<h1>Study of attention patterns</h1>\n<p class=\"quiet\">Model ");
	/* The name is a folder's, and may have any sign. */
	svg_escape(b, r->model);
	xs_buf_printf(b, ", %u thread%s, %s.", r->threads, r->threads == 1 ? "" : "s", r->isa);
	for (size_t s = 0; s < p->n_sources; s++) {
		xs_buf_putc(b, ' ');
		svg_escape(b, r->results[s].collection->name);
		if (r->results[s].collection->labels)
			xs_buf_printf(b, ": %zu labelled pairs.",
				      r->results[s].collection->n_units);
		else
			xs_buf_printf(
				b,
				": %zu queries, %zu documents, recall@%ld of the first stage %.3f.",
				r->results[s].collection->n, r->results[s].collection->n_documents,
				p->depths[p->n_depths - 1], r->results[s].recall);
	}
	xs_buf_puts(b, "</p>\n");
	report_findings(b, c, r);
	for (size_t i = 0; i < sizeof report_plots / sizeof *report_plots; i++) {
		xs_buf plot;

		xs_buf_init(&plot);
		/* In the page without a style of its own: the page's head has it once for all
		 * pictures. */
		report_plots[i].draw(&plot, c, r, false);
		/* Without a sweep or attention there is nothing to draw. */
		if (plot.len)
			xs_buf_printf(b, "<h2>%s</h2>\n<p class=\"quiet\">%s</p>\n%s",
				      report_plots[i].title, report_plots[i].text, plot.data);
		xs_buf_fini(&plot);
	}
	report_table(b, c, r);
	xs_buf_puts(b, "</body>\n</html>\n");
}

int report_write(xs_cmd *c, const study_report *r)
{
	int rc = XS_OK;
	xs_buf b;

	xs_buf_init(&b);
	for (size_t i = 0; i < sizeof report_plots / sizeof *report_plots && rc == XS_OK; i++) {
		xs_buf_reset(&b);
		/* As a file of its own it brings its style along. */
		report_plots[i].draw(&b, c, r, true);
		if (b.len)
			rc = xs_file_write(xs_file_join(c->arena, r->plan->folder,
							report_plots[i].file),
					   b.data, b.len);
	}
	xs_buf_reset(&b);
	report_page(&b, c, r);
	if (rc == XS_OK)
		rc = xs_file_write(xs_file_join(c->arena, r->plan->folder, "report.html"), b.data,
				   b.len);
	xs_buf_fini(&b);
	return rc;
}
