/* SPDX-License-Identifier: GPL-2.0-or-later */
/* toml.h - TOML to JSON, by toml++. */
#ifndef XS_INDEX_PAGES_TOML_H
#define XS_INDEX_PAGES_TOML_H

#include <stddef.h>

#include "base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The JSON text of a TOML document; dates and times are texts in it.  The caller frees *out.
 * XS_EFORMAT: it is damaged: *line, from 1, and a sentence say where and how. */
int xs_toml_json(char **out, long *line, const char *text, size_t len);

#ifdef __cplusplus
}
#endif
#endif
