/* SPDX-License-Identifier: GPL-2.0-or-later */
/* filter.h - a command that makes text, Markdown or HTML of a file: of the site's owner, or of a kind.
 *
 * It runs in a process (child.h) that takes its limits first and becomes the command then, as its arguments say:
 * XS_FILTER_COMMAND SECONDS BYTES PROGRAM ARGUMENTS.  Its input is the file. */
#ifndef XS_INDEX_PAGES_FILTER_H
#define XS_INDEX_PAGES_FILTER_H

#include "base/arena.h"
#include "index/pages/page.h"

#define XS_FILTER_COMMAND "run-filter"

/* What the process ends with where the program cannot be executed, as of shells. */
enum { XS_FILTER_NOT_RUN = 127 };

/* One entry of the setting `filters`.  Borrowed.  Lists end at a NULL.  The program of a kind (kind.h) has a command
 * alone. */
typedef struct xs_filter {
	const char *const *include; /* fnmatch(3) patterns, as xs_source.include */
	const char *const *types;   /* MIME types of files whose extension says nothing */
	const char *const *command; /* program and arguments; in them "{file}" is the file's path */
	const char *output;	    /* what it writes: a name of kind.h */
} xs_filter;

/* Runs the command on a file, which errors call `place` and "{file}" `path`: *out, in `a`, are the bytes that it
 * writes.  Any number of threads.
 * XS_EFORMAT: it failed, or took more than o->reader allows; XS_EUNSUPPORTED: it cannot be run; XS_EIO: as
 * xs_child_run(). */
int xs_filter_run(const char **out, size_t *out_len, xs_arena *a, const xs_filter *f,
		  const char *place, const char *path, const char *bytes, size_t len,
		  const xs_page_options *o);

#endif
