/* SPDX-License-Identifier: GPL-2.0-or-later */
/* crawl_server.c - servers: their robots.txt, and requests to them. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "crawl/crawl_private.h"

/* RFC 9309, 2.4: a copy is used for a day at most; 2.3.1.2: five redirects are followed. */
enum { SERVER_ROBOTS_S = 86400, SERVER_ROBOTS_HOPS = 5 };

/* Seconds that a Crawl-delay counts at most: with more, a site would take weeks. */
enum { SERVER_DELAY_S = 60 };

crawl_server *xs_crawl_server(xs_crawl *c, const char *origin)
{
	crawl_server **at = &c->servers;

	while (*at && strcmp((*at)->origin, origin) != 0)
		at = &(*at)->next;
	if (!*at) {
		*at = xs_arena_alloc(c->run, sizeof **at);
		**at = (crawl_server){.origin = xs_arena_dup(c->run, origin)};
		xs_polite_init(&(*at)->polite, c->settings->delay_ms, 1, 0);
	}
	return *at;
}

int xs_crawl_server_ask(xs_crawl *c, crawl_request *q)
{
	const xs_crawl_settings *set = c->settings;
	const char *url = q->robots ? q->server->robots_url : q->visit.url;
	bool own = xs_scope_own(&c->scope, url), page = !q->robots && !q->visit.kind;
	xs_fetch_request request = {
		.url = url,
		.etag = q->visit.kept ? q->visit.etag : "",
		.modified = q->visit.kept ? q->visit.modified : "",
		.login = own ? set->login : NULL,
		.headers = own ? set->headers : NULL,
		.max_bytes = page ? set->max_bytes : 64u << 20,
		.wants = page ? set->wants : NULL,
		.wants_user = set->wants_user,
		.user = q,
	};
	int rc;

	if (q->robots) {
		/* A line beyond the limit, so that it is told from one that ends there. */
		request.max_bytes = XS_ROBOTS_MAX + (1 << 16);
		request.cut = true;
	}
	rc = xs_fetch_start(c->fetch, &request);
	if (rc < 0) {
		xs_arena_free(q->a);
		return rc;
	}
	xs_polite_begin(&q->server->polite, xs_clock_ns());
	c->out->requests++;
	return XS_OK;
}

/* The sitemaps that a robots.txt names, or the usual one. */
static int server_sitemaps(xs_crawl *c, const crawl_server *s, const xs_robots *robots)
{
	const char *url;
	int rc = XS_OK;

	if (!c->settings->sitemaps)
		return XS_OK;
	for (size_t i = 0; i < robots->n_sitemaps && rc == XS_OK; i++)
		if (xs_url_resolve(&url, c->run, s->robots_url, robots->sitemaps[i], NULL) == XS_OK)
			rc = xs_crawl_add_sitemap(c, url, 0);
	if (!robots->n_sitemaps &&
	    xs_url_resolve(&url, c->run, NULL, xs_arena_printf(c->run, "%s/sitemap.xml", s->origin),
			   NULL) == XS_OK)
		rc = xs_crawl_add_sitemap(c, url, 0);
	return rc;
}

/* What a robots.txt says. */
static int server_known(xs_crawl *c, crawl_server *s, const char *text, size_t len)
{
	int64_t next = s->polite.next_ns;
	int active = s->polite.active;

	xs_robots_parse(&s->robots, c->run, text, len, XS_CRAWL_TOKEN);
	s->state = CRAWL_ROBOTS_KNOWN;
	s->read = c->now;
	s->hops = s->tries = 0;
	if (s->robots.delay > SERVER_DELAY_S) {
		xs_log(XS_LOG_WARN,
		       "%s: robots.txt asks for %.0f seconds between requests; %d are kept",
		       s->origin, s->robots.delay, SERVER_DELAY_S);
		s->robots.delay = SERVER_DELAY_S;
	}
	xs_polite_init(&s->polite, c->settings->delay_ms, c->settings->connections,
		       s->robots.delay);
	s->polite.next_ns = next;
	s->polite.active = active;
	return server_sitemaps(c, s, &s->robots);
}

int xs_crawl_server_ready(xs_crawl *c, crawl_server *s)
{
	const char *text;
	int64_t at;
	size_t len;
	int status, rc;
	xs_arena *a;
	crawl_request *q;

	if (s->state == CRAWL_ROBOTS_KNOWN && c->now - s->read > SERVER_ROBOTS_S)
		s->state = CRAWL_ROBOTS_UNKNOWN;
	if (s->state != CRAWL_ROBOTS_UNKNOWN || c->now < s->due ||
	    !xs_polite_ready(&s->polite, xs_clock_ns()))
		return XS_OK;
	if (!s->robots_url)
		xs_url_resolve(&s->robots_url, c->run, NULL,
			       xs_arena_printf(c->run, "%s/robots.txt", s->origin), NULL);
	/* A run that goes on takes what it had; a new one asks, so that a change counts at once. */
	if (c->out->resumed && !s->read) {
		rc = xs_frontier_robots(&status, &at, &text, &len, c->run, c->frontier, s->origin);
		if (rc == XS_OK && c->now - at < SERVER_ROBOTS_S)
			return server_known(c, s, text, len);
		if (rc < 0 && rc != XS_ENOTFOUND)
			return rc;
	}
	a = xs_arena_new();
	q = xs_arena_alloc(a, sizeof *q);
	*q = (crawl_request){.server = s, .robots = true, .a = a};
	s->state = CRAWL_ROBOTS_ASKED;
	return xs_crawl_server_ask(c, q);
}

/* The sitemaps that the kept copy names: with them, as with all of this server, what they led to stays. */
static int server_unreachable(xs_crawl *c, const crawl_server *s)
{
	xs_robots robots;
	const char *text;
	int64_t at;
	size_t len;
	int status,
		rc = xs_frontier_robots(&status, &at, &text, &len, c->run, c->frontier, s->origin);

	if (rc < 0)
		return rc == XS_ENOTFOUND ? XS_OK : rc;
	xs_robots_parse(&robots, c->run, text, len, XS_CRAWL_TOKEN);
	return server_sitemaps(c, s, &robots);
}

/* Tried again, as a page is; then nothing of this server may be fetched in this run. */
static int server_trouble(xs_crawl *c, crawl_server *s, const xs_answer *r)
{
	s->state = CRAWL_ROBOTS_UNKNOWN;
	if (++s->tries < c->settings->tries && r->rc != XS_EINPUT &&
	    r->retry_s <= c->settings->patience_s) {
		s->due = c->now + (1 << (s->tries - 1));
		c->out->tries++;
		return XS_OK;
	}
	s->state = CRAWL_ROBOTS_UNREACHABLE;
	s->why = *r->error ? xs_arena_printf(c->run, "robots.txt cannot be had: %s", r->error)
			   : xs_arena_printf(c->run, "the server answers robots.txt with %d",
					     r->status);
	xs_log(XS_LOG_WARN, "%s: %s; nothing is fetched there", s->origin, s->why);
	return server_unreachable(c, s);
}

int xs_crawl_server_answer(xs_crawl *c, crawl_server *s, const xs_answer *r)
{
	bool moved = r->status >= 300 && r->status < 400 && *r->location;
	size_t len = r->len;
	const char *url;
	int rc;

	/* 429 is the one status of those with a 4 that says nothing of the file. */
	if (r->rc < 0 || r->status >= 500 || r->status == 429)
		return server_trouble(c, s, r);
	/* Also to a host that is none of the crawl's (2.3.1.2). */
	if (moved && s->hops++ < SERVER_ROBOTS_HOPS &&
	    xs_url_resolve(&url, c->run, s->robots_url, r->location, NULL) == XS_OK) {
		s->robots_url = url;
		s->state = CRAWL_ROBOTS_UNKNOWN;
		return XS_OK;
	}
	/* Unavailable: all is allowed (2.3.1.3). */
	if (r->status != 200)
		len = 0;
	rc = xs_frontier_set_robots(c->frontier, s->origin, r->status, c->now, r->body, len);
	return rc == XS_OK ? server_known(c, s, r->body, len) : rc;
}
