/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_plots.c - effect against time and window, memory and time against length. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/study/report.h"

enum { PLOTS_LEFT = 62, PLOTS_TOP = 54, PLOTS_BOTTOM = 48, PLOTS_HEIGHT = 270, PLOTS_ROW = 3 };

/* Effects nearer than this would look far apart. */
#define PLOTS_LEAST 0.026

const char *report_label(xs_cmd *c, const study_plan *p, size_t cell, bool pattern, bool window)
{
	const study_way *way = study_cell_way(p, cell);
	/* What is the same for all cells is left out, so that labels are short enough to stand
	 * beside their dots. */
	const char *const parts[] = {
		pattern && p->n_patterns > 1 ? way->pattern->name : NULL,
		window ? way->window : NULL, p->n_precisions > 1 ? way->precision : NULL,
		p->n_lengths > 1 ? way->length
					   ? xs_arena_printf(c->arena, "%ld tokens", way->length)
					   : "all tokens"
				 : NULL,
		p->n_depths > 1 ? xs_arena_printf(c->arena, "k=%ld", study_cell_depth(p, cell))
				: NULL};
	const char *out = "";

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (parts[i])
			out = xs_arena_printf(c->arena, "%s%s%s", out, *out ? ", " : "", parts[i]);
	return *out ? out : way->pattern->name;
}

/* The i-th of n panels, in rows; *height is that of the whole picture. */
static svg_panel plots_panel(double *height, size_t i, size_t n)
{
	size_t across = n < PLOTS_ROW ? n : PLOTS_ROW, rows = (n + across - 1) / across;
	/* One panel alone over the whole page would only be hard to read. */
	double wide = n == 1 ? 760 : (double)REPORT_WIDTH / (double)across;
	double tall = PLOTS_TOP + PLOTS_HEIGHT + PLOTS_BOTTOM - 20;

	*height = (double)rows * tall + 30;
	return (svg_panel){.x = (double)(i % across) * wide + PLOTS_LEFT,
			   .y = 20 + (double)(i / across) * tall + PLOTS_TOP - 20,
			   .width = wide - PLOTS_LEFT - 14,
			   .height = PLOTS_HEIGHT};
}

/* The axis of effects: all cells, and the margin about the baseline. */
static void plots_effect_axis(svg_panel *out, xs_cmd *c, const study_report *r,
			      const study_result *k)
{
	double base = k->cells[r->plan->baseline].mean[STUDY_FIRST];
	double low = base - PLOTS_LEAST, high = base + PLOTS_LEAST;

	for (size_t i = 0; i < study_cells(r->plan); i++) {
		double value = k->cells[i].mean[STUDY_FIRST];

		low = value < low ? value : low;
		high = value > high ? value : high;
	}
	svg_axis_fit(&out->up, low, high);
	out->up.title = k->collection->measures[STUDY_FIRST];
	if (k->collection->labels)
		out->title = xs_arena_printf(c->arena, "%s: %zu pairs", k->collection->name,
					     k->collection->n_units);
	else
		out->title = xs_arena_printf(c->arena, "%s: %zu queries, first stage %.3f",
					     k->collection->name, k->collection->n,
					     k->first.mean[STUDY_FIRST]);
}

/* What is behind the dots: the margin, the baseline, and the first stage where it is in sight. */
static void plots_levels(xs_buf *b, const svg_panel *p, const study_report *r,
			 const study_result *k)
{
	double base = k->cells[r->plan->baseline].mean[STUDY_FIRST],
	       first = k->first.mean[STUDY_FIRST];

	/* The band first: what is drawn later lies on top. */
	svg_band(b, p, base - STUDY_MARGIN, base + STUDY_MARGIN);
	svg_panel_draw(b, p);
	svg_level(b, p, base, NULL);
	if (!k->collection->labels && first > p->up.low && first < p->up.high)
		svg_level(b, p, first, "first stage");
}

/* Shown by browsers when the pointer rests on a dot: labels have no room for it. */
static const char *plots_tip(xs_cmd *c, const study_report *r, const study_result *k, size_t i)
{
	const study_cell *cell = &k->cells[i];

	return xs_arena_printf(c->arena, "%s: %s %.4f, %.1f ms a query, p(TOST) %.4f",
			       study_cell_name(r->plan, c->arena, i),
			       k->collection->measures[STUDY_FIRST], cell->mean[STUDY_FIRST],
			       cell->query_ms, cell->test[STUDY_FIRST].p_tost_holm);
}

/* The baseline is equivalent to itself, though it has no test. */
static bool plots_equivalent(const study_report *r, const study_cell *cell, size_t i)
{
	return i == r->plan->baseline || cell->test[STUDY_FIRST].p_tost_holm < 0.05;
}

/* Which colour the pattern of a cell has. */
static int plots_pattern(const study_plan *p, size_t cell)
{
	return (int)(study_cell_way(p, cell)->pattern - p->patterns);
}

static void plots_effect(xs_buf *b, xs_cmd *c, const study_report *r, const study_result *k,
			 svg_panel *p)
{
	svg_boxes *boxes = xs_arena_alloc(c->arena, sizeof *boxes);
	double low = k->cells[0].query_ms, high = low;
	size_t n = study_cells(r->plan);

	for (size_t i = 0; i < n; i++) {
		double ms = k->cells[i].query_ms;

		low = ms < low ? ms : low;
		high = ms > high ? ms : high;
	}
	p->across = (svg_axis){.title = "processor time of a query, ms"};
	svg_axis_fit(&p->across, low, high);
	plots_effect_axis(p, c, r, k);
	plots_levels(b, p, r, k);
	for (size_t i = 0; i < n; i++) {
		const study_cell *cell = &k->cells[i];

		svg_dot(b, p, cell->query_ms, cell->mean[STUDY_FIRST], plots_pattern(r->plan, i),
			!plots_equivalent(r, cell, i), plots_tip(c, r, k, i));
		/* All dots first, then the labels: a label must keep clear of dots that come
		 * later. */
		svg_boxes_add(boxes, svg_across(p, cell->query_ms) - 6,
			      svg_up(p, cell->mean[STUDY_FIRST]) - 6, 12, 12);
	}
	for (size_t i = 0; i < n; i++)
		svg_label(b, p, boxes, svg_across(p, k->cells[i].query_ms),
			  svg_up(p, k->cells[i].mean[STUDY_FIRST]),
			  report_label(c, r->plan, i, false, true), plots_pattern(r->plan, i));
}

/* The patterns, and what the band and rings are. */
static void plots_legend(xs_buf *b, const char *const *names, size_t n)
{
	double x = svg_legend(b, PLOTS_LEFT, 16, names, n);

	xs_buf_printf(b, "<circle class=\"dot s7 hollow\" cx=\"%.1f\" cy=\"12\" r=\"4.5\"/>\n",
		      x + 16);
	svg_text(b, x + 26, 16, SVG_START, "quiet", "not shown to be equivalent");
	xs_buf_printf(b, "<rect class=\"band\" x=\"%.1f\" y=\"5\" width=\"22\" height=\"13\"/>\n",
		      x + 196);
	svg_text(b, x + 224, 16, SVG_START, "quiet", "baseline \xc2\xb1 0.02");
}

void report_effect(xs_buf *b, xs_cmd *c, const study_report *r, bool style)
{
	const study_plan *p = r->plan;
	const char **names = xs_arena_array(c->arena, p->n_patterns, sizeof *names);
	double height;

	for (size_t i = 0; i < p->n_patterns; i++)
		names[i] = p->patterns[i].name;
	/* For the height alone, which a picture begins with. */
	plots_panel(&height, 0, p->n_sources);
	svg_begin(b, REPORT_WIDTH, height, "Effect against time of each cell", style);
	plots_legend(b, names, p->n_patterns);
	for (size_t s = 0; s < p->n_sources; s++) {
		svg_panel panel = plots_panel(&height, s, p->n_sources);

		plots_effect(b, c, r, &r->results[s], &panel);
	}
	svg_end(b);
}

/* A window's place on the curve: its tokens, and behind all numbers none and model. */
static int plots_window(const char *word)
{
	int tokens = 0;

	xs_conf_number(&tokens, "rerank.window", word);
	return tokens >= 0 ? tokens : INT_MAX - (tokens == XS_WINDOW_NONE);
}

/* Windows of the curve in their order: 0, 1, 4 … none, and the model's own at last. */
static int plots_by_window(const void *left, const void *right)
{
	int x = plots_window(*(const char *const *)left);
	int y = plots_window(*(const char *const *)right);

	return (x > y) - (x < y);
}

/* Cells that differ in the window alone: first[i] is the first cell of line i. */
typedef struct plots_lines {
	const char **windows;
	const char **names;
	size_t *first, n;
} plots_lines;

static bool plots_same_line(const study_plan *p, size_t a, size_t b)
{
	const study_way *x = study_cell_way(p, a), *y = study_cell_way(p, b);

	return x->pattern == y->pattern && x->precision == y->precision && x->length == y->length &&
	       study_cell_depth(p, a) == study_cell_depth(p, b);
}

/* Some cells differ in more than the window: each combination of the rest is a line. */
static plots_lines plots_find_lines(xs_cmd *c, const study_plan *p)
{
	plots_lines l = {.windows = xs_arena_array(c->arena, p->n_windows, sizeof *l.windows)};
	size_t n = study_cells(p), k;

	l.first = xs_arena_array(c->arena, n, sizeof *l.first);
	l.names = xs_arena_array(c->arena, n, sizeof *l.names);
	memcpy(l.windows, p->windows, p->n_windows * sizeof *l.windows);
	qsort(l.windows, p->n_windows, sizeof *l.windows, plots_by_window);
	for (size_t i = 0; i < n; i++) {
		for (k = 0; k < l.n && !plots_same_line(p, l.first[k], i);)
			k++;
		/* As many lines as there are colours: more could not be told apart. */
		if (k == l.n && l.n < SVG_SERIES) {
			l.names[l.n] = report_label(c, p, i, true, false);
			l.first[l.n++] = i;
		}
	}
	return l;
}

static void plots_curve(xs_buf *b, xs_cmd *c, const study_report *r, const study_result *k,
			const plots_lines *l, svg_panel *p)
{
	double *x = xs_arena_array(c->arena, r->plan->n_windows, sizeof *x);
	double *y = xs_arena_array(c->arena, r->plan->n_windows, sizeof *y);

	p->across = (svg_axis){.title = "window, tokens to either side",
			       .words = l->windows,
			       .n_words = r->plan->n_windows};
	plots_effect_axis(p, c, r, k);
	plots_levels(b, p, r, k);
	for (size_t line = 0; line < l->n; line++) {
		size_t *cells = xs_arena_array(c->arena, r->plan->n_windows, sizeof *cells);

		for (size_t w = 0; w < r->plan->n_windows; w++)
			for (size_t i = 0; i < study_cells(r->plan); i++)
				if (plots_same_line(r->plan, l->first[line], i) &&
				    strcmp(study_cell_way(r->plan, i)->window, l->windows[w]) ==
					    0) {
					/* Each window has a cell on each line, as the grid is
					 * whole: nothing stays unset. */
					cells[w] = i;
					x[w] = (double)w;
					y[w] = k->cells[i].mean[STUDY_FIRST];
				}
		/* Before the dots, which lie on it. */
		svg_line(b, p, x, y, r->plan->n_windows, (int)line);
		for (size_t w = 0; w < r->plan->n_windows; w++)
			svg_dot(b, p, x[w], y[w], (int)line,
				!plots_equivalent(r, &k->cells[cells[w]], cells[w]),
				plots_tip(c, r, k, cells[w]));
	}
}

void report_curve(xs_buf *b, xs_cmd *c, const study_report *r, bool style)
{
	const study_plan *p = r->plan;
	plots_lines lines = plots_find_lines(c, p);
	double height;

	/* One window makes no curve. */
	if (p->n_windows < 2)
		return;
	plots_panel(&height, 0, p->n_sources);
	svg_begin(b, REPORT_WIDTH, height, "Effect by window", style);
	plots_legend(b, lines.names, lines.n);
	for (size_t s = 0; s < p->n_sources; s++) {
		svg_panel panel = plots_panel(&height, s, p->n_sources);

		plots_curve(b, c, r, &r->results[s], &lines, &panel);
	}
	svg_end(b);
}

/* One panel of the sweep: memory, or time. */
static void plots_sweep(xs_buf *b, xs_cmd *c, const study_report *r, svg_panel *p, bool time)
{
	const study_length *all = r->lengths;
	const char **words = xs_arena_array(c->arena, r->n_lengths, sizeof *words);
	double *x = xs_arena_array(c->arena, r->n_lengths, sizeof *x), low = 1, high = 1;
	double *y = xs_arena_array(c->arena, r->n_lengths, sizeof *y);
	int series = 0;

	for (size_t i = 0; i < r->n_lengths; i++) {
		x[i] = i && all[i].way == all[i - 1].way ? x[i - 1] + 1 : 0; /* lengths double */
		words[(size_t)x[i]] = xs_arena_printf(c->arena, "%ld", all[i].tokens);
		y[i] = time ? all[i].cpu_ms : all[i].peak_mb;
		low = i && low < y[i] ? low : y[i];
		high = i && high > y[i] ? high : y[i];
	}
	p->title = time ? "Time of one text" : "Memory of one text, the model's with it";
	p->across = (svg_axis){.title = "tokens",
			       .words = words,
			       .n_words = (size_t)x[r->n_lengths - 1] + 1};
	/* Time grows with the square of the length where all attend to all: on a straight axis
	 * short texts would lie at 0. */
	p->up = (svg_axis){.title = time ? "processor time, ms" : "peak memory, MB", .log = time};
	/* Memory from 0, so that heights can be compared; a logarithm has no 0. */
	svg_axis_fit(&p->up, time ? low : 0, high);
	svg_panel_draw(b, p);
	for (size_t i = 0, n; i < r->n_lengths; i += n, series++) {
		for (n = 1; i + n < r->n_lengths && all[i + n].way == all[i].way;)
			n++;
		svg_line(b, p, x + i, y + i, n, series);
		for (size_t k = i; k < i + n; k++)
			svg_dot(b, p, x[k], y[k], series, false,
				xs_arena_printf(c->arena, "%s, %ld tokens: %.1f %s",
						all[k].way->name, all[k].tokens, y[k],
						time ? "ms" : "MB"));
	}
}

void report_length(xs_buf *b, xs_cmd *c, const study_report *r, bool style)
{
	const char **names = xs_arena_array(c->arena, r->n_lengths + 1, sizeof *names);
	svg_panel panel;
	double height;
	size_t n = 0;

	if (r->n_lengths == 0)
		return;
	for (size_t i = 0; i < r->n_lengths; i++)
		if (i == 0 || r->lengths[i].way != r->lengths[i - 1].way)
			names[n++] = xs_arena_printf(c->arena, "%s, window %s",
						     r->lengths[i].way->pattern->name,
						     r->lengths[i].way->window);
	/* Memory and time side by side, as both have the same lengths below. */
	panel = plots_panel(&height, 0, 2);
	svg_begin(b, REPORT_WIDTH, height, "Memory and time against length", style);
	svg_legend(b, PLOTS_LEFT, 16, names, n);
	plots_sweep(b, c, r, &panel, false);
	panel = plots_panel(&height, 1, 2);
	plots_sweep(b, c, r, &panel, true);
	svg_end(b);
}
