/* SPDX-License-Identifier: GPL-2.0-or-later */
/* frontier.h - what a crawl knows of each address: whether it waits, what came of it, and the last good
 * bytes of its page; in one SQLite file that several sites share.
 *
 * A run numbers itself.  What it has seen, and what of that still waits, is in the file: a process that is
 * killed loses what was done since the last xs_frontier_save(), and the next one goes on.  Knows nothing of
 * the network.  One thread at a time, but for xs_frontier_body(). */
#ifndef XS_CRAWL_FRONTIER_H
#define XS_CRAWL_FRONTIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/error.h"

typedef struct xs_frontier xs_frontier;

/* What came of an address at the last visit.  Kept in the file. */
typedef enum xs_visit_state {
	XS_VISIT_NONE = 0,
	XS_VISIT_PAGE = 1,
	XS_VISIT_REDIRECT = 2,
	XS_VISIT_GONE = 3,
	XS_VISIT_FAILED = 4, /* its last good page is kept, if there was one */
	XS_VISIT_OUT = 5     /* it is not to be indexed: robots.txt, another kind of file */
} xs_visit_state;

typedef enum xs_visit_kind { XS_VISIT_OF_PAGE = 0, XS_VISIT_OF_SITEMAP = 1 } xs_visit_kind;

/* An address.  Strings are never NULL. */
typedef struct xs_visit {
	int64_t id; /* 0 until it is in the file */
	const char *url, *origin;
	xs_visit_kind kind;
	int depth;	 /* links from the start */
	int chain;	 /* pages of its form that led to it, one after the other */
	int hops;	 /* redirects, or indexes of sitemaps, that led to it */
	int64_t lastmod; /* that a sitemap says, seconds since 1970; 0: nothing */
	int tries;	 /* in this run */
	xs_visit_state state;
	int status;		     /* of HTTP; 0: there was no answer */
	const char *reason;	     /* of FAILED: a sentence without the URL */
	const char *etag, *modified; /* validators of the page that is kept */
	const char *type,
		*charset; /* of the page: MIME type in lower case, encoding as the header has it */
	const char *target; /* where a redirect leads, or the canonical address; "": none */
	bool noindex, nofollow;
	uint64_t hash[2]; /* XXH3_128bits of the page's bytes: low64, high64 */
	int64_t size;	  /* of the page, bytes */
	int64_t changed,
		fetched; /* when the bytes were first seen; when a server last answered for them */
	int64_t failed;	 /* since when it fails; 0: it does not */
	bool kept;	 /* its page's bytes are in the file */
} xs_visit;

/* How far a run is, in addresses. */
typedef struct xs_frontier_counts {
	size_t seen, waiting, failed;
} xs_frontier_counts;

/* The file of an index's folder.  In `a`. */
const char *xs_frontier_path(xs_arena *a, const char *folder);

/* Writes what such a file holds to a new one, for a backup, while others write.  XS_ENOTFOUND (no sentence): there
 * is none; XS_EFORMAT: it is damaged, or of an older release; XS_ECANCEL: `stop` was over. */
int xs_frontier_copy(const char *from, const char *to, const xs_deadline *stop);

/* Opens the file, which is made if absent.  The caller closes it, which saves nothing.
 * XS_EFORMAT, XS_EBUSY, XS_EIO: as xs_sql_open(). */
int xs_frontier_open(xs_frontier **out, const char *path);
void xs_frontier_close(xs_frontier *f); /* NULL is fine */

/* Begins a run of the site of this start, or goes on with one that did not end and had the same `rules` (a hash
 * of what decides what is visited).  *resumed tells which.  Comes before all below. */
int xs_frontier_begin(bool *resumed, xs_frontier *f, const char *start, uint64_t rules);

/* Ends the run: forgets what it has not seen, and the pages of what fails since before `expired` (seconds since
 * 1970); `dropped` gets how many these were.  Saves. */
int xs_frontier_end(size_t *dropped, xs_frontier *f, int64_t expired);

/* Ends the run and forgets nothing: it came to no good end. */
int xs_frontier_abandon(xs_frontier *f);

/* Commits. */
int xs_frontier_save(xs_frontier *f);

xs_frontier_counts xs_frontier_count(const xs_frontier *f);

/* Adds an address that this run has not seen; *added: it had not.  Takes url, origin, kind, depth, chain, hops
 * and lastmod.  `path` is that of an address with a query, else "": see xs_frontier_variants(). */
int xs_frontier_add(bool *added, xs_frontier *f, const xs_visit *v, const char *path);

/* How many addresses of this path with a query the run has seen. */
int xs_frontier_variants(size_t *out, xs_frontier *f, const char *path);

/* The next one that waits at this origin and is due at `now` (seconds since 1970), fewest tries and nearest to
 * the start first; it waits no more.  Strings in `a`.  XS_ENOTFOUND: none. */
int xs_frontier_next(xs_visit *out, xs_arena *a, xs_frontier *f, const char *origin, int64_t now);

/* Lets one that was taken wait again until `due`, with its count of tries, status and reason. */
int xs_frontier_later(xs_frontier *f, const xs_visit *v, int64_t due);

/* Notes what came of one: all from `state` on but `kept`. */
int xs_frontier_done(xs_frontier *f, const xs_visit *v);

/* The origins at which something waits, in `a`. */
int xs_frontier_origins(const char *const **out, size_t *n, xs_arena *a, xs_frontier *f);

/* What is known of an address of this run.  XS_ENOTFOUND: it was not seen. */
int xs_frontier_find(xs_visit *out, xs_arena *a, xs_frontier *f, const char *url);

/* Keeps a page's bytes, and the links it has (URLs with line ends between), in place of what was kept. */
int xs_frontier_keep(xs_frontier *f, int64_t id, const char *bytes, size_t len, const char *links);
int xs_frontier_drop(xs_frontier *f, int64_t id);

/* The links that were kept with a page; "" for none.  In `a`. */
int xs_frontier_links(const char **out, xs_arena *a, xs_frontier *f, int64_t id);

/* The bytes of a page, in `a`, NUL added.  Any number of threads may call this one at once, while no other
 * function runs.  XS_EIO: they are not there. */
int xs_frontier_body(char **out, size_t *len, xs_arena *a, xs_frontier *f, int64_t id);

/* Lists what the run has seen of pages with state PAGE or FAILED, by URL.  In `a`. */
int xs_frontier_list(xs_visit **out, size_t *n, xs_arena *a, xs_frontier *f);

/* Whether there is a page, also one that fails now, of what the run has seen. */
int xs_frontier_any(bool *out, xs_frontier *f);

/* The robots.txt of an origin as it was kept: status, when, and its text in `a`.  XS_ENOTFOUND: none. */
int xs_frontier_robots(int *status, int64_t *at, const char **text, size_t *len, xs_arena *a,
		       xs_frontier *f, const char *origin);
int xs_frontier_set_robots(xs_frontier *f, const char *origin, int status, int64_t at,
			   const char *text, size_t len);

#endif
