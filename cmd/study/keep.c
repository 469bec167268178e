/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keep.c - the plan that is kept beside the results, so that a study goes on as it began. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>
#include <xxhash.h>

#include "base/file.h"
#include "cmd/study/plan.h"
#include "plugin/json.h"
#include "rerank/kern/kern.h"

/* The weights and the vocabulary, not the path: a model may be moved, and another put in its
 * place. */
static int keep_hash_model(uint64_t *out, xs_cmd *c)
{
	const char *folder = c->conf->rerank.model;
	xs_model *model;
	int rc = xs_model_open(&model, *folder ? folder : NULL);

	*out = 0;
	if (rc == XS_OK) {
		*out = xs_model_hash(model);
		xs_model_close(model);
	}
	return rc;
}

/* Of all files of a source; NULLs are passed over. */
static int keep_hash_source(uint64_t *out, const study_source *s)
{
	const char *const paths[] = {s->corpus, s->queries, s->qrels, s->run, s->pairs};
	int rc = XS_OK;

	*out = 0;
	for (size_t i = 0; i < sizeof paths / sizeof *paths && rc == XS_OK; i++) {
		xs_map map;

		if (!paths[i])
			continue;
		/* Mapped, not read: a corpus may be larger than memory. */
		rc = xs_map_open(&map, paths[i]);
		if (rc == XS_ENOTFOUND)
			rc = xs_fail(XS_EINPUT, "%s: there is no such file", paths[i]);
		if (rc != XS_OK)
			break;
		/* Each hash is the seed of the next: files that change places give another
		 * result. */
		*out = XXH3_64bits_withSeed(map.data, map.len, *out);
		xs_map_close(&map);
	}
	return rc;
}

static json_t *keep_json_hash(xs_arena *a, uint64_t hash)
{
	/* As a text: many readers hold JSON's numbers as doubles, with 53 bits. */
	return json_string(xs_arena_printf(a, "%016" PRIx64, hash));
}

static json_t *keep_json_words(const char *const *words, size_t n)
{
	json_t *out = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(out, xs_json_text(words[i]));
	return out;
}

static json_t *keep_json_numbers(const long *numbers, size_t n)
{
	json_t *out = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(out, json_integer(numbers[i]));
	return out;
}

/* All that scores and times depend on. */
static int keep_json(json_t *out, xs_cmd *c, const study_plan *p)
{
	/* Those of scoring that no list of the study varies. */
	static const char *const settings[] = {"threads", "positions", "query_tokens", "overlong"};
	json_t *patterns = json_array(), *of = json_array(), *by = json_array();
	uint64_t hash;
	int rc = keep_hash_model(&hash, c);

	json_object_set_new(out, "model", keep_json_hash(c->arena, hash));
	/* Scores do not depend on it, but times do. */
	json_object_set_new(out, "isa", json_string(xs_kern_get()->name));
	for (size_t i = 0; i < p->n_patterns; i++)
		/* A name has the pattern's switches in it. */
		json_array_append_new(patterns, json_string(p->patterns[i].name));
	json_object_set_new(out, "patterns", patterns);
	json_object_set_new(out, "windows", keep_json_words(p->windows, p->n_windows));
	json_object_set_new(out, "precisions", keep_json_words(p->precisions, p->n_precisions));
	json_object_set_new(out, "depths", keep_json_numbers(p->depths, p->n_depths));
	json_object_set_new(out, "lengths", keep_json_numbers(p->lengths, p->n_lengths));
	for (size_t i = 0; i < p->n_retrievals; i++)
		json_array_append_new(by, json_string(retrieval_names[p->retrievals[i]]));
	json_object_set_new(out, "retrievals", by);
	json_object_set_new(out, "max_queries", json_integer(p->max_queries));
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
		json_object_set_new(out, settings[i],
				    json_string(xs_conf_get(c->conf, c->arena,
							    xs_arena_printf(c->arena, "rerank.%s",
									    settings[i]))));
	json_object_set_new(out, "collections", of);
	for (size_t i = 0; i < p->n_sources && rc == XS_OK; i++) {
		rc = keep_hash_source(&hash, &p->sources[i]);
		/* Files of cells are named by it: under another name they would not be found. */
		json_array_append_new(of, json_pack("{s:s, s:o}", "name", p->sources[i].name,
						    "hash", keep_json_hash(c->arena, hash)));
	}
	return rc;
}

/* The first key in which the plans differ: told with both values. */
static int keep_compare(json_t *kept, json_t *now, const char *path)
{
	const char *key;
	json_t *value;

	/* By the keys of now: an older release's plan that lacks one differs in it. */
	json_object_foreach(now, key, value)
	{
		json_t *before = json_object_get(kept, key);
		char *a, *b;
		int rc;

		if (before && json_equal(before, value))
			continue;
		a = before ? json_dumps(before, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
		b = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
		rc = xs_fail(
			XS_EINPUT,
			"%s: the study there has %s %.200s, this one %.200s: give the same options, "
			"or another folder",
			path, key, a ? a : "none", b ? b : "none");
		free(a);
		free(b);
		return rc;
	}
	return XS_OK;
}

int study_keep_plan(xs_cmd *c, const study_plan *p)
{
	const char *path = xs_file_join(c->arena, p->folder, "plan.json");
	json_t *now = json_object(), *kept = NULL;
	json_error_t error;
	char *text = NULL;
	int rc = keep_json(now, c, p);

	if (rc == XS_OK && access(path, F_OK) == 0) {
		/* A study is there already: it goes on only as it began. */
		kept = json_load_file(path, 0, &error);
		rc = json_is_object(kept) ? keep_compare(kept, now, path)
					  : xs_fail(XS_EINPUT, "%s: %s", path,
						    kept ? "expected an object" : error.text);
	} else if (rc == XS_OK) {
		/* Indented: people look into it to see what a study was made of. */
		text = json_dumps(now, JSON_INDENT(1));
		rc = xs_file_write(path, text, strlen(text));
	}
	free(text);
	json_decref(kept);
	json_decref(now);
	return rc;
}
