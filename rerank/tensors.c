/* SPDX-License-Identifier: MIT */
/* tensors.c - the tensors of a model's files by name, whatever kind of file they came from.
 *
 * A model has some hundreds, each asked for once or twice: a sorted list does. */
#include "rerank/tensors.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/memory.h"

typedef struct tensors_file {
	const void *bytes;
	size_t len;
} tensors_file;

struct xs_tensors {
	xs_arena *a;
	xs_named **list;   /* in the files' order */
	xs_named **sorted; /* by name; made when sealed */
	size_t n, cap;
	tensors_file *files;
	size_t n_files, cap_files;
	xs_map *maps; /* of the files that are ours to close */
	size_t n_maps, cap_maps;
	const char *name;
};

xs_tensors *xs_tensors_new(void)
{
	xs_tensors *s = xs_calloc(1, sizeof *s);

	s->a = xs_arena_new();
	s->name = "";
	return s;
}

void xs_tensors_free(xs_tensors *s)
{
	size_t i;

	if (!s)
		return;
	for (i = 0; i < s->n_maps; i++)
		xs_map_close(&s->maps[i]);
	free(s->maps);
	free(s->files);
	free(s->list);
	free(s->sorted);
	xs_arena_free(s->a);
	free(s);
}

xs_arena *xs_tensors_arena(xs_tensors *s)
{
	return s->a;
}

void xs_tensors_add(xs_tensors *s, const xs_named *t)
{
	/* Copied to the arena and not to the list, which moves when it grows: pointers to entries
	 * are handed out. */
	xs_named *copy = xs_arena_alloc(s->a, sizeof *copy);

	*copy = *t;
	s->list = xs_grow(s->list, s->n, &s->cap, sizeof *s->list);
	s->list[s->n++] = copy;
}

void xs_tensors_keep(xs_tensors *s, xs_map map)
{
	s->maps = xs_grow(s->maps, s->n_maps, &s->cap_maps, sizeof *s->maps);
	s->maps[s->n_maps++] = map;
}

static int tensors_compare(const void *a, const void *b)
{
	const xs_named *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

/* Called after each file: a name that is in two files is told with the second one's name, and
 * hashes and sizes are over the files as they are. */
int xs_tensors_seal(xs_tensors *s, const void *bytes, size_t len, const char *name)
{
	size_t i;

	s->files = xs_grow(s->files, s->n_files, &s->cap_files, sizeof *s->files);
	s->files[s->n_files++] = (tensors_file){bytes, len};
	s->name = name;
	s->sorted = xs_realloc(s->sorted, (s->n + 1) * sizeof *s->sorted);
	if (s->n)
		memcpy(s->sorted, s->list, s->n * sizeof *s->sorted);
	qsort(s->sorted, s->n, sizeof *s->sorted, tensors_compare);
	for (i = 1; i < s->n; i++)
		if (strcmp(s->sorted[i - 1]->name, s->sorted[i]->name) == 0)
			return xs_fail(XS_EFORMAT, "%s: tensor %s is there twice", name,
				       s->sorted[i]->name);
	return XS_OK;
}

static xs_named *tensors_find(const xs_tensors *s, const char *name)
{
	/* A list that was never sealed has no order; without tensors bsearch() must not see NULL. */
	const xs_named key = {.name = name}, *at = &key;
	xs_named **found =
		s->n ? bsearch(&at, s->sorted, s->n, sizeof *s->sorted, tensors_compare) : NULL;

	return found ? *found : NULL;
}

const xs_named *xs_tensors_find(const xs_tensors *s, const char *name)
{
	return tensors_find(s, name);
}

const xs_named *xs_tensors_at(const xs_tensors *s, size_t i)
{
	return s->list[i];
}

size_t xs_tensors_count(const xs_tensors *s)
{
	return s->n;
}

const char *xs_tensors_name(const xs_tensors *s)
{
	return s->name;
}

void xs_tensors_call(xs_tensors *s, const char *name)
{
	s->name = name;
}

size_t xs_tensors_bytes(const xs_tensors *s)
{
	size_t i, bytes = 0;

	for (i = 0; i < s->n_files; i++)
		bytes += s->files[i].len;
	return bytes;
}

/* Each file's hash seeds the next, so that their order counts and no bytes are copied. */
uint64_t xs_tensors_hash(const xs_tensors *s, uint64_t seed)
{
	size_t i;

	for (i = 0; i < s->n_files; i++)
		seed = XXH3_64bits_withSeed(s->files[i].bytes, s->files[i].len, seed);
	return seed;
}

bool xs_named_matrix(xs_tensor *t, const xs_named *n)
{
	/* A vector is one row, so that callers have one form for both. */
	if (n->dims < 1 || n->dims > 2 || n->dtype == XS_DT_OTHER)
		return false;
	*t = (xs_tensor){.dtype = n->dtype,
			 .rows = n->dims == 2 ? n->shape[0] : 1,
			 .cols = n->shape[n->dims - 1],
			 .row_step = n->dims == 2 ? n->step[0] : 0,
			 .col_step = n->step[n->dims - 1],
			 .data = n->data};
	return true;
}

void xs_named_dense(xs_named *n)
{
	int64_t step = 1;
	int i;

	for (i = n->dims - 1; i >= 0; i--) {
		n->step[i] = step;
		/* Beyond 64 bits it has no items at all: a size is 0. */
		if (__builtin_mul_overflow(step, n->shape[i], &step))
			step = 0;
	}
}

/* The factors of the columns, where there are any. */
static int tensors_columns(xs_tensor *t, xs_arena *a, xs_tensors *s, const xs_named *of)
{
	char *key = xs_arena_printf(a, "%s.columns", of->name);
	xs_named *n = tensors_find(s, key);
	xs_tensor all;
	float *columns;

	if (!n)
		return XS_OK;
	if (!xs_named_matrix(&all, n) || n->dtype != XS_DT_F32 || n->dims != 1 ||
	    n->shape[0] != t->cols)
		return xs_fail(XS_EFORMAT,
			       "%s: tensor %s: expected F32 with one factor for each of the %lld "
			       "columns of %s",
			       n->file, key, (long long)t->cols, of->name);
	n->used = true;
	t->columns = columns = xs_arena_array(a, (size_t)t->cols, sizeof *columns);
	xs_tensor_row(columns, &all, 0);
	return XS_OK;
}

/* One scale a row, as a vector or a column. */
static int tensors_scale(xs_tensor *t, xs_arena *a, xs_tensors *s, const xs_named *of)
{
	char *key = xs_arena_printf(a, "%s.scale", of->name);
	xs_named *n = tensors_find(s, key);
	xs_tensor all;
	float *scale;

	if (!n || !xs_named_matrix(&all, n) || n->dtype != XS_DT_F32 || n->shape[0] != t->rows ||
	    (n->dims == 2 && n->shape[1] != 1))
		return xs_fail(XS_EFORMAT,
			       "%s: tensor %s is I8: expected %s as F32 with one scale for each of "
			       "its %lld rows",
			       of->file, of->name, key, (long long)t->rows);
	/* What nobody has used is told at the end: it may mean another model than config.json says. */
	n->used = true;
	scale = xs_arena_array(a, (size_t)t->rows, sizeof *scale);
	/* A column has its items far apart, and tools write either form. */
	if (n->dims == 1)
		xs_tensor_row(scale, &all, 0);
	for (int64_t r = 0; n->dims == 2 && r < t->rows; r++)
		xs_tensor_row(scale + r, &all, r);
	t->scale = scale;
	return tensors_columns(t, a, s, of);
}

int xs_tensors_get(xs_tensor *t, xs_arena *a, xs_tensors *s, const char *name, int64_t rows,
		   int64_t cols)
{
	xs_named *n = tensors_find(s, name);

	if (!n)
		return XS_ENOTFOUND;
	if (n->dtype == XS_DT_OTHER)
		return xs_fail(XS_EFORMAT,
			       "%s: tensor %s is %s; expected F64, F32, F16, BF16 or I8", n->file,
			       name, n->form);
	if (!xs_named_matrix(t, n) || t->rows != rows || t->cols != cols ||
	    (n->dims == 1 && rows != 1))
		return xs_fail(XS_EFORMAT,
			       "%s: tensor %s has %d dimensions, %lld × %lld; config.json asks for "
			       "%lld × %lld",
			       n->file, name, n->dims, (long long)(n->dims > 1 ? n->shape[0] : 1),
			       (long long)(n->dims ? n->shape[n->dims > 1] : 1), (long long)rows,
			       (long long)cols);
	n->used = true;
	return t->dtype == XS_DT_I8 ? tensors_scale(t, a, s, n) : XS_OK;
}
