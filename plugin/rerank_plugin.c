/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rerank_plugin.c - what rerank.so exports: the rerank stage, with the model in it. */
#include "config.h"
#include "plugin/registry.h"

/* The stage's code is the same as in the program.  So the contract is proved by its largest stage:
 * what this module lacks, a plugin lacks. */
static const xs_stage *const rerank_stages[] = {&xs_stage_rerank, NULL};

XS_EXPORT const struct xs_plugin xs_plugin = {
	.abi = XS_PLUGIN_ABI,
	.size = sizeof(struct xs_plugin),
	.name = "rerank",
	.version = PACKAGE_VERSION,
	.license = "GPL-2.0-or-later",
	.stages = rerank_stages,
};
