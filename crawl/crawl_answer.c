/* SPDX-License-Identifier: GPL-2.0-or-later */
/* crawl_answer.c - what an answer means for its address, and the addresses that it leads to. */
#define _GNU_SOURCE
#include <curl/curl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/buf.h"
#include "base/log.h"
#include "crawl/crawl_private.h"
#include "crawl/links.h"
#include "crawl/sitemap.h"

/* Redirects one after the other, as browsers about; levels of sitemaps; seconds between two tries at most. */
enum { ANSWER_HOPS = 10, ANSWER_SITEMAPS = 3, ANSWER_WAIT_S = 60 };

/* ---- addresses */

/* Pages so far of which each led to the next and that only differ in numbers or a query: they may have no end. */
static int answer_chain(xs_arena *a, const xs_visit *from, const char *url)
{
	if (!strcmp(xs_url_shape(a, url), url) || !strcmp(xs_url_shape(a, from->url), from->url))
		return 0;
	return from->chain + 1;
}

/* Whether the limits leave a new address in. */
static int answer_within(bool *within, xs_crawl *c, const xs_visit *v, const char *path)
{
	const xs_crawl_settings *set = c->settings;
	xs_frontier_counts n = xs_frontier_count(c->frontier);
	size_t variants = 0;
	int rc = XS_OK;

	if (*path)
		rc = xs_frontier_variants(&variants, c->frontier, path);
	*within = v->depth <= set->depth && v->chain <= set->chain && n.seen < (size_t)set->pages &&
		  variants < (size_t)set->variants && !xs_url_repeats(v->url);
	return rc;
}

static int answer_add(xs_crawl *c, xs_arena *a, xs_visit *v)
{
	size_t query = strcspn(v->url, "?");
	const char *path = v->url[query] ? xs_arena_dupn(a, v->url, query) : "";
	xs_visit known;
	bool within, added;
	int rc = answer_within(&within, c, v, path);

	if (rc < 0)
		return rc;
	if (!within) {
		/* What was found on a shorter way is none that is left out. */
		rc = xs_frontier_find(&known, a, c->frontier, v->url);
		c->out->bounded += rc == XS_ENOTFOUND;
		return rc == XS_ENOTFOUND ? XS_OK : rc;
	}
	v->origin = xs_url_origin(a, v->url);
	rc = xs_frontier_add(&added, c->frontier, v, path);
	if (rc == XS_OK && added)
		xs_crawl_server(c, v->origin);
	return rc;
}

int xs_crawl_add(xs_crawl *c, const xs_visit *from, const char *url, int depth, int hops)
{
	xs_arena *a;
	xs_visit v = {.url = url, .depth = depth, .hops = hops};
	int rc;

	if (!xs_scope_has(&c->scope, url))
		return XS_OK;
	a = xs_arena_new();
	v.chain = from ? answer_chain(a, from, url) : 0;
	rc = answer_add(c, a, &v);
	xs_arena_free(a);
	return rc;
}

int xs_crawl_add_sitemap(xs_crawl *c, const char *url, int hops)
{
	xs_visit v = {.url = url, .kind = XS_VISIT_OF_SITEMAP, .hops = hops};
	xs_arena *a;
	int rc;

	if (!xs_scope_host(&c->scope, url) || hops > ANSWER_SITEMAPS)
		return XS_OK;
	a = xs_arena_new();
	rc = answer_add(c, a, &v);
	xs_arena_free(a);
	return rc;
}

/* Links as they are kept with a page. */
static int answer_follow(xs_crawl *c, const xs_visit *v, const char *links)
{
	xs_arena *a = xs_arena_new();
	const char *url;
	size_t len;
	int rc = XS_OK;

	for (; *links && rc == XS_OK; links += len + (links[len] == '\n')) {
		len = strcspn(links, "\n");
		if (xs_url_resolve(&url, a, NULL, xs_arena_dupn(a, links, len), &c->scope.rules) ==
		    XS_OK)
			rc = xs_crawl_add(c, v, url, v->depth + 1, 0);
	}
	/* The canonical address, or where it redirected to before it failed, is no further from the start. */
	if (rc == XS_OK && *v->target)
		rc = xs_crawl_add(c, v, v->target, v->depth, v->hops + 1);
	xs_arena_free(a);
	return rc;
}

static int answer_follow_kept(xs_crawl *c, const xs_visit *v)
{
	xs_arena *a = xs_arena_new();
	const char *links;
	int rc = xs_frontier_links(&links, a, c->frontier, v->id);

	if (rc == XS_OK)
		rc = answer_follow(c, v, links);
	xs_arena_free(a);
	return rc;
}

/* What a sitemap's entries are added by. */
typedef struct answer_sitemap {
	xs_crawl *c;
	const xs_visit *from;
	int rc;
} answer_sitemap;

static void answer_sitemap_see(void *user, const xs_sitemap_entry *e)
{
	answer_sitemap *s = user;
	xs_arena *a = xs_arena_new();
	xs_visit v = {.depth = 1, .lastmod = e->changed};
	bool found = xs_url_resolve(&v.url, a, s->from->url, e->url, &s->c->scope.rules) == XS_OK;

	if (found && s->rc == XS_OK && e->index)
		s->rc = xs_crawl_add_sitemap(s->c, v.url, s->from->hops + 1);
	else if (found && s->rc == XS_OK && xs_scope_has(&s->c->scope, v.url))
		s->rc = answer_add(s->c, a, &v);
	xs_arena_free(a);
}

/* *why: what is wrong with it, in xs_error(); NULL: nothing. */
static int answer_follow_sitemap(const char **why, xs_crawl *c, const xs_visit *v,
				 const char *bytes, size_t len)
{
	answer_sitemap s = {.c = c, .from = v, .rc = XS_OK};
	int read = xs_sitemap_read(bytes, len, answer_sitemap_see, &s);

	*why = read < 0 && s.rc == XS_OK ? xs_error() : NULL;
	return s.rc;
}

/* By what was kept of it, or by where it redirected to. */
static int answer_follow_kept_sitemap(xs_crawl *c, const xs_visit *v)
{
	xs_arena *a = xs_arena_new();
	const char *why;
	char *bytes;
	size_t len;
	int rc = XS_OK;

	if (v->kept)
		rc = xs_frontier_body(&bytes, &len, a, c->frontier, v->id);
	if (rc == XS_OK && v->kept)
		rc = answer_follow_sitemap(&why, c, v, bytes, len);
	else if (rc == XS_OK && *v->target)
		rc = xs_crawl_add_sitemap(c, v->target, v->hops + 1);
	xs_arena_free(a);
	return rc;
}

/* ---- ends of a visit */

int xs_crawl_failed(xs_crawl *c, xs_visit *v, const char *reason)
{
	int rc;

	v->state = XS_VISIT_FAILED;
	v->reason = reason;
	v->failed = v->failed ? v->failed : c->now;
	if (v->kind == XS_VISIT_OF_SITEMAP)
		xs_log(XS_LOG_WARN, "the sitemap %s: %s", v->url, reason);
	else
		c->out->failed++;
	rc = xs_frontier_done(c->frontier, v);
	/* What is only reached through it is still there. */
	if (rc == XS_OK)
		rc = v->kind == XS_VISIT_OF_SITEMAP ? answer_follow_kept_sitemap(c, v)
						    : answer_follow_kept(c, v);
	return rc;
}

int xs_crawl_left(xs_crawl *c, xs_visit *v, xs_visit_state state, const char *reason)
{
	int rc = v->kept ? xs_frontier_drop(c->frontier, v->id) : XS_OK;

	if (state != XS_VISIT_REDIRECT)
		v->target = "";
	v->state = state;
	v->reason = reason;
	v->etag = v->modified = v->type = v->charset = "";
	v->noindex = v->nofollow = v->kept = false;
	v->hash[0] = v->hash[1] = 0;
	v->size = v->changed = v->failed = 0;
	v->fetched = c->now;
	return rc == XS_OK ? xs_frontier_done(c->frontier, v) : rc;
}

/* ---- answers */

/* The server is overloaded, or did not answer: later, or not in this run. */
static int answer_trouble(xs_crawl *c, crawl_request *q, const xs_answer *r)
{
	xs_visit *v = &q->visit;
	double wait = v->tries < 6 ? 1 << v->tries : ANSWER_WAIT_S;

	v->status = r->status;
	v->reason =
		*r->error ? r->error : xs_arena_printf(q->a, "the server answered %d", r->status);
	v->tries++;
	if (r->retry_s > c->settings->patience_s)
		return xs_crawl_failed(c, v,
				       xs_arena_printf(q->a, "%s and wants no request for %.0f s",
						       v->reason, r->retry_s));
	if (v->tries >= c->settings->tries)
		return xs_crawl_failed(c, v, v->reason);
	c->out->tries++;
	if (r->retry_s > wait)
		wait = r->retry_s;
	return xs_frontier_later(c->frontier, v, c->now + (int64_t)ceil(wait));
}

/* Whether the redirects that are known lead from `url` back to this address. */
static int answer_ring(bool *ring, xs_crawl *c, xs_arena *a, const char *url, const char *back)
{
	xs_visit v = {.target = url};
	int rc = XS_OK;

	*ring = false;
	for (int i = 0; i < ANSWER_HOPS && rc == XS_OK; i++) {
		*ring = !strcmp(v.target, back);
		if (*ring)
			return XS_OK;
		rc = xs_frontier_find(&v, a, c->frontier, v.target);
		if (rc == XS_OK && v.state != XS_VISIT_REDIRECT)
			return XS_OK;
	}
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

static int answer_redirect(xs_crawl *c, crawl_request *q, const xs_answer *r)
{
	xs_visit *v = &q->visit;
	const char *url;
	bool ring;
	int rc;

	if (!*r->location ||
	    xs_url_resolve(&url, q->a, v->url, r->location, &c->scope.rules) != XS_OK)
		return xs_crawl_failed(c, v, "it redirects to what is no address");
	if (v->kind == XS_VISIT_OF_SITEMAP) {
		v->target = url;
		rc = xs_crawl_left(c, v, XS_VISIT_REDIRECT, "");
		return rc == XS_OK ? xs_crawl_add_sitemap(c, url, v->hops + 1) : rc;
	}
	rc = answer_ring(&ring, c, q->a, url, v->url);
	if (rc < 0)
		return rc;
	if (ring)
		return xs_crawl_failed(c, v, "it redirects in a ring");
	if (v->hops >= ANSWER_HOPS)
		return xs_crawl_failed(c, v,
				       xs_arena_printf(q->a, "more than %d redirects lead to it",
						       ANSWER_HOPS));
	c->out->redirects++;
	v->target = url;
	if (!xs_scope_has(&c->scope, url))
		return xs_crawl_left(c, v, XS_VISIT_OUT,
				     xs_arena_printf(q->a,
						     "it redirects to %s, which is none of this "
						     "crawl's addresses",
						     url));
	rc = xs_crawl_left(c, v, XS_VISIT_REDIRECT, "");
	return rc == XS_OK ? xs_crawl_add(c, v, url, v->depth, v->hops + 1) : rc;
}

/* 304: the bytes that are kept are those of the server. */
static int answer_same(xs_crawl *c, xs_visit *v, const xs_answer *r)
{
	bool sitemap = v->kind == XS_VISIT_OF_SITEMAP;
	int rc;

	c->out->same += !sitemap;
	c->out->not_modified += !sitemap;
	v->state = XS_VISIT_PAGE;
	v->reason = "";
	v->failed = 0;
	v->fetched = c->now;
	if (*r->etag)
		v->etag = r->etag;
	if (*r->modified)
		v->modified = r->modified;
	rc = xs_frontier_done(c->frontier, v);
	if (rc == XS_OK)
		rc = sitemap ? answer_follow_kept_sitemap(c, v) : answer_follow_kept(c, v);
	return rc;
}

static bool answer_is_html(const xs_answer *r)
{
	if (!*r->type)
		return r->len && r->body[strspn(r->body, " \t\r\n\xef\xbb\xbf")] == '<';
	return !strcmp(r->type, "text/html") || !strcmp(r->type, "application/xhtml+xml");
}

/* When the bytes came to be, as far as someone says so. */
static int64_t answer_changed(const xs_crawl *c, const xs_visit *v, const xs_answer *r)
{
	time_t at = *r->modified ? curl_getdate(r->modified, NULL) : (time_t)-1;

	if (at != (time_t)-1 && at > 0 && (int64_t)at <= c->now)
		return (int64_t)at;
	return v->lastmod && v->lastmod <= c->now ? v->lastmod : c->now;
}

/* Notes what the answer says of the page. */
static void answer_note(const xs_crawl *c, crawl_request *q, const xs_answer *r, const xs_links *l,
			XXH128_hash_t hash)
{
	xs_visit *v = &q->visit;
	const char *canonical = l->canonical ? l->canonical : r->canonical;

	/* An empty one would be the page itself. */
	if (!*canonical ||
	    xs_url_resolve(&canonical, q->a, v->url, canonical, &c->scope.rules) != XS_OK)
		canonical = NULL;
	v->state = XS_VISIT_PAGE;
	v->reason = "";
	v->etag = r->etag;
	v->modified = r->modified;
	v->type = r->type;
	v->charset = r->charset;
	v->target = canonical && strcmp(canonical, v->url) != 0 ? canonical : "";
	v->nofollow = l->nofollow;
	v->hash[0] = hash.low64;
	v->hash[1] = hash.high64;
	v->size = (int64_t)r->len;
	v->fetched = c->now;
	v->failed = 0;
}

static int answer_page(xs_crawl *c, crawl_request *q, const xs_answer *r)
{
	xs_visit *v = &q->visit;
	XXH128_hash_t hash = XXH3_128bits(r->body, r->len);
	bool same = v->kept && v->hash[0] == hash.low64 && v->hash[1] == hash.high64;
	xs_links l = {0};
	xs_buf links;
	int rc;

	for (size_t i = 0; i < r->n_robots; i++)
		xs_links_robots(&l, r->robots[i], XS_CRAWL_TOKEN);
	if (answer_is_html(r))
		xs_links_read(&l, q->a, v->url, r->body, r->len, *r->charset ? r->charset : NULL,
			      XS_CRAWL_TOKEN);
	v->noindex = l.noindex;
	xs_buf_init(&links);
	for (size_t i = 0; i < l.n; i++)
		xs_buf_printf(&links, "%s\n", l.urls[i]);
	if (!same)
		v->changed = answer_changed(c, v, r);
	c->out->same += same;
	c->out->fetched += !same;
	/* Which links count may change with a header alone. */
	same &= v->nofollow == l.nofollow;
	answer_note(c, q, r, &l, hash);
	rc = same ? XS_OK
		  : xs_frontier_keep(c->frontier, v->id, r->body, r->len,
				     links.data ? links.data : "");
	if (rc == XS_OK)
		rc = xs_frontier_done(c->frontier, v);
	if (rc == XS_OK)
		rc = answer_follow(c, v, links.data ? links.data : "");
	xs_buf_fini(&links);
	xs_links_fini(&l);
	return rc;
}

/* Kept as a page is, for the runs in which it does not come. */
static int answer_sitemap_page(xs_crawl *c, xs_visit *v, const xs_answer *r)
{
	const char *why;
	int rc = answer_follow_sitemap(&why, c, v, r->body, r->len);

	if (rc == XS_OK && why)
		return xs_crawl_failed(c, v, why);
	if (rc == XS_OK)
		rc = xs_frontier_keep(c->frontier, v->id, r->body, r->len, "");
	if (rc < 0)
		return rc;
	v->state = XS_VISIT_PAGE;
	v->reason = v->target = "";
	v->etag = r->etag;
	v->modified = r->modified;
	/* Should it be taken for a page one day, it is of a kind that is not read. */
	v->type = r->type;
	v->failed = 0;
	v->fetched = c->now;
	return xs_frontier_done(c->frontier, v);
}

int xs_crawl_answer(xs_crawl *c, crawl_request *q, const xs_answer *r)
{
	xs_visit *v = &q->visit;
	bool wanted;

	c->out->bytes += r->len;
	if (r->rc == XS_EIO || r->status >= 500 || r->status == 429 || r->status == 408)
		return answer_trouble(c, q, r);
	v->status = r->status;
	if (r->rc < 0)
		return xs_crawl_failed(c, v, r->error);
	switch (r->status) {
	case 301:
	case 302:
	case 303:
	case 307:
	case 308: return answer_redirect(c, q, r);
	default: break;
	}
	if (r->status == 304 && v->kept)
		return answer_same(c, v, r);
	if (r->status == 404 || r->status == 410) {
		c->out->gone += v->kind == XS_VISIT_OF_PAGE;
		return xs_crawl_left(c, v, XS_VISIT_GONE,
				     xs_arena_printf(q->a, "the server answered %d", r->status));
	}
	if (r->status != 200)
		return xs_crawl_failed(c, v,
				       xs_arena_printf(q->a, "the server answered %d", r->status));
	if (v->kind == XS_VISIT_OF_SITEMAP)
		return answer_sitemap_page(c, v, r);
	/* Asked again, as nobody asks for the type of a body that is empty. */
	wanted = !r->unread && (!c->settings->wants ||
				c->settings->wants(c->settings->wants_user, r->type, v->url));
	if (wanted)
		return answer_page(c, q, r);
	c->out->others++;
	return xs_crawl_left(c, v, XS_VISIT_OUT, "it is of a kind that is not read");
}
