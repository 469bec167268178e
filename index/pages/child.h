/* SPDX-License-Identifier: GPL-2.0-or-later */
/* child.h - a process that makes text of one document, within limits.
 *
 * So a damaged or hostile document costs one page: its process may crash, grow or hang.  It is this program
 * started again, which takes its limits and goes on as its arguments say.  fork() alone would not do: pages
 * are read by threads, and a fork of those may call next to nothing before it executes a program (POSIX).
 * Knows nothing of formats. */
#ifndef XS_INDEX_PAGES_CHILD_H
#define XS_INDEX_PAGES_CHILD_H

#include "base/buf.h"
#include "base/error.h"
#include "index/pages/page.h"

/* The caller sets the first part. */
typedef struct xs_child {
	const char *place; /* what sentences call the document */
	const char *what;  /* and the process: "reader" */
	char *const *argv; /* behind the program, to a NULL; the first is the program's own name */
	const xs_page_options *o;

	xs_buf out, errors; /* what it wrote; the beginning of its messages */
	int status;	    /* that it ended with */
} xs_child;

void xs_child_init(xs_child *c);
void xs_child_fini(xs_child *c);

/* Runs it; its input are the bytes, as a file.  All that it has started ends with it.  Any number of threads.
 * XS_EFORMAT: it crashed, took more than o->reader allows, or wrote more than o->max_bytes; XS_EIO: it could
 * not be started; XS_EUNSUPPORTED: o->reader has no program. */
int xs_child_run(xs_child *c, const char *bytes, size_t len);

#endif
