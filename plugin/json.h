/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json.h - texts and times as JSON values, whatever bytes they have. */
#ifndef XS_PLUGIN_JSON_H
#define XS_PLUGIN_JSON_H

#include <jansson.h>

/* A string of bytes that may be ill-formed UTF-8 (each such byte becomes U+FFFD) or NULL (""). */
json_t *xs_json_text(const char *s);

/* Rounded to 1/1000. */
json_t *xs_json_ms(double ms);

#endif
