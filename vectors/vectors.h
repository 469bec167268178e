/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vectors.h - vectors of passages in one mapped file, and which of them are nearest to a question.
 *
 * Knows numbers, and nothing of models, pages, SQLite and Xapian.  A vector has length 1 and is kept as
 * int8 with a scale (max |v| / 127); the cosine of two is the sum of their products.  A file is never
 * changed: a new one takes its place (rename), and who has the old one mapped keeps it.
 *
 * All rows are scanned, in two steps: of their signs (a bit a dimension) the losses against the question are
 * summed from tables, which chooses a thousand or more; int8 products order these (kern/).  Of few rows the
 * products are made at once.  A mapping may be used by any number of threads, and is shared by
 * processes. */
#ifndef XS_VECTORS_VECTORS_H
#define XS_VECTORS_VECTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The most dimensions of a vector; they are a multiple of 8. */
enum { XS_VECTOR_DIMENSIONS = 4096 };

/* What one vector is of. */
typedef struct xs_vector_key {
	uint64_t docid;	  /* of the passage */
	uint64_t content; /* hash of the text that was embedded; who uses a vector compares it, as
			   * the passage may have changed since the file was made */
} xs_vector_key;

/* ---- one vector */

/* Makes int8 of a vector: items[dimensions], and the scale is returned.  Of a vector that is all zero, or
 * has not-a-number in it, all items and the scale are 0: it is near to nothing. */
float xs_vector_pack(int8_t *items, const float *vector, int dimensions);

/* ---- writing */

typedef struct xs_vectors_writer xs_vectors_writer;

/* Begins a file that will have the name `path`.  `identity` says how the vectors were made
 * (xs_embedder_identity).  The caller ends it one way or the other.  XS_EIO; XS_EINPUT: dimensions that
 * cannot be. */
int xs_vectors_create(xs_vectors_writer **out, const char *path, uint64_t identity, int dimensions);

/* Adds a vector, by rising docid.  XS_EIO: disk full and the like; XS_EINPUT: a docid that does not rise, a
 * scale that is below 0 or not a number. */
int xs_vectors_put(xs_vectors_writer *w, xs_vector_key key, const int8_t *items, float scale);

/* Makes the file durable and gives it its name, in place of one that has it.  Frees the writer, whatever
 * is returned; after a failure nothing is left of the new file and the old one stays. */
int xs_vectors_end(xs_vectors_writer *w);
void xs_vectors_drop(xs_vectors_writer *w); /* ends it without a file; NULL is fine */

/* ---- reading */

typedef struct xs_vectors xs_vectors;

/* Maps the file, and checks its header and size but not its numbers.  The caller closes it.
 * XS_ENOTFOUND (no sentence): absent; XS_EFORMAT with a sentence: cut short, damaged, or made by another
 * release; XS_EIO. */
int xs_vectors_open(xs_vectors **out, const char *path);
void xs_vectors_close(xs_vectors *v); /* NULL is fine */

/* Reads it all: the checksum, scales that are numbers, docids that rise.  XS_EFORMAT with a sentence. */
int xs_vectors_check(const xs_vectors *v);

typedef struct xs_vectors_info {
	uint64_t identity;
	int dimensions;
	size_t n;
	uint64_t bytes; /* of the file */
} xs_vectors_info;
void xs_vectors_info_get(xs_vectors_info *out, const xs_vectors *v);

/* The row of a docid, -1 if it has none, by bisection; the key of a row. */
int64_t xs_vectors_row(const xs_vectors *v, uint64_t docid);
xs_vector_key xs_vectors_key(const xs_vectors *v, size_t row);

/* A row's vector[dimensions] in floats. */
void xs_vectors_get(float *vector, const xs_vectors *v, size_t row);

/* A question's vector, prepared once. */
typedef struct xs_vector_query xs_vector_query;

/* Of vector[dimensions]; freed by the caller.  xs_vector_query_of_row(): of a row's own vector. */
xs_vector_query *xs_vector_query_new(const xs_vectors *v, const float *vector);
xs_vector_query *xs_vector_query_of_row(const xs_vectors *v, size_t row);
void xs_vector_query_free(xs_vector_query *q); /* NULL is fine */

/* The cosine of the question and a row. */
float xs_vectors_cosine(const xs_vectors *v, const xs_vector_query *q, size_t row);

/* A row that is near. */
typedef struct xs_near {
	size_t row;
	float cosine;
} xs_near;

/* The `room` nearest rows, largest cosine first (ties: smaller row first); *n of them.  `allowed`: a bit
 * a row, (allowed[row / 64] >> row % 64) & 1; NULL: all rows.  A question that is all zero is near to nothing:
 * *n is 0.  Recall of the exact nearest 50 is at
 * least .98 (bench meaning). */
void xs_vectors_nearest(xs_near *out, size_t *n, size_t room, const xs_vectors *v,
			const xs_vector_query *q, const uint64_t *allowed);

#ifdef __cplusplus
}
#endif
#endif
