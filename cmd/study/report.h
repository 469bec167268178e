/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report.h - the pictures of a study's report. */
#ifndef XS_CMD_STUDY_REPORT_H
#define XS_CMD_STUDY_REPORT_H

#include "base/buf.h"
#include "cmd/study/result.h"
#include "cmd/study/svg.h"

/* As wide as the page's text. */
enum { REPORT_WIDTH = 1160 };

/* Each adds one picture, or nothing where the study has nothing to show in it; `style`: for a file
 * of its own. */
typedef void report_plot(xs_buf *b, xs_cmd *c, const study_report *r, bool style);
report_plot report_effect; /* effect against time, a panel a collection */
report_plot report_curve;  /* effect against the window, a panel a collection */
report_plot report_length; /* memory and time against length */
report_plot report_heat;   /* attention by layer and head */

/* What tells a cell from the others: those parts of its name that are not the same in all cells,
 * without the pattern or the window where these are told otherwise.  In the command's arena. */
const char *report_label(xs_cmd *c, const study_plan *p, size_t cell, bool pattern, bool window);

#endif
