/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plugin_abi2.c - a whole plugin as it was built against plugin ABI 2, with the structs of that
 * header and nothing of today's. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define XS_PLUGIN_ABI 2
#define XS_EXPORT __attribute__((visibility("default")))

typedef struct xs_host xs_host;
typedef struct xs_query xs_query;

typedef struct xs_stage {
	uint32_t abi, size;
	const char *name, *summary;
	int (*open)(void **state, const xs_host *host);
	void (*close)(void *state);
	int (*run)(void *state, const xs_host *host, xs_query *q);
	bool optional;
	uint32_t needs, gives;
} xs_stage;

struct xs_plugin {
	uint32_t abi, size;
	const char *name, *version, *license;
	const xs_stage *const *stages;
};

extern XS_EXPORT const struct xs_plugin xs_plugin;

static int abi2_run(void *state, const xs_host *host, xs_query *q)
{
	(void)state;
	(void)host;
	(void)q;
	return 0;
}

static const xs_stage abi2_stage = {
	.abi = XS_PLUGIN_ABI,
	.size = sizeof(xs_stage),
	.name = "abi2",
	.summary = "does nothing",
	.run = abi2_run,
	.optional = true,
	.needs = 1,
};
static const xs_stage *const abi2_stages[] = {&abi2_stage, NULL};

const struct xs_plugin xs_plugin = {
	.abi = XS_PLUGIN_ABI,
	.size = sizeof(struct xs_plugin),
	.name = "abi2",
	.version = "1.0",
	.license = "MIT",
	.stages = abi2_stages,
};
