/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host.h - what the program offers to stages: fills the table xs_host.
 *
 * Knows the configuration and the query's arena, nothing of stages or their order. */
#ifndef XS_PLUGIN_HOST_H
#define XS_PLUGIN_HOST_H

#include "plugin/plugin.h"

struct xs_conf;

/* Texts of settings that stages asked for, each made once.  Any thread. */
typedef struct xs_settings xs_settings;

/* `conf` is borrowed.  The caller frees it. */
xs_settings *xs_settings_new(const struct xs_conf *conf);
void xs_settings_free(xs_settings *s); /* NULL is fine */

/* The table as a stage sees it, and behind it what its functions ask. */
typedef struct xs_stage_host {
	xs_host table; /* first: a pointer to it is one to the whole */
	xs_settings *settings;
} xs_stage_host;

/* Fills the table for the stage of that name; both pointers are borrowed. */
void xs_host_init(xs_stage_host *out, const char *stage, xs_settings *settings);

/* All settings, for stages of the program itself that give them on.  Borrowed. */
const struct xs_conf *xs_host_conf(const xs_host *host);

#endif
