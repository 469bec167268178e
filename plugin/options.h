/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options.h - settings made into what index/ takes. */
#ifndef XS_PLUGIN_OPTIONS_H
#define XS_PLUGIN_OPTIONS_H

#include "conf/conf.h"
#include "index/index.h"

/* How to open the index at `path` as `conf` says, without a tokenizer; borrows from both, and from
 * `a`. */
xs_index_options xs_options_index(const xs_conf *conf, const char *path, xs_arena *a);

#endif
