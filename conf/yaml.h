/* SPDX-License-Identifier: GPL-2.0-or-later */
/* yaml.h - YAML text into the settings struct.
 *
 * The document is document.h's matter, what a value may be value.h's. */
#ifndef XS_CONF_YAML_H
#define XS_CONF_YAML_H

#include <stddef.h>

#include "conf/conf.h"

/* Reads a whole file's text.  XS_EINPUT: "path:line:column: sentence"; `c` is then half set. */
int xs_yaml_file(xs_conf *c, const char *path, const char *text, size_t len);

/* Reads the YAML value `text` of one list or of `sources`, given as -o.  XS_EINPUT, "-o key:
 * sentence": the row's field is as before. */
int xs_yaml_value(xs_conf *c, const xs_conf_key *key, const char *text);

#endif
