/* SPDX-License-Identifier: MIT */
/* model_write.c - a model written as a folder again: as it is, or in its int8 form.
 *
 * What the model uses of its files is written as one model.safetensors, row by row; items of four
 * bytes come first, then of two, then of one, so that all are aligned.  In the int8 form matrices
 * of more than two rows become I8 with one F32 scale a row, symmetric (max |w| / 127); vectors,
 * the segment embeddings and the classifier are F32. */
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "rerank/sound.h"
#include "rerank/tensors.h"

/* The configuration, and every file that a vocabulary may be read from. */
static const char *const writer_files[] = {"config.json",	    "vocab.txt",  "tokenizer.json",
					   "tokenizer_config.json", "vocab.json", "merges.txt"};

/* Of a folder of sentence-transformers, beside those that it names itself. */
static const char *const writer_sentence_files[] = {"modules.json",
						    "config_sentence_transformers.json"};

typedef struct writer {
	const xs_model *m;
	bool int8;
	xs_file *file;
	json_t *header;
	size_t at; /* bytes of the tensors so far */
} writer;

/* The tensor's form in the new file. */
static xs_dtype writer_dtype(const writer *z, const xs_named *n)
{
	/* Two rows: segment embeddings and the classifier, which are small, and whose rounding a
	 * score would show. */
	if (z->int8)
		return n->dims == 2 && n->shape[0] > 2 ? XS_DT_I8 : XS_DT_F32;
	return n->dtype == XS_DT_F64 ? XS_DT_F32 : n->dtype;
}

static void writer_entry(writer *z, const char *name, const char *suffix, xs_dtype form, int dims,
			 int64_t rows, int64_t cols)
{
	char *key = xs_arena_printf(z->m->arena, "%s%s", name, suffix);
	size_t end = z->at + (size_t)rows * (size_t)cols * xs_dtype_size(form);
	json_t *shape = dims == 1 ? json_pack("[I]", (json_int_t)cols)
				  : json_pack("[I, I]", (json_int_t)rows, (json_int_t)cols);

	json_object_set_new(z->header, key,
			    json_pack("{s:s, s:o, s:[I, I]}", "dtype", xs_dtype_name(form), "shape",
				      shape, "data_offsets", (json_int_t)z->at, (json_int_t)end));
	z->at = end;
}

/* max |row| / 127. */
static float writer_scale(const float *row, size_t n)
{
	float most = 0;

	for (size_t i = 0; i < n; i++)
		most = fmaxf(most, fabsf(row[i]));
	/* As weights.c makes steps of a float matrix: so the int8 form of a model scores as int8 of
	 * the model itself. */
	return most / 127;
}

/* The items of a row as they are stored, side by side. */
static void writer_copy(unsigned char *to, const xs_tensor *t, int64_t row)
{
	size_t size = xs_dtype_size(t->dtype);
	const unsigned char *from =
		(const unsigned char *)t->data + row * t->row_step * (int64_t)size;

	/* Item by item, since torch may store a matrix turned round. */
	for (int64_t c = 0; c < t->cols; c++)
		memcpy(to + (size_t)c * size, from + c * t->col_step * (int64_t)size, size);
}

/* Row after row, in the new form; `scales`: those of the rows alone. */
static int writer_rows(writer *z, const xs_tensor *t, xs_dtype form, bool scales)
{
	size_t n = (size_t)t->cols;
	float *row = xs_calloc(n + 1, sizeof *row), scale = 1;
	unsigned char *bytes = xs_calloc(n + 1, sizeof *row);
	int rc = XS_OK;

	for (int64_t r = 0; rc == XS_OK && r < t->rows; r++) {
		/* Copied as bytes where the form stays: no number is changed by a way through
		 * float. */
		if (!z->int8 && t->dtype == form) {
			writer_copy(bytes, t, r);
			rc = xs_file_put(z->file, bytes, n * xs_dtype_size(form));
			continue;
		}
		xs_tensor_row(row, t, r);
		if (scales || form == XS_DT_I8)
			scale = writer_scale(row, n);
		for (size_t i = 0; i < n && form == XS_DT_I8; i++)
			bytes[i] = (unsigned char)(scale > 0 ? lrintf(row[i] / scale) : 0);
		if (scales)
			rc = xs_file_put(z->file, &scale, sizeof scale);
		else if (form == XS_DT_I8)
			rc = xs_file_put(z->file, bytes, n);
		else
			rc = xs_file_put(z->file, row, n * sizeof *row);
	}
	free(row);
	free(bytes);
	return rc;
}

/* All tensors whose items have `size` bytes: their entries, or once the file is begun their rows.
 */
static int writer_group(writer *z, size_t size)
{
	int rc = XS_OK;

	for (size_t i = 0; rc == XS_OK && i < xs_tensors_count(z->m->tensors); i++) {
		const xs_named *n = xs_tensors_at(z->m->tensors, i);
		xs_dtype form = writer_dtype(z, n);
		bool scales = z->int8 && form == XS_DT_I8 && size == sizeof(float);
		xs_tensor t;

		if (!n->used || !xs_named_matrix(&t, n) || (xs_dtype_size(form) != size && !scales))
			continue;
		if (z->file)
			rc = writer_rows(z, &t, form, scales);
		else if (scales)
			writer_entry(z, n->name, ".scale", XS_DT_F32, 1, 1, t.rows);
		else
			writer_entry(z, n->name, "", form, n->dims, t.rows, t.cols);
	}
	return rc;
}

/* Twice: without a file for the header, whose offsets must be known first, then for the rows, in
 * the same order. */
static int writer_groups(writer *z)
{
	int rc = writer_group(z, 4);

	if (rc == XS_OK)
		rc = writer_group(z, 2);
	return rc == XS_OK ? writer_group(z, 1) : rc;
}

/* The header's length, the header, spaces up to a multiple of 64. */
static int writer_header(writer *z)
{
	static const char spaces[64] =
		"                                                               ";
	char *header = json_dumps(z->header, JSON_COMPACT);
	size_t len = strlen(header), padded = (len + 8 + 63) / 64 * 64 - 8;
	unsigned char size[8];
	int rc;

	for (int i = 0; i < 8; i++)
		size[i] = (unsigned char)(padded >> 8 * i);
	rc = xs_file_put(z->file, size, sizeof size);
	if (rc == XS_OK)
		rc = xs_file_put(z->file, header, len);
	if (rc == XS_OK)
		rc = xs_file_put(z->file, spaces, padded - len);
	free(header);
	return rc;
}

static int writer_weights(const xs_model *m, const char *to, bool int8)
{
	writer z = {.m = m, .int8 = int8, .header = json_object()};
	int rc = writer_groups(&z);

	if (rc == XS_OK)
		rc = xs_file_begin(&z.file, xs_file_join(m->arena, to, "model.safetensors"));
	if (rc == XS_OK) {
		rc = writer_header(&z);
		if (rc == XS_OK)
			rc = writer_groups(&z);
		rc = xs_file_end(z.file, rc);
	}
	json_decref(z.header);
	return rc;
}

/* Copies a file of the folder; one that is not there is removed: another model's may lie in its place. */
static int writer_copy_file(xs_arena *a, const char *from, const char *to, const char *name)
{
	const char *path = xs_file_join(a, to, name);
	xs_map map;
	int rc = xs_map_open(&map, xs_file_join(a, from, name));

	if (rc == XS_ENOTFOUND)
		return unlink(path) == 0 || errno == ENOENT
			       ? XS_OK
			       : xs_fail(XS_EIO, "remove %s: %s", path, strerror(errno));
	if (rc != XS_OK)
		return rc;
	rc = xs_file_write(path, map.data, map.len);
	xs_map_close(&map);
	return rc;
}

/* Copies a file that a folder of sentence-transformers names: it may lie in a folder of its own. */
static int writer_copy_named(xs_arena *a, const char *from, const char *to, const char *name)
{
	const char *slash = name ? strrchr(name, '/') : NULL;
	int rc = XS_OK;

	if (slash)
		rc = xs_file_mkdirs(
			xs_file_join(a, to, xs_arena_dupn(a, name, (size_t)(slash - name))));
	return rc == XS_OK && name ? writer_copy_file(a, from, to, name) : rc;
}

/* The sub-folders are kept, so that the copy is read by all who read the original. */
static int writer_sentence(const xs_model *m, const char *from, const char *to)
{
	const xs_sentence *s = &m->sentence;
	const size_t n = sizeof writer_sentence_files / sizeof *writer_sentence_files;
	int rc = writer_copy_named(m->arena, from, to, s->pooling_file);

	if (rc == XS_OK)
		rc = writer_copy_named(m->arena, from, to, s->length_file);
	for (size_t i = 0; rc == XS_OK && i < n; i++)
		rc = writer_copy_file(m->arena, from, to, writer_sentence_files[i]);
	return rc;
}

static int writer_folder(const xs_model *m, const char *from, const char *to, bool int8)
{
	const char *encoder = m->sentence.transformer ? m->sentence.transformer : "";
	const char *encoder_from = xs_file_join(m->arena, from, encoder);
	const char *encoder_to = xs_file_join(m->arena, to, encoder);
	int rc = xs_file_mkdirs(encoder_to);

	if (rc == XS_OK)
		rc = writer_weights(m, encoder_to, int8);
	for (size_t i = 0; rc == XS_OK && i < sizeof writer_files / sizeof *writer_files; i++)
		rc = writer_copy_file(m->arena, encoder_from, encoder_to, writer_files[i]);
	return rc == XS_OK ? writer_sentence(m, from, to) : rc;
}

/* A folder is not written over itself: what is read would change below us. */
static int writer_apart(const char *from, const char *to)
{
	struct stat a, b;

	if (stat(from, &a) == 0 && stat(to, &b) == 0 && a.st_dev == b.st_dev &&
	    a.st_ino == b.st_ino)
		return xs_fail(XS_EINPUT, "%s and %s are one folder; expected another to write to",
			       from, to);
	return XS_OK;
}

int xs_model_quantize(const char *from, const char *to)
{
	xs_model *m;
	int rc = writer_apart(from, to);

	if (rc == XS_OK)
		rc = xs_model_open_any(&m, from); /* only what loads is worth writing */
	if (rc < 0)
		return rc;
	if (m->stored == XS_DT_I8)
		rc = xs_fail(XS_EINPUT, "%s: its weights are I8 already", from);
	else
		rc = writer_folder(m, from, to, true);
	xs_model_close(m);
	return rc;
}

int xs_model_import(const char *from, const char *to)
{
	xs_sound_report report = {0};
	xs_model *m;
	int rc = to ? writer_apart(from, to) : XS_OK;

	if (rc == XS_OK)
		rc = xs_model_open_any(&m, from);
	if (rc < 0)
		return rc;
	rc = xs_sound_finite(&report, m);
	if (rc == XS_OK && to)
		rc = writer_folder(m, from, to, false);
	xs_model_close(m);
	if (rc < 0 || !to)
		return rc;
	rc = xs_model_open_any(&m, to);
	if (rc == XS_OK)
		xs_model_close(m);
	return rc;
}
