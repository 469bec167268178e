/* SPDX-License-Identifier: GPL-2.0-or-later */
/* status.c - figures of an index, for people. */
#include <sys/stat.h>

#include "base/file.h"
#include "index/embed.h"
#include "index/generation.h"
#include "index/handle.h"
#include "index/replay.h"

/* These figures are for people: a file that is missing is no reason to fail. */
static uint64_t status_bytes(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (uint64_t)st.st_size : 0;
}

/* Why a file cannot be read is for `check` to say. */
static void status_vectors(xs_index_status *out, xs_arena *a, const char *folder)
{
	const char *path = xs_embed_path(a, folder);
	xs_vectors_info info = {0};
	xs_vectors *v = NULL;
	int rc = xs_vectors_open(&v, path);

	if (rc == XS_OK)
		xs_vectors_info_get(&info, v);
	xs_vectors_close(v);
	out->vectors = info.n;
	out->vectors_identity = info.identity;
	out->vectors_bytes = status_bytes(path);
	out->vectors_damaged = rc != XS_OK && rc != XS_ENOTFOUND;
}

/* Shards have no store, and so none of these figures. */
static int status_store(xs_index_status *out, xs_arena *a, xs_index *ix)
{
	const char *folder = ix->options.path, *outbox = "";
	uint64_t *pending;
	xs_store *store;
	size_t n = 0;
	int rc = xs_handle_store(&store, ix);

	if (rc == XS_OK)
		rc = xs_store_status(out, a, store);
	if (rc == XS_OK)
		rc = xs_xap_get(&outbox, a, ix->xap, "outbox");
	/* What Xapian has committed and the store not yet trimmed is not pending. */
	if (rc == XS_OK)
		rc = xs_store_pending(&pending, &n, a, store, xs_replay_number(outbox));
	out->pending = n;
	out->generation = ix->reading;
	out->site_bytes = status_bytes(xs_file_join(a, folder, "site.db"));
	out->xapian_bytes = xs_generation_bytes(xs_generation_path(a, folder, ix->reading));
	status_vectors(out, a, folder);
	return rc;
}

int xs_index_status_get(xs_index_status *out, xs_arena *a, xs_index *ix)
{
	xs_xap *xap;
	int rc;

	/* With shards nothing more is filled, and callers print the languages as they are. */
	*out = (xs_index_status){.languages = ""};
	rc = xs_handle_fresh(&xap, ix);
	if (rc == XS_OK)
		rc = xs_xap_count(&out->documents, xap);
	if (rc == XS_OK && !ix->sharded)
		rc = status_store(out, a, ix);
	return rc;
}

int xs_index_failures(xs_index_failure *out, size_t *n, size_t room, xs_arena *a, xs_index *ix)
{
	xs_store *store;
	int rc = xs_handle_store(&store, ix);

	*n = 0;
	return rc < 0 ? rc : xs_store_failures(out, n, room, a, store);
}
