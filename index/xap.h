/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xap.h - Xapian behind C: the one door to it.
 *
 * Knows nothing of SQLite.  Every function catches all exceptions of Xapian and turns them into a
 * code and a sentence.  Terms, slots and prefixes of documents are known to xap*.cc alone.  A
 * handle is used by one thread at a time. */
#ifndef XS_INDEX_XAP_H
#define XS_INDEX_XAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "index/facet.h"
#include "index/query.h"
#include "index/record.h"
#include "vectors/vectors.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- documents: made by any number of threads, each with a maker of its own */

typedef struct xs_xap_maker xs_xap_maker;
typedef struct xs_xap_document xs_xap_document;

/* How records become terms. */
typedef struct xs_xap_options {
	const char *language;		     /* stemming of records that name no language we stem */
	double title_weight, heading_weight; /* a word there counts so many times; quarters */
	xs_facet_options facets;	     /* borrowed */
} xs_xap_options;

/* A new maker; the options are copied, what they point to is not.  The caller frees it. */
int xs_xap_maker_new(xs_xap_maker **out, const xs_xap_options *options);
void xs_xap_maker_free(xs_xap_maker *m); /* NULL is fine */

/* Makes a document of all of a record but its docid; nothing of the record is kept.  It takes
 * a few times the memory of its text.  The caller frees it, in any thread. */
int xs_xap_make(xs_xap_document **out, xs_xap_maker *m, const xs_record *r);
void xs_xap_document_free(xs_xap_document *d); /* NULL is fine */

/* ---- writing */

typedef struct xs_xap_writer xs_xap_writer;

/* Opens the database at the folder `path` for writing; `create` makes it (empty) if absent.
 * `language` as in the makers' options.  XS_EBUSY: another process writes; XS_ENOTFOUND: absent (no
 * sentence). */
int xs_xap_writer_open(xs_xap_writer **out, const char *path, bool create, const char *language);
/* Closes without a commit: what was not committed is dropped.  NULL is fine. */
void xs_xap_writer_close(xs_xap_writer *w);

/* Adds or replaces the document `docid`.  XS_EIO: disk full and the like. */
int xs_xap_put(xs_xap_writer *w, uint64_t docid, const xs_xap_document *d);
/* Deletes a document; one that is not there is fine. */
int xs_xap_delete(xs_xap_writer *w, uint64_t docid);
/* Sets a metadata value, seen after the next commit; "" removes it. */
int xs_xap_set(xs_xap_writer *w, const char *key, const char *value);
/* Reads one as written (also not yet committed), into `a`; "" if absent. */
int xs_xap_writer_get(const char **value, xs_arena *a, xs_xap_writer *w, const char *key);
/* Makes all since the last commit durable and visible, at once. */
int xs_xap_commit(xs_xap_writer *w);

/* ---- reading */

typedef struct xs_xap xs_xap;

/* Opens a stub file or database folder for reading, or, where `shards` names any ("host:port",
 * NULL-terminated), those servers as one database.  XS_ENOTFOUND: absent (no sentence). */
int xs_xap_open(xs_xap **out, const char *path, const char *const *shards);
void xs_xap_close(xs_xap *x); /* NULL is fine */

/* Goes on to the newest committed state. */
int xs_xap_reopen(xs_xap *x);
/* The vectors of its passages from now on, borrowed; NULL: it has none.  One folder only, no shards. */
void xs_xap_set_vectors(xs_xap *x, const xs_vectors *vectors);
/* Metadata, into `a`; "" if absent. */
int xs_xap_get(const char **value, xs_arena *a, xs_xap *x, const char *key);
/* Documents, all shards. */
int xs_xap_count(uint64_t *out, xs_xap *x);

/* Whether any page has versions in other languages (xs_page.versions). */
bool xs_xap_has_versions(xs_xap *x);

/* Calls `see` for each document by rising number with its data (xs_record_get reads it); a
 * non-zero return ends the walk and is returned.  One folder only, no shards. */
typedef int xs_xap_see(void *user, uint64_t docid, const void *data, size_t len);
int xs_xap_walk(xs_xap *x, xs_xap_see *see, void *user);

/* Writes the state that `x` reads to a new database folder, compactly.  One folder only, no shards.
 * XS_ESTALE: a writer took it away meanwhile; XS_EIO: disk full and the like. */
int xs_xap_copy(xs_xap *x, const char *path);

/* Lets Xapian check the files of the database folder at `path`: XS_EFORMAT with a sentence. */
int xs_xap_check(const char *path);

/* One search, with no repetition: XS_ESTALE when the database changed under it.  As
 * xs_index_search otherwise.  `options` as documents were made with.  With a meaning, the reader must have
 * vectors that were made alike. */
int xs_xap_search(xs_search_result *out, xs_arena *a, xs_xap *x, const xs_xap_options *options,
		  const xs_search_request *request);

/* As xs_index_facets, xs_index_suggest and xs_index_similar, with no repetition. */
int xs_xap_facets(xs_facets *out, xs_arena *a, xs_xap *x, const xs_xap_options *options,
		  const xs_facet_request *request);
int xs_xap_suggest(xs_suggestions *out, xs_arena *a, xs_xap *x, const xs_xap_options *options,
		   const xs_suggest_request *request);
int xs_xap_similar(xs_search_result *out, xs_arena *a, xs_xap *x, const xs_xap_options *options,
		   const xs_similar_request *request);

/* The stem of a word of xs_words in a language, as documents have it; where that is "" or NULL, or one that
 * we do not stem, in the language `otherwise` (as xs_xap_options.language).  Lives in `a`.  Any thread. */
const char *xs_xap_stem(xs_arena *a, const char *language, const char *otherwise, const char *word);

#ifdef __cplusplus
}
#endif
#endif
