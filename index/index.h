/* SPDX-License-Identifier: GPL-2.0-or-later */
/* index.h - a site's two stores, kept in step: SQLite, the record, and Xapian, the index.
 *
 * Knows nothing of models, of configuration files, nor of who asks.  What a folder holds:
 *
 *	site.db       pages, passages and what Xapian has yet to be told (store.h)
 *	xapian        a stub file of Xapian, "auto gen-N": which index is in use
 *	gen-N/        the index, which can be made again from site.db alone
 *	vectors       what passages mean (vectors/vectors.h); can be made again likewise
 *	lock          locked by the process that writes
 *
 * A batch of pages is committed to SQLite together with a list of the passages that come and go
 * (the outbox); then Xapian is told, and commits together with the outbox's number; then the list
 * is trimmed.  Opening for writing repeats what Xapian lacks, so a process may be killed at any
 * point.  An xs_index is used by one thread at a time; any number of processes and threads may
 * each open one to read, beside one that writes. */
#ifndef XS_INDEX_INDEX_H
#define XS_INDEX_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/error.h"
#include "index/pages/page.h"
#include "index/pages/source.h"

typedef struct xs_index xs_index;

/* Token ids of a text: writes at most `room` and returns how many there are, or a negative code.
 * Called by several threads at once. */
typedef int64_t xs_tokenize(void *user, const char *text, size_t len, int32_t *ids, size_t room);

/* A passage that is to be embedded.  All borrowed. */
typedef struct xs_embed_passage {
	const char *title, *heading, *text;
	const int32_t *ids; /* token ids of `text`; NULL: none are kept */
	size_t n_ids;
	uint64_t vocabulary; /* hash of the vocabulary that made them */
} xs_embed_passage;

/* Makes the vectors of n passages, vectors[n × dimensions], each of length 1.  XS_ECANCEL: `stop` was
 * over. */
typedef int xs_embed(void *user, float *vectors, const xs_embed_passage *passages, size_t n,
		     const xs_deadline *stop);

/* Whether passages of a page in this language ("": not known) get vectors. */
typedef bool xs_embeds(void *user, const char *language);

/* Where an index is and how pages become documents.  Defaults are those of the configuration
 * (plugin/options.c), which fills all that is needed. */
typedef struct xs_index_options {
	const char *path;	   /* folder of the stores; made when opened for writing */
	const char *language;	   /* stemming of pages that name no language we stem */
	const char *const *shards; /* "host:port" of xapian-tcpsrv, ends with NULL: to be searched
					  * in place of the folder's own index; NULL or none: the folder */
	double title_weight,
		heading_weight;	   /* a word there counts so many times, kept to quarters */
	unsigned threads;	   /* 0: as many as there are CPUs */
	const char *const *facets; /* fields of metadata to count and restrict pages by, ends with
					  * NULL; NULL: none.  Other fields make Xapian's part anew */
	const char *const *roots; /* URLs below which sections begin, ends with NULL; NULL: hosts */
	xs_page_options page;	  /* passages and limits */
	size_t batch_pages;	  /* pages of one commit to SQLite, at least 1 */
	size_t batch_bytes;	  /* text of one commit to Xapian, bytes; 0: 3 MiB */
	xs_tokenize *tokenize;	  /* NULL: passages are kept without token ids */
	void *tokenize_user;
	uint64_t vocabulary; /* hash of the vocabulary behind `tokenize` */
	xs_embed *embed;     /* NULL: passages get no vectors, and those that are there stay */
	xs_embeds *embeds;   /* called with `embed_user` too; NULL: all languages do */
	void *embed_user;
	uint64_t embed_identity; /* another one: vectors are made anew */
	int embed_dimensions;	 /* of a vector, a multiple of 8 */
} xs_index_options;

typedef enum xs_index_mode { XS_READ, XS_WRITE } xs_index_mode;

/* Opens the index; the options and what they point to are copied, but for the data of the
 * tokenizer and the embedder, which are borrowed.  The caller closes it.
 * XS_READ: XS_ENOTFOUND with a sentence: there is no index yet; XS_EIO: a shard cannot be reached.
 * XS_WRITE: makes what is absent, repeats what Xapian lacks, and builds Xapian's part anew when it
 * is missing or was made with other weights or languages.  XS_EBUSY: another process writes.
 * Either: XS_EFORMAT: made by a newer release, or damaged; XS_EIO. */
int xs_index_open(xs_index **out, const xs_index_options *options, xs_index_mode mode);
void xs_index_close(xs_index *ix); /* NULL is fine */

/* One thing that went wrong with a page, a line or a folder. */
typedef struct xs_index_failure {
	const char *key; /* as xs_source_item.key */
	const char *error;
} xs_index_failure;

enum { XS_INDEX_NOTES = 100 };

/* What a run did.  In numbers of pages, where nothing else is said. */
typedef struct xs_index_summary {
	size_t seen; /* entries in the sources: the sum of the next seven, but `deleted` */
	size_t added, changed, unchanged;
	size_t noindex; /* ask not to be indexed */
	size_t stubs;	/* only lead to another page */
	size_t failed; /* could not be read: as they were, if they were there; tried again next time */
	size_t duplicate; /* listed by two sources, taken once */
	size_t deleted;	  /* no longer in any source */
	size_t alike;	  /* the same as another page, which is shown in their place */
	size_t passages;  /* written */
	uint64_t bytes;	  /* of the pages that were read */
	double ms;
	xs_source_others others;	  /* files of kinds that are not read */
	const xs_index_failure *failures; /* the first 1000; they live in the arena given */
	size_t n_failures;
	const char *const
		*notes; /* what was left out of pages that were read (pages/note.h): the first
				   * XS_INDEX_NOTES, in the arena given */
	size_t n_notes; /* all, also beyond those */
	bool crawled;	/* a source was a site on the web: then */
	xs_crawl_summary crawl; /* has the sums of all of them */
} xs_index_summary;

typedef enum xs_index_phase {
	XS_PHASE_CRAWL,
	XS_PHASE_LIST,
	XS_PHASE_READ,
	XS_PHASE_INDEX,
	XS_PHASE_EMBED
} xs_index_phase;

/* How far a run is.  Called by the thread that runs it, at most about 20 times a second. */
typedef struct xs_index_progress {
	xs_index_phase
		phase; /* fetching a site; listing the sources; reading pages; telling Xapian; embedding */
	size_t done,
		total; /* CRAWL: addresses that are known so far; LIST: sources; READ: pages; INDEX, EMBED: passages */
	size_t failed; /* pages so far */
	double ms;     /* since the run began */
} xs_index_progress;
typedef void xs_index_watch(void *user, const xs_index_progress *p);

/* Brings the index in line with the sources.  A page is read again when its size, time, the way
 * pages are cut, or the vocabulary changed; it is written again when its bytes did.  `watch` may be
 * NULL, `stop` too; failures of `out` live in `a`.  Needs XS_WRITE.
 * XS_EINPUT: a source is missing or has nothing in it, or, unless `sure` is set, more than half of the
 * pages would be deleted (guard.h): nothing was changed.  XS_ECANCEL: `stop` was
 * over; what had been read is committed and `out` counts it.  XS_EIO: disk full and the like; what
 * was committed stays. */
int xs_index_update(xs_index_summary *out, xs_arena *a, xs_index *ix, const xs_source *sources,
		    size_t n, bool sure, xs_index_watch *watch, void *user,
		    const xs_deadline *stop);

/* Makes Xapian's part anew from SQLite, beside the one in use, and changes over.  Reads no
 * source.  Needs XS_WRITE.  `passages` (may be NULL) gets how many were written.
 * XS_ECANCEL: the one in use stays. */
int xs_index_rebuild(size_t *passages, xs_index *ix, xs_index_watch *watch, void *user,
		     const xs_deadline *stop);

/* What embedding did, in numbers of passages. */
typedef struct xs_embed_summary {
	size_t passages; /* that are shown */
	size_t embedded; /* by this run */
	size_t kept;	 /* whose vector was there: passages of the same text share one */
	size_t foreign;	 /* in languages without (options.embeds); the rest was not reached */
	size_t bytes;	 /* of the file of vectors */
	double ms;
} xs_embed_summary;

/* Gives each passage that is shown its vector, those of the same text the same one, in batches that are
 * committed: a process may be killed at any point, and the next one goes on.  Then writes the file of
 * vectors (vectors/vectors.h) in place of the one that is there, unless nothing has changed.  Words are
 * searchable meanwhile.  Needs XS_WRITE and options.embed.  `watch` may be NULL, `stop` too.
 * XS_ECANCEL: `stop` was over; what was embedded is kept, and the file has it.  XS_EIO: disk full and the
 * like.  What options.embed returned. */
int xs_index_embed(xs_embed_summary *out, xs_index *ix, xs_index_watch *watch, void *user,
		   const xs_deadline *stop);

/* Whether the stores agree, each passage compared by text. */
typedef struct xs_index_report {
	uint64_t pages, passages; /* in SQLite */
	uint64_t documents;	  /* in Xapian */
	uint64_t pending;     /* outbox entries that Xapian lacks; the next writer repeats them */
	uint64_t missing;     /* passages that Xapian should have and has not */
	uint64_t surplus;     /* documents that SQLite does not know */
	uint64_t different;   /* documents that say something else */
	uint64_t vectors;     /* passages that have one in the file of vectors */
	uint64_t lacking;     /* passages that are to have one (options.embeds), and have not */
	uint64_t stale;	      /* vectors in it that are of no passage as it is now; the next
			       * xs_index_embed() leaves them out */
	const char *sentence; /* what is wrong, first things first; "" if all is well */
} xs_index_report;

/* Compares the stores, and lets SQLite, Xapian and vectors/ check their own files.  XS_OK: they agree
 * once what is pending is repeated; XS_EFORMAT: they do not, or the file of vectors is damaged, and
 * report->sentence (in `a`) says it.  A passage without a vector is no fault: it may come yet. */
int xs_index_check(xs_index_report *report, xs_arena *a, xs_index *ix);

/* Copies both stores, as they are at one moment, and the vectors of their passages, into a new folder
 * (absent or empty), which then is an index of its own; another process may write meanwhile.  It has
 * its name only when it is complete.  XS_EINPUT: the folder is not empty; XS_ECANCEL: `stop` was over;
 * XS_EIO: disk full and the like.  After a failure nothing of it is left. */
int xs_index_backup(xs_index *ix, const char *folder, const xs_deadline *stop);

typedef struct xs_index_status {
	uint64_t pages;	  /* indexed */
	uint64_t noindex; /* known, asked to be left out */
	uint64_t failed;  /* could not be read at the last run */
	uint64_t passages, pending;
	uint64_t documents;	   /* in Xapian, all shards */
	uint64_t bytes;		   /* of the pages as they were read */
	uint64_t site_bytes;	   /* of site.db on disk */
	uint64_t xapian_bytes;	   /* of gen-N on disk */
	int64_t updated;	   /* last committed batch, seconds since 1970; 0: never */
	uint64_t vocabulary;	   /* hash behind the stored token ids; 0: none stored */
	int generation;		   /* N of gen-N; 0 with shards */
	uint64_t vectors;	   /* passages with a vector in the file; 0: there is none */
	uint64_t vectors_bytes;	   /* of that file */
	bool vectors_damaged;	   /* it is there, and cannot be read */
	uint64_t vectors_identity; /* how they were made */
	const char *languages;	   /* of the pages, by number: "en de"; in the arena */
} xs_index_status;

/* With shards, only `documents` and `languages` are filled. */
int xs_index_status_get(xs_index_status *out, xs_arena *a, xs_index *ix);

/* A number that another state of the index, or another index in its place, has not: what was found with
 * one is found again with the same.  XS_EUNSUPPORTED: an index of shards has none. */
int xs_index_version(uint64_t *out, xs_index *ix);

/* The failures that the store remembers, to be tried again: at most `room`, in `a`. */
int xs_index_failures(xs_index_failure *out, size_t *n, size_t room, xs_arena *a, xs_index *ix);

#endif
