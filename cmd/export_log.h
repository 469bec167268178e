/* SPDX-License-Identifier: GPL-2.0-or-later */
/* export_log.h - the questions of a site's log, with what was chosen among their results. */
#ifndef XS_CMD_EXPORT_LOG_H
#define XS_CMD_EXPORT_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* A page that was chosen. */
typedef struct export_click {
	const char *folded,
		*url; /* the question, folded (index/words/fold.h); the page, without an anchor */
	uint64_t times;
} export_click;

typedef struct export_log {
	const char **queries; /* each question once, the most frequent first */
	uint64_t *times;      /* how often each was asked */
	size_t n;
	export_click *clicks; /* sorted by question and page */
	size_t n_clicks;
} export_log;

/* Reads what was asked since then (seconds since 1970), in `a`.  XS_ENOTFOUND, with a sentence: there is
 * no log; XS_EFORMAT: it is none. */
int export_log_read(export_log *out, xs_arena *a, const char *path, int64_t since);

/* The pages that were chosen for a question, equal ones in a row; borrowed.  *n is 0 if none was. */
const export_click *export_log_find(size_t *n, const export_log *log, const char *query);

/* How often the page was chosen for the question; its anchor does not count. */
uint64_t export_log_clicks(const export_log *log, const char *query, const char *url);

#endif
