/* SPDX-License-Identifier: GPL-2.0-or-later */
/* svg.h - plots as SVG: axes, lines, dots, labels that keep out of each other's way.
 *
 * Knows numbers and words, nothing of what they mean.  Colours are classes of one style sheet that
 * follows the reader's light or dark setting, also where the picture is part of a page. */
#ifndef XS_CMD_STUDY_SVG_H
#define XS_CMD_STUDY_SVG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Colours of series: 0 … SVG_SERIES-1, then again from 0. */
enum { SVG_SERIES = 8 };

/* Text with &, <, > and quotes made safe. */
void svg_escape(xs_buf *b, const char *s);

/* The rules of the classes; a page that holds pictures has them once. */
void svg_style(xs_buf *b);

/* Begins a picture; `style`: with the rules inside, for a file of its own. */
void svg_begin(xs_buf *b, double width, double height, const char *what, bool style);
void svg_end(xs_buf *b);

typedef enum svg_anchor { SVG_START, SVG_MIDDLE, SVG_END } svg_anchor;

/* A line of text whose baseline is at y, of a class of the style sheet ("" for plain). */
void svg_text(xs_buf *b, double x, double y, svg_anchor anchor, const char *class,
	      const char *text);

/* About how wide a text is at the size of plain text. */
double svg_width(const char *text);

/* One axis: from low to high, linear, logarithmic, or with a place for each word. */
typedef struct svg_axis {
	const char *title;
	double low, high;
	bool log;
	const char *const *words; /* NULL: numbers */
	size_t n_words;		  /* low and high are then 0 and n_words */
} svg_axis;

/* Makes room around what an axis is to hold: at both ends, and to round numbers on a linear one. */
void svg_axis_fit(svg_axis *axis, double low, double high);

/* A plot at (x, y), so wide and high without the room for axes' numbers and titles. */
typedef struct svg_panel {
	double x, y, width, height;
	const char *title;
	svg_axis across, up;
} svg_panel;

/* Frame, grid, numbers and titles. */
void svg_panel_draw(xs_buf *b, const svg_panel *p);

/* Where a value is. */
double svg_across(const svg_panel *p, double value);
double svg_up(const svg_panel *p, double value);

/* A line through points; a dot with a text that a pointer on it shows; `hollow`: a ring. */
void svg_line(xs_buf *b, const svg_panel *p, const double *x, const double *y, size_t n,
	      int series);
void svg_dot(xs_buf *b, const svg_panel *p, double x, double y, int series, bool hollow,
	     const char *tip);
/* A dashed line across at a value, a band between two. */
void svg_level(xs_buf *b, const svg_panel *p, double value, const char *label);
void svg_band(xs_buf *b, const svg_panel *p, double low, double high);

/* What labels must not cover. */
typedef struct svg_box {
	double x, y, width, height;
} svg_box;
typedef struct svg_boxes {
	svg_box items[512];
	size_t n;
} svg_boxes;
void svg_boxes_add(svg_boxes *all, double x, double y, double width, double height);

/* Writes a label beside the point at (x, y) of the picture, where it covers nothing of `all` and
 * stays in the panel, and adds it to `all`; a thin line leads to a label that had to go far.
 * Where there is no such place nothing is written: false. */
bool svg_label(xs_buf *b, const svg_panel *p, svg_boxes *all, double x, double y, const char *text,
	       int series);

/* Names of series in a row from (x, y); returns where it ends. */
double svg_legend(xs_buf *b, double x, double y, const char *const *names, size_t n);

#endif
