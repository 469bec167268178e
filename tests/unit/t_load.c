/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_load.c - shared objects that are plugins, and those that are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "plugin/load.h"
#include "tests/unit/module.h"

static xs_arena *arena;

static void refuses(const char *path, int code, const char *sentence)
{
	xs_loaded l;

	assert_int_equal(xs_load_open(&l, path), code);
	assert_null(l.handle);
	assert_null(l.plugin);
	if (!strstr(xs_error(), sentence) || !strstr(xs_error(), path))
		fail_msg("\"%s\" lacks \"%s\" or the path", xs_error(), sentence);
	xs_load_close(&l);
}

static void sample_plugin_loads(void **state)
{
	xs_loaded l;

	(void)state;
	assert_int_equal(xs_load_open(&l, module_path(arena, "plugin_recency")), XS_OK);
	assert_string_equal(l.plugin->name, "recency");
	assert_string_equal(l.plugin->stages[0]->name, "recency");
	assert_null(l.plugin->stages[1]);
	assert_true(l.plugin->stages[0]->optional);
	xs_load_close(&l);
	assert_null(l.handle);
}

static void other_abi_is_told(void **state)
{
	(void)state;
	refuses(module_path(arena, "plugin_old"), XS_EUNSUPPORTED,
		"it was built for plugin ABI 7, this program has 5; rebuild it");
	refuses(module_path(arena, "plugin_abi2"), XS_EUNSUPPORTED,
		"it was built for plugin ABI 2, this program has 5; rebuild it");
}

static void files_that_are_no_plugin(void **state)
{
	(void)state;
	refuses(module_path(arena, "plugin_none"), XS_EINPUT, "it has no symbol xs_plugin");
	refuses(data_path(arena, "plugin/text.so"), XS_EINPUT,
		"it cannot be loaded as a shared object");
	refuses(data_path(arena, "plugin"), XS_EINPUT, "it cannot be loaded as a shared object");
	refuses("/nowhere/absent.so", XS_EINPUT, "there is no such file");
	/* A bare name is a file here, never one of the system's libraries. */
	refuses("libc.so.6", XS_EINPUT, "there is no such file");
}

static int stage_run(void *state, const xs_host *host, xs_query *q)
{
	(void)state;
	(void)host;
	(void)q;
	return XS_OK;
}

static void broken_contracts(void **state)
{
	xs_stage stage = {.abi = XS_PLUGIN_ABI,
			  .size = sizeof stage,
			  .name = "a",
			  .run = stage_run};
	const xs_stage *stages[] = {&stage, NULL}, *const none[] = {NULL};
	struct xs_plugin p = {XS_PLUGIN_ABI, sizeof p, "p", "1", "MIT", stages};

	(void)state;
	assert_int_equal(xs_load_check(&p, "x.so"), XS_OK);
	p.size--;
	assert_int_equal(xs_load_check(&p, "x.so"), XS_EUNSUPPORTED);
	p.size++;
	p.license = NULL;
	assert_int_equal(xs_load_check(&p, "x.so"), XS_EINPUT);
	assert_string_equal(xs_error(), "plugin x.so: xs_plugin lacks its license");
	p.license = "MIT";
	p.stages = none;
	assert_int_equal(xs_load_check(&p, "x.so"), XS_EINPUT);
	assert_string_equal(xs_error(), "plugin x.so: xs_plugin offers no stage");
	p.stages = stages;
	stage.name = "Not A Name";
	assert_int_equal(xs_load_check(&p, "x.so"), XS_EINPUT);
	stage.name = "a";
	stage.run = NULL;
	assert_int_equal(xs_load_check(&p, "x.so"), XS_EINPUT);
	assert_string_equal(xs_error(), "plugin x.so: stage a has no run function");
	stage.run = stage_run;
	stage.abi = XS_PLUGIN_ABI - 1;
	assert_int_equal(xs_load_check(&p, "x.so"), XS_EUNSUPPORTED);
	assert_non_null(strstr(xs_error(), "built for plugin ABI 4"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sample_plugin_loads),
		cmocka_unit_test(other_abi_is_told),
		cmocka_unit_test(files_that_are_no_plugin),
		cmocka_unit_test(broken_contracts),
	};
	int failed;

	arena = xs_arena_new();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	xs_arena_free(arena);
	return failed;
}
