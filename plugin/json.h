/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json.h - texts and times as JSON values, whatever bytes they have. */
#ifndef XS_PLUGIN_JSON_H
#define XS_PLUGIN_JSON_H

#include <stddef.h>

#include <jansson.h>

/* A string of bytes that may be ill-formed UTF-8 (each such byte becomes U+FFFD) or NULL (""). */
json_t *xs_json_text(const char *s);

/* json_loadb(), for texts of anybody: the escapes of a NUL and of half a surrogate pair, which are no
 * characters and which jansson refuses, are read as U+FFFD.  The caller gives the reference back;
 * NULL: it is not JSON, and *error says where. */
json_t *xs_json_parse(const char *bytes, size_t len, size_t flags, json_error_t *error);

/* Rounded to 1/1000. */
json_t *xs_json_ms(double ms);

#endif
