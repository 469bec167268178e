/* SPDX-License-Identifier: MIT */
/* tensors_open.c - which files of a folder hold its weights. */
#include <jansson.h>
#include <string.h>

#include "rerank/safetensors.h"
#include "rerank/tensors.h"
#include "rerank/torch.h"

enum { SHARDS_BYTES = 4 << 20, SHARDS_FILES = 1000 };

/* The number of the file, which is added if it is new; -1: no file of this folder, or too many. */
static int shards_file(xs_shards *s, xs_arena *a, const char *file)
{
	if (!file || !*file || *file == '.' || strchr(file, '/'))
		return -1;
	for (size_t i = 0; i < s->n_files; i++)
		if (strcmp(s->files[i], file) == 0)
			return (int)i;
	if (s->n_files == SHARDS_FILES)
		return -1;
	s->files[s->n_files] = xs_arena_dup(a, file);
	return (int)s->n_files++;
}

int xs_shards_read(xs_shards *out, xs_arena *a, const char *text, size_t len, const char *name)
{
	json_error_t error;
	json_t *root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error), *file;
	json_t *map = json_object_get(root, "weight_map");
	size_t n = json_object_size(map);
	const char *tensor;
	int at, rc = XS_OK;

	*out = (xs_shards){.tensor = xs_arena_array(a, n + 1, sizeof *out->tensor),
			   .file = xs_arena_array(a, n + 1, sizeof *out->file),
			   .files = xs_arena_array(a, SHARDS_FILES, sizeof *out->files)};
	if (!root)
		rc = xs_fail(XS_EFORMAT, "%s:%d:%d: %s", name, error.line, error.column,
			     error.text);
	else if (!n)
		rc = xs_fail(XS_EFORMAT,
			     "%s: expected an object weight_map of tensors and their files", name);
	json_object_foreach(map, tensor, file)
	{
		at = shards_file(out, a, json_string_value(file));
		if (at < 0) {
			rc = xs_fail(XS_EFORMAT,
				     "%s: tensor %.100s: expected the name of a file in the same "
				     "folder, %d files at most",
				     name, tensor, SHARDS_FILES);
			break;
		}
		out->tensor[out->n] = xs_arena_dup(a, tensor);
		out->file[out->n++] = (size_t)at;
	}
	json_decref(root);
	return rc;
}

/* Adds one file's tensors.  XS_ENOTFOUND (no sentence): it is not there. */
static int tensors_add_file(xs_tensors *s, const char *path, bool torch)
{
	xs_map map;
	int rc = xs_map_open(&map, path);

	if (rc < 0)
		return rc;
	xs_tensors_keep(s, map);
	return torch ? xs_torch_read(s, map.data, map.len, path)
		     : xs_safetensors_read(s, map.data, map.len, path);
}

/* Each tensor is in the file that the index says. */
static int shards_check(const xs_shards *shards, const xs_tensors *s, xs_arena *a,
			const char *folder, const char *index)
{
	const xs_named *t;
	const char *file;

	for (size_t i = 0; i < shards->n; i++) {
		t = xs_tensors_find(s, shards->tensor[i]);
		file = xs_file_join(a, folder, shards->files[shards->file[i]]);
		if (!t || strcmp(t->file, file) != 0)
			return xs_fail(XS_EFORMAT, "%s: tensor %.100s is not in %s", index,
				       shards->tensor[i], file);
	}
	return XS_OK;
}

static int tensors_add_shards(xs_tensors *s, const char *folder, const char *index, bool torch)
{
	xs_arena *a = xs_tensors_arena(s);
	const char *file;
	xs_shards shards;
	char *text;
	size_t len;
	int rc = xs_file_read(&text, &len, a, index, SHARDS_BYTES);

	if (rc == XS_OK)
		rc = xs_shards_read(&shards, a, text, len, index);
	for (size_t i = 0; rc == XS_OK && i < shards.n_files; i++) {
		file = xs_file_join(a, folder, shards.files[i]);
		rc = tensors_add_file(s, file, torch);
		if (rc == XS_ENOTFOUND)
			return xs_fail(XS_EFORMAT, "%s is missing, which %s names", file, index);
	}
	if (rc == XS_OK)
		rc = shards_check(&shards, s, a, folder, index);
	if (rc == XS_OK)
		xs_tensors_call(s, index);
	return rc;
}

int xs_tensors_open(xs_tensors **out, const char *folder)
{
	static const struct {
		const char *file;
		bool torch, index;
	} forms[] = {{"model.safetensors", false, false},
		     {"model.safetensors.index.json", false, true},
		     {"pytorch_model.bin", true, false},
		     {"pytorch_model.bin.index.json", true, true}};
	xs_tensors *s = xs_tensors_new();
	int rc = XS_ENOTFOUND;

	for (size_t i = 0; rc == XS_ENOTFOUND && i < sizeof forms / sizeof *forms; i++) {
		char *path = xs_file_join(xs_tensors_arena(s), folder, forms[i].file);

		rc = forms[i].index ? tensors_add_shards(s, folder, path, forms[i].torch)
				    : tensors_add_file(s, path, forms[i].torch);
	}
	if (rc == XS_ENOTFOUND)
		rc = xs_fail(XS_EFORMAT,
			     "%s is missing, and so are pytorch_model.bin and the index of several "
			     "files: a model folder has one of them",
			     xs_file_join(xs_tensors_arena(s), folder, forms[0].file));
	*out = rc == XS_OK ? s : NULL;
	if (rc < 0)
		xs_tensors_free(s);
	return rc;
}
