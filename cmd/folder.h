/* SPDX-License-Identifier: GPL-2.0-or-later */
/* folder.h - a temporary folder for one command, deleted at its end. */
#ifndef XS_CMD_FOLDER_H
#define XS_CMD_FOLDER_H

#include "base/arena.h"
#include "base/error.h"

/* Makes an empty folder below TMPDIR, else /tmp; its path lives in `a`.  XS_EIO: it cannot. */
int folder_make(const char **out, xs_arena *a);

/* Deletes a folder and all that is in it; follows no links.  NULL is fine. */
void folder_delete(const char *path);

#endif
