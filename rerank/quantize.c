/* SPDX-License-Identifier: MIT */
/* quantize.c - the int8 form of a model folder.
 *
 * Matrices of more than two rows become I8 with one F32 scale a row, symmetric (max |w| / 127);
 * vectors, the segment embeddings and the classifier stay F32.  All F32 comes first in the file, so
 * that it is aligned. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "rerank/safetensors.h"

typedef struct quantizer {
	json_t *header;
	xs_buf floats, bytes; /* data of F32 and of I8 tensors */
	const char *name;
	bool second; /* offsets of I8 tensors follow the floats': known at the second pass */
	size_t base;
} quantizer;

static void quantizer_entry(quantizer *z, const char *name, xs_dtype form, int64_t rows,
			    int64_t cols, int dims, size_t begin, size_t end)
{
	json_t *shape = dims == 1 ? json_pack("[I]", (json_int_t)cols)
				  : json_pack("[I, I]", (json_int_t)rows, (json_int_t)cols);

	json_object_set_new(z->header, name,
			    json_pack("{s:s, s:o, s:[I, I]}", "dtype", xs_dtype_name(form), "shape",
				      shape, "data_offsets", (json_int_t)begin, (json_int_t)end));
}

static void quantizer_floats(quantizer *z, const char *name, const xs_tensor *t, int dims)
{
	float *row = xs_calloc((size_t)t->cols, sizeof(*row));
	size_t begin = z->floats.len;
	int64_t r;

	for (r = 0; r < t->rows; r++) {
		xs_tensor_row(row, t, r);
		xs_buf_put(&z->floats, row, (size_t)t->cols * sizeof(*row));
	}
	free(row);
	quantizer_entry(z, name, XS_DT_F32, t->rows, t->cols, dims, begin, z->floats.len);
}

/* One row: its bytes added, its scale returned. */
static float quantizer_row(xs_buf *to, const float *row, size_t n)
{
	float most = 0, scale;
	size_t i;

	for (i = 0; i < n; i++)
		most = fmaxf(most, fabsf(row[i]));
	scale = most / 127;
	for (i = 0; i < n; i++)
		xs_buf_putc(to, (char)(scale > 0 ? lrintf(row[i] / scale) : 0));
	return scale;
}

/* First pass: the scales, which are floats; second pass: the bytes. */
static void quantizer_matrix(quantizer *z, const char *name, const xs_tensor *t)
{
	float *row = xs_calloc((size_t)t->cols, sizeof(*row)), scale;
	size_t scales = z->floats.len, begin = z->bytes.len;
	char *key;
	xs_buf text, spare;
	int64_t r;

	xs_buf_init(&text);
	xs_buf_init(&spare);
	for (r = 0; r < t->rows; r++) {
		xs_tensor_row(row, t, r);
		scale = quantizer_row(z->second ? &z->bytes : &spare, row, (size_t)t->cols);
		xs_buf_reset(&spare);
		if (!z->second)
			xs_buf_put(&z->floats, &scale, sizeof(scale));
	}
	xs_buf_printf(&text, "%s.scale", name);
	key = xs_buf_take(&text);
	if (z->second)
		quantizer_entry(z, name, XS_DT_I8, t->rows, t->cols, 2, z->base + begin,
				z->base + z->bytes.len);
	else
		quantizer_entry(z, key, XS_DT_F32, 1, t->rows, 1, scales, z->floats.len);
	free(key);
	free(row);
	xs_buf_fini(&spare);
}

static int quantizer_see(void *user, const char *name, const char *form, const int64_t *shape,
			 int dims, const void *data, size_t len)
{
	quantizer *z = user;
	xs_tensor t = {.rows = dims == 2 ? shape[0] : 1, .data = data};

	(void)len;
	if (strcmp(form, "I64") == 0) /* position_ids of older checkpoints: no weights */
		return XS_OK;
	if (strcmp(form, "I8") == 0)
		return xs_fail(XS_EINPUT, "%s: tensor %s is I8 already", z->name, name);
	for (t.dtype = XS_DT_F32; t.dtype < XS_DT_I8; t.dtype++)
		if (strcmp(form, xs_dtype_name(t.dtype)) == 0)
			break;
	if (t.dtype == XS_DT_I8 || dims < 1 || dims > 2)
		return xs_fail(XS_EFORMAT,
			       "%s: tensor %s is %s of %d dimensions; expected F32, F16 or BF16 "
			       "of one or two",
			       z->name, name, form, dims);
	t.cols = shape[dims - 1];
	if (dims == 2 && t.rows > 2)
		quantizer_matrix(z, name, &t);
	else if (!z->second)
		quantizer_floats(z, name, &t, dims);
	return XS_OK;
}

/* Header, floats, bytes; the header is padded with spaces to a multiple of 64. */
static int quantizer_write(quantizer *z, const char *path)
{
	char *header = json_dumps(z->header, JSON_COMPACT);
	size_t len = strlen(header), padded = (len + 8 + 63) / 64 * 64 - 8;
	xs_buf file;
	int i, rc;

	xs_buf_init(&file);
	for (i = 0; i < 8; i++)
		xs_buf_putc(&file, (char)(padded >> 8 * i));
	xs_buf_put(&file, header, len);
	for (; len < padded; len++)
		xs_buf_putc(&file, ' ');
	xs_buf_put(&file, z->floats.data, z->floats.len);
	xs_buf_put(&file, z->bytes.data, z->bytes.len);
	rc = xs_file_write(path, file.data, file.len);
	xs_buf_fini(&file);
	free(header);
	return rc;
}

static int quantize_weights(const char *from, const char *to)
{
	quantizer z = {.header = json_object(), .name = from};
	xs_safetensors *s = NULL;
	xs_map map = {0};
	int rc = xs_map_open(&map, from);

	if (rc == XS_OK)
		rc = xs_safetensors_new(&s, map.data, map.len, from);
	if (rc == XS_OK)
		rc = xs_safetensors_walk(s, quantizer_see, &z);
	z.second = true;
	z.base = z.floats.len;
	if (rc == XS_OK)
		rc = xs_safetensors_walk(s, quantizer_see, &z);
	if (rc == XS_OK)
		rc = quantizer_write(&z, to);
	json_decref(z.header);
	xs_buf_fini(&z.floats);
	xs_buf_fini(&z.bytes);
	xs_safetensors_free(s);
	xs_map_close(&map);
	return rc;
}

/* Copies a file of the folder; one that is not there is left out. */
static int quantize_copy(xs_arena *a, const char *from, const char *to, const char *name)
{
	xs_map map;
	int rc = xs_map_open(&map, xs_file_join(a, from, name));

	if (rc != XS_OK)
		return rc == XS_ENOTFOUND ? XS_OK : rc;
	rc = xs_file_write(xs_file_join(a, to, name), map.data, map.len);
	xs_map_close(&map);
	return rc;
}

int xs_model_quantize(const char *from, const char *to)
{
	static const char *const others[] = {"config.json", "vocab.txt", "tokenizer.json",
					     "tokenizer_config.json"};
	xs_arena *a = xs_arena_new();
	xs_model *m;
	size_t i;
	int rc = xs_model_open(&m, from); /* only what would load is worth writing */

	if (rc == XS_OK) {
		xs_model_close(m);
		rc = xs_file_mkdirs(to);
	}
	if (rc == XS_OK)
		rc = quantize_weights(xs_file_join(a, from, "model.safetensors"),
				      xs_file_join(a, to, "model.safetensors"));
	for (i = 0; rc == XS_OK && i < sizeof(others) / sizeof(*others); i++)
		rc = quantize_copy(a, from, to, others[i]);
	xs_arena_free(a);
	return rc;
}
