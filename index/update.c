/* SPDX-License-Identifier: GPL-2.0-or-later */
/* update.c - sources against the store: what is new, changed, the same, gone. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/memory.h"
#include "crawl/frontier.h"
#include "index/ahead.h"
#include "index/changes.h"
#include "index/guard.h"
#include "index/progress.h"
#include "index/writer.h"

/* Rises when pages come to be read or cut in another way: all are then read again. */
enum { UPDATE_FORM = 6, UPDATE_FAILURES = 1000 };

/* A page to be read, beside its xs_ahead_job. */
typedef struct update_known {
	xs_store_page page; /* what is stored; state NOTHING: nothing */
	uint64_t form;	    /* as it will be cut */
} update_known;

/* A page that went. */
typedef struct update_gone {
	int64_t id;
	bool counts; /* more than a failure was known */
} update_gone;

typedef struct update {
	xs_index *ix;
	xs_changes changes;
	xs_progress progress;
	const xs_deadline *stop;
	xs_arena *a, *own; /* the caller's, for failures; items */
	xs_index_summary *out;
	xs_index_failure *failures;
	const char **notes;
	xs_ahead_job *all; /* every entry of the sources, by key, each once */
	size_t n, cap;
	xs_ahead_job *jobs; /* those to be read */
	update_known *known;
	size_t n_jobs;
	const char **keep; /* prefixes of keys that may still be there */
	size_t n_keep, keep_cap;
	size_t next;   /* in `all`, while keys are compared */
	size_t stored; /* pages of which more than a failure is known */
	update_gone *gone;
	size_t n_gone, gone_cap;
	xs_crawl **crawls; /* one a source; NULL: it is none */
	size_t n_crawls;
} update;

static int update_stopped(const update *u)
{
	if (!xs_deadline_over(u->stop))
		return XS_OK;
	return xs_fail(XS_ECANCEL, "stopped; what was read is indexed, the rest is as it was");
}

/* By key, in the order in which the store gives its own: what is gone is found by one pass over both. */
static int update_compare(const void *x, const void *y)
{
	const xs_ahead_job *a = x, *b = y;
	int order = strcmp(a->item->key, b->item->key);

	/* Sources are in one array: the first that lists a page takes it. */
	return order ? order : (a->source > b->source) - (a->source < b->source);
}

static void update_crawled(void *user, const xs_crawl_progress *p)
{
	update *u = user;

	u->progress.at.total = p->done + p->waiting;
	xs_progress_show(&u->progress, p->done, p->failed);
}

/* Fetches a site.  Its file stays open for the reading. */
static int update_crawl(update *u, const xs_source *source, xs_source_item **items, size_t *n)
{
	const char *kept = xs_frontier_path(u->own, u->ix->options.path);
	xs_crawl_summary summary = {0};
	int rc;

	xs_progress_phase(&u->progress, XS_PHASE_CRAWL, 0);
	rc = xs_source_crawl(items, n, &u->crawls[u->n_crawls++], &summary, u->own, source, kept,
			     update_crawled, u, u->stop);
	xs_crawl_summary_add(&u->out->crawl, &summary);
	u->out->crawled = true;
	return rc;
}

static int update_add(update *u, const xs_source *source)
{
	xs_source_item *items;
	size_t n, i;
	int rc = source->crawl ? update_crawl(u, source, &items, &n)
			       : xs_source_walk(&items, &n, &u->out->others, u->own, source);

	if (rc < 0)
		return rc;
	if (!n)
		return xs_fail(XS_EINPUT, "the source %s has no pages in it; nothing was changed",
			       source->path);
	for (i = 0; i < n; i++) {
		u->all = xs_grow(u->all, u->n, &u->cap, sizeof *u->all);
		u->all[u->n++] = (xs_ahead_job){source, &items[i]};
	}
	return XS_OK;
}

/* Lists all sources before anything is changed. */
static int update_list(update *u, const xs_source *sources, size_t n)
{
	size_t i, to = 0;
	int rc = n ? XS_OK
		   : xs_fail(XS_EINPUT, "there are no sources to index; nothing was changed");

	u->crawls = xs_calloc(n, sizeof *u->crawls);
	xs_progress_phase(&u->progress, XS_PHASE_LIST, n);
	for (i = 0; i < n && rc == XS_OK; i++) {
		rc = update_stopped(u);
		if (rc == XS_OK)
			rc = update_add(u, &sources[i]);
		xs_progress_show(&u->progress, i + 1, 0);
	}
	if (rc < 0)
		return rc;
	/* Listed by two sources, a page is taken once: neighbours after sorting. */
	qsort(u->all, u->n, sizeof *u->all, update_compare);
	for (i = 0; i < u->n; i++) {
		if (to && !strcmp(u->all[to - 1].item->key, u->all[i].item->key))
			u->out->duplicate++;
		else
			u->all[to++] = u->all[i];
	}
	u->out->seen = u->n;
	u->n = to;
	u->jobs = xs_calloc(u->n, sizeof *u->jobs);
	u->known = xs_calloc(u->n, sizeof *u->known);
	return XS_OK;
}

/* An unreadable folder hides its pages, it does not delete them. */
static bool update_kept(const update *u, const char *key)
{
	size_t i;

	for (i = 0; i < u->n_keep; i++)
		if (!strncmp(key, u->keep[i], strlen(u->keep[i])))
			return true;
	return false;
}

/* Sees all stored keys in the order of `all`. */
static int update_see_key(void *user, const char *key, const xs_store_page *page)
{
	update *u = user;
	int order = 1;

	u->stored += page->state != XS_STORED_NOTHING;
	while (u->next < u->n && (order = strcmp(u->all[u->next].item->key, key)) < 0)
		u->next++;
	if ((u->next < u->n && order == 0) || update_kept(u, key))
		return XS_OK;
	u->gone = xs_grow(u->gone, u->n_gone, &u->gone_cap, sizeof *u->gone);
	u->gone[u->n_gone++] = (update_gone){page->id, page->state != XS_STORED_NOTHING};
	return XS_OK;
}

/* Finds what went, before anything is changed: too much of it may be a mistake. */
static int update_gone_find(update *u, const xs_source *sources, size_t n, bool sure)
{
	const xs_source_item *item;
	size_t i, counts = 0;
	int rc;

	for (i = 0; i < u->n; i++) {
		item = u->all[i].item;
		if (!item->keep || (u->n_keep && !strcmp(u->keep[u->n_keep - 1], item->keep)))
			continue;
		u->keep = xs_grow(u->keep, u->n_keep, &u->keep_cap, sizeof *u->keep);
		u->keep[u->n_keep++] = item->keep;
	}
	rc = xs_store_keys(u->ix->store, update_see_key, u);
	for (i = 0; i < u->n_gone; i++)
		counts += u->gone[i].counts;
	if (rc == XS_OK && !sure)
		rc = xs_guard(u->ix, sources, n, counts, u->stored);
	return rc;
}

/* Nothing where there is nothing, so that pages of a source without such lists keep their hash. */
static void update_form_list(xs_buf *to, const char *name, const char *const *list)
{
	for (; list && *list; list++)
		xs_buf_printf(to, "%s %s\n", name, *list);
}

/* Hash of all that makes a page, beside its bytes. */
static uint64_t update_form(const update *u, const xs_ahead_job *job, xs_buf *scratch)
{
	const xs_index_options *o = &u->ix->options;
	const xs_source *s = job->source;

	xs_buf_reset(scratch);
	xs_buf_printf(scratch, "%d %d %d %d %llx\n", UPDATE_FORM, o->page.passage_words,
		      o->page.passage_overlap, job->item->kind ? job->item->kind->number : 0,
		      (unsigned long long)o->vocabulary);
	xs_buf_printf(scratch, "%s\n%s\n%d%d%d%d%d\n", s->url ? s->url : "",
		      s->language ? s->language : "", s->guess_language, s->strip_extension,
		      s->index_folders, s->file_date, s->trust_canonical);
	update_form_list(scratch, "keep", s->keep_elements);
	update_form_list(scratch, "drop", s->drop_elements);
	if (job->item->filter)
		update_form_list(scratch, job->item->filter->output, job->item->filter->command);
	/* The relative path makes the URL: a source that moved makes others of the same files. */
	xs_buf_puts(scratch, job->item->rel);
	return XXH3_64bits(scratch->data, scratch->len);
}

static int update_failed(update *u, const char *key, const char *error)
{
	if (u->out->n_failures < UPDATE_FAILURES)
		u->failures[u->out->n_failures++] =
			(xs_index_failure){xs_arena_dup(u->a, key), xs_arena_dup(u->a, error)};
	u->out->failed++;
	return xs_changes_failed(&u->changes, key, error);
}

/* Keeps what was told of a page. */
static void update_note(update *u, const xs_page *p)
{
	size_t i;

	for (i = 0; i < p->n_notes; i++)
		if (u->out->n_notes++ < XS_INDEX_NOTES)
			u->notes[u->out->n_notes - 1] = xs_arena_dup(u->a, p->notes[i]);
}

static void update_same(update *u, const xs_store_page *known)
{
	if (known->state == XS_STORED_NOINDEX)
		u->out->noindex++;
	else if (known->state == XS_STORED_STUB)
		u->out->stubs++;
	else
		u->out->unchanged++;
}

/* Whether a page needs no reading; *touch: but its time is to be noted. */
static bool update_is_same(bool *touch, const xs_store_page *known, const xs_source_item *item,
			   uint64_t form)
{
	bool bytes;

	*touch = known->mtime_ns != item->mtime_ns;
	/* A server may give the next page, of as many bytes, the time of the one before. */
	bytes = item->hashed ? item->hash[0] == known->hash[0] && item->hash[1] == known->hash[1]
			     : !*touch;
	return known->state != XS_STORED_NOTHING && (item->error || !known->failed) &&
	       known->form == form && known->size == item->size && bytes;
}

/* Sorts out what is to be read.  In a transaction: to look up 100 000 keys one by one would open
 * as many. */
static int update_choose(update *u)
{
	xs_store_page none = {.state = XS_STORED_NOTHING}, page;
	xs_buf scratch;
	size_t i;
	bool touch, same;
	int rc = xs_changes_begin(&u->changes);

	xs_buf_init(&scratch);
	for (i = 0; i < u->n && rc == XS_OK; i++) {
		const xs_source_item *item = u->all[i].item;
		uint64_t form = update_form(u, &u->all[i], &scratch);

		if (item->rc < 0) {
			rc = update_failed(u, item->key, item->error);
			continue;
		}
		page = none;
		rc = xs_store_find(&page, u->ix->store, item->key);
		rc = rc == XS_ENOTFOUND ? XS_OK : rc;
		if (rc < 0)
			break;
		same = update_is_same(&touch, &page, item, form);
		if (same && item->error) {
			rc = update_failed(u, item->key, item->error);
		} else if (same) {
			update_same(u, &page);
			rc = touch ? xs_changes_touch(&u->changes, page.id, item->mtime_ns) : XS_OK;
		} else {
			u->jobs[u->n_jobs] = u->all[i];
			u->known[u->n_jobs++] = (update_known){page, form};
		}
	}
	xs_buf_fini(&scratch);
	return rc < 0 ? rc : xs_changes_flush(&u->changes);
}

/* Takes a page that was read. */
static int update_take(update *u, size_t job, xs_ahead_page *read)
{
	const xs_source_item *item = u->jobs[job].item;
	const xs_store_page *known = &u->known[job].page;
	const xs_page *p = &read->page;
	bool bytes = known->state != XS_STORED_NOTHING && known->hash[0] == p->hash[0] &&
		     known->hash[1] == p->hash[1];
	size_t before = u->changes.ever;
	xs_store_entry entry = {.key = item->key, .page = p, .tokens = read->tokens};
	int rc;

	if (read->rc < 0) {
		rc = update_failed(u, item->key, read->error);
		xs_ahead_page_free(read);
		return rc;
	}
	u->out->bytes += (uint64_t)p->size;
	update_note(u, p);
	if (bytes && known->form == u->known[job].form) {
		update_same(u, known);
		xs_ahead_page_free(read);
		return xs_changes_touch(&u->changes, known->id, item->mtime_ns);
	}
	entry.mtime_ns = item->mtime_ns;
	entry.form = u->known[job].form;
	entry.vocabulary = read->tokens ? u->ix->options.vocabulary : 0;
	if (p->stub)
		u->out->stubs++;
	else if (p->noindex)
		u->out->noindex++;
	else if (known->state == XS_STORED_NOTHING)
		u->out->added++;
	rc = xs_changes_put(&u->changes, &entry, read->documents);
	/* Cut in another way, a page may still say the same. */
	if (!p->noindex && known->state != XS_STORED_NOTHING &&
	    (!bytes || u->changes.ever > before))
		u->out->changed++;
	else if (!p->noindex && known->state != XS_STORED_NOTHING)
		u->out->unchanged++;
	xs_ahead_page_free(read);
	return rc;
}

static int update_read(update *u)
{
	xs_ahead *ahead = NULL;
	xs_ahead_page page;
	size_t i;
	bool whole;
	int rc;

	xs_progress_phase(&u->progress, XS_PHASE_READ, u->n_jobs);
	if (!u->n_jobs)
		return XS_OK;
	rc = xs_ahead_open(&ahead, &u->ix->options, u->jobs, u->n_jobs);
	for (i = 0; i < u->n_jobs && rc == XS_OK; i++) {
		rc = update_stopped(u);
		if (rc < 0)
			break;
		xs_ahead_next(&page, ahead);
		whole = page.rc == XS_OK;
		rc = update_take(u, i, &page);
		/* Read from what an earlier run had fetched. */
		if (rc == XS_OK && whole && u->jobs[i].item->error)
			rc = update_failed(u, u->jobs[i].item->key, u->jobs[i].item->error);
		xs_progress_show(&u->progress, i + 1, u->out->failed);
	}
	xs_ahead_close(ahead);
	return rc;
}

/* Last of all, when all sources are known to be read. */
static int update_delete(update *u)
{
	size_t i;
	int rc = XS_OK;

	for (i = 0; i < u->n_gone && rc == XS_OK; i++) {
		rc = update_stopped(u);
		if (rc < 0)
			break;
		rc = xs_changes_delete(&u->changes, u->gone[i].id);
		u->out->deleted += u->gone[i].counts;
	}
	return rc;
}

/* Xapian commits, also when a run was stopped. */
static int update_end(update *u, int rc)
{
	int end;

	if (rc < 0 && rc != XS_ECANCEL)
		return rc;
	xs_progress_phase(&u->progress, XS_PHASE_INDEX, u->changes.passages);
	end = xs_changes_end(&u->changes);
	if (end == XS_OK)
		xs_progress_show(&u->progress, u->changes.passages, u->out->failed);
	return end < 0 ? end : rc;
}

int xs_index_update(xs_index_summary *out, xs_arena *a, xs_index *ix, const xs_source *sources,
		    size_t n, bool sure, xs_index_watch *watch, void *user, const xs_deadline *stop)
{
	update u = {.ix = ix, .stop = stop, .a = a, .out = out};
	int rc;

	*out = (xs_index_summary){0};
	if (ix->mode != XS_WRITE)
		return xs_fail(XS_EINPUT, "the index %s is open for reading only",
			       ix->options.path);
	xs_progress_init(&u.progress, watch, user);
	u.own = xs_arena_new();
	u.failures = xs_arena_array(a, UPDATE_FAILURES, sizeof *u.failures);
	out->failures = u.failures;
	u.notes = xs_arena_array(a, XS_INDEX_NOTES, sizeof *u.notes);
	out->notes = u.notes;
	rc = xs_writer_open(ix);
	xs_changes_init(&u.changes, ix);
	if (rc == XS_OK)
		rc = update_list(&u, sources, n);
	if (rc == XS_OK)
		rc = update_gone_find(&u, sources, n, sure);
	if (rc == XS_OK) {
		rc = update_choose(&u);
		if (rc == XS_OK)
			rc = update_read(&u);
		if (rc == XS_OK)
			rc = update_delete(&u);
		if (rc == XS_OK)
			rc = xs_changes_join(&u.changes, &out->alike);
		if (rc == XS_OK)
			rc = xs_changes_set(&u.changes, "sources",
					    xs_guard_sources(u.own, sources, n));
		rc = update_end(&u, rc);
	}
	xs_changes_fini(&u.changes);
	out->passages = u.changes.passages;
	out->ms = xs_clock_ms(u.progress.start);
	free(u.all);
	free(u.jobs);
	free(u.known);
	free(u.keep);
	free(u.gone);
	for (size_t i = 0; i < u.n_crawls; i++)
		xs_crawl_close(u.crawls[i]);
	free(u.crawls);
	xs_arena_free(u.own);
	return rc;
}
