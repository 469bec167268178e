/* SPDX-License-Identifier: GPL-2.0-or-later */
/* conf.h - what tests of the settings share: a file of the tree, texts compared. */
#ifndef XS_TESTS_UNIT_CONF_H
#define XS_TESTS_UNIT_CONF_H

#include <stdlib.h>
#include <string.h>

#include "base/file.h"

static inline char *conf_slurp(xs_arena *a, const char *name, size_t *len)
{
	const char *top = getenv("top_srcdir");
	char *text;

	if (xs_file_read(&text, len, a, xs_file_join(a, top ? top : ".", name), 1 << 20) != XS_OK)
		fail_msg("%s cannot be read", name);
	return text;
}

static inline void conf_same(const char *title, const char *what, const char *got,
			     const char *expected)
{
	if (!got || strcmp(got, expected) != 0)
		fail_msg("%s: %s\n  got      %s\n  expected %s", title, what, got ? got : "(none)",
			 expected);
}

#endif
