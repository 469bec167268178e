/* SPDX-License-Identifier: MIT */
/* pickle.h - values of a Python pickle, read without executing anything.
 *
 * Knows the opcodes that plain data takes (protocols 2 to 5; docs.python.org/3/library/pickletools)
 * and refuses all others.  A name of a module is a value only if the caller lists it; a call of one
 * is kept as what it is, a name with its arguments, for the caller to understand.  Knows nothing of
 * tensors. */
#ifndef XS_RERANK_PICKLE_H
#define XS_RERANK_PICKLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

typedef enum xs_pickle_kind {
	XS_PICKLE_NONE,
	XS_PICKLE_BOOL,	      /* number: 0 or 1 */
	XS_PICKLE_INT,	      /* number */
	XS_PICKLE_LONG,	      /* text: more than 8 bytes, little-endian */
	XS_PICKLE_FLOAT,      /* its value is not kept */
	XS_PICKLE_TEXT,	      /* text */
	XS_PICKLE_TUPLE,      /* item[n] */
	XS_PICKLE_LIST,	      /* item[n] */
	XS_PICKLE_DICT,	      /* item[n]: key, value, key, value …; ordered dictionaries, too */
	XS_PICKLE_GLOBAL,     /* text: "module.name" */
	XS_PICKLE_CALL,	      /* text: the global's; item[n]: the arguments */
	XS_PICKLE_PERSISTENT, /* item[n]: what the persistent id is made of */
	XS_PICKLE_MARK	      /* inside the reader alone */
} xs_pickle_kind;

typedef struct xs_pickle {
	xs_pickle_kind kind;
	int64_t number;
	const char *text; /* NUL-terminated but for LONG */
	size_t len;
	struct xs_pickle **item;
	size_t n, cap;
} xs_pickle;

/* Longer pickles are refused; the values of one take at most about 100 times its bytes. */
enum { XS_PICKLE_BYTES = 2 << 20 };

/* Reads the pickle at the beginning of the bytes, its length in *used.  The values live in `a`.
 * `allowed`: the globals that may occur, NULL at the end.  `name` is for sentences.
 * XS_EFORMAT: damaged, or anything that is not allowed. */
int xs_pickle_read(const xs_pickle **out, size_t *used, xs_arena *a, const unsigned char *bytes,
		   size_t len, const char *const *allowed, const char *name);

/* The value of a dictionary's text key; NULL: it has none, or is no dictionary. */
const xs_pickle *xs_pickle_get(const xs_pickle *dict, const char *key);

#endif
