/* SPDX-License-Identifier: GPL-2.0-or-later */
/* backup.c - both stores, as they were at one moment, the vectors, and what crawls know, into another folder.
 *
 * Knows nothing of schedules and of how many copies are kept. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "crawl/frontier.h"
#include "index/embed.h"
#include "index/generation.h"
#include "index/handle.h"
#include "index/verify.h"

/* How often a copy begins anew because a writer was in the way; then Xapian's part is made from the
 * copy of the store, which no writer disturbs. */
enum { BACKUP_TRIES = 3 };

/* Whether the folder is absent or empty.  rename(2) onto it would tell at the end only. */
static int backup_free(const char *folder)
{
	DIR *d = opendir(folder);
	const struct dirent *entry;
	size_t n = 0;

	if (!d && errno == ENOENT)
		return XS_OK;
	while (d && (entry = readdir(d)))
		n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
	if (d)
		closedir(d);
	if (d && !n)
		return XS_OK;
	return xs_fail(XS_EINPUT, "%s is there already: a backup goes into a new folder", folder);
}

/* A folder beside `folder`, as open to others as the index is. */
static int backup_begin(char **part, xs_arena *a, const xs_index *ix, const char *folder)
{
	size_t len = strlen(folder);
	struct stat st;

	while (len > 1 && folder[len - 1] == '/')
		len--;
	/* Beside the target, as rename(2) works within one file system. */
	*part = xs_arena_printf(a, "%.*s.XXXXXX", (int)len, folder);
	if (!mkdtemp(*part)) {
		int why = errno;

		*part = NULL;
		return xs_fail(XS_EIO, "make the folder %s: %s", folder, strerror(why));
	}
	if (stat(ix->options.path, &st) == 0 && chmod(*part, st.st_mode & 07777) < 0)
		return xs_fail(XS_EIO, "change the mode of %s: %s", *part, strerror(errno));
	return XS_OK;
}

/* Copies the store and, where it can be had, Xapian's part of the same moment.
 * XS_ESTALE: a writer changed it meanwhile. */
static int backup_copy(xs_index *ix, const char *part, bool both, const xs_deadline *stop)
{
	xs_arena *a = xs_arena_new();
	uint64_t *pending;
	xs_xap *xap = NULL;
	size_t n;
	int rc = both ? xs_verify_state(&xap, &pending, &n, ix, a) : XS_OK;

	if (rc == XS_OK)
		rc = xs_store_copy(ix->store, xs_file_join(a, part, "site.db"), stop);
	if (rc == XS_OK && both)
		rc = xs_xap_copy(xap, xs_generation_path(a, part, 1));
	/* The stub last: nothing takes a database for whole before it is. */
	if (rc == XS_OK && both)
		rc = xs_generation_use(part, 1);
	xs_store_rollback(ix->store);
	xs_arena_free(a);
	return rc;
}

/* From the copy of the store and not from the file, which a writer may have made since. */
static int backup_vectors(const xs_index *ix, const char *part)
{
	xs_arena *a = xs_arena_new();
	xs_vectors_info info = {0};
	xs_vectors *v = NULL;
	xs_store *copy = NULL;
	int rc = xs_vectors_open(&v, xs_embed_path(a, ix->options.path));

	if (rc == XS_OK) {
		xs_vectors_info_get(&info, v);
		rc = xs_store_open(&copy, xs_file_join(a, part, "site.db"), false);
	} else if (rc != XS_ENOTFOUND) { /* damaged, or not to be read: no reason to have no copy */
		xs_log(XS_LOG_WARN, "the copy has no file of vectors: %s", xs_error());
		rc = XS_ENOTFOUND;
	}
	if (rc == XS_OK)
		rc = xs_embed_write(xs_embed_path(a, part), copy, info.identity, info.dimensions);
	xs_store_close(copy);
	xs_vectors_close(v);
	xs_arena_free(a);
	/* There is none, or none that can be read: the vectors themselves are in the store. */
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

/* What crawls know, so that the copy goes on with them.  It may be of a later moment than the store: the next run
 * compares every page of it. */
static int backup_crawls(const xs_index *ix, const char *part, const xs_deadline *stop)
{
	xs_arena *a = xs_arena_new();
	const char *to = xs_frontier_path(a, part);
	int rc = xs_frontier_copy(xs_frontier_path(a, ix->options.path), to, stop);

	if (rc == XS_EFORMAT) { /* no reason to have no copy: all is fetched again */
		xs_log(XS_LOG_WARN, "the copy has nothing of the crawls: %s", xs_error());
		unlink(to);
		rc = XS_OK;
	}
	xs_arena_free(a);
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

static void backup_clear(const char *part)
{
	xs_arena *a = xs_arena_new();

	xs_generation_clean(part, 0);
	xs_generation_remove(part);
	xs_arena_free(a);
}

/* Opening for writing makes Xapian's part where it is missing. */
static int backup_rebuild(const xs_index *ix, const char *part)
{
	xs_index_options options = ix->options;
	xs_index *copy;
	int rc;

	options.path = part;
	rc = xs_index_open(&copy, &options, XS_WRITE);
	xs_index_close(copy);
	return rc;
}

static int backup_fill(xs_index *ix, const char *part, const xs_deadline *stop)
{
	xs_arena *a = xs_arena_new();
	int rc = XS_ESTALE;

	for (int i = 0; i < BACKUP_TRIES && rc == XS_ESTALE; i++) {
		xs_generation_remove(xs_generation_path(a, part, 1));
		rc = xs_deadline_over(stop) ? xs_fail(XS_ECANCEL, "stopped; there is no backup")
					    : backup_copy(ix, part, true, stop);
	}
	if (rc == XS_ESTALE) {
		xs_generation_remove(xs_generation_path(a, part, 1));
		rc = backup_copy(ix, part, false, stop);
		/* There is no stub in the copy, so it is made from the passages. */
		if (rc == XS_OK)
			rc = backup_rebuild(ix, part);
	}
	xs_arena_free(a);
	return rc;
}

/* All of it is on the disk before it gets its name. */
static int backup_end(const char *part, const char *folder)
{
	int fd = open(part, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = XS_OK;

	if (fd < 0 || syncfs(fd) < 0)
		rc = xs_fail(XS_EIO, "write %s: %s", part, strerror(errno));
	else if (rename(part, folder) < 0)
		/* The folder was free when we began, but others may have filled it. */
		rc = xs_fail(errno == ENOTEMPTY || errno == EEXIST ? XS_EINPUT : XS_EIO,
			     "make the folder %s: %s", folder, strerror(errno));
	else
		syncfs(fd);
	if (fd >= 0)
		close(fd);
	return rc;
}

int xs_index_backup(xs_index *ix, const char *folder, const xs_deadline *stop)
{
	xs_arena *a = xs_arena_new();
	char *part = NULL;
	xs_store *store;
	int rc = backup_free(folder);

	if (rc == XS_OK)
		rc = xs_handle_store(&store, ix);
	if (rc == XS_OK)
		rc = backup_begin(&part, a, ix, folder);
	if (rc == XS_OK)
		rc = backup_fill(ix, part, stop);
	if (rc == XS_OK)
		rc = backup_vectors(ix, part);
	if (rc == XS_OK)
		rc = backup_crawls(ix, part, stop);
	if (rc == XS_OK)
		rc = backup_end(part, folder);
	if (rc != XS_OK && part)
		backup_clear(part);
	xs_arena_free(a);
	return rc;
}
