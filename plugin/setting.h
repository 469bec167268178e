/* SPDX-License-Identifier: GPL-2.0-or-later */
/* setting.h - settings as numbers and words, for the stages that come with the program.
 *
 * Asks the host, so that a stage reads them alike when built in and when loaded.  Each returns
 * XS_OK, or XS_EINPUT set by host->fail(): the program has no such key, or no such value. */
#ifndef XS_PLUGIN_SETTING_H
#define XS_PLUGIN_SETTING_H

#include "plugin/plugin.h"

/* A text (borrowed from the host). */
int xs_setting_text(const char **out, const xs_host *host, const char *key);

/* A whole number, or the value of a word: as the table of settings has them (conf/conf.h). */
int xs_setting_int(int *out, const xs_host *host, const char *key);

int xs_setting_real(double *out, const xs_host *host, const char *key);
int xs_setting_bool(bool *out, const xs_host *host, const char *key);

#endif
