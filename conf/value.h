/* SPDX-License-Identifier: GPL-2.0-or-later */
/* value.h - one value: from text into its field, and back.
 *
 * Knows the types of the table and neither YAML nor files. */
#ifndef XS_CONF_VALUE_H
#define XS_CONF_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "conf/conf.h"

/* Whether a key takes a list of texts (STRINGS, PATHS, HOSTS). */
bool xs_value_is_list(const xs_conf_key *key);

/* Sets the field of `key` in the struct `base` from n texts (one, unless it is a list).  Relative
 * paths get `folder` before them.  What the field points to lives in `a`.  False: a text is not
 * what xs_conf_expected() says; nothing is changed and *bad is its number. */
bool xs_value_parse(void *base, size_t *bad, const xs_conf_key *key, const char *const *texts,
		    size_t n, const char *folder, xs_arena *a);

/* The field's value as text that xs_value_parse() reads; not for lists. */
const char *xs_value_text(const void *base, const xs_conf_key *key, xs_arena *a);

/* Whether a text is UTF-8, as YAML wants it. */
bool xs_value_is_utf8(const char *text);

/* `text` (UTF-8) as a YAML scalar, quoted where it must be; with `flow` it may stand in [ ] and { }.
 * Every $ is doubled, so that reading it expands nothing. */
const char *xs_value_yaml(const char *text, bool flow, xs_arena *a);

/* `text` in quotes for a message: cut at 60 bytes, control characters as "?". */
const char *xs_value_quote(const char *text, xs_arena *a);

/* A number without needless digits, with a point whatever the locale. */
const char *xs_value_real(double value, xs_arena *a);

/* A size in bytes, with k, M or G where it divides evenly. */
const char *xs_value_size(int64_t bytes, xs_arena *a);

#endif
