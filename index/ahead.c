/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ahead.c - a ring of pages between the workers of a pool and the one who takes.
 *
 * A thread of its own drives the pool, so that the taker is free to write meanwhile.  Jobs are begun
 * in order, so the page that the taker waits for is always among those that are being read, and a
 * job that waits for room cannot be the one that is needed next. */
#include "index/ahead.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/pool_run.h"

/* Pages, and bytes of text, that may be waiting: as documents of Xapian they take a few times as
 * much memory. */
enum { AHEAD_PAGES = 64, AHEAD_BYTES = 2 << 20 };

typedef struct ahead_slot {
	xs_ahead_page page;
	bool ready;
} ahead_slot;

/* What a worker has for itself. */
typedef struct ahead_scratch {
	xs_xap_maker *maker;
	int32_t *ids;
	size_t cap;
	xs_buf packed;
} ahead_scratch;

struct xs_ahead {
	const xs_index_options *options;
	const xs_ahead_job *jobs;
	size_t n;
	xs_pool *pool;
	ahead_scratch *scratch; /* one a worker */
	pthread_t driver;
	pthread_mutex_t lock;
	pthread_cond_t ready, room;
	/* Under the lock: */
	ahead_slot slots[AHEAD_PAGES];
	size_t taken, bytes; /* jobs taken; text that waits */
	bool stop;
};

/* The token ids of a passage, packed, so that a question does not have to split it again. */
static int ahead_tokens(xs_store_tokens *out, const xs_index_options *o, ahead_scratch *s,
			xs_arena *a, const char *text)
{
	size_t len = strlen(text), room = len + 16;
	int64_t n;

	/* No vocabulary makes more tokens than there are bytes, but the answer tells. */
	for (;;) {
		if (s->cap < room) {
			s->ids = xs_realloc(s->ids, room * sizeof *s->ids);
			s->cap = room;
		}
		n = o->tokenize(o->tokenize_user, text, len, s->ids, s->cap);
		if (n < 0)
			return (int)n;
		if ((size_t)n <= s->cap)
			break;
		room = (size_t)n;
	}
	xs_buf_reset(&s->packed);
	xs_record_pack(&s->packed, s->ids, (size_t)n);
	out->bytes = xs_arena_dupn(a, s->packed.data, s->packed.len);
	out->len = s->packed.len;
	return XS_OK;
}

/* Makes the document of a passage, with its tokens. */
static int ahead_document(xs_ahead_page *out, xs_store_tokens *tokens, const xs_index_options *o,
			  const char *key, size_t i, ahead_scratch *s)
{
	xs_record r;
	int rc = XS_OK;

	xs_record_fill(&r, key, &out->page, i);
	if (tokens) {
		rc = ahead_tokens(&tokens[i], o, s, out->a, r.text);
		r.tokens = tokens[i].bytes;
		r.tokens_len = tokens[i].len;
		r.vocabulary = o->vocabulary;
	}
	return rc < 0 ? rc : xs_xap_make(&out->documents[i], s->maker, &r);
}

/* All that needs no store: reading, cutting, token ids, documents.  Of one page, by one worker. */
static void ahead_read(xs_ahead_page *out, xs_ahead *ah, const xs_ahead_job *job, ahead_scratch *s)
{
	const xs_index_options *o = ah->options;
	xs_store_tokens *tokens = NULL;
	size_t i;

	*out = (xs_ahead_page){.error = "", .a = xs_arena_new()};
	out->rc = xs_source_load(&out->page, out->a, job->source, job->item, &o->page);
	if (out->rc == XS_OK) {
		out->documents = xs_arena_array(out->a, out->page.n + 1, sizeof(xs_xap_document *));
		if (o->tokenize)
			tokens = xs_arena_array(out->a, out->page.n + 1, sizeof *tokens);
	}
	for (i = 0; i < out->page.n && out->rc == XS_OK; i++) {
		out->bytes += strlen(out->page.passages[i].text);
		out->rc = ahead_document(out, tokens, o, job->item->key, i, s);
	}
	out->tokens = tokens;
	if (out->rc < 0)
		out->error = xs_arena_dup(out->a, xs_error());
}

void xs_ahead_page_free(xs_ahead_page *page)
{
	size_t i;

	for (i = 0; page->documents && i < page->page.n; i++)
		xs_xap_document_free(page->documents[i]);
	xs_arena_free(page->a);
}

static void ahead_job(void *arg, size_t number, unsigned worker)
{
	xs_ahead *ah = arg;
	ahead_slot *slot = &ah->slots[number % AHEAD_PAGES];
	xs_ahead_page page;
	bool stop;

	pthread_mutex_lock(&ah->lock);
	/* The page that the taker waits for may always go on: else a page of more text than AHEAD_BYTES
	 * would wait for ever. */
	while (!ah->stop && number > ah->taken &&
	       (number >= ah->taken + AHEAD_PAGES || ah->bytes >= AHEAD_BYTES))
		pthread_cond_wait(&ah->room, &ah->lock);
	stop = ah->stop;
	pthread_mutex_unlock(&ah->lock);
	if (stop)
		return;
	ahead_read(&page, ah, &ah->jobs[number], &ah->scratch[worker]);
	pthread_mutex_lock(&ah->lock);
	/* The slot is free: nobody gets here before the page that lay in it was taken. */
	slot->page = page;
	slot->ready = true;
	ah->bytes += page.bytes;
	pthread_cond_signal(&ah->ready);
	pthread_mutex_unlock(&ah->lock);
}

/* xs_pool_run() returns when all is read, so it needs a thread that has nothing else to do. */
static void *ahead_drive(void *arg)
{
	xs_ahead *ah = arg;

	xs_pool_run(ah->pool, ah->n, ahead_job, ah);
	return NULL;
}

int xs_ahead_open(xs_ahead **out, const xs_index_options *options, const xs_ahead_job *jobs,
		  size_t n)
{
	const xs_xap_options xap = {options->language,
				    options->title_weight,
				    options->heading_weight,
				    {options->facets, options->roots}};
	xs_ahead *ah = xs_calloc(1, sizeof *ah);
	unsigned i;
	int error, rc = XS_OK;

	*out = NULL;
	ah->options = options;
	ah->jobs = jobs;
	ah->n = n;
	ah->pool = xs_pool_new(options->threads);
	ah->scratch = xs_calloc(xs_pool_threads(ah->pool), sizeof *ah->scratch);
	for (i = 0; i < xs_pool_threads(ah->pool); i++) {
		xs_buf_init(&ah->scratch[i].packed);
		rc = rc < 0 ? rc : xs_xap_maker_new(&ah->scratch[i].maker, &xap);
	}
	pthread_mutex_init(&ah->lock, NULL);
	pthread_cond_init(&ah->ready, NULL);
	pthread_cond_init(&ah->room, NULL);
	/* Last of all: the thread uses what is above. */
	error = rc < 0 ? 0 : pthread_create(&ah->driver, NULL, ahead_drive, ah);
	if (error)
		rc = xs_fail(XS_EIO, "start a thread: %s", strerror(error));
	if (rc < 0) {
		ah->n = 0; /* there is no driver to wait for */
		xs_ahead_close(ah);
		return rc;
	}
	*out = ah;
	return XS_OK;
}

void xs_ahead_next(xs_ahead_page *out, xs_ahead *ah)
{
	ahead_slot *slot = &ah->slots[ah->taken % AHEAD_PAGES];

	pthread_mutex_lock(&ah->lock);
	while (!slot->ready)
		pthread_cond_wait(&ah->ready, &ah->lock);
	*out = slot->page;
	slot->ready = false;
	ah->bytes -= out->bytes;
	ah->taken++;
	pthread_cond_broadcast(&ah->room);
	pthread_mutex_unlock(&ah->lock);
}

void xs_ahead_close(xs_ahead *ah)
{
	unsigned i;

	if (!ah)
		return;
	pthread_mutex_lock(&ah->lock);
	ah->stop = true;
	pthread_cond_broadcast(&ah->room);
	pthread_mutex_unlock(&ah->lock);
	if (ah->n)
		pthread_join(ah->driver, NULL);
	for (i = 0; i < AHEAD_PAGES; i++)
		if (ah->slots[i].ready)
			xs_ahead_page_free(&ah->slots[i].page);
	for (i = 0; i < xs_pool_threads(ah->pool); i++) {
		xs_xap_maker_free(ah->scratch[i].maker);
		free(ah->scratch[i].ids);
		xs_buf_fini(&ah->scratch[i].packed);
	}
	free(ah->scratch);
	xs_pool_free(ah->pool);
	pthread_mutex_destroy(&ah->lock);
	pthread_cond_destroy(&ah->ready);
	pthread_cond_destroy(&ah->room);
	free(ah);
}
