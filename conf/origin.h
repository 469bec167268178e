/* SPDX-License-Identifier: GPL-2.0-or-later */
/* origin.h - the private half of a conf: its memory, and where each value came from. */
#ifndef XS_CONF_ORIGIN_H
#define XS_CONF_ORIGIN_H

#include <stddef.h>

#include "conf/conf.h"

/* line 0: the default; XS_LINE_OPTION: set by xs_conf_set(). */
enum { XS_LINE_OPTION = -1 };

typedef struct xs_origin {
	int line, column;
} xs_origin;

typedef struct xs_conf_origins {
	xs_arena *arena;
	const char *file;	 /* as given; "" */
	const char *folder;	 /* of the file, put before relative paths; "": the process's */
	xs_origin *rows;	 /* one a row of the table */
	xs_conf_setting *stages; /* c->stages.items, in room for stages_cap */
	size_t stages_cap;
} xs_conf_origins;

/* Appends one setting of a stage, or replaces the one of that name.  Copies the texts. */
void xs_origin_stage(xs_conf *c, const char *stage, const char *key, const char *value,
		     xs_origin where);

#endif
