/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plugin_old.c - a module that was built for a plugin ABI that does not exist. */
#include "plugin/plugin.h"

/* Nothing but the number may be read: the rest is no valid plugin. */
XS_EXPORT const struct xs_plugin xs_plugin = {
	.abi = 7,
	.size = 3,
	.stages = (const xs_stage *const *)(uintptr_t)1,
};
