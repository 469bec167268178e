/* SPDX-License-Identifier: GPL-2.0-or-later */
/* folder.c - a temporary folder for one command, deleted at its end. */
#include "cmd/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

/* mkdtemp(): mode 0700 and a name that nobody can guess, as TMPDIR may be open to all. */
int folder_make(const char **out, xs_arena *a)
{
	const char *tmp = getenv("TMPDIR");
	char *path = xs_file_join(a, tmp && *tmp ? tmp : "/tmp", "xapian-search-XXXXXX");

	*out = NULL;
	if (!mkdtemp(path))
		return xs_fail(XS_EIO, "make a folder in %s: %s", tmp && *tmp ? tmp : "/tmp",
			       strerror(errno));
	*out = path;
	return XS_OK;
}

/* Deletes what is below an open folder, and closes it. */
static void folder_empty(int at)
{
	DIR *d = fdopendir(at);
	struct dirent *entry;
	int below;

	while (d && (entry = readdir(d))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		/* As a file first: of a link this deletes the link and not what it points to. */
		if (unlinkat(dirfd(d), entry->d_name, 0) == 0)
			continue;
		/* From folder to folder by descriptors, no links followed: a path could be changed by others
		 * between two looks at it. */
		below = openat(dirfd(d), entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
		if (below >= 0)
			folder_empty(below);
		unlinkat(dirfd(d), entry->d_name, AT_REMOVEDIR);
	}
	if (d)
		closedir(d);
	else
		close(at);
}

/* No failure is told: the command's own result counts, and what stays is in a folder for temporary
 * files. */
void folder_delete(const char *path)
{
	int at = path ? open(path, O_RDONLY | O_DIRECTORY) : -1;

	if (at >= 0)
		folder_empty(at);
	if (path)
		rmdir(path);
}
