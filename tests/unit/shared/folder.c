/* SPDX-License-Identifier: GPL-2.0-or-later */
/* folder.c - a folder for each test, deleted after it. */
#define _GNU_SOURCE
#include "tests/unit/shared/folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

char folder[64];

int folder_set_up(void **state)
{
	(void)state;
	strcpy(folder, "unit.XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

int folder_tear_down(void **state)
{
	char command[96];

	(void)state;
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	return system(command);
}

const char *place(xs_arena *a, const char *name)
{
	return xs_file_join(a, folder, name);
}
