/* SPDX-License-Identifier: GPL-2.0-or-later */
/* origin.c - the private half of a conf: settings of stages, and where each value came from. */
#include "conf/origin.h"

#include <string.h>

#include "base/memory.h"
#include "conf/table.h"

/* A later setting of the same name counts: so -o is stronger than the file.  Keys of stages are not in
 * the table, as only the stage knows them, so each keeps its own place. */
void xs_origin_stage(xs_conf *c, const char *stage, const char *key, const char *value,
		     xs_origin where)
{
	xs_conf_origins *o = c->origins;
	size_t i;

	/* A file has at most XS_DOCUMENT_ENTRIES of them, so looking through all is fast enough. */
	for (i = 0; i < c->stages.n; i++) {
		if (strcmp(o->stages[i].stage, stage) == 0 && strcmp(o->stages[i].key, key) == 0)
			break;
	}
	if (i == c->stages.n)
		o->stages = xs_grow(o->stages, c->stages.n++, &o->stages_cap, sizeof *o->stages);
	/* In the public list, 0 stands for -o: XS_LINE_OPTION is a number of this folder alone. */
	o->stages[i] = (xs_conf_setting){xs_arena_dup(o->arena, stage), xs_arena_dup(o->arena, key),
					 xs_arena_dup(o->arena, value),
					 where.line > 0 ? where.line : 0, where.column};
	/* Each time: the list may have moved when it grew. */
	c->stages.items = o->stages;
}

/* The stage comes with its length, as in a dotted name no NUL ends it. */
static const xs_conf_setting *origin_setting(const xs_conf *c, const char *stage, size_t stage_len,
					     const char *key)
{
	for (size_t i = 0; i < c->stages.n; i++) {
		const xs_conf_setting *s = &c->stages.items[i];

		if (strlen(s->stage) == stage_len && memcmp(s->stage, stage, stage_len) == 0 &&
		    strcmp(s->key, key) == 0)
			return s;
	}
	return NULL;
}

const char *xs_conf_stage(const xs_conf *c, const char *stage, const char *key)
{
	const xs_conf_setting *s = origin_setting(c, stage, strlen(stage), key);

	return s ? s->value : NULL;
}

/* Lines and columns are kept for each row: a message about two keys must name a place. */
const char *xs_conf_origin(const xs_conf *c, xs_arena *a, const char *name)
{
	const xs_conf_key *key = xs_conf_key_find(name);
	const xs_conf_setting *s;
	xs_origin origin;

	if (!key)
		return NULL;
	/* A list of maps is read as one value, so all their keys have its place. */
	if (xs_conf_maps(key))
		key = xs_conf_maps(key);
	origin = c->origins->rows[xs_table_number(key)];
	/* `stages` alone has the place of the whole map; a setting has its own.  A line of 0 is
	 * turned back into -o, since below it would say "default". */
	if (key->type == XS_CONF_STAGES && name[6] == '.') {
		name += 7;
		s = origin_setting(c, name, strcspn(name, "."), strchr(name, '.') + 1);
		origin.line = !s ? 0 : s->line ? s->line : XS_LINE_OPTION;
		origin.column = s ? s->column : 0;
	}
	if (origin.line == 0)
		return "default";
	if (origin.line == XS_LINE_OPTION)
		return "-o";
	return xs_arena_printf(a, "%s:%d:%d", c->origins->file, origin.line, origin.column);
}

const char *xs_conf_file(const xs_conf *c)
{
	return c->origins->file;
}
