/* SPDX-License-Identifier: GPL-2.0-or-later */
/* score_file.h - the SQLite file of the score cache: rows, a clock, transactions.
 *
 * Knows SQL and nothing of what a score is.  One thread at a time; any number of processes. */
#ifndef XS_PLUGIN_SCORE_FILE_H
#define XS_PLUGIN_SCORE_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

typedef struct xs_score_file xs_score_file;

typedef struct xs_score_row {
	int64_t id, mark;
	double logit;
	int64_t tokens, scored, window, first, length; /* of the best window */
	int64_t used;				       /* the clock at the last use */
} xs_score_row;

/* Opens the file, making it and its folder if absent.  The caller closes it.  Codes, here and below:
 * XS_EFORMAT: damaged; XS_EINPUT: written by a newer release, or another database;
 * XS_EUNSUPPORTED: not for us to write; XS_EBUSY: another process holds it; XS_EIO: the disk is full
 * and the like. */
int xs_score_file_open(xs_score_file **out, const char *path);

/* Empties a damaged file and opens it, while others may have it open. */
int xs_score_file_renew(xs_score_file **out, const char *path);
void xs_score_file_close(xs_score_file *f); /* NULL is fine; rolls back */

/* All below stands between begin and commit.  Waits a few milliseconds at most for another. */
int xs_score_file_begin(xs_score_file *f, bool write);
int xs_score_file_commit(xs_score_file *f);
void xs_score_file_rollback(xs_score_file *f); /* fine outside of a transaction */

/* How many scores were ever written, and how many rows there are. */
int xs_score_file_clock(int64_t *written, int64_t *entries, xs_score_file *f);
int xs_score_file_set_clock(xs_score_file *f, int64_t written, int64_t entries);

/* Fills the row of row->id.  XS_ENOTFOUND (no sentence): there is none. */
int xs_score_file_get(xs_score_row *row, xs_score_file *f);

/* Writes a row, in place of one with its id; adds 1 to *added if there was none. */
int xs_score_file_put(int64_t *added, xs_score_file *f, const xs_score_row *row);
int xs_score_file_touch(xs_score_file *f, int64_t id, int64_t used);

/* Removes the `n` rows that were used longest ago; *removed counts them. */
int xs_score_file_drop(int64_t *removed, xs_score_file *f, int64_t n);

#endif
