/* SPDX-License-Identifier: MIT */
#include "rerank/safetensors.h"

#include <jansson.h>
#include <string.h>

/* The header of a model of a thousand tensors takes about 100 KB; read, it takes ten times that. */
enum { SAFETENSORS_HEADER = 10 * 1000 * 1000 };

typedef struct safetensors {
	xs_tensors *to;
	const unsigned char *data;
	size_t len; /* of the data */
	const char *name;
} safetensors;

/* Bytes of one item, 0 for a form that the format does not have; *form becomes its static name. */
static size_t safetensors_item(const char **form)
{
	static const struct {
		const char *name;
		size_t size;
	} forms[] = {{"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"F8_E4M3", 1}, {"F8_E5M2", 1},
		     {"I16", 2},  {"U16", 2}, {"F16", 2}, {"BF16", 2},	  {"I32", 4},
		     {"U32", 4},  {"F32", 4}, {"F64", 8}, {"I64", 8},	  {"U64", 8}};
	size_t i;

	for (i = 0; i < sizeof forms / sizeof *forms; i++)
		if (*form && strcmp(*form, forms[i].name) == 0) {
			*form = forms[i].name;
			return forms[i].size;
		}
	return 0;
}

/* Reads the shape of an entry; -1: not a list of sizes. */
static int safetensors_dims(const json_t *entry, int64_t *shape)
{
	const json_t *list = json_object_get(entry, "shape"), *v;
	size_t i, n = json_array_size(list);

	if (!json_is_array(list) || n > XS_TENSOR_DIMS)
		return -1;
	for (i = 0; i < n; i++) {
		v = json_array_get(list, i);
		if (!json_is_integer(v) || json_integer_value(v) < 0)
			return -1;
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

static int safetensors_add(const safetensors *s, const char *name, const json_t *entry)
{
	xs_named t = {.form = json_string_value(json_object_get(entry, "dtype")), .file = s->name};
	size_t begin, end, bytes;
	int i;

	bytes = safetensors_item(&t.form);
	if (!bytes)
		return xs_fail(XS_EFORMAT, "%s: tensor %s has the unknown dtype %s", s->name, name,
			       t.form ? t.form : "(none)");
	t.dims = safetensors_dims(entry, t.shape);
	if (t.dims < 0)
		return xs_fail(XS_EFORMAT, "%s: tensor %s: expected a shape of at most %d sizes",
			       s->name, name, XS_TENSOR_DIMS);
	if (!safetensors_offset(&begin, entry, 0) || !safetensors_offset(&end, entry, 1) ||
	    begin > end || end > s->len)
		return xs_fail(XS_EFORMAT,
			       "%s: tensor %s: its data_offsets lie outside the %zu bytes of data: "
			       "is the file cut short?",
			       s->name, name, s->len);
	for (i = 0; i < t.dims; i++)
		if (__builtin_mul_overflow(bytes, (size_t)t.shape[i], &bytes))
			bytes = SIZE_MAX;
	if (end - begin != bytes)
		return xs_fail(XS_EFORMAT, "%s: tensor %s has %zu bytes; its shape needs %zu",
			       s->name, name, end - begin, bytes);
	xs_named_dense(&t);
	t.name = xs_arena_dup(xs_tensors_arena(s->to), name);
	t.dtype = xs_dtype_named(t.form);
	t.data = s->data + begin;
	xs_tensors_add(s->to, &t);
	return XS_OK;
}

/* The header's object; NULL, with the sentence set. */
static json_t *safetensors_header(safetensors *s, const unsigned char *bytes, size_t len)
{
	uint64_t n = 0;
	json_error_t error;
	json_t *header;
	int i;

	if (len < 8) {
		xs_fail(XS_EFORMAT, "%s: %zu bytes are too few for a safetensors file", s->name,
			len);
		return NULL;
	}
	for (i = 7; i >= 0; i--)
		n = n << 8 | bytes[i];
	if (n > SAFETENSORS_HEADER || n > len - 8) {
		xs_fail(XS_EFORMAT,
			"%s: its header should have %llu bytes, the file has %zu: is it a "
			"safetensors file, and whole?",
			s->name, (unsigned long long)n, len);
		return NULL;
	}
	header = json_loadb((const char *)bytes + 8, n, JSON_REJECT_DUPLICATES, &error);
	if (!json_is_object(header)) {
		xs_fail(XS_EFORMAT, "%s: header: %s", s->name,
			header ? "expected an object" : error.text);
		json_decref(header);
		return NULL;
	}
	s->data = bytes + 8 + n;
	s->len = len - 8 - n;
	return header;
}

int xs_safetensors_read(xs_tensors *to, const void *bytes, size_t len, const char *name)
{
	safetensors s = {.to = to, .name = xs_arena_dup(xs_tensors_arena(to), name)};
	json_t *header = safetensors_header(&s, bytes, len), *entry;
	const char *key;
	int rc = XS_OK;

	if (!header)
		return XS_EFORMAT;
	json_object_foreach(header, key, entry)
	{
		if (strcmp(key, "__metadata__") != 0)
			rc = safetensors_add(&s, key, entry);
		if (rc < 0)
			break;
	}
	json_decref(header);
	return rc < 0 ? rc : xs_tensors_seal(to, bytes, len, s.name);
}
