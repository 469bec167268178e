/* SPDX-License-Identifier: GPL-2.0-or-later */
/* expand.h - ${NAME} in a value, from the environment.
 *
 * Knows neither YAML nor keys. */
#ifndef XS_CONF_EXPAND_H
#define XS_CONF_EXPAND_H

#include "base/arena.h"

/* Replaces ${NAME} by the variable's value, ${NAME:-text} by `text` when the variable is unset or
 * empty, and $$ by one $; any other $ stays.  What comes from a variable is not expanded again.
 * Both results live in `a`.  NULL: it cannot be done, and *why is a sentence. */
const char *xs_expand(const char **why, xs_arena *a, const char *text);

#endif
