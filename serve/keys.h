/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keys.h - who may ask, and for what.
 *
 * The file of keys (serve.keys) has a JSON object a line; of a key it holds only a hash.  Knows nothing of
 * HTTP.  Read-only once made; any thread. */
#ifndef XS_SERVE_KEYS_H
#define XS_SERVE_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

typedef struct xs_key {
	const char *name;
	unsigned char hash[32]; /* SHA-256 of the key */
	bool anonymous;		/* of those who bring no key */
	const char *const
		*filters; /* conditions that all it gets to see must meet, its sites among them */
	size_t n_filters;
	double rate;  /* requests a second; 0: any number */
	bool rerank;  /* searches are reranked, and the rerank API answers */
	bool embed;   /* the embedding API answers */
	bool search;  /* the index is searched */
	bool metrics; /* /metrics answers */
} xs_key;

typedef struct xs_keys xs_keys;

/* Reads the file.  The caller frees it.  XS_EINPUT: there is none, or a line is wrong; the sentence says
 * which. */
int xs_keys_open(xs_keys **out, const char *path);
void xs_keys_free(xs_keys *k); /* NULL is fine */

/* As xs_keys_open(), of a text that stands for the file `path`. */
int xs_keys_parse(xs_keys **out, const char *path, const char *text, size_t len);

/* The key that hashes to one of the file; with NULL, what a stranger may do.  NULL: nothing. */
const xs_key *xs_keys_find(const xs_keys *k, const char *secret);

/* Makes a new key: the secret to be given to a client, and the line that belongs into the file; both in
 * `a`.  XS_EINPUT: the name is none; XS_EIO: the system gives no random bytes. */
int xs_keys_make(const char **secret, const char **line, xs_arena *a, const char *name);

#endif
