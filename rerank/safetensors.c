/* SPDX-License-Identifier: MIT */
#include "rerank/safetensors.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* The header of a model of a thousand tensors takes about 100 KB; the limit is the format's own. */
enum { SAFETENSORS_HEADER = 100 * 1000 * 1000, SAFETENSORS_DIMS = 8 };

struct xs_safetensors {
	json_t *header;
	const unsigned char *data;
	size_t len; /* of the data */
	char *name;
};

/* Bytes of one item, 0 for a form that the format does not have. */
static size_t safetensors_item(const char *form)
{
	static const struct {
		const char *name;
		size_t size;
	} forms[] = {{"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"F8_E4M3", 1}, {"F8_E5M2", 1},
		     {"I16", 2},  {"U16", 2}, {"F16", 2}, {"BF16", 2},    {"I32", 4},
		     {"U32", 4},  {"F32", 4}, {"F64", 8}, {"I64", 8},     {"U64", 8}};
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		if (strcmp(form, forms[i].name) == 0)
			return forms[i].size;
	return 0;
}

/* Reads the shape of an entry; -1: not a list of sizes. */
static int safetensors_dims(const json_t *entry, int64_t *shape, int room)
{
	const json_t *list = json_object_get(entry, "shape"), *v;
	size_t i, n = json_array_size(list);

	if (!json_is_array(list) || n > SAFETENSORS_DIMS)
		return -1;
	for (i = 0; i < n; i++) {
		v = json_array_get(list, i);
		if (!json_is_integer(v) || json_integer_value(v) < 0)
			return -1;
		if ((int)i < room)
			shape[i] = json_integer_value(v);
	}
	return (int)n;
}

static bool safetensors_offset(size_t *out, const json_t *entry, size_t i)
{
	const json_t *v = json_array_get(json_object_get(entry, "data_offsets"), i);

	if (!json_is_integer(v) || json_integer_value(v) < 0)
		return false;
	*out = (size_t)json_integer_value(v);
	return true;
}

static int safetensors_check(const xs_safetensors *s, const char *name, const json_t *entry)
{
	const char *form = json_string_value(json_object_get(entry, "dtype"));
	int64_t shape[SAFETENSORS_DIMS];
	int i, dims = safetensors_dims(entry, shape, SAFETENSORS_DIMS);
	size_t begin, end, bytes = form ? safetensors_item(form) : 0;

	if (!bytes)
		return xs_fail(XS_EFORMAT, "%s: tensor %s has the unknown dtype %s", s->name, name,
			       form ? form : "(none)");
	if (dims < 0)
		return xs_fail(XS_EFORMAT, "%s: tensor %s: expected a shape of at most %d sizes",
			       s->name, name, SAFETENSORS_DIMS);
	if (!safetensors_offset(&begin, entry, 0) || !safetensors_offset(&end, entry, 1) ||
	    begin > end || end > s->len)
		return xs_fail(XS_EFORMAT,
			       "%s: tensor %s: its data_offsets lie outside the %zu bytes of data: "
			       "is the file cut short?",
			       s->name, name, s->len);
	for (i = 0; i < dims; i++)
		if (__builtin_mul_overflow(bytes, (size_t)shape[i], &bytes))
			bytes = SIZE_MAX;
	if (end - begin != bytes)
		return xs_fail(XS_EFORMAT, "%s: tensor %s has %zu bytes; its shape needs %zu",
			       s->name, name, end - begin, bytes);
	return XS_OK;
}

static int safetensors_read(xs_safetensors *s, const unsigned char *bytes, size_t len)
{
	uint64_t n = 0;
	json_error_t error;
	const char *key;
	json_t *entry;
	int i, rc = XS_OK;

	if (len < 8)
		return xs_fail(XS_EFORMAT, "%s: %zu bytes are too few for a safetensors file",
			       s->name, len);
	for (i = 7; i >= 0; i--)
		n = n << 8 | bytes[i];
	if (n > SAFETENSORS_HEADER || n > len - 8)
		return xs_fail(XS_EFORMAT,
			       "%s: its header should have %llu bytes, the file has %zu: is it a "
			       "safetensors file, and whole?",
			       s->name, (unsigned long long)n, len);
	s->header = json_loadb((const char *)bytes + 8, n, JSON_REJECT_DUPLICATES, &error);
	if (!json_is_object(s->header))
		return xs_fail(XS_EFORMAT, "%s: header: %s", s->name,
			       s->header ? "expected an object" : error.text);
	s->data = bytes + 8 + n;
	s->len = len - 8 - n;
	json_object_foreach(s->header, key, entry)
	{
		if (strcmp(key, "__metadata__") != 0)
			rc = safetensors_check(s, key, entry);
		if (rc < 0)
			break;
	}
	return rc;
}

int xs_safetensors_new(xs_safetensors **out, const void *bytes, size_t len, const char *name)
{
	xs_safetensors *s = xs_calloc(1, sizeof(*s));
	int rc;

	*out = NULL;
	s->name = xs_strdup(name);
	rc = safetensors_read(s, bytes, len);
	if (rc < 0)
		xs_safetensors_free(s);
	else
		*out = s;
	return rc;
}

void xs_safetensors_free(xs_safetensors *s)
{
	if (!s)
		return;
	json_decref(s->header);
	free(s->name);
	free(s);
}

int xs_safetensors_shape(const xs_safetensors *s, const char *name, int64_t *shape, int room)
{
	return safetensors_dims(json_object_get(s->header, name), shape, room);
}

static bool safetensors_form(xs_dtype *out, const char *form)
{
	xs_dtype t;

	for (t = XS_DT_F32; t <= XS_DT_I8; t++) {
		*out = t;
		if (strcmp(form, xs_dtype_name(t)) == 0)
			return true;
	}
	return false;
}

static const unsigned char *safetensors_data(const xs_safetensors *s, const json_t *entry)
{
	size_t begin = 0;

	safetensors_offset(&begin, entry, 0); /* checked when the file was opened */
	return s->data + begin;
}

static int safetensors_scale(xs_tensor *t, xs_arena *a, const xs_safetensors *s, const char *name)
{
	char *key = xs_arena_printf(a, "%s.scale", name);
	const json_t *entry = json_object_get(s->header, key);
	const char *form = json_string_value(json_object_get(entry, "dtype"));
	int64_t shape[2] = {0, 1};
	int dims = safetensors_dims(entry, shape, 2);
	float *scale;

	if (dims < 1 || dims > 2 || shape[0] * shape[1] != t->rows || strcmp(form, "F32") != 0)
		return xs_fail(XS_EFORMAT,
			       "%s: tensor %s is I8: expected %s as F32 with one scale for each of "
			       "its %lld rows",
			       s->name, name, key, (long long)t->rows);
	scale = xs_arena_array(a, (size_t)t->rows, sizeof(*scale));
	memcpy(scale, safetensors_data(s, entry), (size_t)t->rows * sizeof(*scale));
	t->scale = scale;
	return XS_OK;
}

int xs_safetensors_get(xs_tensor *t, xs_arena *a, const xs_safetensors *s, const char *name,
		       int64_t rows, int64_t cols)
{
	const json_t *entry = json_object_get(s->header, name);
	const char *form = json_string_value(json_object_get(entry, "dtype"));
	int64_t shape[2] = {1, 1};
	int dims = safetensors_dims(entry, shape, 2);

	if (!entry)
		return XS_ENOTFOUND;
	if (dims == 1 && rows == 1) {
		shape[1] = shape[0];
		shape[0] = 1;
		dims = 2;
	}
	if (dims != 2 || shape[0] != rows || shape[1] != cols)
		return xs_fail(XS_EFORMAT,
			       "%s: tensor %s has %d dimensions, %lld × %lld; config.json asks for "
			       "%lld × %lld",
			       s->name, name, dims, (long long)shape[0], (long long)shape[1],
			       (long long)rows, (long long)cols);
	if (!safetensors_form(&t->dtype, form))
		return xs_fail(XS_EFORMAT, "%s: tensor %s is %s; expected F32, F16, BF16 or I8",
			       s->name, name, form);
	t->rows = rows;
	t->cols = cols;
	t->scale = NULL;
	t->data = safetensors_data(s, entry);
	return t->dtype == XS_DT_I8 ? safetensors_scale(t, a, s, name) : XS_OK;
}

int xs_safetensors_walk(const xs_safetensors *s, xs_safetensors_see *see, void *user)
{
	int64_t shape[SAFETENSORS_DIMS];
	size_t begin, end;
	const char *key;
	json_t *entry;
	int dims, rc = XS_OK;

	json_object_foreach(s->header, key, entry)
	{
		if (strcmp(key, "__metadata__") == 0)
			continue;
		dims = safetensors_dims(entry, shape, SAFETENSORS_DIMS);
		safetensors_offset(&begin, entry, 0);
		safetensors_offset(&end, entry, 1);
		rc = see(user, key, json_string_value(json_object_get(entry, "dtype")), shape, dims,
			 s->data + begin, end - begin);
		if (rc != XS_OK)
			break;
	}
	return rc;
}
