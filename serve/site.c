/* SPDX-License-Identifier: GPL-2.0-or-later */
/* site.c - what is served: the settings, the pipeline, open indexes, the keys. */
#define _GNU_SOURCE
#include "serve/site.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/pool.h"
#include "index/query.h"
#include "plugin/embedding.h"
#include "plugin/host.h"
#include "plugin/options.h"
#include "plugin/registry.h"
#include "plugin/scorer.h"
#include "serve/keys.h"
#include "serve/recent.h"

struct xs_site {
	atomic_int holders;
	xs_conf *conf;
	xs_keys *keys;
	xs_recent *recent;
	xs_pipeline *pipeline;
	xs_scorer *scorer, *own;      /* `own` is not the pipeline's */
	xs_settings *settings;	      /* of `own` */
	xs_embedding_model *embedder; /* of the API, on `pool` */
	xs_pool *pool;
	xs_stage_host host;
	xs_query_log *log; /* NULL: none is kept */
	pthread_mutex_t
		lock; /* of the indexes that nobody uses; the last one given back is first */
	xs_index **idle;
	size_t n_idle, cap;
};

/* Opens the model now, and not while the first one waits; without a model there is search without
 * reranking.  The threads that score are made here, and are as nice as this one, which then ends: what is
 * quick goes before what takes long, where there are few processors. */
static void *site_warm(void *arg)
{
	xs_site *s = arg;
	const xs_scoring *use;
	double ms, ns;
	int rc;

	setpriority(PRIO_PROCESS, (id_t)gettid(), s->conf->serve.rerank_nice);
	rc = xs_scorer_get(&use, s->scorer, &ms);
	if (rc == XS_OK && (s->conf->rerank.depth == XS_CONF_DEPTH_AUTO ||
			    s->conf->rerank.max_tokens == XS_CONF_TOKENS_AUTO))
		rc = xs_scorer_pace(&ns, s->scorer, &ms);
	if (rc != XS_OK)
		xs_log(XS_LOG_WARN, "nothing is reranked: %s", xs_error());
	return NULL;
}

/* The threads of the embedding API, for the same reason. */
static void *site_make_pool(void *arg)
{
	xs_site *s = arg;

	setpriority(PRIO_PROCESS, (id_t)gettid(), s->conf->serve.rerank_nice);
	s->pool = xs_pool_new((unsigned)s->conf->rerank.threads);
	return NULL;
}

static void site_wait_for(xs_site *s, void *(*run)(void *))
{
	pthread_t thread;

	if (!pthread_create(&thread, NULL, run, s))
		pthread_join(thread, NULL);
}

static int site_open_scorer(xs_site *s)
{
	void *state = xs_pipeline_state(s->pipeline, &xs_stage_rerank);
	int rc = XS_OK;

	/* The stage's reranker is used for the API, too: the model is in memory once, and both
	 * share its threads. */
	if (state) {
		s->scorer = xs_scorer_of_stage(state);
	} else {
		s->settings = xs_settings_new(s->conf);
		xs_host_init(&s->host, "rerank", s->settings);
		rc = xs_scorer_new(&s->own, &s->host.table, NULL);
		s->scorer = s->own;
	}
	if (rc == XS_OK && s->conf->rerank.enabled)
		site_wait_for(s, site_warm);
	return rc;
}

/* Opens the embedder, if the index has vectors: others may never need it.  Why they are of no use is told now,
 * and not only to those who search. */
static void site_try_meaning(xs_embedding_model *embedder, xs_index *ix)
{
	xs_index_status status = {0};
	xs_arena *a = xs_arena_new();
	const char *why = NULL;
	xs_meaning_state state = xs_index_meaning(&why, ix);
	uint64_t identity = 0;
	int rc = XS_OK;

	if (state == XS_MEANING_DONE)
		rc = xs_embedding_model_identity(&identity, embedder);
	if (rc == XS_OK && identity)
		rc = xs_index_status_get(&status, a, ix);
	if (rc != XS_OK)
		why = xs_error();
	else if (identity != status.vectors_identity)
		why = "the vectors of the index are of another embedder";
	if (why)
		xs_log(XS_LOG_WARN, "nothing is found by meaning: %s", why);
	xs_arena_free(a);
}

/* The embedding API has an embedder of its own, which its first request opens.  A question is a few tokens, and
 * would wait behind a batch of a thousand on the same threads: 150 ms in place of 2. */
static void site_open_embedder(xs_site *s)
{
	void *state = xs_pipeline_state(s->pipeline, &xs_stage_retrieve);
	xs_embedding_model *searches = state ? xs_embedding_model_of_stage(state) : NULL;
	xs_index *ix;

	site_wait_for(s, site_make_pool);
	s->embedder = xs_embedding_model_new(s->conf, s->pool);
	if (searches && xs_site_take(&ix, s) == XS_OK) {
		site_try_meaning(searches, ix);
		xs_site_give(s, ix, XS_OK);
	}
}

static void site_open_log(xs_site *s)
{
	xs_arena *a;

	if (!s->conf->log.queries)
		return;
	a = xs_arena_new();
	s->log = xs_query_log_open(xs_file_join(a, s->conf->index.path, "queries.db"),
				   (size_t)s->conf->log.queries_kept);
	xs_arena_free(a);
}

int xs_site_open(xs_site **out, xs_conf *conf)
{
	xs_site *s = xs_calloc(1, sizeof *s);
	int rc;

	*out = NULL;
	atomic_init(&s->holders, 1);
	s->conf = conf;
	s->recent = xs_recent_new((size_t)conf->serve.keep_answers);
	pthread_mutex_init(&s->lock, NULL);
	/* Keys first: what is cheap to find wrong is found before the model is opened. */
	rc = *conf->serve.keys ? xs_keys_open(&s->keys, conf->serve.keys) : XS_OK;
	if (rc == XS_OK)
		rc = xs_pipeline_open(&s->pipeline, conf);
	if (rc == XS_OK)
		rc = site_open_scorer(s);
	if (rc == XS_OK)
		site_open_embedder(s);
	if (rc == XS_OK)
		site_open_log(s);
	if (rc != XS_OK)
		xs_site_release(s);
	else
		*out = s;
	return rc;
}

xs_site *xs_site_hold(xs_site *s)
{
	atomic_fetch_add(&s->holders, 1);
	return s;
}

void xs_site_release(xs_site *s)
{
	if (!s || atomic_fetch_sub(&s->holders, 1) > 1)
		return;
	while (s->n_idle > 0)
		xs_index_close(s->idle[--s->n_idle]);
	free(s->idle);
	/* In the order of use, what uses before what is used: the log writes what it still has,
	 * and the stages go before the settings that they read. */
	xs_query_log_close(s->log);
	xs_scorer_free(s->own);
	xs_settings_free(s->settings);
	xs_embedding_model_free(s->embedder);
	xs_pool_free(s->pool);
	xs_recent_free(s->recent);
	xs_pipeline_close(s->pipeline);
	xs_keys_free(s->keys);
	pthread_mutex_destroy(&s->lock);
	xs_conf_free(s->conf);
	free(s);
}

const xs_conf *xs_site_conf(const xs_site *s)
{
	return s->conf;
}

xs_pipeline *xs_site_pipeline(const xs_site *s)
{
	return s->pipeline;
}

xs_recent *xs_site_recent(const xs_site *s)
{
	return s->recent;
}

const xs_keys *xs_site_keys(const xs_site *s)
{
	return s->keys;
}

xs_query_log *xs_site_log(const xs_site *s)
{
	return s->log;
}

xs_scorer *xs_site_scorer(const xs_site *s)
{
	return s->scorer;
}

xs_embedding_model *xs_site_embedder(const xs_site *s)
{
	return s->embedder;
}

int xs_site_take(xs_index **out, xs_site *s)
{
	xs_index_options o;
	xs_arena *a;
	int rc;

	*out = NULL;
	pthread_mutex_lock(&s->lock);
	/* The one given back last: its blocks are the warmest in memory. There are as many as
	 * were ever used at once. */
	if (s->n_idle > 0)
		*out = s->idle[--s->n_idle];
	pthread_mutex_unlock(&s->lock);
	if (*out)
		return XS_OK;
	a = xs_arena_new();
	o = xs_options_index(s->conf, s->conf->index.path, a);
	rc = xs_index_open(out, &o, XS_READ);
	xs_arena_free(a);
	return rc;
}

void xs_site_give(xs_site *s, xs_index *ix, int rc)
{
	/* Those codes are about the question. Others may come of a file that was damaged or
	 * replaced: the next call opens it anew. */
	if (rc != XS_OK && rc != XS_EINPUT && rc != XS_ECANCEL && rc != XS_ENOTFOUND) {
		xs_index_close(ix);
		return;
	}
	pthread_mutex_lock(&s->lock);
	s->idle = xs_grow(s->idle, s->n_idle, &s->cap, sizeof *s->idle);
	s->idle[s->n_idle++] = ix;
	pthread_mutex_unlock(&s->lock);
}
