/* SPDX-License-Identifier: GPL-2.0-or-later */
/* metrics.c - what the server counts, as Prometheus reads it; GET /metrics. */
#include "serve/metrics.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/memory.h"
#include "index/index.h"
#include "index/query_log.h"
#include "plugin/pipeline.h"
#include "serve/handlers.h"
#include "serve/reply.h"
#include "serve/route.h"
#include "serve/site.h"

/* Upper bounds of a histogram's buckets, in milliseconds. */
static const double metrics_bounds[] = {1,   2.5, 5,   10,   25,   50,	 100,
					150, 250, 500, 1000, 2500, 10000};
enum { METRICS_BOUNDS = sizeof metrics_bounds / sizeof *metrics_bounds };

typedef struct metrics_times {
	char *name;
	uint64_t bucket[METRICS_BOUNDS + 1]; /* not summed up; the last: beyond all bounds */
	double sum;			     /* ms */
} metrics_times;

/* A counter with one or two labels. */
typedef struct metrics_counter {
	char *first, *second;
	uint64_t n;
} metrics_counter;

typedef struct metrics_counters {
	metrics_counter *items;
	size_t n, cap;
} metrics_counters;

struct xs_metrics {
	pthread_mutex_t lock;
	xs_lane *const *lanes;
	xs_peers *peers;
	xs_access *access;
	time_t started;
	metrics_counters requests, rerank; /* by path and status; by status and reason */
	metrics_times *times;
	size_t n_times, times_cap;
	uint64_t candidates, cache_hits, cut, texts, tokens, kept, embedded, embedded_tokens;
};

xs_metrics *xs_metrics_new(void)
{
	xs_metrics *m = xs_calloc(1, sizeof *m);

	pthread_mutex_init(&m->lock, NULL);
	m->started = time(NULL);
	return m;
}

static void metrics_counters_free(metrics_counters *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->items[i].first);
		free(c->items[i].second);
	}
	free(c->items);
}

void xs_metrics_free(xs_metrics *m)
{
	if (!m)
		return;
	metrics_counters_free(&m->requests);
	metrics_counters_free(&m->rerank);
	for (size_t i = 0; i < m->n_times; i++)
		free(m->times[i].name);
	free(m->times);
	pthread_mutex_destroy(&m->lock);
	free(m);
}

void xs_metrics_watch(xs_metrics *m, xs_lane *const *lanes, xs_peers *peers, xs_access *access)
{
	/* Called once, before the first request: afterwards they are read without the lock. */
	m->access = access;
	m->lanes = lanes;
	m->peers = peers;
}

static void metrics_count(metrics_counters *c, const char *first, const char *second)
{
	size_t i = 0;

	/* A list, not a table: paths, statuses and reasons are some dozens, and never chosen by
	 * a client. */
	while (i < c->n && (strcmp(c->items[i].first, first) || strcmp(c->items[i].second, second)))
		i++;
	if (i == c->n) {
		c->items = xs_grow(c->items, c->n++, &c->cap, sizeof *c->items);
		c->items[i] = (metrics_counter){xs_strdup(first), xs_strdup(second), 0};
	}
	c->items[i].n++;
}

static void metrics_time(xs_metrics *m, const char *name, double ms)
{
	size_t i = 0, k = 0;

	while (i < m->n_times && strcmp(m->times[i].name, name))
		i++;
	if (i == m->n_times) {
		m->times = xs_grow(m->times, m->n_times++, &m->times_cap, sizeof *m->times);
		m->times[i] = (metrics_times){.name = xs_strdup(name)};
	}
	/* A bound belongs to its bucket: "le" is less or equal. */
	while (k < METRICS_BOUNDS && ms > metrics_bounds[k])
		k++;
	m->times[i].bucket[k]++;
	m->times[i].sum += ms;
}

/* Paths that are no route's count as one: their number is not for strangers to choose. */
void xs_metrics_call(xs_metrics *m, const xs_call *c)
{
	char status[16];

	snprintf(status, sizeof status, "%d", c->reply.status);
	pthread_mutex_lock(&m->lock);
	metrics_count(&m->requests, c->route ? c->route->path : "other", status);
	/* Those wait for nothing, and a probe each second would hide the times of searches. */
	if (c->route && !(c->route->flags & XS_ROUTE_NOW)) {
		metrics_time(m, "wait", c->wait_ms);
		metrics_time(m, "request", c->wait_ms + c->work_ms);
	}
	pthread_mutex_unlock(&m->lock);
}

/* The record's sentence as one of a few words. */
static const char *metrics_reason(const xs_rerank_record *r)
{
	static const char *const words[][2] = {
		{"the budget of", "budget"},
		{"the time for this query", "timeout"},
		{"the server is busy", "busy"},
		{"some could not", "unscored"},
		{"it was switched off", "off"},
		{"rerank.enabled", "disabled"},
		{"nothing was found", "nothing"},
		{"the query has no words", "no_words"},
		{"the key", "key"},
	};

	if (!r->reason)
		return "";
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		/* By their beginnings: the rest has numbers, and a label of Prometheus must not
		 * have endless values. A sentence that is worded anew must be changed here,
		 * too, else it counts as "error". */
		if (!strncmp(r->reason, words[i][0], strlen(words[i][0])))
			return words[i][1];
	return "error";
}

void xs_metrics_search(xs_metrics *m, const xs_query *q)
{
	const xs_rerank_record *r = &q->rerank;

	pthread_mutex_lock(&m->lock);
	for (size_t i = 0; i < q->n_timings; i++)
		metrics_time(m, q->timings[i].stage, q->timings[i].ms);
	metrics_count(&m->rerank, xs_rerank_status_name(r->status), metrics_reason(r));
	m->candidates += r->scored;
	m->cache_hits += r->cache_hits;
	m->cut += r->truncated;
	m->tokens += r->tokens_scored;
	pthread_mutex_unlock(&m->lock);
}

void xs_metrics_kept(xs_metrics *m)
{
	pthread_mutex_lock(&m->lock);
	m->kept++;
	pthread_mutex_unlock(&m->lock);
}

void xs_metrics_scored(xs_metrics *m, size_t texts, uint64_t tokens)
{
	pthread_mutex_lock(&m->lock);
	m->texts += texts;
	m->tokens += tokens;
	pthread_mutex_unlock(&m->lock);
}

void xs_metrics_embedded(xs_metrics *m, size_t texts, uint64_t tokens)
{
	pthread_mutex_lock(&m->lock);
	m->embedded += texts;
	m->embedded_tokens += tokens;
	pthread_mutex_unlock(&m->lock);
}

static void metrics_head(xs_buf *b, const char *name, const char *type, const char *help)
{
	xs_buf_printf(b, "# HELP xapian_search_%s %s\n# TYPE xapian_search_%s %s\n", name, help,
		      name, type);
}

static void metrics_one(xs_buf *b, const char *name, const char *type, const char *help,
			double value)
{
	metrics_head(b, name, type, help);
	xs_buf_printf(b, "xapian_search_%s %.17g\n", name, value);
}

static void metrics_labelled(xs_buf *b, const char *name, const char *help, const char *first,
			     const char *second, const metrics_counters *c)
{
	metrics_head(b, name, "counter", help);
	for (size_t i = 0; i < c->n; i++)
		xs_buf_printf(b, "xapian_search_%s{%s=\"%s\",%s=\"%s\"} %" PRIu64 "\n", name, first,
			      c->items[i].first, second, c->items[i].second, c->items[i].n);
}

static void metrics_histogram(xs_buf *b, const metrics_times *t)
{
	static const char name[] = "xapian_search_stage_seconds";
	uint64_t sum = 0;

	for (size_t k = 0; k <= METRICS_BOUNDS; k++) {
		/* Prometheus wants each bucket with all below it. */
		sum += t->bucket[k];
		if (k < METRICS_BOUNDS)
			xs_buf_printf(b, "%s_bucket{stage=\"%s\",le=\"%g\"} %" PRIu64 "\n", name,
				      t->name, metrics_bounds[k] / 1000, sum);
	}
	xs_buf_printf(b, "%s_bucket{stage=\"%s\",le=\"+Inf\"} %" PRIu64 "\n", name, t->name, sum);
	xs_buf_printf(b, "%s_sum{stage=\"%s\"} %.17g\n", name, t->name, t->sum / 1000);
	xs_buf_printf(b, "%s_count{stage=\"%s\"} %" PRIu64 "\n", name, t->name, sum);
}

/* Read without our lock: each lane has its own, and one lock inside another could wait for ever. */
static void metrics_lanes(xs_buf *b, const xs_metrics *m)
{
	static const char *const names[XS_LANES] = {"search", "rerank", "score"};

	metrics_head(b, "queue_waiting", "gauge", "Requests that wait for their turn.");
	for (size_t i = 0; i < XS_LANES; i++)
		xs_buf_printf(b, "xapian_search_queue_waiting{lane=\"%s\"} %zu\n", names[i],
			      xs_lane_waiting(m->lanes[i]));
	metrics_head(b, "queue_running", "gauge", "Requests that are worked on.");
	for (size_t i = 0; i < XS_LANES; i++)
		xs_buf_printf(b, "xapian_search_queue_running{lane=\"%s\"} %zu\n", names[i],
			      xs_lane_running(m->lanes[i]));
	metrics_head(b, "queue_room", "gauge", "Requests that may wait.");
	for (size_t i = 0; i < XS_LANES; i++)
		xs_buf_printf(b, "xapian_search_queue_room{lane=\"%s\"} %zu\n", names[i],
			      xs_lane_room(m->lanes[i]));
}

static void metrics_peers(xs_buf *b, const xs_metrics *m)
{
	xs_peers_count n;

	xs_peers_counts(&n, m->peers);
	metrics_one(b, "connections", "gauge", "Connections that are open.", (double)n.open);
	metrics_one(b, "connections_closed_total", "counter",
		    "Connections closed for being slow, silent or too many.", (double)n.closed);
	metrics_one(b, "clients_gone_total", "counter", "Clients that hung up before their reply.",
		    (double)n.gone);
}

/* Pages of memory in use, by proc(5). */
static double metrics_memory(void)
{
	unsigned long long all, resident = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	if (!f)
		return 0;
	if (fscanf(f, "%llu %llu", &all, &resident) != 2)
		resident = 0;
	fclose(f);
	return (double)resident * (double)sysconf(_SC_PAGESIZE);
}

/* All that is counted here, in the text format. */
static void metrics_write(xs_buf *b, xs_metrics *m)
{
	pthread_mutex_lock(&m->lock);
	metrics_labelled(b, "requests_total", "Requests answered.", "path", "status", &m->requests);
	metrics_labelled(b, "rerank_total", "Searches by what the reranker did.", "status",
			 "reason", &m->rerank);
	metrics_head(b, "stage_seconds", "histogram",
		     "Time of each stage of searches; of waiting; of whole requests.");
	for (size_t i = 0; i < m->n_times; i++)
		metrics_histogram(b, &m->times[i]);
	metrics_one(b, "rerank_candidates_total", "counter",
		    "Candidates of searches that have a score.", (double)m->candidates);
	metrics_one(b, "rerank_cache_hits_total", "counter", "Of those, scores that were known.",
		    (double)m->cache_hits);
	metrics_one(b, "rerank_truncated_total", "counter",
		    "Of those, texts that were read in part.", (double)m->cut);
	metrics_one(b, "answers_kept_total", "counter",
		    "Searches answered by an answer that was kept.", (double)m->kept);
	metrics_one(b, "api_texts_total", "counter", "Texts scored for the rerank API.",
		    (double)m->texts);
	metrics_one(b, "tokens_total", "counter", "Tokens scored.", (double)m->tokens);
	metrics_one(b, "embedded_texts_total", "counter", "Texts embedded for the embedding API.",
		    (double)m->embedded);
	metrics_one(b, "embedded_tokens_total", "counter", "Tokens of these texts.",
		    (double)m->embedded_tokens);
	metrics_one(b, "memory_bytes", "gauge", "Resident memory of the process.",
		    metrics_memory());
	/* By it Prometheus sees that counters began anew. */
	metrics_one(b, "start_time_seconds", "gauge", "When the process began, since 1970.",
		    (double)m->started);
	pthread_mutex_unlock(&m->lock);
	/* The tests count without a server. */
	if (!m->lanes)
		return;
	metrics_one(b, "access_log_lost_total", "counter",
		    "Lines of the access log that were lost.", (double)xs_access_lost(m->access));
	metrics_lanes(b, m);
	metrics_peers(b, m);
}

/* The site's: of an index that cannot be read there are no numbers. */
static void metrics_site(xs_buf *b, xs_call *c)
{
	xs_query_log *log = xs_site_log(c->site);
	xs_index_status st;
	xs_index *ix;
	int rc = xs_site_take(&ix, c->site);

	if (rc == XS_OK) {
		rc = xs_index_status_get(&st, c->arena, ix);
		xs_site_give(c->site, ix, rc);
	}
	if (log)
		metrics_one(b, "query_log_lost_total", "counter",
			    "Entries of the log of questions that were lost.",
			    (double)xs_query_log_lost(log));
	/* Written also when it is 0: an alarm needs a number, not one that is missing. */
	metrics_one(b, "index_up", "gauge", "Whether the index can be read.", rc == XS_OK);
	if (rc != XS_OK)
		return;
	metrics_one(b, "index_pages", "gauge", "Pages that are indexed.", (double)st.pages);
	metrics_one(b, "index_passages", "gauge", "Passages that are indexed.",
		    (double)st.documents);
	metrics_one(b, "index_bytes", "gauge", "Both stores on disk.",
		    (double)(st.site_bytes + st.xapian_bytes));
	metrics_one(b, "index_generation", "gauge", "Which build of the index is in use.",
		    (double)st.generation);
	/* An index that was never written has no age. */
	if (st.updated)
		metrics_one(b, "index_age_seconds", "gauge",
			    "Time since the index was last written.",
			    difftime(time(NULL), (time_t)st.updated));
}

int xs_metrics_run(xs_call *c)
{
	size_t len;
	xs_buf b;

	xs_buf_init(&b);
	metrics_write(&b, c->metrics);
	metrics_site(&b, c);
	len = b.len;
	return xs_reply_take(c, 200, "text/plain; version=0.0.4; charset=utf-8", xs_buf_take(&b),
			     len);
}
