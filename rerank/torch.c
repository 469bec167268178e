/* SPDX-License-Identifier: MIT */
/* torch.c - storages and the tensors that lie in them (torch/serialization.py, torch/_utils.py).
 *
 * A pickle holds a dictionary of calls _rebuild_tensor_v2(storage, offset, shape, strides, …),
 * whose storage is a persistent id ("storage", type, key, device, items).  The bytes of a storage
 * are the member FOLDER/data/KEY of a zip archive; in the older form they follow the pickles in the
 * order of a list of keys, each after its number of items. */
#include "rerank/torch.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "rerank/pickle.h"
#include "rerank/zip.h"

static const struct torch_type {
	const char *name, *form;
	size_t size;
} torch_types[] = {
	{"torch.DoubleStorage", "F64", 8}, {"torch.FloatStorage", "F32", 4},
	{"torch.HalfStorage", "F16", 2},   {"torch.BFloat16Storage", "BF16", 2},
	{"torch.LongStorage", "I64", 8},   {"torch.IntStorage", "I32", 4},
	{"torch.ShortStorage", "I16", 2},  {"torch.CharStorage", "S8", 1},
	{"torch.ByteStorage", "U8", 1},	   {"torch.BoolStorage", "BOOL", 1},
};
enum { TORCH_TYPES = sizeof torch_types / sizeof *torch_types };

/* Keys are numbers; longer ones are refused, which may be named by any number of tensors. */
enum { TORCH_KEY = 200 };

static const char *const torch_allowed[] = {"collections.OrderedDict",
					    "torch._utils._rebuild_tensor_v2",
					    "torch._utils._rebuild_parameter",
					    "torch.DoubleStorage",
					    "torch.FloatStorage",
					    "torch.HalfStorage",
					    "torch.BFloat16Storage",
					    "torch.LongStorage",
					    "torch.IntStorage",
					    "torch.ShortStorage",
					    "torch.CharStorage",
					    "torch.ByteStorage",
					    "torch.BoolStorage",
					    NULL};

/* The older form's storages, by key. */
typedef struct torch_storage {
	const char *key;
	const struct torch_type *type;
	int64_t items;
	const unsigned char *data;
} torch_storage;

typedef struct torch_reader {
	xs_tensors *to;
	xs_arena *a; /* the set's */
	const unsigned char *bytes;
	size_t len;
	const char *name;
	xs_zip *zip; /* NULL: the older form */
	const char *folder;
	torch_storage *storages; /* of the older form, by key once they are placed */
	size_t n_storages;
	int64_t items; /* of all tensors */
} torch_reader;

static int torch_fail(const torch_reader *r, const char *tensor, const char *what)
{
	return xs_fail(XS_EFORMAT, "%s: tensor %.100s: %s", r->name, tensor, what);
}

static int torch_compare(const void *a, const void *b)
{
	const torch_storage *x = a, *y = b;

	return strcmp(x->key, y->key);
}

/* The persistent id's parts.  False: it is something else. */
static bool torch_storage_read(torch_storage *out, const xs_pickle *v)
{
	const xs_pickle *const *id = (const xs_pickle *const *)v->item;

	if (v->kind != XS_PICKLE_PERSISTENT || v->n < 5 || id[0]->kind != XS_PICKLE_TEXT ||
	    strcmp(id[0]->text, "storage") != 0 || id[1]->kind != XS_PICKLE_GLOBAL ||
	    id[2]->kind != XS_PICKLE_TEXT || id[2]->len > TORCH_KEY ||
	    id[4]->kind != XS_PICKLE_INT || id[4]->number < 0 ||
	    (v->n > 5 && id[5]->kind != XS_PICKLE_NONE))
		return false;
	*out = (torch_storage){.key = id[2]->text, .items = id[4]->number};
	for (size_t i = 0; i < TORCH_TYPES; i++)
		if (strcmp(id[1]->text, torch_types[i].name) == 0)
			out->type = &torch_types[i];
	return out->type != NULL;
}

/* Finds the storage's bytes. */
static int torch_place(torch_storage *s, const torch_reader *r, const char *tensor)
{
	const torch_storage *found;
	xs_buf member = {0};
	size_t len, bytes;
	int rc;

	if (__builtin_mul_overflow((size_t)s->items, s->type->size, &bytes))
		return torch_fail(r, tensor, "its storage is larger than memory");
	if (!r->zip) {
		found = r->n_storages
				? bsearch(s, r->storages, r->n_storages, sizeof *s, torch_compare)
				: NULL;
		if (!found || !found->data || found->items != s->items || found->type != s->type)
			return torch_fail(r, tensor, "its storage is not in the file");
		s->data = found->data;
		return XS_OK;
	}
	xs_buf_printf(&member, "%s/data/%s", r->folder, s->key);
	rc = xs_zip_get(&s->data, &len, r->zip, member.data);
	xs_buf_fini(&member);
	if (rc == XS_ENOTFOUND)
		return torch_fail(r, tensor, "its storage is not in the file");
	if (rc == XS_OK && len != bytes)
		return xs_fail(
			XS_EFORMAT,
			"%s: tensor %.100s: its storage has %zu bytes; %lld items of %zu are "
			"expected",
			r->name, tensor, len, (long long)s->items, s->type->size);
	return rc;
}

static bool torch_sizes(int64_t *to, const xs_pickle *v, size_t n)
{
	if (v->kind != XS_PICKLE_TUPLE || v->n != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (v->item[i]->kind != XS_PICKLE_INT || v->item[i]->number < 0)
			return false;
		to[i] = v->item[i]->number;
	}
	return true;
}

/* Whether every item lies in the storage; *items: how many there are. */
static bool torch_inside(const xs_named *t, int64_t offset, int64_t storage, int64_t *items)
{
	int64_t last = offset, span;

	*items = 1;
	for (int i = 0; i < t->dims; i++)
		if (__builtin_mul_overflow(*items, t->shape[i], items))
			return false;
	if (!*items)
		return offset <= storage;
	for (int i = 0; i < t->dims; i++)
		if (__builtin_mul_overflow(t->shape[i] - 1, t->step[i], &span) ||
		    __builtin_add_overflow(last, span, &last))
			return false;
	return last < storage;
}

static int torch_tensor(torch_reader *r, const char *name, const xs_pickle *v)
{
	xs_named t = {.name = name, .file = r->name};
	torch_storage s;
	int64_t items, offset;
	int rc;

	if (v->kind == XS_PICKLE_CALL && strcmp(v->text, "torch._utils._rebuild_parameter") == 0 &&
	    v->n)
		v = v->item[0];
	if (v->kind != XS_PICKLE_CALL || v->n < 4 ||
	    strcmp(v->text, "torch._utils._rebuild_tensor_v2") != 0)
		return torch_fail(r, name, "expected a tensor, and nothing else");
	if (!torch_storage_read(&s, v->item[0]))
		return torch_fail(r, name, "expected a storage of a known type");
	if (v->item[2]->n > XS_TENSOR_DIMS || v->item[1]->kind != XS_PICKLE_INT ||
	    v->item[1]->number < 0 || !torch_sizes(t.shape, v->item[2], v->item[2]->n) ||
	    !torch_sizes(t.step, v->item[3], v->item[2]->n))
		return torch_fail(r, name, "expected an offset, a shape and strides");
	t.dims = (int)v->item[2]->n;
	offset = v->item[1]->number;
	if (!torch_inside(&t, offset, s.items, &items))
		return xs_fail(XS_EFORMAT,
			       "%s: tensor %.100s: its shape needs more than the %lld items of its "
			       "storage",
			       r->name, name, (long long)s.items);
	rc = torch_place(&s, r, name); /* unpacks it, so that its bytes count below */
	if (rc < 0)
		return rc;
	if (__builtin_add_overflow(r->items, items, &r->items) ||
	    (uint64_t)r->items > r->len + (r->zip ? xs_zip_unpacked(r->zip) : 0) + (1 << 20))
		return torch_fail(r, name,
				  "the file's tensors have more items than the file has bytes");
	t.form = s.type->form;
	t.dtype = xs_dtype_named(t.form);
	t.data = s.data + (size_t)offset * s.type->size;
	xs_tensors_add(r->to, &t);
	return XS_OK;
}

static int torch_tensors(torch_reader *r, const xs_pickle *dict)
{
	int rc = XS_OK;

	if (dict->kind != XS_PICKLE_DICT || !dict->n)
		return xs_fail(XS_EFORMAT, "%s: expected a dictionary of tensors", r->name);
	for (size_t i = 0; rc == XS_OK && i < dict->n; i += 2) {
		if (dict->item[i]->kind != XS_PICKLE_TEXT)
			return xs_fail(XS_EFORMAT, "%s: a tensor's name is no text", r->name);
		rc = torch_tensor(r, dict->item[i]->text, dict->item[i + 1]);
	}
	return rc;
}

static int torch_zip(torch_reader *r)
{
	const unsigned char *bytes;
	const xs_pickle *dict;
	const char *pickle;
	size_t len, used;
	int rc = xs_zip_open(&r->zip, r->a, r->bytes, r->len, r->name);

	if (rc < 0)
		return rc;
	pickle = xs_zip_ending(r->zip, "/data.pkl");
	if (!pickle)
		return xs_fail(XS_EFORMAT, "%s: the zip archive has no data.pkl", r->name);
	r->folder = xs_arena_dupn(r->a, pickle, strlen(pickle) - strlen("/data.pkl"));
	rc = xs_zip_get(&bytes, &len, r->zip, xs_arena_printf(r->a, "%s/byteorder", r->folder));
	if (rc == XS_OK && (len != 6 || memcmp(bytes, "little", 6) != 0))
		return xs_fail(XS_EFORMAT, "%s: its byte order is not little-endian", r->name);
	if (rc == XS_OK || rc == XS_ENOTFOUND)
		rc = xs_zip_get(&bytes, &len, r->zip, pickle);
	if (rc == XS_OK)
		rc = xs_pickle_read(&dict, &used, r->a, bytes, len, torch_allowed, r->name);
	return rc < 0 ? rc : torch_tensors(r, dict);
}

/* The next of the older form's pickles. */
static int torch_pickle(const xs_pickle **out, torch_reader *r, size_t *at)
{
	size_t used;
	int rc = xs_pickle_read(out, &used, r->a, r->bytes + *at, r->len - *at, torch_allowed,
				r->name);

	*at += used;
	return rc;
}

/* The storages that the tensors name, each once; sorted by key. */
static void torch_collect(torch_reader *r, const xs_pickle *dict)
{
	torch_storage s;
	size_t i, n = 0;

	r->storages = xs_calloc(dict->n / 2 + 1, sizeof *r->storages);
	for (i = 1; dict->kind == XS_PICKLE_DICT && i < dict->n; i += 2) {
		const xs_pickle *v = dict->item[i];

		if (v->kind == XS_PICKLE_CALL && v->n && v->item[0]->kind == XS_PICKLE_CALL)
			v = v->item[0]; /* a parameter's tensor */
		if (v->kind == XS_PICKLE_CALL && v->n && torch_storage_read(&s, v->item[0]))
			r->storages[n++] = s;
	}
	qsort(r->storages, n, sizeof s, torch_compare);
	for (i = 0; i < n; i++)
		if (!r->n_storages ||
		    torch_compare(&r->storages[r->n_storages - 1], &r->storages[i]) != 0)
			r->storages[r->n_storages++] = r->storages[i];
}

/* After the list of keys: each storage's number of items, then the items. */
static int torch_follow(torch_reader *r, const xs_pickle *keys, size_t at)
{
	torch_storage key, *s;
	uint64_t items;
	size_t bytes;

	if (keys->kind != XS_PICKLE_LIST)
		return xs_fail(XS_EFORMAT, "%s: expected a list of storages", r->name);
	for (size_t i = 0; i < keys->n; i++) {
		key.key = keys->item[i]->text;
		s = keys->item[i]->kind == XS_PICKLE_TEXT && r->n_storages
			    ? bsearch(&key, r->storages, r->n_storages, sizeof key, torch_compare)
			    : NULL;
		if (!s)
			return xs_fail(XS_EFORMAT, "%s: a storage that no tensor names", r->name);
		if (r->len - at < 8)
			return xs_fail(XS_EFORMAT, "%s: storage %.100s is cut short", r->name,
				       s->key);
		memcpy(&items, r->bytes + at, 8);
		at += 8;
		if (items != (uint64_t)s->items ||
		    __builtin_mul_overflow((size_t)items, s->type->size, &bytes) ||
		    bytes > r->len - at)
			return xs_fail(
				XS_EFORMAT,
				"%s: storage %.100s has %llu items and %zu bytes left in the "
				"file; expected %lld of %zu",
				r->name, s->key, (unsigned long long)items, r->len - at,
				(long long)s->items, s->type->size);
		s->data = r->bytes + at;
		at += bytes;
	}
	return XS_OK;
}

static int torch_legacy(torch_reader *r)
{
	const xs_pickle *magic, *protocol, *system, *dict, *keys, *little;
	size_t at = 0;
	int rc = torch_pickle(&magic, r, &at);

	if (rc == XS_OK)
		rc = torch_pickle(&protocol, r, &at);
	if (rc == XS_OK && (protocol->kind != XS_PICKLE_INT || protocol->number != 1001))
		rc = xs_fail(XS_EFORMAT, "%s: expected protocol 1001 of torch.save()", r->name);
	if (rc == XS_OK)
		rc = torch_pickle(&system, r, &at);
	if (rc < 0)
		return rc;
	little = xs_pickle_get(system, "little_endian");
	if (!little || !little->number)
		return xs_fail(XS_EFORMAT, "%s: its byte order is not little-endian", r->name);
	rc = torch_pickle(&dict, r, &at);
	if (rc == XS_OK)
		rc = torch_pickle(&keys, r, &at);
	if (rc < 0)
		return rc;
	torch_collect(r, dict);
	rc = torch_follow(r, keys, at);
	if (rc == XS_OK)
		rc = torch_tensors(r, dict);
	free(r->storages);
	return rc;
}

/* The older form's first pickle is a number, 0x1950a86a20f9469cfc6c. */
static bool torch_is_legacy(const unsigned char *bytes, size_t len)
{
	static const unsigned char magic[] = {0x8a, 10,	  0x6c, 0xfc, 0x9c, 0x46, 0xf9,
					      0x20, 0x6a, 0xa8, 0x50, 0x19, '.'};

	return len > 2 + sizeof magic && bytes[0] == 0x80 &&
	       memcmp(bytes + 2, magic, sizeof magic) == 0;
}

int xs_torch_read(xs_tensors *to, const void *bytes, size_t len, const char *name)
{
	torch_reader r = {.to = to, .a = xs_tensors_arena(to), .bytes = bytes, .len = len};
	int rc;

	r.name = xs_arena_dup(r.a, name);
	if (xs_zip_is(bytes, len))
		rc = torch_zip(&r);
	else if (torch_is_legacy(bytes, len))
		rc = torch_legacy(&r);
	else
		rc = xs_fail(XS_EFORMAT,
			     "%s: expected a file of torch.save(): a zip archive or the "
			     "older row of pickles",
			     name);
	return rc < 0 ? rc : xs_tensors_seal(to, bytes, len, r.name);
}
