/* SPDX-License-Identifier: GPL-2.0-or-later */
/* replay.c - the outbox, and all passages, to Xapian. */
#include "index/replay.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "index/generation.h"

/* Passages on their way to a database of Xapian. */
typedef struct replay {
	xs_index *ix;
	xs_xap_writer *writer;
	xs_xap_maker *maker;
	xs_progress *progress;	 /* NULL: nobody */
	const xs_deadline *stop; /* NULL: none */
	size_t n, bytes;	 /* passages so far; text since the last commit */
} replay;

/* "NAME a b", "" of an empty list.  An empty list adds nothing, so that indexes made before
 * there were such lists keep their form. */
static const char *replay_list(xs_arena *a, const char *name, const char *const *list)
{
	const char *out = list && *list ? name : "";

	for (; list && *list; list++)
		out = xs_arena_printf(a, "%s %s", out, *list);
	return out;
}

/* Weights in quarters, as documents have them: a change below that makes no other document. */
int xs_replay_form(const char **out, xs_arena *a, xs_index *ix)
{
	const char *id;
	int rc = xs_store_get(&id, a, ix->store, "id");

	*out = xs_arena_printf(a, "%d %s %s %ld %ld%s%s", XS_HANDLE_FORM, id,
			       ix->xap_options.language, lround(ix->xap_options.title_weight * 4),
			       lround(ix->xap_options.heading_weight * 4),
			       replay_list(a, " facets", ix->xap_options.facets.fields),
			       replay_list(a, " roots", ix->xap_options.facets.roots));
	return rc;
}

int64_t xs_replay_number(const char *text)
{
	return strtoll(text, NULL, 10);
}

static int replay_set(xs_xap_writer *w, int64_t seq)
{
	char number[32];

	snprintf(number, sizeof number, "%lld", (long long)seq);
	return xs_xap_set(w, "outbox", number);
}

/* After each batch_bytes Xapian commits without a number, which only means that these passages
 * would be told again. */
static int replay_put(void *user, const xs_record *record)
{
	replay *r = user;
	xs_xap_document *document = NULL;
	int rc;

	if (xs_deadline_over(r->stop))
		return xs_fail(XS_ECANCEL,
			       "stopped after %zu passages; the index in use is as it was", r->n);
	rc = xs_xap_make(&document, r->maker, record);
	if (rc == XS_OK)
		rc = xs_xap_put(r->writer, record->docid, document);
	xs_xap_document_free(document);
	r->n++;
	r->bytes += strlen(record->text);
	if (rc == XS_OK && r->bytes >= r->ix->options.batch_bytes) {
		rc = xs_xap_commit(r->writer);
		r->bytes = 0;
	}
	if (rc == XS_OK && r->progress)
		xs_progress_show(r->progress, r->n, 0);
	return rc;
}

/* A passage that is not in the store any more was deleted; one that was put since is told as it is
 * now.  So the outbox may be repeated as often as one likes. */
int xs_replay_pending(xs_index *ix, int64_t after)
{
	replay r = {.ix = ix, .writer = ix->writer};
	xs_arena *a = xs_arena_new();
	uint64_t *ids;
	size_t n = 0, i;
	int rc = xs_store_pending(&ids, &n, a, ix->store, after);

	if (rc == XS_OK && n)
		rc = xs_xap_maker_new(&r.maker, &ix->xap_options);
	for (i = 0; i < n && rc == XS_OK; i++) {
		rc = xs_store_record(ix->store, ids[i], replay_put, &r);
		if (rc == XS_ENOTFOUND)
			rc = xs_xap_delete(ix->writer, ids[i]);
	}
	if (rc == XS_OK && n)
		rc = xs_replay_commit(ix);
	xs_xap_maker_free(r.maker);
	xs_arena_free(a);
	return rc;
}

int xs_replay_commit(xs_index *ix)
{
	int64_t last;
	int rc = xs_store_last(&last, ix->store);

	assert(!xs_store_writing(ix->store));
	if (rc == XS_OK)
		rc = replay_set(ix->writer, last);
	if (rc == XS_OK)
		rc = xs_xap_commit(ix->writer);
	/* What Xapian holds uncommitted after a failure is not known. */
	if (rc < 0)
		xs_handle_drop(ix);
	return rc < 0 ? rc : xs_store_trim(ix->store, last);
}

/* Fills a new database with all passages. */
static int replay_all(replay *r, int64_t last)
{
	xs_arena *a = xs_arena_new();
	const char *form;
	int rc = xs_replay_form(&form, a, r->ix);

	if (rc == XS_OK)
		rc = xs_store_records(r->ix->store, replay_put, r);
	if (rc == XS_OK)
		rc = xs_xap_set(r->writer, "form", form);
	if (rc == XS_OK)
		rc = replay_set(r->writer, last);
	if (rc == XS_OK)
		rc = xs_xap_commit(r->writer);
	xs_arena_free(a);
	return rc;
}

/* For the progress alone. */
static int replay_total(size_t *out, xs_index *ix)
{
	xs_arena *a = xs_arena_new();
	xs_index_status status = {0};
	int rc = xs_store_status(&status, a, ix->store);

	*out = (size_t)status.passages;
	xs_arena_free(a);
	return rc;
}

int xs_replay_rebuild(size_t *passages, xs_index *ix, xs_progress *progress,
		      const xs_deadline *stop)
{
	replay r = {.ix = ix, .progress = progress, .stop = stop};
	const char *folder = ix->options.path;
	xs_arena *a = xs_arena_new();
	int n = xs_generation_next(folder), rc;
	int64_t last = 0;
	size_t total = 0;

	/* Taken before the passages are read: what comes after it is told again, never left out. */
	rc = xs_store_last(&last, ix->store);
	if (rc == XS_OK)
		rc = replay_total(&total, ix);
	if (rc == XS_OK && progress)
		xs_progress_phase(progress, XS_PHASE_INDEX, total);
	if (rc == XS_OK)
		rc = xs_xap_writer_open(&r.writer, xs_generation_path(a, folder, n), true,
					ix->options.language);
	if (rc == XS_OK)
		rc = xs_xap_maker_new(&r.maker, &ix->xap_options);
	if (rc == XS_OK)
		rc = replay_all(&r, last);
	if (rc == XS_OK)
		rc = xs_generation_use(folder, n);
	if (rc < 0) {
		xs_xap_writer_close(r.writer);
		xs_generation_remove(xs_generation_path(a, folder, n));
		goto out;
	}
	/* The stub names the new one already: what was open is of yesterday. */
	xs_handle_drop(ix);
	ix->writer = r.writer;
	ix->writing = n;
	rc = xs_store_trim(ix->store, last);
	/* Readers keep the files that they have open, and follow the stub with their next
	 * search. */
	xs_generation_clean(folder, n);
out:
	if (passages)
		*passages = r.n;
	xs_xap_maker_free(r.maker);
	xs_arena_free(a);
	return rc;
}

int xs_index_rebuild(size_t *passages, xs_index *ix, xs_index_watch *watch, void *user,
		     const xs_deadline *stop)
{
	xs_progress progress;

	if (passages)
		*passages = 0;
	if (ix->mode != XS_WRITE)
		return xs_fail(XS_EINPUT, "the index %s is open for reading only",
			       ix->options.path);
	xs_progress_init(&progress, watch, user);
	return xs_replay_rebuild(passages, ix, &progress, stop);
}
