/* SPDX-License-Identifier: GPL-2.0-or-later */
/* handle.c - the reader, the store and the writer of an open index. */
#include "index/handle.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "index/generation.h"
#include "index/replay.h"

/* How often a reader follows a stub that changes under it. */
enum { HANDLE_TRIES = 3 };

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
		for (i = 0; i < HANDLE_TRIES; i++) {
			rc = handle_follow(ix);
			if (rc == XS_OK)
				break;
		}
	}
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

/* Whether the writer's database was made from this store in this way, and from where on it must be
 * told. */
static int handle_matches(bool *matches, int64_t *after, xs_index *ix)
{
	xs_arena *a = xs_arena_new();
	const char *form = "", *expected = "", *outbox = "", *told = "";
	int64_t last = 0;
	int rc = xs_xap_writer_get(&form, a, ix->writer, "form");

	if (rc == XS_OK)
		rc = xs_xap_writer_get(&outbox, a, ix->writer, "outbox");
	if (rc == XS_OK)
		rc = xs_replay_form(&expected, a, ix);
	if (rc == XS_OK)
		rc = xs_store_get(&told, a, ix->store, "told");
	if (rc == XS_OK)
		rc = xs_store_last(&last, ix->store);
	*after = xs_replay_number(outbox);
	/* A file that was put back from a copy: the outbox lacks what was trimmed since, or Xapian
	 * knows what the store does not. */
	*matches = !strcmp(form, expected) && *after >= xs_replay_number(told) && *after <= last;
	xs_arena_free(a);
	return rc;
}

int xs_handle_writer(xs_index *ix)
{
	const char *why;
	xs_arena *a;
	bool matches = false;
	int64_t after = 0;
	int rc;

	assert(ix->mode == XS_WRITE);
	if (ix->writer)
		return XS_OK;
	rc = xs_generation_current(&ix->writing, ix->options.path);
	if (rc == XS_OK) {
		a = xs_arena_new();
		rc = xs_xap_writer_open(&ix->writer,
					xs_generation_path(a, ix->options.path, ix->writing), false,
					ix->options.language);
		xs_arena_free(a);
	}
	if (rc == XS_OK)
		rc = handle_matches(&matches, &after, ix);
	if (rc == XS_OK && matches) {
		xs_generation_clean(ix->options.path, ix->writing);
		rc = xs_replay_pending(ix, after);
		if (rc != XS_EFORMAT)
			return rc;
	}
	if (rc != XS_OK && rc != XS_ENOTFOUND && rc != XS_EFORMAT)
		return rc;
	if (rc != XS_ENOTFOUND) {
		why = rc == XS_EFORMAT ? xs_error()
				       : "it was made with other settings, or from another store";
		xs_log(XS_LOG_WARN, "%s: Xapian's part is made anew: %s", ix->options.path, why);
	}
	xs_handle_drop(ix);
	return xs_replay_rebuild(ix, NULL, NULL, NULL);
}

void xs_handle_drop(xs_index *ix)
{
	xs_xap_close(ix->xap);
	ix->xap = NULL;
	xs_xap_writer_close(ix->writer);
	ix->writer = NULL;
}
