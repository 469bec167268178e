/* SPDX-License-Identifier: GPL-2.0-or-later */
/* handle.c - the reader and the store of an open index. */
#include "index/handle.h"

#include <stdlib.h>

#include "base/file.h"
#include "index/generation.h"

/* How often a reader follows a stub that changes under it. */
enum { HANDLE_TRIES = 3 };

/* Opens a generation, if it is of a form that this release can read: a newer one may have other terms,
 * and would be searched as if it had ours. */
static int handle_open(xs_index *ix, int generation)
{
	xs_arena *a = xs_arena_new();
	const char *form = "";
	int rc = xs_xap_open(&ix->xap, xs_generation_path(a, ix->options.path, generation), NULL);

	if (rc == XS_OK)
		rc = xs_xap_get(&form, a, ix->xap, "form");
	if (rc == XS_OK && strtol(form, NULL, 10) > XS_HANDLE_FORM)
		rc = xs_fail(
			XS_EFORMAT,
			"%s: the index was written by a newer release (form %ld, this one knows %d)",
			ix->options.path, strtol(form, NULL, 10), XS_HANDLE_FORM);
	if (rc < 0) {
		xs_xap_close(ix->xap);
		ix->xap = NULL;
	}
	ix->reading = ix->xap ? generation : 0;
	xs_arena_free(a);
	return rc;
}

/* Follows the stub once.  A generation that goes after the stub was read makes this fail. */
static int handle_follow(xs_index *ix)
{
	int generation, rc = xs_generation_current(&generation, ix->options.path);

	if (rc < 0)
		return rc;
	if (ix->xap && ix->reading == generation && xs_xap_reopen(ix->xap) == XS_OK)
		return XS_OK;
	xs_xap_close(ix->xap);
	ix->xap = NULL;
	/* By its folder and not through the stub: so `reading` surely is what is read. */
	return handle_open(ix, generation);
}

int xs_handle_fresh(xs_xap **out, xs_index *ix)
{
	int rc = XS_OK, i;

	*out = NULL;
	if (ix->sharded) {
		rc = ix->xap ? xs_xap_reopen(ix->xap)
			     : xs_xap_open(&ix->xap, NULL, ix->options.shards);
	} else {
		/* A writer may change over between the reading of the stub and the opening. */
		for (i = 0; i < HANDLE_TRIES; i++) {
			rc = handle_follow(ix);
			if (rc == XS_OK)
				break;
		}
	}
	/* From below it comes without a sentence: there, it is an answer. */
	if (rc == XS_ENOTFOUND)
		return xs_fail(XS_ENOTFOUND, "there is no index in %s yet", ix->options.path);
	*out = rc == XS_OK ? ix->xap : NULL;
	return rc;
}

int xs_handle_store(xs_store **out, xs_index *ix)
{
	xs_arena *a;
	int rc = XS_OK;

	*out = NULL;
	if (ix->sharded)
		return xs_fail(XS_EUNSUPPORTED, "a search over shards has no store of its own");
	/* A reader opens an index that lacks it (index.c); it may have come since. */
	if (!ix->store) {
		a = xs_arena_new();
		rc = xs_store_open(&ix->store, xs_file_join(a, ix->options.path, "site.db"),
				   ix->mode == XS_WRITE);
		xs_arena_free(a);
	}
	if (rc == XS_ENOTFOUND)
		return xs_fail(XS_ENOTFOUND, "there is no index in %s yet", ix->options.path);
	*out = ix->store;
	return rc;
}

void xs_handle_drop(xs_index *ix)
{
	xs_xap_close(ix->xap);
	ix->xap = NULL;
	xs_xap_writer_close(ix->writer);
	ix->writer = NULL;
}
