/* SPDX-License-Identifier: GPL-2.0-or-later */
/* module.h - where the tests find modules and data. */
#ifndef XS_TESTS_UNIT_MODULE_H
#define XS_TESTS_UNIT_MODULE_H

#include <stdlib.h>

#include "base/arena.h"

/* The module tests/unit/modules/<name>.la, as libtool leaves it in the build folder; XS_TEST_MODULES names
 * another folder. */
static inline const char *module_path(xs_arena *a, const char *name)
{
	const char *folder = getenv("XS_TEST_MODULES");

	return xs_arena_printf(a, "%s/%s.so", folder ? folder : "tests/unit/modules/.libs", name);
}

/* A file of tests/data. */
static inline const char *data_path(xs_arena *a, const char *name)
{
	const char *top = getenv("top_srcdir");

	return xs_arena_printf(a, "%s/tests/data/%s", top ? top : ".", name);
}

#endif
