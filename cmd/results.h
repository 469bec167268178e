/* SPDX-License-Identifier: GPL-2.0-or-later */
/* results.h - the answer to a query, for a terminal. */
#ifndef XS_CMD_RESULTS_H
#define XS_CMD_RESULTS_H

#include <stdbool.h>

#include "plugin/plugin.h"

/* Prints a finished query on stdout, snippets marked with PRINT_MARK_ON and _OFF.  `ms` is its
 * whole time, q->explain adds scores and stages. */
void results_print(const xs_query *q, double ms, bool colour);

#endif
