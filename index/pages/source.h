/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source.h - where pages come from: folders of files, and files of JSON lines.
 *
 * In two steps, so that a page which did not change costs no read: xs_source_walk() lists what is
 * there, the caller compares, xs_source_load() reads one.  Knows nothing of stores.
 *
 * A source may also be a site on the web: then xs_source_crawl() takes the place of xs_source_walk().
 *
 * A folder is read with all below it, symbolic links followed, each folder once; names that begin
 * with "." are left out, and so is what Sphinx (_sources, _static) and Javadoc (legal, element-list) make
 * beside their pages, unless a type is set or `include` is. */
#ifndef XS_INDEX_PAGES_SOURCE_H
#define XS_INDEX_PAGES_SOURCE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "crawl/crawl.h"
#include "index/pages/filter.h"
#include "index/pages/kind.h"
#include "index/pages/page.h"

/* One entry of the setting `sources`.  Borrowed for the call. */
struct xs_source {
	const char *path;		/* a folder, or one file; of a crawl its first address */
	const xs_crawl_settings *crawl; /* NULL: it is no crawl */
	const char *type;     /* a name of kind.h, "html": what files are, whatever their name (in a
			   * folder: those with an extension of that kind, or that `include`
			   * names); "auto": by extension, else by content (libmagic), leaving
			   * out what is none of these; NULL: "auto" */
	const char *url;      /* put before relative paths and URLs, percent-encoding the path; ""
			   * or NULL: the relative path as it is */
	bool strip_extension; /* guide/a.md is found at URL/guide/a */
	bool index_folders;   /* guide/index.md (README.md, _index.md) is found at URL/guide/ */
	bool trust_canonical; /* a page's canonical link may lead out of `url` */
	bool file_date;	      /* a page that gives no date has that of its file */
	const char
		*apart; /* a folder that is none of it, wherever it lies (the index); NULL: none */
	const char *language; /* of pages that name none; "" or NULL: unknown */
	bool guess_language;  /* but first comes what their text tells */
	const char *const *include, *const *exclude; /* fnmatch(3) patterns for the relative
			   * path ("*" matches "/" too) or the last name in it; NULL-terminated,
			   * or NULL: all, none.  An excluded folder is not entered. */
	const char *const *keep_elements, *const *drop_elements; /* XPath (html_select.h) for what
			   * alone is text in HTML, where it gives words, and for what is none;
			   * NULL-terminated, or NULL: what html.h says */
	const xs_filter *filters; /* commands that read files where `type` is "auto", n_filters of
				   * them: the first that has the name, else the type, counts */
	size_t n_filters;
};

/* Something that may become a page, or an error in its place. */
struct xs_source_item {
	const char *key;  /* names it in the site: the file's path ("/var/www/a.html", the source's
			   * path in front); for a JSON line "FILE#URL" */
	const char *path; /* of the file, as to be opened */
	const char *rel;  /* relative to the source's folder; the name for a single file */
	const xs_kind *kind;	 /* NULL only where rc is not XS_OK */
	const xs_filter *filter; /* of the site's owner, whose output the kind reads; NULL: none */
	xs_crawl *crawl;	 /* of a page that was fetched: where its bytes are; else NULL */
	const char *charset;	 /* of such a page, as its header says; NULL: it does not */
	bool noindex;		 /* of such a page: it or a header says so */
	int64_t offset; /* of a JSON line in its file, bytes; of a fetched page its number; else 0 */
	int64_t size;	/* bytes of the file or line */
	int64_t mtime_ns; /* of the file, nanoseconds since 1970 */
	uint64_t hash[2]; /* `hashed`: as xs_page.hash, so that a line which did not change is known
			   * though its file's time did */
	bool hashed;	  /* true for JSON lines and fetched pages */
	long line;	  /* of a JSON line, from 1; else 0 */
	int rc;		  /* XS_OK, or what is wrong: this is no page, */
	const char
		*error; /* then the sentence; of a fetched page also with XS_OK: what is read is of
			    * an earlier run, as it failed in this one; else NULL */
	const char *
		keep; /* where it is no page, a prefix of keys: pages stored under these keys may still be
			    * there (an unreadable folder, a damaged line) and must not be taken
			    * for deleted; else NULL */
};

/* How many documents there are of kinds that are not read, by extension. */
enum { XS_SOURCE_OTHERS = 32 };

typedef struct xs_source_others {
	struct {
		const char *extension; /* "pdf"; static */
		size_t files;
	} list[XS_SOURCE_OTHERS];
	size_t n, files; /* of the list; all */
} xs_source_others;

/* The first of the source's filters for files of that name; of that MIME type.  NULL: none. */
const xs_filter *xs_source_filter_named(const xs_source *s, const char *rel);
const xs_filter *xs_source_filter_typed(const xs_source *s, const char *type);

/* Lists the source, sorted by key (bytes); keys are unique.  Items live in `a`.  Adds to `others` (NULL:
 * nobody asks) what is left out.  Reads no file but
 * JSON lines, and the first bytes of files with an unknown extension.
 * XS_EINPUT: the path is not there, or of another kind than needed, an unknown type, or damaged XPath;
 * XS_EIO: it cannot be read.  Then nothing of the source is to be taken for deleted. */
int xs_source_walk(xs_source_item **items, size_t *n, xs_source_others *others, xs_arena *a,
		   const xs_source *s);

/* Crawls the source (s->crawl, whose `wants` is not looked at) and lists its pages as above; what crawls keep is in the file `kept`.  *crawl must
 * stay open while items are loaded, and is the caller's to close, also after a failure (then it may be NULL).
 * As xs_crawl_run(). */
int xs_source_crawl(xs_source_item **items, size_t *n, xs_crawl **crawl, xs_crawl_summary *summary,
		    xs_arena *a, const xs_source *s, const char *kept, xs_crawl_watch *watch,
		    void *user, const xs_deadline *stop);

/* Reads one item (rc XS_OK), extracts it and cuts its passages; everything lives in `a`.
 * Threads may load at once, each with its own arena and page.
 * XS_EINPUT: larger than o->max_bytes; XS_EIO: gone or unreadable; XS_EFORMAT: a damaged line, or
 * bytes that are no text. */
int xs_source_load(xs_page *page, xs_arena *a, const xs_source *s, const xs_source_item *item,
		   const xs_page_options *o);

#endif
