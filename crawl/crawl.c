/* SPDX-License-Identifier: GPL-2.0-or-later */
/* crawl.c - a run: servers are asked in turn, one loop for all. */
#define _GNU_SOURCE
#include "crawl/crawl.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <xxhash.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/memory.h"
#include "crawl/crawl_private.h"

/* Milliseconds that the loop waits for the network at most, between two commits, between two looks of whoever
 * watches. */
enum { CRAWL_WAIT_MS = 50, CRAWL_SAVE_MS = 100, CRAWL_WATCH_MS = 100 };

/* Addresses that are sorted out between two looks at the network. */
enum { CRAWL_PIECE = 200 };

int xs_crawl_open(xs_crawl **out, const char *path, const xs_crawl_settings *settings)
{
	xs_crawl *c = xs_calloc(1, sizeof *c);
	int rc;

	*out = NULL;
	c->settings = settings;
	c->a = xs_arena_new();
	rc = xs_scope_init(&c->scope, c->a, settings);
	if (rc == XS_OK)
		rc = xs_frontier_open(&c->frontier, path);
	if (rc < 0)
		xs_crawl_close(c);
	else
		*out = c;
	return rc;
}

void xs_crawl_close(xs_crawl *c)
{
	if (!c)
		return;
	xs_frontier_close(c->frontier);
	xs_arena_free(c->a);
	free(c);
}

int xs_crawl_body(char **out, size_t *len, xs_arena *a, xs_crawl *c, int64_t id)
{
	return xs_frontier_body(out, len, a, c->frontier, id);
}

static void crawl_rules_list(xs_buf *b, const char *const *list)
{
	for (; list && *list; list++)
		xs_buf_printf(b, "%s\n", *list);
	xs_buf_putc(b, '\n');
}

/* With other rules a run that was stopped is not gone on with: it may wait for what is now left out. */
static uint64_t crawl_rules(const xs_crawl_settings *s)
{
	uint64_t hash;
	xs_buf b;

	xs_buf_init(&b);
	crawl_rules_list(&b, s->hosts);
	crawl_rules_list(&b, s->include);
	crawl_rules_list(&b, s->exclude);
	crawl_rules_list(&b, s->drop);
	xs_buf_printf(&b, "%d %d %d %d %d %d", s->sort_query, s->sitemaps, s->depth, s->pages,
		      s->variants, s->chain);
	hash = XXH3_64bits(b.data, b.len);
	xs_buf_fini(&b);
	return hash;
}

/* Asks for one address, or ends its visit without a request.  XS_ENOTFOUND: none waits. */
static int crawl_next(xs_crawl *c, crawl_server *s)
{
	xs_arena *a = xs_arena_new();
	crawl_request *q = xs_arena_alloc(a, sizeof *q);
	xs_visit *v = &q->visit;
	int rc;

	*q = (crawl_request){.server = s, .a = a};
	rc = xs_frontier_next(v, a, c->frontier, s->origin, c->now);
	if (rc < 0) {
		xs_arena_free(a);
		return rc;
	}
	if (s->state == CRAWL_ROBOTS_KNOWN && xs_robots_allows(&s->robots, xs_url_path(v->url)))
		return xs_crawl_server_ask(c, q);
	if (s->state == CRAWL_ROBOTS_KNOWN) {
		c->out->robots += v->kind == XS_VISIT_OF_PAGE;
		rc = xs_crawl_left(c, v, XS_VISIT_OUT, "robots.txt forbids it");
	} else {
		rc = xs_crawl_failed(c, v, s->why);
	}
	xs_arena_free(a);
	return rc;
}

/* Asks one server as much as it may be asked now. */
static int crawl_server_turn(xs_crawl *c, crawl_server *s)
{
	int rc = xs_crawl_server_ready(c, s);

	for (int i = 0; i < CRAWL_PIECE && rc == XS_OK; i++) {
		bool known = s->state == CRAWL_ROBOTS_KNOWN;

		/* What is not asked for need not wait for its turn. */
		if (s->state != CRAWL_ROBOTS_UNREACHABLE &&
		    !(known && xs_polite_ready(&s->polite, xs_clock_ns())))
			break;
		rc = crawl_next(c, s);
	}
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

/* Whether the server itself has too much to do; a page that fails is that page's trouble. */
static bool crawl_troubled(const xs_answer *r)
{
	return (r->rc == XS_EIO && !r->status) || r->status == 429 ||
	       (r->status >= 502 && r->status <= 504);
}

/* A server that only fails is given up for this run: else a large site that is down would take days. */
static void crawl_give_up(xs_crawl *c, crawl_server *s, const xs_answer *r)
{
	if (s->state != CRAWL_ROBOTS_KNOWN || s->polite.bad < 2 + 2 * c->settings->tries)
		return;
	s->state = CRAWL_ROBOTS_UNREACHABLE;
	s->why =
		*r->error
			? xs_arena_printf(c->run,
					  "its server failed %d times in a row, at last: %s",
					  s->polite.bad, r->error)
			: xs_arena_printf(
				  c->run,
				  "its server failed %d times in a row; at last the server answered %d",
				  s->polite.bad, r->status);
	xs_log(XS_LOG_WARN, "%s: %s; nothing more is fetched there", s->origin, s->why);
}

static int crawl_take(xs_crawl *c)
{
	xs_answer r;
	int rc = XS_OK;

	while (rc == XS_OK && xs_fetch_take(&r, c->fetch) == XS_OK) {
		crawl_request *q = r.user;

		/* A server that wants us away for longer than we wait is not waited for. */
		xs_polite_end(&q->server->polite, xs_clock_ns(), r.ms, crawl_troubled(&r),
			      r.retry_s <= c->settings->patience_s ? r.retry_s : -1);
		crawl_give_up(c, q->server, &r);
		rc = q->robots ? xs_crawl_server_answer(c, q->server, &r)
			       : xs_crawl_answer(c, q, &r);
		xs_arena_free(q->a);
		xs_answer_free(&r);
	}
	return rc;
}

/* What is on its way has requests of ours. */
static void crawl_drain(xs_crawl *c)
{
	xs_answer r;

	xs_fetch_stop(c->fetch);
	while (xs_fetch_take(&r, c->fetch) == XS_OK) {
		xs_arena_free(((crawl_request *)r.user)->a);
		xs_answer_free(&r);
	}
}

/* Whether there is nothing to do any more. */
static bool crawl_over(const xs_crawl *c)
{
	return !xs_frontier_count(c->frontier).waiting && !xs_fetch_active(c->fetch);
}

static void crawl_show(const xs_crawl *c, xs_crawl_watch *watch, void *user, int64_t begun,
		       int64_t *shown)
{
	xs_frontier_counts n = xs_frontier_count(c->frontier);
	xs_crawl_progress p = {n.seen - n.waiting, n.waiting, n.failed, xs_clock_ms(begun)};

	if (!watch || xs_clock_ms(*shown) < CRAWL_WATCH_MS)
		return;
	*shown = xs_clock_ns();
	watch(user, &p);
}

static int crawl_loop(xs_crawl *c, xs_crawl_watch *watch, void *user, const xs_deadline *stop)
{
	int64_t begun = xs_clock_ns(), saved = begun, shown = 0;
	int rc = XS_OK;

	while (rc == XS_OK && !crawl_over(c)) {
		c->now = (int64_t)time(NULL);
		for (crawl_server *s = c->servers; s && rc == XS_OK; s = s->next)
			rc = crawl_server_turn(c, s);
		if (rc == XS_OK)
			rc = xs_fetch_work(c->fetch, CRAWL_WAIT_MS);
		if (rc == XS_OK)
			rc = crawl_take(c);
		if (rc == XS_OK && xs_clock_ms(saved) > CRAWL_SAVE_MS) {
			rc = xs_frontier_save(c->frontier);
			saved = xs_clock_ns();
		}
		crawl_show(c, watch, user, begun, &shown);
		if (rc == XS_OK && xs_deadline_over(stop))
			rc = xs_fail(XS_ECANCEL,
				     "stopped; what was fetched is kept, and the next run "
				     "goes on there");
	}
	return rc;
}

/* A site of which nothing is there is told by what came of its start. */
static int crawl_verdict(xs_crawl *c)
{
	const char *start = c->scope.start;
	xs_visit v = {.target = start};
	bool any;
	int rc = xs_frontier_any(&any, c->frontier);

	if (rc < 0 || any)
		return rc;
	/* No ring: of one the last address has failed. */
	do
		rc = xs_frontier_find(&v, c->run, c->frontier, v.target);
	while (rc == XS_OK && v.state == XS_VISIT_REDIRECT);
	if (rc == XS_ENOTFOUND)
		return xs_fail(
			XS_EINPUT,
			"the source %s: no page was had: it leads to %s, which the limits of crawl "
			"leave out",
			start, v.target);
	if (rc < 0)
		return rc;
	return xs_fail(v.state == XS_VISIT_FAILED ? XS_EIO : XS_EINPUT,
		       "the source %s: no page was had: %s%s%s", start,
		       strcmp(v.url, start) ? v.url : "", strcmp(v.url, start) ? ": " : "",
		       *v.reason ? v.reason : "there is none");
}

/* The User-Agent, with where to complain. */
static const char *crawl_agent(xs_crawl *c)
{
	const char *contact = c->settings->contact;

	return *contact ? xs_arena_printf(c->run, XS_CRAWL_TOKEN "/0.1 (+%s)", contact)
			: XS_CRAWL_TOKEN "/0.1";
}

static int crawl_begin(xs_crawl *c)
{
	const char *const *origins;
	size_t n;
	int rc = xs_frontier_begin(&c->out->resumed, c->frontier, c->scope.start,
				   crawl_rules(c->settings));

	if (rc == XS_OK)
		rc = xs_fetch_open(&c->fetch, &c->fetch_options);
	if (rc == XS_OK)
		rc = xs_crawl_add(c, NULL, c->scope.start, 0, 0);
	if (rc == XS_OK)
		rc = xs_frontier_origins(&origins, &n, c->run, c->frontier);
	for (size_t i = 0; rc == XS_OK && i < n; i++)
		xs_crawl_server(c, origins[i]);
	return rc;
}

/* By reason, for the log. */
static void crawl_say(const xs_crawl *c)
{
	const xs_crawl_summary *s = c->out;

	xs_log(XS_LOG_INFO,
	       "crawl %s: %zu requests, %zu pages new or changed, %zu the same (%zu by 304), %zu redirects, %zu "
	       "gone, %zu failed, %zu dropped, %zu forbidden by robots.txt, %zu of other kinds, %zu links "
	       "beyond the limits, %zu tries again",
	       c->scope.start, s->requests, s->fetched, s->same, s->not_modified, s->redirects,
	       s->gone, s->failed, s->dropped, s->robots, s->others, s->bounded, s->tries);
}

int xs_crawl_run(xs_crawl_summary *out, xs_crawl *c, xs_crawl_watch *watch, void *user,
		 const xs_deadline *stop)
{
	int64_t begun = xs_clock_ns();
	int rc, end;

	*out = (xs_crawl_summary){0};
	c->out = out;
	c->run = xs_arena_new();
	c->servers = NULL;
	c->now = (int64_t)time(NULL);
	c->fetch_options = (xs_fetch_options){
		.agent = crawl_agent(c),
		.private_peers = c->settings->private_peers,
		.connect_s = c->settings->timeout_s < 10 ? c->settings->timeout_s : 10,
		.total_s = c->settings->timeout_s,
	};
	rc = crawl_begin(c);
	if (rc == XS_OK)
		rc = crawl_loop(c, watch, user, stop);
	if (rc == XS_OK) {
		rc = crawl_verdict(c);
		/* Ended either way: what the next run asks it asks anew. */
		end = rc == XS_OK ? xs_frontier_end(&out->dropped, c->frontier,
						    c->now - c->settings->keep_s)
				  : xs_frontier_abandon(c->frontier);
		rc = rc == XS_OK ? end : rc;
	} else if (rc == XS_ECANCEL) {
		end = xs_frontier_save(c->frontier);
		rc = end < 0 ? end : rc;
	}
	if (c->fetch) {
		crawl_drain(c);
		xs_fetch_close(c->fetch);
	}
	c->fetch = NULL;
	out->ms = xs_clock_ms(begun);
	if (rc == XS_OK)
		crawl_say(c);
	xs_arena_free(c->run);
	return rc;
}
