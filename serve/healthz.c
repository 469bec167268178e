/* SPDX-License-Identifier: GPL-2.0-or-later */
/* healthz.c - GET /healthz: the process is alive. */
#include "serve/handlers.h"
#include "serve/reply.h"

int xs_healthz_run(xs_call *c)
{
	return xs_reply_json(c, 200, json_pack("{s:s}", "status", "ok"));
}
