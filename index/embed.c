/* SPDX-License-Identifier: GPL-2.0-or-later */
/* embed.c - what lacks a vector, batches that get one, and the file that is made of them all.
 *
 * The store is the record here as elsewhere: the file can be made from it again without a model. */
#include "index/embed.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "index/handle.h"
#include "index/progress.h"

/* Passages of one call of options.embed and of one commit.  Their number follows the machine: a batch of
 * half a second to two keeps many threads busy, and it is what a kill costs. */
enum {
	EMBED_FIRST = 64,
	EMBED_LEAST = 16,
	EMBED_MOST = 1024,
	EMBED_SHORT_MS = 500,
	EMBED_LONG_MS = 2000
};

/* A passage that is to have a vector. */
typedef struct embed_passage {
	uint64_t content, docid;
	bool has; /* its content has a vector */
} embed_passage;

/* A vector that is stored. */
typedef struct embed_stored {
	uint64_t content, identity;
} embed_stored;

typedef struct embed {
	xs_index *ix;
	xs_embed_summary *out;
	xs_progress progress;
	const xs_deadline *stop;
	embed_passage *shown;
	size_t n, cap;
	embed_stored *stored;
	size_t n_stored, stored_cap;
	embed_passage *todo; /* of each content that lacks a vector, the first passage */
	size_t n_todo, todo_cap;
	uint64_t *gone; /* contents that no passage has any more */
	size_t n_gone, gone_cap;
} embed;

const char *xs_embed_path(xs_arena *a, const char *folder)
{
	return xs_file_join(a, folder, "vectors");
}

/* ---- what lacks a vector */

static int embed_see_passage(void *user, uint64_t docid, uint64_t content, const char *language)
{
	embed *e = user;
	const xs_index_options *o = &e->ix->options;

	e->out->passages++;
	if (o->embeds && !o->embeds(o->embed_user, language)) {
		e->out->foreign++;
		return XS_OK;
	}
	e->shown = xs_grow(e->shown, e->n, &e->cap, sizeof *e->shown);
	e->shown[e->n++] = (embed_passage){content, docid, false};
	return XS_OK;
}

static int embed_see_stored(void *user, uint64_t content, uint64_t identity)
{
	embed *e = user;

	e->stored = xs_grow(e->stored, e->n_stored, &e->stored_cap, sizeof *e->stored);
	e->stored[e->n_stored++] = (embed_stored){content, identity};
	return XS_OK;
}

static int embed_by_content(const void *a, const void *b)
{
	const embed_passage *x = a, *y = b;
	int order = (x->content > y->content) - (x->content < y->content);

	return order ? order : (x->docid > y->docid) - (x->docid < y->docid);
}

static int embed_by_docid(const void *a, const void *b)
{
	const embed_passage *x = a, *y = b;

	return (x->docid > y->docid) - (x->docid < y->docid);
}

static int embed_stored_order(const void *a, const void *b)
{
	const embed_stored *x = a, *y = b;

	return (x->content > y->content) - (x->content < y->content);
}

static void embed_note_gone(embed *e, uint64_t content)
{
	e->gone = xs_grow(e->gone, e->n_gone, &e->gone_cap, sizeof *e->gone);
	e->gone[e->n_gone++] = content;
}

/* Both lists are by content, so one walk is enough. */
static void embed_compare(embed *e)
{
	uint64_t identity = e->ix->options.embed_identity;
	size_t i, k = 0;

	for (i = 0; i < e->n; i++) {
		embed_passage *p = &e->shown[i];

		while (k < e->n_stored && e->stored[k].content < p->content)
			embed_note_gone(e, e->stored[k++].content);
		p->has = i && p[-1].content == p->content && p[-1].has;
		if (k < e->n_stored && e->stored[k].content == p->content)
			p->has = e->stored[k++].identity == identity;
		if (p->has || (i && p[-1].content == p->content))
			continue;
		e->todo = xs_grow(e->todo, e->n_todo, &e->todo_cap, sizeof *e->todo);
		e->todo[e->n_todo++] = *p;
	}
	while (k < e->n_stored)
		embed_note_gone(e, e->stored[k++].content);
}

static int embed_plan(embed *e)
{
	xs_store *st = e->ix->store;
	int rc = xs_store_contents_fill(st, e->stop);

	if (rc == XS_OK)
		rc = xs_store_contents(st, embed_see_passage, e);
	if (rc == XS_OK)
		rc = xs_store_vector_keys(st, embed_see_stored, e);
	if (rc < 0)
		return rc;
	if (e->n)
		qsort(e->shown, e->n, sizeof *e->shown, embed_by_content);
	if (e->n_stored)
		qsort(e->stored, e->n_stored, sizeof *e->stored, embed_stored_order);
	embed_compare(e);
	/* In the order of the pages, which is that of the store: it is read once, from front to back. */
	if (e->n_todo)
		qsort(e->todo, e->n_todo, sizeof *e->todo, embed_by_docid);
	if (e->n)
		qsort(e->shown, e->n, sizeof *e->shown, embed_by_docid);
	return XS_OK;
}

/* ---- batches */

/* Passages that are being read for options.embed. */
typedef struct embed_batch {
	xs_embed_passage *list;
	size_t n;
	xs_arena *a;
} embed_batch;

static int embed_see_record(void *user, const xs_record *r)
{
	embed_batch *b = user;
	xs_embed_passage *p = &b->list[b->n++];
	int32_t *ids;

	*p = (xs_embed_passage){
		.title = xs_arena_dup(b->a, r->title),
		.heading = xs_arena_dup(b->a, r->heading),
		.text = xs_arena_dup(b->a, r->text),
	};
	/* Ids only save time: those that cannot be read are made again from the text. */
	if (r->tokens &&
	    xs_record_unpack(&ids, &p->n_ids, b->a, r->tokens, r->tokens_len) == XS_OK) {
		p->ids = ids;
		p->vocabulary = r->vocabulary;
	}
	return XS_OK;
}

static int embed_read(embed_batch *b, xs_store *st, const embed_passage *list, size_t n)
{
	int rc = XS_OK;
	size_t i;

	b->list = xs_arena_array(b->a, n, sizeof *b->list);
	for (i = 0; i < n && rc == XS_OK; i++)
		rc = xs_store_record(st, list[i].docid, embed_see_record, b);
	return rc;
}

static int embed_put(embed *e, const embed_passage *list, size_t n, const float *vectors)
{
	const xs_index_options *o = &e->ix->options;
	int8_t *items = xs_malloc((size_t)o->embed_dimensions);
	int rc = xs_store_begin(e->ix->store);
	size_t i;

	for (i = 0; i < n && rc == XS_OK; i++) {
		xs_store_vector v = {
			{0, list[i].content}, o->embed_identity, items, o->embed_dimensions, 0};

		v.scale = xs_vector_pack(items, vectors + i * (size_t)o->embed_dimensions,
					 o->embed_dimensions);
		rc = xs_store_vector_put(e->ix->store, &v);
	}
	if (rc == XS_OK)
		rc = xs_store_commit(e->ix->store);
	xs_store_rollback(e->ix->store);
	free(items);
	return rc;
}

static int embed_some(embed *e, const embed_passage *list, size_t n)
{
	const xs_index_options *o = &e->ix->options;
	embed_batch batch = {.a = xs_arena_new()};
	float *vectors = xs_calloc(n * (size_t)o->embed_dimensions, sizeof *vectors);
	int rc = embed_read(&batch, e->ix->store, list, n);

	if (rc == XS_OK)
		rc = o->embed(o->embed_user, vectors, batch.list, n, e->stop);
	/* The model works for seconds: nothing holds the store meanwhile. */
	if (rc == XS_OK)
		rc = embed_put(e, list, n, vectors);
	free(vectors);
	xs_arena_free(batch.a);
	return rc;
}

static size_t embed_next_batch(size_t n, double ms)
{
	if (ms < EMBED_SHORT_MS && n < EMBED_MOST)
		return 2 * n;
	return ms > EMBED_LONG_MS && n > EMBED_LEAST ? n / 2 : n;
}

static int embed_all(embed *e)
{
	size_t *done = &e->out->embedded, batch = EMBED_FIRST, n;
	int64_t begin;
	int rc = XS_OK;

	/* A run with nothing to embed shows no bar for it. */
	if (e->n_todo)
		xs_progress_phase(&e->progress, XS_PHASE_EMBED, e->n_todo);
	while (*done < e->n_todo && rc == XS_OK) {
		n = e->n_todo - *done < batch ? e->n_todo - *done : batch;
		begin = xs_clock_ns();
		rc = xs_deadline_over(e->stop) ? XS_ECANCEL : embed_some(e, e->todo + *done, n);
		if (rc == XS_OK)
			xs_progress_show(&e->progress, *done += n, 0);
		batch = embed_next_batch(batch, xs_clock_ms(begin));
	}
	if (rc == XS_ECANCEL)
		return xs_fail(XS_ECANCEL,
			       "stopped; %zu of %zu passages were embedded, the rest "
			       "gets its vectors with the next run",
			       *done, e->n_todo);
	return rc;
}

/* At the end of a whole run: a page that moved was gone for a while, too. */
static int embed_clean(embed *e)
{
	int rc = e->n_gone ? xs_store_begin(e->ix->store) : XS_OK;
	size_t i;

	for (i = 0; i < e->n_gone && rc == XS_OK; i++)
		rc = xs_store_vector_delete(e->ix->store, e->gone[i]);
	if (rc == XS_OK && e->n_gone)
		rc = xs_store_commit(e->ix->store);
	xs_store_rollback(e->ix->store);
	return rc;
}

/* ---- the file */

/* A file that is being written. */
typedef struct embed_file {
	xs_vectors_writer *writer;
	int dimensions;
} embed_file;

static int embed_put_row(void *user, const xs_store_vector *v)
{
	const embed_file *f = user;

	if (v->dimensions != f->dimensions)
		return xs_fail(
			XS_EFORMAT,
			"the store is damaged: the vector of passage %llu has %d dimensions, "
			"expected %d; remove the folder and index again",
			(unsigned long long)v->key.docid, v->dimensions, f->dimensions);
	return xs_vectors_put(f->writer, v->key, v->items, v->scale);
}

int xs_embed_write(const char *path, xs_store *st, uint64_t identity, int dimensions)
{
	embed_file f = {.dimensions = dimensions};
	int rc = xs_vectors_create(&f.writer, path, identity, dimensions);

	if (rc < 0)
		return rc;
	rc = xs_store_vectors(st, identity, embed_put_row, &f);
	if (rc == XS_OK)
		return xs_vectors_end(f.writer);
	xs_vectors_drop(f.writer);
	return rc;
}

/* Whether the file has a row for each passage that has a vector, and no others. */
static bool embed_file_same(const embed *e, const xs_vectors *v)
{
	const xs_index_options *o = &e->ix->options;
	xs_vectors_info info;
	xs_vector_key key;
	size_t i, row = 0;

	xs_vectors_info_get(&info, v);
	if (info.identity != o->embed_identity || info.dimensions != o->embed_dimensions)
		return false;
	for (i = 0; i < e->n; i++) {
		if (!e->shown[i].has)
			continue;
		if (row == info.n)
			return false;
		key = xs_vectors_key(v, row++);
		if (key.docid != e->shown[i].docid || key.content != e->shown[i].content)
			return false;
	}
	return row == info.n;
}

/* Whether the file can stay.  One that is damaged cannot. */
static bool embed_file_stays(const embed *e, const char *path)
{
	xs_vectors *v = NULL;
	int rc = xs_vectors_open(&v, path);
	bool same = false;

	if (rc == XS_OK && !e->out->embedded && embed_file_same(e, v)) {
		rc = xs_vectors_check(v);
		same = rc == XS_OK;
	}
	if (rc < 0 && rc != XS_ENOTFOUND)
		xs_log(XS_LOG_WARN, "the file of vectors is made anew: %s", xs_error());
	xs_vectors_close(v);
	return same;
}

/* Also of a run that was stopped: what was embedded serves at once. */
static int embed_make_file(embed *e)
{
	const xs_index_options *o = &e->ix->options;
	xs_arena *a = xs_arena_new();
	const char *path = xs_embed_path(a, o->path);
	xs_vectors *v = NULL;
	xs_vectors_info info = {0};
	int rc = XS_OK;

	/* This process has the index's lock. */
	xs_file_sweep(path);
	if (!embed_file_stays(e, path))
		rc = xs_embed_write(path, e->ix->store, o->embed_identity, o->embed_dimensions);
	if (rc == XS_OK)
		rc = xs_vectors_open(&v, path);
	if (rc == XS_OK)
		xs_vectors_info_get(&info, v);
	e->out->bytes = info.bytes;
	xs_vectors_close(v);
	xs_arena_free(a);
	return rc;
}

static int embed_run(embed *e)
{
	int rc = embed_plan(e), end;

	if (rc < 0)
		return rc;
	rc = embed_all(e);
	if (rc < 0 && rc != XS_ECANCEL)
		return rc;
	if (rc == XS_OK)
		rc = embed_clean(e);
	e->out->kept = e->n - e->n_todo;
	end = embed_make_file(e);
	return end < 0 ? end : rc;
}

int xs_index_embed(xs_embed_summary *out, xs_index *ix, xs_index_watch *watch, void *user,
		   const xs_deadline *stop)
{
	embed e = {.ix = ix, .out = out, .stop = stop};
	int rc;

	*out = (xs_embed_summary){0};
	if (ix->mode != XS_WRITE)
		return xs_fail(XS_EINPUT, "the index %s is open for reading only",
			       ix->options.path);
	if (!ix->options.embed)
		return xs_fail(XS_EINPUT, "the index %s was opened without an embedder",
			       ix->options.path);
	xs_progress_init(&e.progress, watch, user);
	rc = embed_run(&e);
	out->ms = xs_clock_ms(e.progress.start);
	free(e.shown);
	free(e.stored);
	free(e.todo);
	free(e.gone);
	return rc;
}
