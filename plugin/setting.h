/* SPDX-License-Identifier: GPL-2.0-or-later */
/* setting.h - settings as numbers and words, for the stages that come with the program.
 *
 * Asks the host, so that a stage reads them alike when built in and when loaded.  Each returns
 * XS_OK, or XS_EINPUT set by host->fail(): the program has no such key, or no such value. */
#ifndef XS_PLUGIN_SETTING_H
#define XS_PLUGIN_SETTING_H

#include "plugin/plugin.h"

/* A text (borrowed from the host), a whole number, a number, true or false. */
int xs_setting_text(const char **out, const xs_host *host, const char *key);
int xs_setting_int(int *out, const xs_host *host, const char *key);
int xs_setting_real(double *out, const xs_host *host, const char *key);
int xs_setting_bool(bool *out, const xs_host *host, const char *key);

/* One of `words`, which ends with NULL: its place in it. */
int xs_setting_word(int *out, const xs_host *host, const char *key, const char *const *words);

#endif
