/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load.c - shared objects that offer stages: dlopen, and what must hold before one is used. */
#include "plugin/load.h"

#include <dlfcn.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"

static int load_abi(const char *path, const char *what, uint32_t abi)
{
	return xs_fail(XS_EUNSUPPORTED,
		       "plugin %s: %s was built for plugin ABI %u, this program has %u; rebuild it",
		       path, what, (unsigned)abi, (unsigned)XS_PLUGIN_ABI);
}

/* A stage's name is a YAML scalar, a key below `stages:` and a label in metrics. */
static bool load_name_ok(const char *name)
{
	return name && *name && strlen(name) <= 32 &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") == strlen(name);
}

/* A stage says its ABI and size itself: it may come from another source file than the plugin's
 * table, built at another time. */
static int load_check_stage(const xs_stage *stage, const char *path, size_t i)
{
	if (stage->abi != XS_PLUGIN_ABI)
		return load_abi(path, "one of its stages", stage->abi);
	if (stage->size != sizeof(xs_stage))
		return xs_fail(XS_EUNSUPPORTED,
			       "plugin %s: stage number %zu has %u bytes, %zu were expected; "
			       "rebuild it with this release's plugin/plugin.h",
			       path, i + 1, (unsigned)stage->size, sizeof(xs_stage));
	if (!load_name_ok(stage->name))
		return xs_fail(
			XS_EINPUT,
			"plugin %s: stage number %zu has no usable name; 1 to 32 of a-z, 0-9, "
			"'_' and '-' were expected",
			path, i + 1);
	if (!stage->run)
		return xs_fail(XS_EINPUT, "plugin %s: stage %s has no run function", path,
			       stage->name);
	return XS_OK;
}

int xs_load_check(const struct xs_plugin *plugin, const char *path)
{
	/* The ABI number stands first in every version; the rest may not be read before. */
	if (plugin->abi != XS_PLUGIN_ABI)
		return load_abi(path, "it", plugin->abi);
	/* The size finds what was built with a changed header of the same number. */
	if (plugin->size != sizeof(struct xs_plugin))
		return xs_fail(XS_EUNSUPPORTED,
			       "plugin %s: xs_plugin says it has %u bytes, %zu were expected; "
			       "rebuild it with this release's plugin/plugin.h",
			       path, (unsigned)plugin->size, sizeof(struct xs_plugin));
	if (!plugin->name || !plugin->version || !plugin->license)
		return xs_fail(XS_EINPUT, "plugin %s: xs_plugin lacks its %s", path,
			       !plugin->name	  ? "name"
			       : !plugin->version ? "version"
						  : "license");
	if (!plugin->stages || !plugin->stages[0])
		return xs_fail(XS_EINPUT, "plugin %s: xs_plugin offers no stage", path);
	for (size_t i = 0; plugin->stages[i]; i++) {
		int rc = load_check_stage(plugin->stages[i], path, i);
		if (rc != XS_OK)
			return rc;
	}
	return XS_OK;
}

int xs_load_open(xs_loaded *out, const char *path)
{
	xs_arena *a = xs_arena_new();
	const char *why;
	int rc;

	memset(out, 0, sizeof *out);
	if (access(path, F_OK) != 0) {
		rc = xs_fail(XS_EINPUT, "plugin %s: there is no such file", path);
		goto out;
	}
	/* A name without a slash would be searched for in the system's library folders. */
	/* NOW: a symbol that is missing is reported at the start, not in the middle of a query.  LOCAL: two
	 * plugins may have functions of the same name.  NODELETE: its threads and atexit handlers may
	 * still run after dlclose(). */
	out->handle = dlopen(strchr(path, '/') ? path : xs_arena_printf(a, "./%s", path),
			     RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	if (!out->handle) {
		why = dlerror();
		rc = xs_fail(XS_EINPUT, "plugin %s: it cannot be loaded as a shared object: %s",
			     path, why ? why : "no reason given");
		goto out;
	}
	out->plugin = dlsym(out->handle, "xs_plugin");
	if (!out->plugin)
		rc = xs_fail(XS_EINPUT,
			     "plugin %s: it has no symbol xs_plugin, so it is not a plugin of "
			     "xapian-search",
			     path);
	else
		rc = xs_load_check(out->plugin, path);
out:
	if (rc != XS_OK)
		xs_load_close(out);
	xs_arena_free(a);
	return rc;
}

void xs_load_close(xs_loaded *l)
{
	if (l->handle)
		dlclose(l->handle);
	memset(l, 0, sizeof *l);
}
