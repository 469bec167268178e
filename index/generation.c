/* SPDX-License-Identifier: GPL-2.0-or-later */
/* generation.c - a stub of one line, "auto gen-N". */
#define _GNU_SOURCE
#include "index/generation.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"

const char *xs_generation_path(xs_arena *a, const char *folder, int n)
{
	return xs_file_join(a, folder, xs_arena_printf(a, "gen-%d", n));
}

/* The number in a name "gen-N"; 0: another name. */
static int generation_number(const char *name)
{
	char again[32];
	long n;

	if (strncmp(name, "gen-", 4) != 0)
		return 0;
	n = strtol(name + 4, NULL, 10);
	/* An int holds it, and xs_generation_next() can still count on. */
	if (n <= 0 || n >= 1000000000)
		return 0;
	/* strtol() takes "gen-07" and "gen-7.old" too.  Cleaning up would then remove gen-7 in their
	 * place. */
	snprintf(again, sizeof again, "gen-%ld", n);
	return strcmp(again, name) == 0 ? (int)n : 0;
}

int xs_generation_current(int *out, const char *folder)
{
	xs_arena *a = xs_arena_new();
	const char *path = xs_file_join(a, folder, "xapian");
	char *text = NULL, *end;
	int rc = xs_file_read(&text, NULL, a, path, 4096);

	*out = 0;
	if (rc == XS_OK) {
		end = strchr(text, '\n');
		if (end)
			*end = '\0';
		if (strncmp(text, "auto ", 5) == 0)
			*out = generation_number(text + 5);
		if (!*out)
			rc = xs_fail(XS_EFORMAT, "%s: expected \"auto gen-N\", found \"%.80s\"",
				     path, text);
	}
	xs_arena_free(a);
	/* XS_EINPUT is a file that is too long: a stub of that size is damage, and no wish of the
	 * caller. */
	return rc == XS_EINPUT ? XS_EFORMAT : rc;
}

/* Also above those that a killed run left behind: a folder is never filled twice. */
int xs_generation_next(const char *folder)
{
	DIR *d = opendir(folder);
	struct dirent *entry;
	int highest = 0, n;

	while (d && (entry = readdir(d))) {
		n = generation_number(entry->d_name);
		highest = n > highest ? n : highest;
	}
	if (d)
		closedir(d);
	return highest + 1;
}

int xs_generation_use(const char *folder, int n)
{
	xs_arena *a = xs_arena_new();
	/* The form is Xapian's.  xs_file_write() puts a new file in place of the old one, so a
	 * reader sees the one line or the other. */
	const char *line = xs_arena_printf(a, "auto gen-%d\n", n);
	int rc = xs_file_write(xs_file_join(a, folder, "xapian"), line, strlen(line));

	xs_arena_free(a);
	return rc;
}

void xs_generation_remove(const char *path)
{
	xs_arena *a = xs_arena_new();
	DIR *d = opendir(path);
	struct dirent *entry;

	while (d && (entry = readdir(d)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			unlink(xs_file_join(a, path, entry->d_name));
	if (d)
		closedir(d);
	/* No failure of the run: what is left takes room, but no stub names it. */
	if (rmdir(path) < 0 && errno != ENOENT)
		xs_log(XS_LOG_WARN, "remove %s: %s", path, strerror(errno));
	xs_arena_free(a);
}

void xs_generation_clean(const char *folder, int keep)
{
	xs_arena *a = xs_arena_new();
	DIR *d = opendir(folder);
	struct dirent *entry;
	int n;

	while (d && (entry = readdir(d))) {
		n = generation_number(entry->d_name);
		if (n && n != keep)
			xs_generation_remove(xs_generation_path(a, folder, n));
	}
	if (d)
		closedir(d);
	xs_arena_free(a);
}

uint64_t xs_generation_bytes(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *entry;
	struct stat st;
	uint64_t bytes = 0;

	while (d && (entry = readdir(d)))
		if (fstatat(dirfd(d), entry->d_name, &st, 0) == 0 && S_ISREG(st.st_mode))
			bytes += (uint64_t)st.st_size;
	if (d)
		closedir(d);
	return bytes;
}
