/* SPDX-License-Identifier: GPL-2.0-or-later */
/* writer.c - is Xapian's part the store's?  Then what it lacks is repeated, else it is made anew. */
#include "index/writer.h"

#include <assert.h>
#include <string.h>

#include "base/log.h"
#include "index/generation.h"
#include "index/replay.h"

/* Whether the writer's database was made from this store in this way, and from where on it must be
 * told. */
static int writer_matches(bool *matches, int64_t *after, xs_index *ix)
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

int xs_writer_open(xs_index *ix)
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
		rc = writer_matches(&matches, &after, ix);
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
	return xs_replay_rebuild(NULL, ix, NULL, NULL);
}
