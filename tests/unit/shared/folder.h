/* SPDX-License-Identifier: GPL-2.0-or-later */
/* folder.h - a folder for each test, deleted after it. */
#ifndef XS_TESTS_UNIT_SHARED_FOLDER_H
#define XS_TESTS_UNIT_SHARED_FOLDER_H

#include "base/arena.h"

/* Its path. */
extern char folder[64];

/* For cmocka. */
int folder_set_up(void **state);
int folder_tear_down(void **state);

/* The path of what is called so in it. */
const char *place(xs_arena *a, const char *name);

#endif
