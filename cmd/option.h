/* SPDX-License-Identifier: GPL-2.0-or-later */
/* option.h - the options of a command line, stepped through by the tables of their rows. */
#ifndef XS_CMD_OPTION_H
#define XS_CMD_OPTION_H

#include "cmd/cmd.h"

enum { OPTION_END = -1, OPTION_STOP = -2 };

/* Steps through argv (argv[0] is the command's name) with getopt_long(3).  Returns the row of
 * `options` (ended by a row whose name is NULL) that is next, its argument in *arg.  OPTION_END:
 * operands start at optind.  OPTION_STOP: a sentence or the help is printed, and the command
 * returns c->rc at once.  The options of every command (-c -o -v -q --help) are handled inside. */
int option_next(const char **arg, xs_cmd *c, int argc, char **argv, const xs_cmd_option *options);

#endif
