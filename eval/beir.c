/* SPDX-License-Identifier: GPL-2.0-or-later */
/* beir.c - corpora and queries as JSON lines, in the form of BEIR. */
#include "eval/beir.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <jansson.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

/* The text of a field: "" when absent; NULL when it is of another kind. */
static const char *beir_field(const json_t *object, const char *name, xs_arena *a)
{
	json_t *value = json_object_get(object, name);

	if (!value || json_is_null(value))
		return "";
	/* Some collections have numbers as ids. */
	if (json_is_integer(value))
		return xs_arena_printf(a, "%lld", (long long)json_integer_value(value));
	return json_is_string(value) ? xs_arena_dup(a, json_string_value(value)) : NULL;
}

static int beir_line(xs_beir_row *row, xs_arena *a, const char *text, size_t len, const char *path,
		     long line)
{
	json_error_t error;
	json_t *object = json_loadb(text, len, 0, &error);
	int rc = XS_OK;

	if (!json_is_object(object)) {
		rc = xs_fail(XS_EINPUT, "%s:%ld: expected a JSON object: %s", path, line,
			     object ? "another kind of value stands here" : error.text);
		goto out;
	}
	/* BEIR has "_id"; other sets of the same form have "id". */
	row->id = beir_field(object, json_object_get(object, "_id") ? "_id" : "id", a);
	row->title = beir_field(object, "title", a);
	row->text = beir_field(object, "text", a);
	if (!row->id || !row->title || !row->text || !*row->id)
		rc = xs_fail(XS_EINPUT,
			     "%s:%ld: expected the texts \"_id\", \"text\" and maybe \"title\"",
			     path, line);
out:
	json_decref(object);
	return rc;
}

static int beir_sort(xs_beir *file, xs_arena *a, const char *path)
{
	const char *twice;

	file->names = xs_arena_array(a, file->n + 1, sizeof *file->names);
	for (size_t i = 0; i < file->n; i++)
		file->names[i] = (xs_name_place){file->rows[i].id, i};
	/* Judgements name documents thousands of times (xs_beir_find). */
	twice = xs_name_place_sort(file->names, file->n);
	return twice ? xs_fail(XS_EINPUT, "%s: the id \"%.80s\" stands twice", path, twice) : XS_OK;
}

int xs_beir_read(xs_beir *out, xs_arena *a, const char *path)
{
	xs_beir_row *rows = NULL;
	const char *at, *end;
	xs_map map = {0};
	size_t cap = 0;
	long line = 0;
	int rc = xs_map_open(&map, path);

	*out = (xs_beir){0};
	if (rc == XS_ENOTFOUND)
		return xs_fail(XS_EINPUT, "%s: there is no such file", path);
	if (rc != XS_OK)
		return rc;
	at = (const char *)map.data;
	end = at + map.len;
	while (at < end && rc == XS_OK) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((newline ? newline : end) - at);

		line++;
		/* Empty lines, also of files with CR LF, are no documents. */
		if (len && !(len == 1 && *at == '\r')) {
			rows = xs_grow(rows, out->n, &cap, sizeof *rows);
			rc = beir_line(&rows[out->n], a, at, len, path, line);
			out->n += rc == XS_OK;
		}
		at = newline ? newline + 1 : end;
	}
	xs_map_close(&map);
	/* In the arena once they are all there: an array that grows there leaves its former sizes. */
	if (rc == XS_OK) {
		out->rows = xs_arena_array(a, out->n + 1, sizeof *rows);
		if (out->n)
			memcpy(out->rows, rows, out->n * sizeof *rows);
		rc = beir_sort(out, a, path);
	}
	free(rows);
	return rc;
}

static bool beir_is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int xs_beir_folder(xs_beir_files *files, xs_arena *a, const char *folder, const char *split)
{
	const char *qrels = xs_file_join(a, folder, "qrels");

	if (!beir_is_folder(folder))
		return xs_fail(XS_EINPUT, "%s: there is no such folder", folder);
	/* What the caller has set stays: an option names one of the files. */
	if (!files->corpus)
		files->corpus = xs_file_join(a, folder, "corpus.jsonl");
	if (!files->queries)
		files->queries = xs_file_join(a, folder, "queries.jsonl");
	if (!files->qrels && beir_is_folder(qrels))
		/* BEIR has a file for each split; some collections have one qrels.tsv instead. */
		files->qrels = xs_arena_printf(a, "%s/%s.tsv", qrels, split);
	else if (!files->qrels)
		files->qrels = xs_arena_printf(a, "%s.tsv", qrels);
	return XS_OK;
}

const xs_beir_row *xs_beir_find(const xs_beir *file, const char *id)
{
	size_t place = xs_name_place_find(file->names, file->n, id);

	return place == (size_t)-1 ? NULL : &file->rows[place];
}

const char *xs_beir_text(const xs_beir_row *row, xs_arena *a)
{
	size_t len = strlen(row->title);

	if (len == 0)
		return row->text;
	if (*row->text == '\0')
		return row->title;
	/* A title seldom ends as a sentence does; without a sign it would run into the text. */
	return xs_arena_printf(a, "%s%s %s", row->title,
			       strchr(".?!:", row->title[len - 1]) ? "" : ".", row->text);
}
