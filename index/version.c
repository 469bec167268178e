/* SPDX-License-Identifier: GPL-2.0-or-later */
/* version.c - a number that tells one state of an index from all others. */
#include <string.h>
#include <sys/stat.h>

#include <xxhash.h>

#include "index/embed.h"
#include "index/handle.h"

/* Vectors come after the words, and each time in a new file. */
static uint64_t version_vectors(const xs_index *ix, xs_arena *a)
{
	struct stat st = {0};
	uint64_t parts[6];

	if (stat(xs_embed_path(a, ix->options.path), &st) < 0)
		return 0;
	parts[0] = (uint64_t)st.st_ino;
	parts[1] = (uint64_t)st.st_size;
	parts[2] = (uint64_t)st.st_mtim.tv_sec;
	parts[3] = (uint64_t)st.st_mtim.tv_nsec;
	parts[4] = (uint64_t)st.st_ctim.tv_sec; /* it may be read since (chmod) */
	parts[5] = (uint64_t)st.st_ctim.tv_nsec;
	return XXH3_64bits(parts, sizeof parts);
}

int xs_index_version(uint64_t *out, xs_index *ix)
{
	xs_arena *a;
	const char *done, *form;
	xs_xap *xap;
	int rc;

	*out = 0;
	if (ix->sharded)
		return xs_fail(XS_EUNSUPPORTED, "an index of shards has no version");
	rc = xs_handle_fresh(&xap, ix);
	if (rc != XS_OK)
		return rc;
	a = xs_arena_new();
	/* Which store, which build of it, which of its commits. */
	rc = xs_xap_get(&form, a, xap, "form");
	if (rc == XS_OK)
		rc = xs_xap_get(&done, a, xap, "outbox");
	if (rc == XS_OK) {
		*out = XXH3_64bits_withSeed(form, strlen(form), (uint64_t)ix->reading);
		*out = XXH3_64bits_withSeed(done, strlen(done), *out);
		*out ^= version_vectors(ix, a);
	}
	xs_arena_free(a);
	return rc;
}
