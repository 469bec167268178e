/* SPDX-License-Identifier: GPL-2.0-or-later */
/* handlers.h - the handlers of the table in route.c, each in the file that it is named after. */
#ifndef XS_SERVE_HANDLERS_H
#define XS_SERVE_HANDLERS_H

#include "serve/call.h"

int xs_healthz_run(xs_call *c);	/* GET /healthz: the process is alive */
int xs_search_run(xs_call *c);	/* GET /search: results as JSON */

#endif
