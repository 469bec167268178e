/* SPDX-License-Identifier: GPL-2.0-or-later */
/* index.c - opening and closing, the lock, and figures. */
#define _GNU_SOURCE
#include "index/index.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/pool.h"
#include "index/generation.h"
#include "index/handle.h"
#include "index/writer.h"

/* Text of one commit of Xapian: what Xapian keeps of it meanwhile takes many times the memory. */
enum { INDEX_BATCH_BYTES = 3 << 20 };

/* A list of strings that the caller may free. */
static const char *const *index_strings(xs_arena *a, const char *const *list)
{
	const char **copy;
	size_t n = 0, i;

	if (!list || !list[0])
		return NULL;
	while (list[n])
		n++;
	copy = xs_arena_array(a, n + 1, sizeof *copy);
	for (i = 0; i < n; i++)
		copy[i] = xs_arena_dup(a, list[i]);
	return copy;
}

static void index_options(xs_index *ix, const xs_index_options *options)
{
	xs_index_options *o = &ix->options;

	*o = *options;
	/* Copies: the caller may free its own as soon as the index is open. */
	o->path = xs_arena_dup(ix->own, options->path ? options->path : "");
	o->language = xs_arena_dup(ix->own, options->language);
	o->shards = index_strings(ix->own, options->shards);
	o->facets = index_strings(ix->own, options->facets);
	o->roots = index_strings(ix->own, options->roots);
	if (!o->batch_bytes)
		o->batch_bytes = INDEX_BATCH_BYTES;
	/* Then no ids are stored, and there is no vocabulary that they could be of. */
	if (!o->tokenize)
		o->vocabulary = 0;
	ix->xap_options = (xs_xap_options){o->language,
					   o->title_weight,
					   o->heading_weight,
					   {o->facets, o->roots}};
	ix->sharded = o->shards != NULL;
}

/* Locks the folder against other writers, and leaves our number there for their sentences. */
static int index_lock(xs_index *ix)
{
	const char *path = xs_file_join(ix->own, ix->options.path, "lock");
	char holder[32] = "";
	/* No O_TRUNC: until the lock is ours, the number in it is the holder's. */
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644), rc = XS_OK;
	ssize_t got;

	if (fd < 0)
		return xs_fail(XS_EIO, "write %s: %s", path, strerror(errno));
	/* The lock is the system's, and goes with the process however that ends. */
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		got = errno == EWOULDBLOCK ? pread(fd, holder, sizeof holder - 1, 0) : -1;
		if (got >= 0)
			rc = xs_fail(
				XS_EBUSY,
				"%s: process %ld writes this index: try again when it has ended",
				ix->options.path, strtol(holder, NULL, 10));
		else
			rc = xs_fail(XS_EIO, "lock %s: %s", path, strerror(errno));
		close(fd);
		return rc;
	}
	/* Only people read it: a number that cannot be written is no failure. */
	if (ftruncate(fd, 0) == 0)
		dprintf(fd, "%ld\n", (long)getpid());
	ix->lock = fd;
	return XS_OK;
}

/* The lock comes first: the store and Xapian must not be made twice. */
static int index_open_write(xs_index *ix)
{
	int rc = xs_file_mkdirs(ix->options.path);

	if (rc == XS_OK)
		rc = index_lock(ix);
	if (rc == XS_OK)
		rc = xs_store_open(&ix->store, xs_file_join(ix->own, ix->options.path, "site.db"),
				   true);
	if (rc == XS_OK)
		rc = xs_writer_open(ix);
	return rc;
}

static int index_open_read(xs_index *ix)
{
	xs_store *store;
	int rc;

	/* A folder may hold Xapian's part alone (a replica); but what a newer release wrote is not
	 * to be searched as if it were ours. */
	rc = ix->sharded ? XS_OK : xs_handle_store(&store, ix);
	if (rc == XS_EFORMAT)
		return rc;
	return xs_handle_fresh(&(xs_xap *){NULL}, ix);
}

int xs_index_open(xs_index **out, const xs_index_options *options, xs_index_mode mode)
{
	xs_index *ix;
	int rc;

	*out = NULL;
	/* Only a search over shards needs no folder. */
	if (!options->path || !*options->path)
		if (mode == XS_WRITE || !options->shards || !options->shards[0])
			return xs_fail(XS_EINPUT, "the index has no folder: expected a path");
	ix = xs_calloc(1, sizeof *ix);
	ix->own = xs_arena_new();
	ix->lock = -1;
	ix->mode = mode;
	index_options(ix, options);
	/* What is written is the folder's own index, whatever is searched elsewhere. */
	if (mode == XS_WRITE)
		ix->sharded = false;
	rc = mode == XS_WRITE ? index_open_write(ix) : index_open_read(ix);
	if (rc < 0) {
		xs_index_close(ix);
		return rc;
	}
	*out = ix;
	return XS_OK;
}

void xs_index_close(xs_index *ix)
{
	if (!ix)
		return;
	xs_handle_drop(ix);
	xs_meaning_fini(ix);
	xs_store_close(ix->store);
	/* Last, when nothing writes any more.  The file stays: if it went, two writers could each
	 * lock a file of that name. */
	if (ix->lock >= 0)
		close(ix->lock);
	xs_arena_free(ix->own);
	free(ix);
}
