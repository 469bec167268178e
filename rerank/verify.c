/* SPDX-License-Identifier: MIT */
#include "rerank/verify.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/file.h"

enum { VERIFY_BYTES = 256 << 20 };

/* A pair as it is scored. */
typedef struct verify_pair {
	xs_input query, text;
} verify_pair;

typedef struct verify {
	const xs_model *m;
	xs_pool *pool;
	xs_arena *a;
	const char *path;
	verify_pair *pairs;
	size_t n;
	xs_verify_report *report;
} verify;

static int verify_fail(const verify *v, const char *what)
{
	return xs_fail(XS_EFORMAT, "%s: %s", v->path, what);
}

static int verify_load(json_t **out, const char *path)
{
	json_error_t error;
	xs_map map;
	int rc = xs_map_open(&map, path);

	if (rc < 0)
		return rc == XS_ENOTFOUND ? xs_fail(XS_EINPUT, "%s is not there", path) : rc;
	*out = json_loadb((const char *)map.data, map.len, 0, &error);
	xs_map_close(&map);
	if (!json_is_object(*out))
		return xs_fail(XS_EFORMAT, "%s:%d:%d: %s", path, error.line, error.column,
			       *out ? "expected an object" : error.text);
	return XS_OK;
}

static int verify_ids(const verify *v, const int32_t **ids, size_t *n, const json_t *list)
{
	int32_t *to;
	size_t i;

	*n = json_array_size(list);
	*ids = to = xs_arena_array(v->a, *n + 1, sizeof(*to));
	for (i = 0; i < *n; i++) {
		if (!json_is_integer(json_array_get(list, i)))
			return verify_fail(v, "a token id is no whole number");
		to[i] = (int32_t)json_integer_value(json_array_get(list, i));
	}
	return XS_OK;
}

/* A query or text, and where its ids are given as well, whether the tokenizer makes the same. */
static int verify_input(verify *v, xs_input *in, const json_t *value, const json_t *expected)
{
	const int32_t *ids;
	int32_t *made;
	int64_t count;
	size_t n;
	int rc;

	if (json_is_array(value))
		return verify_ids(v, &in->ids, &in->n_ids, value);
	if (!json_is_string(value))
		return verify_fail(v, "pairs: expected a list of token ids or a string for query and text");
	in->text = xs_arena_dupn(v->a, json_string_value(value), json_string_length(value));
	in->len = json_string_length(value);
	rc = expected ? verify_ids(v, &ids, &n, expected) : XS_ENOTFOUND;
	if (rc < 0)
		return rc == XS_ENOTFOUND ? XS_OK : rc;
	made = xs_arena_array(v->a, n + 1, sizeof(*made));
	count = xs_model_tokenize(v->m, in->text, in->len, made, n);
	if (count < 0)
		return (int)count;
	v->report->texts++;
	v->report->texts_wrong += (size_t)count != n || memcmp(made, ids, n * sizeof(*ids)) != 0;
	return XS_OK;
}

static int verify_pairs(verify *v, const json_t *list)
{
	const json_t *pair, *text;
	size_t i;
	int rc = XS_OK;

	if (!json_is_array(list) || !json_array_size(list))
		return verify_fail(v, "expected a list \"pairs\"");
	v->n = json_array_size(list);
	v->pairs = xs_arena_array(v->a, v->n, sizeof(*v->pairs));
	for (i = 0; rc == XS_OK && i < v->n; i++) {
		pair = json_array_get(list, i);
		text = json_object_get(pair, "doc");
		rc = verify_input(v, &v->pairs[i].query, json_object_get(pair, "query"),
				  json_object_get(pair, "query_ids"));
		if (rc == XS_OK)
			rc = verify_input(v, &v->pairs[i].text, text ? text : json_object_get(pair, "text"),
					  json_object_get(pair, "text_ids"));
	}
	return rc;
}

/* The pattern of that name; false: the model's own. */
static bool verify_pattern(xs_pattern *p, const json_t *root, const char *name)
{
	const json_t *o = json_object_get(json_object_get(root, "patterns"), name), *w;

	if (!o) {
		*p = strcmp(name, "full") == 0 ? xs_pattern_full : xs_pattern_sparse;
		return strcmp(name, "full") == 0 || strcmp(name, "sparse") == 0;
	}
	w = json_object_get(o, "window");
	p->window = json_is_integer(w) ? (int)json_integer_value(w) : -1;
	p->cls_query = json_is_true(json_object_get(o, "cls_query"));
	p->cls_doc = json_is_true(json_object_get(o, "cls_doc"));
	p->query_cls = json_is_true(json_object_get(o, "query_cls"));
	p->query_doc = json_is_true(json_object_get(o, "query_doc"));
	p->doc_cls = json_is_true(json_object_get(o, "doc_cls"));
	p->doc_query = json_is_true(json_object_get(o, "doc_query"));
	return true;
}

static int verify_reranker(const verify *v, xs_reranker **out, const json_t *root, const char *name)
{
	xs_pattern pattern;
	xs_rerank_options o = {.overlong = XS_CUT};
	int positions = (int)json_integer_value(json_object_get(root, "positions"));
	xs_model_info info;

	xs_model_info_get(&info, v->m);
	if (positions != info.positions)
		o.positions = positions;
	if (verify_pattern(&pattern, root, name))
		o.pattern = &pattern;
	return xs_reranker_new(out, v->m, &o, v->pool);
}
