/* SPDX-License-Identifier: GPL-2.0-or-later */
/* front.h - front matter: the block of values that a Markdown page may begin with.
 *
 * Knows YAML (libyaml), TOML (toml++) and JSON (jansson), and nothing of what values mean. */
#ifndef XS_INDEX_PAGES_FRONT_H
#define XS_INDEX_PAGES_FRONT_H

#include <jansson.h>
#include <stddef.h>

#include "base/arena.h"

typedef struct xs_front {
	json_t *values;	     /* an object; NULL: there is none, or it is damaged */
	size_t len;	     /* bytes of the block with its marks; 0: the page has none */
	long line;	     /* of what is wrong, from 1; 0: not known */
	const char *problem; /* what is wrong, in the arena; NULL: nothing */
} xs_front;

/* Reads the block at the beginning of `text`: YAML between lines "---" (the second may be "..."), TOML
 * between lines "+++", or an object of JSON.  A mark that nothing closes is text of the page, and so
 * are lines between rules that are no map of YAML.
 *
 * Of YAML, true and false (not in quotes) become booleans, an empty value and null are left out, all
 * else is text as it is written: 1.10 stays "1.10".  Anchors, aliases and merge keys work; a block that
 * comes to more than 10 000 values, 1 MiB of text or 32 levels with them is damaged, and so is one of
 * more than 1 MiB, or with more than 100 brackets open at once.
 *
 * The caller ends it with xs_front_fini(). */
void xs_front_read(xs_front *out, xs_arena *a, const char *text, size_t len);
void xs_front_fini(xs_front *f);

#endif
