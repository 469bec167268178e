/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load.h - shared objects that offer stages.
 *
 * Knows the contract of plugin.h and nothing of the pipeline. */
#ifndef XS_PLUGIN_LOAD_H
#define XS_PLUGIN_LOAD_H

#include "plugin/plugin.h"

/* A loaded shared object.  Zeroed: none. */
typedef struct xs_loaded {
	void *handle;
	const struct xs_plugin *plugin; /* in the shared object */
} xs_loaded;

/* Loads the shared object at `path` (a path always, never a name to search the system for) and
 * checks what it offers.  The code stays in memory until the process ends, as its threads and
 * thread-local data may outlive the last use; xs_load_close() gives back the handle.  Any
 * thread.
 * XS_EINPUT: no such file, no shared object, no `xs_plugin` in it, or one that breaks the
 * contract; XS_EUNSUPPORTED: built for another plugin ABI. */
int xs_load_open(xs_loaded *out, const char *path);
void xs_load_close(xs_loaded *l); /* a zeroed one is fine */

/* Whether `plugin` keeps the contract; `path` is for the sentence.  Codes as above. */
int xs_load_check(const struct xs_plugin *plugin, const char *path);

#endif
