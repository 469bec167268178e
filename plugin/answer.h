/* SPDX-License-Identifier: GPL-2.0-or-later */
/* answer.h - a finished query as JSON, for the command line and for HTTP alike. */
#ifndef XS_PLUGIN_ANSWER_H
#define XS_PLUGIN_ANSWER_H

#include <jansson.h>

#include "plugin/plugin.h"

/* `hits`, `rerank`, `timing` and so on, as xapian-search-search(1) says.  `ms` is the query's whole
 * time.  The caller gives the reference back. */
json_t *xs_answer_json(const xs_query *q, double ms);

#endif
