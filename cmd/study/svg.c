/* SPDX-License-Identifier: GPL-2.0-or-later */
/* svg.c - plots as SVG: axes, lines, dots, labels that keep out of each other's way. */
#include "cmd/study/svg.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Sizes in pixels: of text, of a dot's radius. */
#define SVG_LINE 13.0
#define SVG_DOT 4.5

void svg_escape(xs_buf *b, const char *s)
{
	for (; *s; s++)
		switch (*s) {
		case '&': xs_buf_puts(b, "&amp;"); break;
		case '<': xs_buf_puts(b, "&lt;"); break;
		case '>': xs_buf_puts(b, "&gt;"); break;
		case '"': xs_buf_puts(b, "&quot;"); break;
		case '\'': xs_buf_puts(b, "&#39;"); break;
		default: /* XML 1.0 has no other control characters */
			xs_buf_putc(b,
				    (unsigned char)*s < 0x20 && !strchr("\t\n\r", *s) ? ' ' : *s);
		}
}

void svg_style(xs_buf *b)
{
	/* Blue, orange, green, purple, red, teal, olive, grey: told apart by hue and by lightness. */
	static const char *const light[SVG_SERIES] = {"#1767b0", "#c25a00", "#2f7d3b", "#7b4aa5",
						      "#c0303f", "#12777f", "#7a6a00", "#5c636b"};
	static const char *const dark[SVG_SERIES] = {"#74b8f7", "#ffa24d", "#7fd38c", "#c8a2ee",
						     "#ff8f98", "#6fd3da", "#d9c64a", "#aeb6bf"};

	xs_buf_puts(
		b, "svg.plot{--ground:#fff;--ink:#1b1f24;--quiet:#59626c;--rule:#e3e6ea;"
		   "--band:#1767b01f;--heat:#8a1c4a;font:12px system-ui,sans-serif;"
		   "color-scheme:light dark}"
		   "@media(prefers-color-scheme:dark){svg.plot{--ground:#14171b;--ink:#e8eaed;"
		   "--quiet:#a7afb8;--rule:#31373e;--band:#74b8f72b;--heat:#ff86b4}}"
		   "svg.plot text{fill:var(--ink)}svg.plot .quiet{fill:var(--quiet);font-size:11px}"
		   "svg.plot .title{font-weight:600;font-size:13px}"
		   "svg.plot .ground{fill:var(--ground)}"
		   "svg.plot .rule{stroke:var(--rule);fill:none}"
		   "svg.plot .frame{stroke:var(--quiet);fill:none}"
		   "svg.plot .band{fill:var(--band)}svg.plot .heat{fill:var(--heat)}"
		   "svg.plot .level{stroke:var(--quiet);stroke-dasharray:5 4;fill:none}"
		   "svg.plot .lead{stroke:var(--quiet);stroke-width:.7}"
		   "svg.plot .line{fill:none;stroke-width:2}svg.plot .dot{stroke-width:2}"
		   "svg.plot .label{paint-order:stroke;stroke:var(--ground);stroke-width:3px;"
		   "stroke-linejoin:round}svg.plot .hollow{fill:var(--ground)}");
	for (int i = 0; i < SVG_SERIES; i++)
		xs_buf_printf(b, "svg.plot .s%d{stroke:%s}svg.plot .f%d{fill:%s}", i, light[i], i,
			      light[i]);
	xs_buf_puts(b, "@media(prefers-color-scheme:dark){");
	for (int i = 0; i < SVG_SERIES; i++)
		xs_buf_printf(b, "svg.plot .s%d{stroke:%s}svg.plot .f%d{fill:%s}", i, dark[i], i,
			      dark[i]);
	xs_buf_puts(b, "}");
}

void svg_begin(xs_buf *b, double width, double height, const char *what, bool style)
{
	xs_buf_printf(b,
		      "<svg class=\"plot\" xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" "
		      "height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"",
		      width, height, width, height);
	svg_escape(b, what);
	xs_buf_puts(b, "\">\n");
	if (style) {
		xs_buf_puts(b, "<style>");
		svg_style(b);
		xs_buf_puts(b, "</style>\n");
	}
	xs_buf_printf(b, "<rect class=\"ground\" width=\"%.0f\" height=\"%.0f\"/>\n", width,
		      height);
}

void svg_end(xs_buf *b)
{
	xs_buf_puts(b, "</svg>\n");
}

void svg_text(xs_buf *b, double x, double y, svg_anchor anchor, const char *class, const char *text)
{
	static const char *const anchors[] = {"start", "middle", "end"};

	xs_buf_printf(b, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" class=\"%s\">", x, y,
		      anchors[anchor], class);
	svg_escape(b, text);
	xs_buf_puts(b, "</text>\n");
}

double svg_width(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		/* Characters, not bytes; 6.7 pixels is the mean width of one in 12 pixels of
		 * common sans-serif fonts. No font is measured here, so labels keep a little
		 * more room than they need. */
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return (double)n * 6.7;
}

/* The round number (1, 2 or 5 times a power of ten) that cuts a span into about `parts`. */
static double svg_step(double span, double parts)
{
	double power = pow(10, floor(log10(span / parts))), rest = span / parts / power;

	return power * (rest <= 1 ? 1 : rest <= 2 ? 2 : rest <= 5 ? 5 : 10);
}

void svg_axis_fit(svg_axis *axis, double low, double high)
{
	double room, step;

	if (axis->log) {
		/* Room at both ends, so that no dot lies on the frame; on a logarithmic axis
		 * room is a factor. */
		axis->low = low / 1.15;
		axis->high = high * 1.15;
		return;
	}
	room = high > low ? (high - low) * 0.06 : fabs(high) * 0.1 + 0.01;
	step = svg_step(high - low + 2 * room, 5);
	axis->low = floor((low - room) / step) * step;
	axis->high = ceil((high + room) / step) * step;
	/* Room must not make an axis of times or shares begin below 0. */
	if (low >= 0 && axis->low < 0)
		axis->low = 0;
}

/* From 0 at the low end of an axis to 1 at the high end. */
static double svg_share(const svg_axis *a, double value)
{
	if (a->words)
		/* Words stand in the middle of their parts. */
		return (value + 0.5) / (double)a->n_words;
	if (a->log)
		return log(value / a->low) / log(a->high / a->low);
	return (value - a->low) / (a->high - a->low);
}

double svg_across(const svg_panel *p, double value)
{
	return p->x + svg_share(&p->across, value) * p->width;
}

/* Pixels count from the top, values from the bottom. */
double svg_up(const svg_panel *p, double value)
{
	return p->y + p->height - svg_share(&p->up, value) * p->height;
}

/* A number with as many digits as a step of that size needs. */
static void svg_number(char out[32], double value, double step)
{
	int digits = step >= 1 ? 0 : (int)ceil(-log10(step) - 1e-9);

	/* Nearly 0 is 0: sums of steps give -1e-17, which would be printed as "-0.00". */
	snprintf(out, 32, "%.*f", digits, fabs(value) < step / 1000 ? 0 : value);
}

/* A tick of either axis: a rule across the panel and its number. */
static void svg_tick(xs_buf *b, const svg_panel *p, bool up, double value, const char *text)
{
	double at = up ? svg_up(p, value) : svg_across(p, value);

	if (up) {
		xs_buf_printf(b, "<path class=\"rule\" d=\"M%.1f %.1fh%.1f\"/>\n", p->x, at,
			      p->width);
		/* Four pixels down: the middle of a line of 12 pixels stands at its number then. */
		svg_text(b, p->x - 7, at + 4, SVG_END, "quiet", text);
	} else {
		xs_buf_printf(b, "<path class=\"rule\" d=\"M%.1f %.1fv%.1f\"/>\n", at, p->y,
			      p->height);
		svg_text(b, at, p->y + p->height + 16, SVG_MIDDLE, "quiet", text);
	}
}

/* 1, 2, 5, 10 … or, over many decades, powers of ten alone. */
static void svg_ticks_log(xs_buf *b, const svg_panel *p, bool up)
{
	const svg_axis *a = up ? &p->up : &p->across;
	/* Above about two decades 2 and 5 would stand too close together. */
	bool few = log10(a->high / a->low) > 2.2;
	char text[32];

	for (double power = pow(10, floor(log10(a->low))); power <= a->high; power *= 10)
		for (int i = 0; i < (few ? 1 : 3); i++) {
			double value = power * (i == 0 ? 1 : i == 1 ? 2 : 5);

			if (value < a->low || value > a->high)
				continue;
			snprintf(text, sizeof text, "%.6g", value);
			svg_tick(b, p, up, value, text);
		}
}

static void svg_ticks(xs_buf *b, const svg_panel *p, bool up)
{
	const svg_axis *a = up ? &p->up : &p->across;
	double step;
	char text[32];

	if (a->words) {
		for (size_t i = 0; i < a->n_words; i++)
			svg_tick(b, p, up, (double)i, a->words[i]);
	} else if (a->log) {
		svg_ticks_log(b, p, up);
	} else {
		step = svg_step(a->high - a->low, p->width > 300 || up ? 5 : 4);
		/* A little tolerance at both ends: without it rounding loses the first or the
		 * last tick. */
		for (double value = ceil(a->low / step - 1e-9) * step;
		     value <= a->high + step * 1e-6; value += step) {
			svg_number(text, value, step);
			svg_tick(b, p, up, value, text);
		}
	}
}

void svg_panel_draw(xs_buf *b, const svg_panel *p)
{
	double middle = p->y + p->height / 2;

	svg_ticks(b, p, false);
	svg_ticks(b, p, true);
	xs_buf_printf(
		b, "<rect class=\"frame\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n",
		p->x, p->y, p->width, p->height);
	if (p->title)
		svg_text(b, p->x, p->y - 9, SVG_START, "title", p->title);
	svg_text(b, p->x + p->width / 2, p->y + p->height + 35, SVG_MIDDLE, "", p->across.title);
	xs_buf_printf(
		b, "<text transform=\"translate(%.1f %.1f) rotate(-90)\" text-anchor=\"middle\">",
		p->x - 47, middle);
	svg_escape(b, p->up.title);
	xs_buf_puts(b, "</text>\n");
}

void svg_line(xs_buf *b, const svg_panel *p, const double *x, const double *y, size_t n, int series)
{
	xs_buf_printf(b, "<path class=\"line s%d\" d=\"", series % SVG_SERIES);
	for (size_t i = 0; i < n; i++)
		xs_buf_printf(b, "%c%.1f %.1f", i ? 'L' : 'M', svg_across(p, x[i]),
			      svg_up(p, y[i]));
	xs_buf_puts(b, "\"/>\n");
}

/* Filled or hollow rather than another colour: it is seen in print, and by those who see few
 * colours. */
void svg_dot(xs_buf *b, const svg_panel *p, double x, double y, int series, bool hollow,
	     const char *tip)
{
	xs_buf_printf(b,
		      "<circle class=\"dot s%d %s%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"><title>",
		      series % SVG_SERIES, hollow ? "hollow h" : "f", series % SVG_SERIES,
		      svg_across(p, x), svg_up(p, y), SVG_DOT);
	svg_escape(b, tip);
	xs_buf_puts(b, "</title></circle>\n");
}

void svg_level(xs_buf *b, const svg_panel *p, double value, const char *label)
{
	double at = svg_up(p, value);

	xs_buf_printf(b, "<path class=\"level\" d=\"M%.1f %.1fh%.1f\"/>\n", p->x, at, p->width);
	if (label)
		svg_text(b, p->x + p->width - 5, at - 4, SVG_END, "quiet", label);
}

void svg_band(xs_buf *b, const svg_panel *p, double low, double high)
{
	double top, bottom;

	/* A band that leaves the panel would be drawn over the titles. */
	high = high < p->up.high ? high : p->up.high;
	low = low > p->up.low ? low : p->up.low;
	top = svg_up(p, high);
	bottom = svg_up(p, low);
	if (bottom > top)
		xs_buf_printf(b,
			      "<rect class=\"band\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
			      "height=\"%.1f\"/>\n",
			      p->x, top, p->width, bottom - top);
}

void svg_boxes_add(svg_boxes *all, double x, double y, double width, double height)
{
	/* When the list is full, later labels may overlap: that is better than to leave them
	 * out. */
	if (all->n < sizeof all->items / sizeof *all->items)
		all->items[all->n++] = (svg_box){x, y, width, height};
}

static bool svg_free(const svg_panel *p, const svg_boxes *all, const svg_box *box)
{
	if (box->x < p->x + 2 || box->x + box->width > p->x + p->width - 2 || box->y < p->y + 2 ||
	    box->y + box->height > p->y + p->height - 2)
		return false;
	for (size_t i = 0; i < all->n; i++) {
		const svg_box *other = &all->items[i];

		if (box->x < other->x + other->width && other->x < box->x + box->width &&
		    box->y < other->y + other->height && other->y < box->y + box->height)
			return false;
	}
	return true;
}

bool svg_label(xs_buf *b, const svg_panel *p, svg_boxes *all, double x, double y, const char *text,
	       int series)
{
	char class[24];
	svg_box box = {.width = svg_width(text) + 2, .height = SVG_LINE};

	snprintf(class, sizeof class, "label f%d", series % SVG_SERIES);
	/* Nearest first. A label that finds no place within six rings is left out; its dot
	 * still has its tip. */
	for (int ring = 1; ring <= 6; ring++)
		for (int k = 0; k < 16; k++) { /* round the point, from the right and upwards */
			double angle = (k % 2 ? -1 : 1) * ((k + 1) / 2) * M_PI / 8;
			double far = SVG_DOT + 2 + 11 * (ring - 1), dx = cos(angle),
			       dy = -sin(angle);
			double cx = x + dx * (far + box.width / 2),
			       cy = y + dy * (far + SVG_LINE / 2);

			box.x = cx - box.width / 2;
			box.y = cy - SVG_LINE / 2;
			if (!svg_free(p, all, &box))
				continue;
			/* Far from its dot a label needs a line that leads to it. */
			if (ring > 1)
				xs_buf_printf(b,
					      "<path class=\"lead\" d=\"M%.1f %.1fL%.1f %.1f\"/>\n",
					      x + dx * SVG_DOT, y + dy * SVG_DOT,
					      x + dx * (far - 1), y + dy * (far - 1));
			svg_text(b, cx, cy + 4, SVG_MIDDLE, class, text);
			svg_boxes_add(all, box.x, box.y, box.width, box.height);
			return true;
		}
	return false;
}

double svg_legend(xs_buf *b, double x, double y, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		xs_buf_printf(
			b, "<circle class=\"dot s%zu f%zu\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"/>\n",
			i % SVG_SERIES, i % SVG_SERIES, x + 6, y - 4, SVG_DOT);
		svg_text(b, x + 16, y, SVG_START, "", names[i]);
		x += 16 + svg_width(names[i]) + 20;
	}
	return x;
}
