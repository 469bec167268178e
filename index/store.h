/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store.h - pages and passages, in one SQLite file, and what Xapian has yet to be told.
 *
 * Knows SQL and nothing of Xapian.  All that changes a passage adds its number to the outbox in the
 * same transaction.  A store is used by one thread at a time. */
#ifndef XS_INDEX_STORE_H
#define XS_INDEX_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "index/index.h"
#include "index/pages/page.h"
#include "index/record.h"
#include "vectors/vectors.h"

typedef struct xs_store xs_store;

/* Opens the file at `path`; `write` makes it if absent.  The caller closes it.
 * XS_ENOTFOUND (no sentence): absent; XS_EFORMAT: written by a newer release, or damaged. */
int xs_store_open(xs_store **out, const char *path, bool write);
void xs_store_close(xs_store *st); /* NULL is fine; rolls back what was not committed */

/* Everything that writes stands between begin and commit, everything that must see one state
 * (while another process may write) between begin and rollback. */
int xs_store_begin(xs_store *st);
int xs_store_commit(xs_store *st);
void xs_store_rollback(xs_store *st);	   /* fine outside of a transaction */
bool xs_store_writing(const xs_store *st); /* whether a transaction is open */

/* Named values: "id" (random, in hexadecimal, made with the store), "told" (the outbox number up
 * to which entries were trimmed), "updated" (seconds since 1970 of the last batch).  "" if absent. */
int xs_store_get(const char **value, xs_arena *a, xs_store *st, const char *name);
int xs_store_set(xs_store *st, const char *name, const char *value);

/* ---- pages */

typedef enum xs_stored {
	XS_STORED_PAGE,
	XS_STORED_NOINDEX,
	XS_STORED_NOTHING,
	XS_STORED_STUB
} xs_stored;

/* What is known about a key. */
typedef struct xs_store_page {
	int64_t id;
	xs_stored state; /* NOTHING: only a failure is known */
	bool failed;	 /* at the last try */
	int64_t size, mtime_ns;
	uint64_t hash[2], form;
} xs_store_page;

/* XS_ENOTFOUND: the key is new. */
int xs_store_find(xs_store_page *out, xs_store *st, const char *key);

/* Token ids of a passage, packed (record.h). */
typedef struct xs_store_tokens {
	const void *bytes;
	size_t len;
} xs_store_tokens;

/* A page as it was read.  All borrowed. */
typedef struct xs_store_entry {
	const char *key;
	const xs_page *page;
	const xs_store_tokens *tokens; /* of each passage; NULL: none */
	int64_t mtime_ns;
	uint64_t form;	     /* hash of how the page was cut */
	uint64_t vocabulary; /* of the tokens; 0: none */
} xs_store_entry;

/* Called for each passage that came, changed or went; `ordinal` in the page, -1: it went. */
typedef void xs_store_changed(void *user, uint64_t docid, int64_t ordinal);

/* Stores a page in place of what is known of its key.  A passage that says what the one of its
 * ordinal said before stays untouched and is not in the outbox. */
int xs_store_put(xs_store *st, const xs_store_entry *entry, xs_store_changed *changed, void *user);

/* The bytes are those that are stored: notes the new time, forgets a failure. */
int xs_store_touch(xs_store *st, int64_t id, int64_t mtime_ns);

/* Notes a failure beside what is stored. */
int xs_store_failed(xs_store *st, const char *key, const char *error);

/* Removes a page and its passages, and what is known of a failure. */
int xs_store_delete(xs_store *st, int64_t id, xs_store_changed *changed, void *user);

/* Calls `see` for all keys in order of bytes.  It must not write. */
typedef int xs_store_see_key(void *user, const char *key, const xs_store_page *page);
int xs_store_keys(xs_store *st, xs_store_see_key *see, void *user);

/* ---- pages that are the same (twins.h) */

/* A page whose bytes another page has, too. */
typedef struct xs_store_alike {
	int64_t id;
	const char *url, *type, *language;
	uint64_t hash[2];
} xs_store_alike;

/* Calls `see` for all of them, those of the same bytes after each other.  Strings are valid during the
 * call, as below. */
typedef int xs_store_see_alike(void *user, const xs_store_alike *page);
int xs_store_alike_walk(xs_store *st, xs_store_see_alike *see, void *user);

/* A text file beside an HTML file of its name, and their sketches. */
typedef struct xs_store_text {
	int64_t text, html;
	const char *text_url, *html_url;
	uint64_t text_sketch, html_sketch;
} xs_store_text;

typedef int xs_store_see_text(void *user, const xs_store_text *pair);
int xs_store_texts(xs_store *st, xs_store_see_text *see, void *user);

/* What a page is shown as: `twin` in its place, 0: itself, also for the pages of these URLs. */
typedef struct xs_store_twin {
	int64_t id, twin;
	const char *aliases; /* a URL a line; "" for none */
} xs_store_twin;

/* Lists all that are not themselves alone, by rising id, in `a`. */
int xs_store_twins(xs_store_twin **out, size_t *n, xs_arena *a, xs_store *st);

/* Sets it.  All passages of the page go to the outbox; those of a page that has a twin are none of
 * the passages below. */
int xs_store_set_twin(xs_store *st, const xs_store_twin *twin);

/* ---- passages */

/* Calls `see` for all passages by rising number, with all that Xapian is told; the record's
 * strings are valid during the call.  A return that is not 0 ends the walk and is returned. */
typedef int xs_store_see(void *user, const xs_record *r);
int xs_store_records(xs_store *st, xs_store_see *see, void *user);

/* As above for one number.  XS_ENOTFOUND: there is none. */
int xs_store_record(xs_store *st, uint64_t docid, xs_store_see *see, void *user);

/* ---- vectors of passages (embed.h) */

/* Sets the content (xs_record_content()) of passages that an older release stored.  Transactions of its
 * own; none if there is nothing to do.  XS_ECANCEL: `stop` was over. */
int xs_store_contents_fill(xs_store *st, const xs_deadline *stop);

/* Calls `see` for the passages of xs_store_records(), in no order.  `language` of its page. */
typedef int xs_store_see_content(void *user, uint64_t docid, uint64_t content,
				 const char *language);
int xs_store_contents(xs_store *st, xs_store_see_content *see, void *user);

/* A vector as vectors/vectors.h packs it; the key's docid is 0 where it is of a content alone. */
typedef struct xs_store_vector {
	xs_vector_key key;
	uint64_t identity; /* how it was made */
	const int8_t *items;
	int dimensions;
	float scale;
} xs_store_vector;

/* Stores one in place of its content's; removes it. */
int xs_store_vector_put(xs_store *st, const xs_store_vector *v);
int xs_store_vector_delete(xs_store *st, uint64_t content);

/* Calls `see` for all that are stored, in no order. */
typedef int xs_store_see_vector_key(void *user, uint64_t content, uint64_t identity);
int xs_store_vector_keys(xs_store *st, xs_store_see_vector_key *see, void *user);

/* Calls `see` for the passages of xs_store_records() that have a vector of this identity, by rising
 * number; items are valid during the call. */
typedef int xs_store_see_vector(void *user, const xs_store_vector *v);
int xs_store_vectors(xs_store *st, uint64_t identity, xs_store_see_vector *see, void *user);

/* ---- outbox */

/* The highest number that was ever given; 0: none. */
int xs_store_last(int64_t *out, xs_store *st);

/* The passages of entries above `after`, by rising number, each once; a passage that is not in the
 * store is to be deleted.  In `a`. */
int xs_store_pending(uint64_t **out, size_t *n, xs_arena *a, xs_store *st, int64_t after);

/* Removes entries up to `seq`, and sets "told".  A transaction of its own. */
int xs_store_trim(xs_store *st, int64_t seq);

/* ---- for people */

/* Fills pages, noindex, failed, passages, pending, bytes, updated, vocabulary and languages. */
int xs_store_status(xs_index_status *out, xs_arena *a, xs_store *st);
/* As xs_index_failures(). */
int xs_store_failures(xs_index_failure *out, size_t *n, size_t room, xs_arena *a, xs_store *st);

/* Writes all that the store holds (as the open transaction sees it, if there is one) to a new file.
 * XS_ECANCEL: `stop` was over; XS_EIO: disk full and the like. */
int xs_store_copy(xs_store *st, const char *path, const xs_deadline *stop);

/* Lets SQLite check the file: XS_EFORMAT with a sentence. */
int xs_store_check(xs_store *st);

#endif
