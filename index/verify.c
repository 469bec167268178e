/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify.c - the passages of the store and the documents of Xapian, side by side. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/file.h"
#include "base/memory.h"
#include "index/embed.h"
#include "index/generation.h"
#include "index/replay.h"
#include "index/verify.h"

/* How often a comparison begins anew because a writer was in the way. */
enum { VERIFY_TRIES = 5 };

/* What one store says of a passage. */
typedef struct verify_item {
	uint64_t docid, hash;
} verify_item;

typedef struct verify_list {
	verify_item *list; /* by rising number */
	size_t n, cap;
	xs_buf scratch;
} verify_list;

static void verify_add(verify_list *l, uint64_t docid, const void *bytes, size_t len)
{
	/* The hash stands for the bytes: those of a whole index would not fit into memory. */
	l->list = xs_grow(l->list, l->n, &l->cap, sizeof *l->list);
	l->list[l->n++] = (verify_item){docid, XXH3_64bits(bytes, len)};
}

static int verify_see_record(void *user, const xs_record *r)
{
	verify_list *l = user;

	/* Packed as it is for Xapian, so that equal passages have equal bytes. */
	xs_buf_reset(&l->scratch);
	xs_record_put(&l->scratch, r);
	verify_add(l, r->docid, l->scratch.data, l->scratch.len);
	return XS_OK;
}

static int verify_see_document(void *user, uint64_t docid, const void *data, size_t len)
{
	verify_add(user, docid, data, len);
	return XS_OK;
}

/* Compares what is not pending. */
static void verify_compare(xs_index_report *r, const verify_list *store, const verify_list *xap,
			   const uint64_t *pending, size_t n)
{
	size_t i = 0, k = 0, p = 0;
	uint64_t docid;

	while (i < store->n || k < xap->n) {
		docid = i < store->n ? store->list[i].docid : UINT64_MAX;
		if (k < xap->n && xap->list[k].docid < docid)
			docid = xap->list[k].docid;
		/* All three lists rise, so one walk is enough. */
		while (p < n && pending[p] < docid)
			p++;
		/* Xapian is still to be told of it: it may well differ. */
		if (p < n && pending[p] == docid)
			;
		else if (i == store->n || store->list[i].docid != docid)
			r->surplus++;
		else if (k == xap->n || xap->list[k].docid != docid)
			r->missing++;
		else if (store->list[i].hash != xap->list[k].hash)
			r->different++;
		i += i < store->n && store->list[i].docid == docid;
		k += k < xap->n && xap->list[k].docid == docid;
	}
}

/* Xapian first, so that the store, which is always ahead, has in its outbox what Xapian lacks. */
int xs_verify_state(xs_xap **xap, uint64_t **pending, size_t *n, xs_index *ix, xs_arena *a)
{
	const char *outbox = "", *told = "";
	int64_t last = 0, at;
	int rc = xs_handle_fresh(xap, ix);

	if (rc == XS_OK)
		rc = xs_xap_get(&outbox, a, *xap, "outbox");
	/* The store stays at this state until the caller rolls back. */
	if (rc == XS_OK)
		rc = xs_store_begin(ix->store);
	if (rc == XS_OK)
		rc = xs_store_get(&told, a, ix->store, "told");
	if (rc == XS_OK)
		rc = xs_store_last(&last, ix->store);
	at = xs_replay_number(outbox);
	if (rc == XS_OK)
		rc = xs_store_pending(pending, n, a, ix->store, at);
	/* Below `told` the outbox is trimmed: what Xapian lacks of it cannot be told again.  A
	 * writer may have committed in between, so the caller looks once more. */
	if (rc == XS_OK && at < xs_replay_number(told))
		return xs_fail(XS_ESTALE,
			       "%s: Xapian's part is older than the store says; rebuild it",
			       ix->options.path);
	if (rc == XS_OK && at > last)
		return xs_fail(XS_EFORMAT, "%s: Xapian's part is newer than the store; rebuild it",
			       ix->options.path);
	return rc;
}

static int verify_once(xs_index_report *r, xs_index *ix, xs_arena *a)
{
	verify_list store = {0}, documents = {0};
	uint64_t *pending = NULL;
	size_t n = 0;
	xs_xap *xap;
	int rc = xs_verify_state(&xap, &pending, &n, ix, a);

	xs_buf_init(&store.scratch);
	if (rc == XS_OK)
		rc = xs_store_records(ix->store, verify_see_record, &store);
	if (rc == XS_OK)
		rc = xs_xap_walk(xap, verify_see_document, &documents);
	/* After a failure as well, or the store would stay at that state. */
	xs_store_rollback(ix->store);
	if (rc == XS_OK) {
		r->passages = store.n;
		r->documents = documents.n;
		r->pending = n;
		r->missing = r->surplus = r->different = 0;
		verify_compare(r, &store, &documents, pending, n);
	}
	xs_buf_fini(&store.scratch);
	free(store.list);
	free(documents.list);
	return rc;
}

/* Whether another process writes now. */
static bool verify_written(xs_index *ix, xs_arena *a)
{
	/* A lock that we hold ourselves would look like another's. */
	int fd = ix->lock >= 0
			 ? -1
			 : open(xs_file_join(a, ix->options.path, "lock"), O_RDONLY | O_CLOEXEC);
	bool written = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) < 0;

	if (fd >= 0)
		close(fd);
	return written;
}

/* Lets Xapian check its files.  A writer that commits twice meanwhile may make blocks look damaged
 * that are only newer, so a failure counts if nothing was committed. */
static int verify_files(xs_index *ix, xs_arena *a)
{
	const char *before, *after, *path;
	xs_xap *xap;
	int rc = XS_OK, i, generation;

	for (i = 0; i < VERIFY_TRIES; i++) {
		rc = xs_handle_fresh(&xap, ix);
		generation = ix->reading;
		if (rc == XS_OK)
			rc = xs_xap_get(&before, a, xap, "outbox");
		if (rc < 0)
			return rc;
		path = xs_generation_path(a, ix->options.path, generation);
		/* Xapian's check opens the files for writing, though it writes nothing. */
		if (access(xs_file_join(a, path, "postlist.glass"), W_OK) < 0)
			return XS_OK;
		rc = xs_xap_check(path);
		if (rc == XS_OK || !verify_written(ix, a))
			return rc;
		if (xs_handle_fresh(&xap, ix) < 0 || xs_xap_get(&after, a, xap, "outbox") < 0 ||
		    (!strcmp(before, after) && ix->reading == generation))
			return rc;
	}
	return rc;
}

static const char *verify_sentence(const xs_index_report *r, xs_arena *a, const char *path)
{
	if (!r->missing && !r->surplus && !r->different)
		return "";
	return xs_arena_printf(
		a,
		"%s: the stores differ: %llu passages are missing in Xapian, %llu say something "
		"else, %llu documents are unknown to the store; rebuild Xapian's part",
		path, (unsigned long long)r->missing, (unsigned long long)r->different,
		(unsigned long long)r->surplus);
}

/* The store comes first: it is the truth, and Xapian's part can be made from it anew. */
static int verify_all(xs_index *ix, xs_arena *a, xs_index_report *report)
{
	xs_index_status status = {0};
	int rc = xs_store_check(ix->store), i;

	if (rc == XS_OK)
		rc = xs_store_status(&status, a, ix->store);
	report->pages = status.pages;
	report->passages = status.passages;
	if (rc == XS_OK)
		rc = verify_files(ix, a);
	if (rc < 0)
		return rc;
	for (i = 0; i < VERIFY_TRIES; i++) {
		rc = verify_once(report, ix, a);
		if (rc != XS_ESTALE)
			return rc;
	}
	if (verify_written(ix, a))
		return xs_fail(XS_EBUSY,
			       "%s: the index is being written, try again when that has ended",
			       ix->options.path);
	/* Stale each time though nobody writes: it is old for good.  The sentence is the last
	 * try's. */
	return XS_EFORMAT;
}

/* Looks a passage of the store up in the file. */
typedef struct verify_vectors {
	const xs_vectors *file; /* NULL: there is none */
	const xs_index_options *options;
	xs_index_report *report;
} verify_vectors;

static int verify_see_content(void *user, uint64_t docid, uint64_t content, const char *language)
{
	verify_vectors *v = user;
	const xs_index_options *o = v->options;
	int64_t row = v->file ? xs_vectors_row(v->file, docid) : -1;

	if (row >= 0 && xs_vectors_key(v->file, (size_t)row).content == content)
		v->report->vectors++;
	else if (!o->embeds || o->embeds(o->embed_user, language))
		v->report->lacking++;
	return XS_OK;
}

/* Vectors are made after the words, so the file may be behind the store: that is counted, and no
 * fault. */
static int verify_file_of_vectors(xs_index_report *report, xs_index *ix, xs_arena *a)
{
	verify_vectors v = {.options = &ix->options, .report = report};
	xs_vectors_info info = {0};
	xs_vectors *file = NULL;
	int rc = xs_vectors_open(&file, xs_embed_path(a, ix->options.path));

	v.file = file;
	if (rc == XS_OK) {
		xs_vectors_info_get(&info, file);
		rc = xs_vectors_check(file);
	}
	if (rc == XS_EFORMAT)
		rc = xs_fail(rc, "%s; index again, which makes it anew", xs_error());
	if (rc == XS_OK || rc == XS_ENOTFOUND)
		rc = xs_store_contents(ix->store, verify_see_content, &v);
	report->stale = info.n - report->vectors;
	xs_vectors_close(file);
	return rc;
}

int xs_index_check(xs_index_report *report, xs_arena *a, xs_index *ix)
{
	xs_store *store;
	int rc;

	*report = (xs_index_report){.sentence = ""};
	rc = xs_handle_store(&store, ix);
	if (rc < 0)
		return rc;
	rc = verify_all(ix, a, report);
	if (rc == XS_OK)
		report->sentence = verify_sentence(report, a, ix->options.path);
	if (*report->sentence)
		return xs_fail(XS_EFORMAT, "%s", report->sentence);
	if (rc == XS_OK)
		rc = verify_file_of_vectors(report, ix, a);
	if (rc == XS_EFORMAT)
		report->sentence = xs_arena_dup(a, xs_error());
	return rc;
}
