/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table.h - what conf/ itself asks of the table of keys.
 *
 * The rows and what a user of the table needs are in conf.h. */
#ifndef XS_CONF_TABLE_H
#define XS_CONF_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "conf/conf.h"

/* The row of exactly this name, or NULL. */
const xs_conf_key *xs_table_row(const char *name);

/* The row's number, as xs_conf_key_at() counts. */
size_t xs_table_number(const xs_conf_key *key);

/* Whether `len` bytes may name a stage or one of its settings: 1 … 100 letters, digits, "_", "-". */
bool xs_table_is_name(const char *name, size_t len);

/* The name of section `i`, in the order of the table; NULL after the last.  Static. */
const char *xs_table_section(size_t i);

/* Whether some row's name starts with `name` and a dot. */
bool xs_table_is_section(const char *name);

#endif
