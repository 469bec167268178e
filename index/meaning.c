/* SPDX-License-Identifier: GPL-2.0-or-later */
/* meaning.c - a file that is mapped again when another one has its name. */
#define _GNU_SOURCE
#include "index/meaning.h"

#include <stdlib.h>

#include "base/memory.h"
#include "index/embed.h"
#include "index/handle.h"

static bool meaning_same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

/* A file is never changed but replaced (vectors.h): so its number and its time tell.  The time of its
 * status changes when one that could not be read gets another owner or other rights. */
static bool meaning_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       meaning_same_time(a->st_mtim, b->st_mtim) &&
	       meaning_same_time(a->st_ctim, b->st_ctim);
}

/* The reader first: it borrows the mapping. */
static void meaning_close(xs_index *ix)
{
	xs_meaning_file *m = &ix->meaning;

	if (ix->xap)
		xs_xap_set_vectors(ix->xap, NULL);
	xs_vectors_close(m->vectors);
	free(m->error);
	*m = (xs_meaning_file){0};
}

xs_meaning_state xs_meaning_follow(xs_index *ix)
{
	xs_meaning_file *m = &ix->meaning;
	xs_arena *a;
	const char *path;
	struct stat now;
	int rc;

	if (ix->sharded)
		return XS_MEANING_ABSENT;
	a = xs_arena_new();
	path = xs_embed_path(a, ix->options.path);
	if (stat(path, &now) < 0)
		now = (struct stat){0};
	if (!meaning_same(&now, &m->stat)) {
		meaning_close(ix);
		rc = xs_vectors_open(&m->vectors, path);
		if (rc != XS_OK && rc != XS_ENOTFOUND)
			m->error = xs_strdup(xs_error());
		/* If the file was replaced after the look, the next one tells. */
		m->stat = now;
	}
	xs_arena_free(a);
	/* Each time, as the reader may be a new one. */
	if (ix->xap)
		xs_xap_set_vectors(ix->xap, m->vectors);
	return m->vectors ? XS_MEANING_DONE : m->error ? XS_MEANING_DAMAGED : XS_MEANING_ABSENT;
}

xs_meaning_state xs_meaning_match(xs_index *ix, const xs_meaning *meaning)
{
	xs_meaning_state state = xs_meaning_follow(ix);
	xs_vectors_info info;

	if (state != XS_MEANING_DONE)
		return state;
	xs_vectors_info_get(&info, ix->meaning.vectors);
	return info.identity == meaning->identity && info.dimensions == meaning->dimensions
		       ? XS_MEANING_DONE
		       : XS_MEANING_OTHER;
}

xs_meaning_state xs_index_meaning(const char **error, xs_index *ix)
{
	xs_meaning_state state = xs_meaning_follow(ix);

	*error = ix->meaning.error;
	return state;
}

void xs_meaning_fini(xs_index *ix)
{
	meaning_close(ix);
}
