/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_heat.c - attention as a map: a square a layer and head, a panel a pair of kinds. */
#include <math.h>
#include <stdio.h>

#include "cmd/study/report.h"

enum { HEAT_LEFT = 165, HEAT_TOP = 64, HEAT_GAP = 20, HEAT_WIDTH = 144 };

static const char *const heat_from[XS_FROM_KINDS] = {"from CLS", "from query", "from document"};
static const char *const heat_to[XS_TO_KINDS] = {"CLS",		  "query",
						 "query SEP",	  "document, near",
						 "document, far", "document SEP"};

/* The order of the memory is told in result.h. */
static double heat_mass(const study_attention *a, int layer, int head, int from, int to)
{
	return a->mass[((layer * a->heads + head) * XS_FROM_KINDS + from) * XS_TO_KINDS + to];
}

/* One panel; its colour grows with the root, so that small shares are seen. */
static void heat_panel(xs_buf *b, const study_attention *a, int from, int to, double x, double y,
		       double size)
{
	double sum = 0;
	char text[32];

	xs_buf_printf(
		b, "<rect class=\"frame\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n",
		x - 0.5, y - 0.5, size * a->heads + 1, size * a->layers + 1);
	for (int l = 0; l < a->layers; l++)
		for (int h = 0; h < a->heads; h++) {
			double mass = heat_mass(a, l, h, from, to);

			sum += mass;
			xs_buf_printf(
				b,
				"<rect class=\"heat\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
				"height=\"%.1f\" fill-opacity=\"%.3f\"><title>layer %d, head %d: "
				"%.3f</title></rect>\n",
				x + h * size, y + l * size, size, size, sqrt(mass), l + 1, h + 1,
				mass);
		}
	snprintf(text, sizeof text, "mean %.2f", sum / a->layers / a->heads);
	svg_text(b, x, y - 5, SVG_START, "quiet", text);
}

/* Squares of known shares. */
static void heat_legend(xs_buf *b, double x, double y)
{
	/* Near 0 more of them, as most shares are small. */
	static const double shares[] = {0, 0.02, 0.1, 0.25, 0.5, 1};
	char text[16];

	svg_text(b, x, y, SVG_START, "quiet", "share of a token's attention:");
	x += 172;
	for (size_t i = 0; i < sizeof shares / sizeof *shares; i++, x += 58) {
		xs_buf_printf(
			b,
			"<rect class=\"frame\" x=\"%.1f\" y=\"%.1f\" width=\"13\" height=\"13\"/>"
			"<rect class=\"heat\" x=\"%.1f\" y=\"%.1f\" width=\"13\" height=\"13\" "
			"fill-opacity=\"%.3f\"/>\n",
			x, y - 11, x, y - 11, sqrt(shares[i]));
		snprintf(text, sizeof text, "%g", shares[i]);
		svg_text(b, x + 18, y, SVG_START, "quiet", text);
	}
}

void report_heat(xs_buf *b, xs_cmd *c, const study_report *r, bool style)
{
	const study_attention *a = r->attention;
	double size, tall, x, y;

	/* --attention 0, or nothing that could be looked at. */
	if (!a || !a->pairs)
		return;
	/* Models with many heads get smaller squares; the panels keep their width. */
	size = fmin(12, (double)HEAT_WIDTH / a->heads);
	tall = size * a->layers + 34;
	svg_begin(b, REPORT_WIDTH, HEAT_TOP + XS_FROM_KINDS * tall + 12,
		  "Attention by layer and head", style);
	heat_legend(b, HEAT_LEFT, 16);
	svg_text(b, 8, 16, SVG_START, "", xs_arena_printf(c->arena, "%zu pairs", a->pairs));
	for (int to = 0; to < XS_TO_KINDS; to++)
		svg_text(b, HEAT_LEFT + to * (HEAT_WIDTH + HEAT_GAP), 40, SVG_START, "title",
			 xs_arena_printf(c->arena, "to %s", heat_to[to]));
	for (int from = 0; from < XS_FROM_KINDS; from++) {
		y = HEAT_TOP + from * tall;
		svg_text(b, 8, y + size * a->layers / 2 + 4, SVG_START, "title", heat_from[from]);
		svg_text(b, HEAT_LEFT - 8, y + size - 2, SVG_END, "quiet", "layer 1");
		svg_text(b, HEAT_LEFT - 8, y + size * a->layers - 2, SVG_END, "quiet",
			 xs_arena_printf(c->arena, "layer %d", a->layers));
		for (int to = 0; to < XS_TO_KINDS; to++) {
			x = HEAT_LEFT + to * (HEAT_WIDTH + HEAT_GAP);
			/* Only document tokens have a distance to other document tokens. */
			if (to != XS_TO_NEAR || from == XS_FROM_DOCUMENT)
				heat_panel(b, a, from, to, x, y, size);
			else
				svg_text(b, x, y + 12, SVG_START, "quiet", "counted as far");
		}
	}
	svg_end(b);
}
