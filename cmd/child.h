/* SPDX-License-Identifier: GPL-2.0-or-later */
/* child.h - work in a process of its own, whose memory is that of this work alone. */
#ifndef XS_CMD_CHILD_H
#define XS_CMD_CHILD_H

#include <stddef.h>

#include "cmd/cmd.h"

/* Where a child tells how far it is. */
typedef struct child_line child_line;

/* What a child does; it has a copy of all that this process has in memory, no other thread, and
 * its own c->cancel, which a signal to this process sets too.  Its code and sentence are those of
 * child_run(). */
typedef int child_work(xs_cmd *c, void *user, child_line *line);

/* Tells that so much is done.  XS_ECANCEL: nobody listens any more, the child is to end. */
int child_tell(child_line *line, size_t done);

/* Called with what the child tells, in this process. */
typedef void child_watch(void *user, size_t done);

/* Runs the work and waits for its end.  `watch` may be NULL.  XS_ECANCEL: a signal came;
 * XS_EINTERNAL: the child died of something else. */
int child_run(xs_cmd *c, child_work *work, void *user, child_watch *watch, void *watch_user);

/* A row of /proc/self/status in MB: "VmHWM", the greatest resident size, or "VmRSS", the present
 * one.  0 where there is no such file. */
double child_memory(const char *name);

#endif
