/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query_log.h - which questions are asked, what came of them, and what was chosen, in one SQLite file.
 *
 * Knows nothing of who asks: no address and no name is ever given to it.  Writing is done by a thread
 * of its own, in batches, and whatever fails there costs entries of the log and nothing else.  The
 * file is kept at a bounded size: the oldest entries go.  Any thread may use one. */
#ifndef XS_INDEX_QUERY_LOG_H
#define XS_INDEX_QUERY_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

typedef struct xs_query_log xs_query_log;

/* One search.  Strings are copied. */
typedef struct xs_query_entry {
	uint64_t search;      /* random, to tell a click from; never from a counter */
	int64_t at;	      /* seconds since 1970 */
	const char *query;    /* cut to 500 bytes */
	const char *scope;    /* who may be told that this was asked: "" for all, else a name of the
			      * conditions that were forced upon the asker */
	size_t results, page; /* pages that were found; which page of results, from 1 */
	double ms;
	bool misspelt;	    /* another spelling was offered: it is suggested to nobody */
	const char *rerank; /* "full", "partial", "skipped", "none" */
} xs_query_entry;

/* Adds a question as the log compares it: folded (fold.h), with no space at its end. */
void xs_query_log_fold(xs_buf *out, const char *query);

/* Opens the file, made if absent, with its thread; keeps about so many searches.  A file that cannot be
 * opened now is tried again with each batch.  The caller closes it, which writes what waits. */
xs_query_log *xs_query_log_open(const char *path, size_t kept);
void xs_query_log_close(xs_query_log *log); /* NULL is fine */

/* Notes a search, or a click on the result of that rank (from 1).  Returns at once; NULL is fine. */
void xs_query_log_add(xs_query_log *log, const xs_query_entry *entry);
void xs_query_log_click(xs_query_log *log, uint64_t search, const char *url, size_t rank);

/* Waits until all that was noted so far has been written, or could not be. */
void xs_query_log_flush(xs_query_log *log);

/* Entries that were lost: too many waited, or the file could not be written. */
uint64_t xs_query_log_lost(xs_query_log *log);

/* Questions of that scope that begin so (case and accents do not count), had results when they were
 * last asked, and were asked at least `times`; the most frequent first.  At most `room`, in `a`;
 * how many.  What cannot be read is none. */
size_t xs_query_log_past(const char **out, size_t room, xs_arena *a, xs_query_log *log,
			 const char *scope, const char *text, int times);

/* ---- reports */

typedef enum xs_query_report {
	XS_REPORT_TOP,	   /* asked most often */
	XS_REPORT_FAILING, /* found nothing, most often first */
	XS_REPORT_SLOW,	   /* by their slowest time */
	XS_REPORT_CLICKS   /* what was chosen, most often first */
} xs_query_report;

typedef struct xs_query_row {
	const char *query;	     /* as it was last written */
	const char *url;	     /* CLICKS; else "" */
	uint64_t times;		     /* asked, or chosen */
	uint64_t clicks;	     /* on its results; CLICKS: `times` */
	double results, ms, slowest; /* means, and the longest */
	double rank;		     /* CLICKS: the mean */
	int64_t last;		     /* seconds since 1970 */
} xs_query_row;

/* Fills rows for what was asked since then.  XS_ENOTFOUND: there is no log; XS_EFORMAT: it is none. */
int xs_query_log_report(xs_query_row **out, size_t *n, xs_arena *a, const char *path,
			xs_query_report which, int64_t since, size_t most);

typedef struct xs_query_totals {
	uint64_t searches, failing, clicks;
	double ms; /* mean */
} xs_query_totals;

int xs_query_log_totals(xs_query_totals *out, const char *path, int64_t since);

#endif
