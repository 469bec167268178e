/* SPDX-License-Identifier: MIT */
/* tensors.h - the named tensors of a model's files, whatever their form.
 *
 * A reader (safetensors.h, torch.h) checks each tensor and adds it; nothing here reads a file's
 * form, and nothing knows architectures.  Read-only once opened, but for what was asked for. */
#ifndef XS_RERANK_TENSORS_H
#define XS_RERANK_TENSORS_H

#include <stdbool.h>

#include "rerank/model.h"

enum { XS_TENSOR_DIMS = 8 };

typedef struct xs_named {
	const char *name;
	const char *form; /* "F32", "I64" …, the names that safetensors files have; static */
	xs_dtype dtype;	  /* XS_DT_OTHER: it holds no weights */
	int dims;
	int64_t shape[XS_TENSOR_DIMS], step[XS_TENSOR_DIMS]; /* step: in items */
	const void *data;				     /* the first item */
	const char *file;				     /* for sentences */
	bool used;					     /* xs_tensors_get gave it out */
} xs_named;

/* An empty set; the caller frees it. */
xs_tensors *xs_tensors_new(void);
void xs_tensors_free(xs_tensors *s); /* NULL is fine */

/* A set of a folder's weights: model.safetensors, else the files of model.safetensors.index.json,
 * else pytorch_model.bin, else the files of pytorch_model.bin.index.json.  The files are mapped.
 * XS_EFORMAT: none of them is there, or one is damaged. */
int xs_tensors_open(xs_tensors **out, const char *folder);

/* Which file holds which tensor, from the text of an index (`*.index.json`). */
typedef struct xs_shards {
	const char **tensor; /* [n] names */
	size_t *file;	     /* [n] which of files[] */
	size_t n;
	const char **files; /* [n_files] names in the index's folder, in the order of the index */
	size_t n_files;
} xs_shards;

/* Reads an index; all of it lives in `a`.  XS_EFORMAT: damaged, or a file of another folder. */
int xs_shards_read(xs_shards *out, xs_arena *a, const char *text, size_t len, const char *name);

/* For readers.  Where strings and copies live; adds a tensor (copied, its strings borrowed), whose
 * memory is bounded by the reader. */
xs_arena *xs_tensors_arena(xs_tensors *s);
void xs_tensors_add(xs_tensors *s, const xs_named *t);

/* Makes a mapped file the set's own, to be closed at its end. */
void xs_tensors_keep(xs_tensors *s, xs_map map);

/* Notes the bytes of a file whose tensors were added, and sorts them: before any is asked for.
 * `name` is borrowed.  XS_EFORMAT: two have one name. */
int xs_tensors_seal(xs_tensors *s, const void *bytes, size_t len, const char *name);

/* Fills `t`, whose data points into the file; scales of I8 ("NAME.scale", F32, one a row; and if
 * they are there "NAME.columns", one a column: an item is step × scale × column's factor) are copied to
 * `a`.  rows, cols: what the shape must be (a vector is 1 × cols).
 * XS_ENOTFOUND (no sentence): absent; XS_EFORMAT: another shape, or a form that holds no weights.
 */
int xs_tensors_get(xs_tensor *t, xs_arena *a, xs_tensors *s, const char *name, int64_t rows,
		   int64_t cols);

/* A tensor by name, NULL if absent; the i-th in the files' order; how many there are. */
const xs_named *xs_tensors_find(const xs_tensors *s, const char *name);
const xs_named *xs_tensors_at(const xs_tensors *s, size_t i);
size_t xs_tensors_count(const xs_tensors *s);

/* The tensor as a matrix (a vector: one row), without its scales.  False: it has more dimensions
 * than two, or holds no weights. */
bool xs_named_matrix(xs_tensor *t, const xs_named *n);

/* Sets the steps of a tensor whose items lie row after row. */
void xs_named_dense(xs_named *n);

/* The file's name for sentences, that of the last one sealed unless it is called otherwise (the
 * name is borrowed); bytes of all files; their hash, seeded. */
const char *xs_tensors_name(const xs_tensors *s);
void xs_tensors_call(xs_tensors *s, const char *name);
size_t xs_tensors_bytes(const xs_tensors *s);
uint64_t xs_tensors_hash(const xs_tensors *s, uint64_t seed);

#endif
