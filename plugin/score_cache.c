/* SPDX-License-Identifier: GPL-2.0-or-later */
/* score_cache.c - what is asked of the file of scores, and what is done when it fails.
 *
 * Time is counted in scores written, not in seconds: an entry's `used` is the count at its last use.
 * A row is found by the low half of its key; `mark` is a hash of the high half and the values, so
 * that neither another key nor a damaged page is taken for an answer. */
#include "plugin/score_cache.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/memory.h"
#include "plugin/score_file.h"

/* A use is noted when an eighth of the bound has been written since the last one that was, so that
 * a query whose scores are all known writes nothing, as a rule.  At most so many rows are removed at
 * once (about 1 ms), for a bound that was lowered. */
enum { CACHE_NOTE = 8, CACHE_SWEEP = 512 };

struct xs_score_cache {
	const xs_host *host;
	char *path;
	int64_t bound;
	pthread_mutex_t lock; /* of all below */
	xs_score_file *file;
	bool off;     /* not to be opened again */
	bool told;    /* the operator knows of a failure */
	bool renewed; /* the file was found damaged before */
};

/* 128 bits: with 64, two of ten million kept pairs would be alike with a chance of one in 400 000,
 * and a hit would have the score of another text.  Each text's NUL is hashed too, so that "ab", "c"
 * and "a", "bc" are different. */
xs_score_key xs_score_key_of(uint64_t identity, const char *const *texts, size_t n)
{
	XXH3_state_t state;
	XXH128_hash_t hash;

	XXH3_INITSTATE(&state);
	XXH3_128bits_reset_withSeed(&state, identity);
	for (size_t i = 0; i < n; i++)
		XXH3_128bits_update(&state, texts[i], strlen(texts[i]) + 1);
	hash = XXH3_128bits_digest(&state);
	return (xs_score_key){hash.low64, hash.high64};
}

xs_score_cache *xs_score_cache_new(const xs_host *host, const char *path, size_t entries)
{
	xs_score_cache *c = xs_calloc(1, sizeof *c);

	c->host = host;
	c->path = xs_strdup(path);
	c->bound = (int64_t)entries;
	pthread_mutex_init(&c->lock, NULL);
	return c;
}

void xs_score_cache_free(xs_score_cache *c)
{
	if (!c)
		return;
	xs_score_file_close(c->file);
	pthread_mutex_destroy(&c->lock);
	free(c->path);
	free(c);
}

/* Told once.  That others hold the file, or may not write an index, is no reason for a warning. */
static void cache_tell(xs_score_cache *c, int rc, const char *what)
{
	if (!c->told)
		c->host->log(rc == XS_EBUSY || rc == XS_EUNSUPPORTED ? XS_LOG_INFO : XS_LOG_WARN,
			     "%s: %s", what, xs_error());
	c->told = true;
}

/* Empties a damaged file, once. */
static int cache_renew(xs_score_cache *c, int rc)
{
	if (c->renewed)
		return rc;
	c->renewed = true;
	c->host->log(XS_LOG_WARN, "the scores that were kept are lost: %s", xs_error());
	return xs_score_file_renew(&c->file, c->path);
}

/* Opened late, so that a command that scores nothing makes no file.  A file that another process
 * holds is tried again the next time; any other failure is final for this process. */
static int cache_open(xs_score_cache *c)
{
	int rc;

	if (c->file)
		return XS_OK;
	if (c->off)
		return XS_ENOTFOUND;
	rc = xs_score_file_open(&c->file, c->path);
	if (rc == XS_EFORMAT)
		rc = cache_renew(c, rc);
	if (rc != XS_OK) {
		cache_tell(c, rc, "no scores are kept");
		c->off = rc != XS_EBUSY;
	}
	return rc;
}

/* After a failure in an open file: what is not damaged may come to work again. */
static void cache_failed(xs_score_cache *c, int rc)
{
	if (rc != XS_EFORMAT) {
		xs_score_file_rollback(c->file);
		cache_tell(c, rc, "some scores are not kept");
		return;
	}
	xs_score_file_close(c->file);
	c->file = NULL;
	rc = cache_renew(c, rc);
	c->off = rc != XS_OK;
	if (rc != XS_OK)
		cache_tell(c, rc, "no scores are kept");
}

/* Over all that a hit would give out, so that a page of the file that was damaged in a place that
 * SQLite does not check is no hit. */
static int64_t cache_mark(const xs_score_entry *e)
{
	const xs_score *s = &e->score;
	uint64_t values[7] = {e->key.high,
			      0,
			      (uint64_t)s->tokens,
			      (uint64_t)s->tokens_scored,
			      (uint64_t)s->best_window,
			      (uint64_t)s->best_first,
			      (uint64_t)s->best_tokens};

	memcpy(&values[1], &s->logit, sizeof s->logit);
	return (int64_t)XXH3_64bits(values, sizeof values);
}

static void cache_take(xs_score_entry *e, const xs_score_row *row, int64_t written)
{
	e->score = (xs_score){
		.logit = (float)row->logit,
		.score = (float)(1 / (1 + exp(-row->logit))), /* as librerank makes it */
		.tokens = (int)row->tokens,
		.tokens_scored = (int)row->scored,
		.truncated = row->scored < row->tokens,
		.best_window = (int)row->window,
		.best_first = (int)row->first,
		.best_tokens = (int)row->length,
	};
	e->known = row->mark == cache_mark(e);
	e->age = written - row->used;
}

/* One transaction for all candidates: a query sees the file at one moment, and takes its lock once. */
static int cache_read(xs_score_cache *c, xs_score_entry *e, size_t n)
{
	int64_t written, entries;
	xs_score_row row;
	int rc = xs_score_file_begin(c->file, false);

	if (rc == XS_OK)
		rc = xs_score_file_clock(&written, &entries, c->file);
	for (size_t i = 0; i < n && rc == XS_OK; i++) {
		row.id = (int64_t)e[i].key.low;
		rc = xs_score_file_get(&row, c->file);
		if (rc == XS_OK)
			cache_take(&e[i], &row, written);
		else if (rc == XS_ENOTFOUND)
			rc = XS_OK;
	}
	return rc != XS_OK ? rc : xs_score_file_commit(c->file);
}

void xs_score_cache_get(xs_score_cache *c, xs_score_entry *e, size_t n)
{
	int rc;

	for (size_t i = 0; i < n; i++)
		e[i].known = false;
	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	if (!cache_open(c) && (rc = cache_read(c, e, n)) != XS_OK)
		cache_failed(c, rc);
	pthread_mutex_unlock(&c->lock);
}

/* Least recently used, in steps: see CACHE_NOTE. */
static bool cache_worth_noting(const xs_score_cache *c, const xs_score_entry *e)
{
	return e->known && e->age > c->bound / CACHE_NOTE;
}

/* Writes what is fresh as of the time `now`; *added counts new rows. */
static int cache_write(int64_t *added, xs_score_cache *c, const xs_score_entry *e, size_t n,
		       int64_t now)
{
	int rc = XS_OK;

	*added = 0;
	for (size_t i = 0; i < n && rc == XS_OK; i++) {
		const xs_score *s = &e[i].score;
		xs_score_row row = {.id = (int64_t)e[i].key.low,
				    .logit = (double)s->logit,
				    .tokens = s->tokens,
				    .scored = s->tokens_scored,
				    .window = s->best_window,
				    .first = s->best_first,
				    .length = s->best_tokens,
				    .used = now};

		if (e[i].fresh) {
			row.mark = cache_mark(&e[i]);
			rc = xs_score_file_put(added, c->file, &row);
		} else if (cache_worth_noting(c, &e[i])) {
			rc = xs_score_file_touch(c->file, row.id, now);
		}
	}
	return rc;
}

static int cache_write_all(xs_score_cache *c, const xs_score_entry *e, size_t n, size_t fresh)
{
	int64_t written, entries, added, over, removed = 0;
	int rc = xs_score_file_begin(c->file, true);

	if (rc == XS_OK)
		rc = xs_score_file_clock(&written, &entries, c->file);
	if (rc == XS_OK)
		rc = cache_write(&added, c, e, n, written + (int64_t)fresh);
	if (rc != XS_OK)
		return rc;
	/* In the same transaction, so that the file never holds more than the bound after a commit. */
	over = entries + added - c->bound;
	if (over > 0)
		rc = xs_score_file_drop(&removed, c->file, over < CACHE_SWEEP ? over : CACHE_SWEEP);
	if (rc == XS_OK)
		rc = xs_score_file_set_clock(c->file, written + (int64_t)fresh,
					     entries + added - removed);
	return rc != XS_OK ? rc : xs_score_file_commit(c->file);
}

void xs_score_cache_put(xs_score_cache *c, const xs_score_entry *e, size_t n)
{
	size_t fresh = 0, noted = 0;
	int rc;

	if (!c)
		return;
	for (size_t i = 0; i < n; i++) {
		fresh += e[i].fresh;
		noted += cache_worth_noting(c, &e[i]);
	}
	if (!fresh && !noted)
		return;
	pthread_mutex_lock(&c->lock);
	if (!cache_open(c) && (rc = cache_write_all(c, e, n, fresh)) != XS_OK)
		cache_failed(c, rc);
	pthread_mutex_unlock(&c->lock);
}
