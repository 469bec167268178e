/* SPDX-License-Identifier: GPL-2.0-or-later */
/* filter.h - the process that becomes a filter for a run of `index` (index/pages/filter.h). */
#ifndef XS_CMD_FILTER_H
#define XS_CMD_FILTER_H

/* argv: the program, XS_FILTER_COMMAND, SECONDS, BYTES of memory, PROGRAM and its arguments.  Returns only if that
 * cannot be started: what the process ends with. */
int filter_main(int argc, char **argv);

#endif
