/* SPDX-License-Identifier: MIT */
/* golden.h - the models of tests/data/golden, whose answers others computed. */
#ifndef XS_TESTS_UNIT_RERANK_GOLDEN_H
#define XS_TESTS_UNIT_RERANK_GOLDEN_H

#include <stdlib.h>

#include "base/arena.h"
#include "rerank/rerank.h"

/* A file or folder there. */
static inline const char *golden_path(xs_arena *a, const char *name)
{
	const char *top = getenv("top_srcdir");

	return xs_arena_printf(a, "%s/tests/data/golden/%s", top ? top : ".", name);
}

/* The model in a folder there; NULL: the built-in one. */
static inline xs_model *golden_open(xs_arena *a, const char *name)
{
	xs_model *m;

	if (xs_model_open(&m, name ? golden_path(a, name) : NULL) < 0)
		fail_msg("%s", xs_error());
	return m;
}

#endif
