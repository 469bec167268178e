/* SPDX-License-Identifier: MIT */
/* verify.c - a model compared with answers that somebody else computed: ids, states and logits.
 *
 * The tests and `xapian-search model verify` read the same file by the same code, so an imported model
 * gets the check that ours got. */
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

int xs_golden_load(json_t **out, const char *path)
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

/* Ids are not compared with the vocabulary here: scoring does so, and says it better. */
int xs_golden_ids(const int32_t **ids, size_t *n, xs_arena *a, const json_t *list, const char *path)
{
	int32_t *to;
	size_t i;

	*n = json_array_size(list);
	*ids = to = xs_arena_array(a, *n + 1, sizeof *to);
	for (i = 0; i < *n; i++) {
		if (!json_is_integer(json_array_get(list, i)))
			return xs_fail(XS_EFORMAT, "%s: a token id is no whole number", path);
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
		return xs_golden_ids(&in->ids, &in->n_ids, v->a, value, v->path);
	if (!json_is_string(value))
		return verify_fail(
			v, "pairs: expected a list of token ids or a string for query and text");
	in->text = xs_arena_dupn(v->a, json_string_value(value), json_string_length(value));
	in->len = json_string_length(value);
	rc = expected ? xs_golden_ids(&ids, &n, v->a, expected, v->path) : XS_ENOTFOUND;
	if (rc < 0)
		return rc == XS_ENOTFOUND ? XS_OK : rc;
	made = xs_arena_array(v->a, n + 1, sizeof *made);
	count = xs_model_tokenize(made, n, v->m, in->text, in->len);
	if (count < 0)
		return (int)count;
	v->report->texts++;
	/* A wrong id does not end it: how many texts differ says whether a rule or a character is
	 * missing. */
	v->report->texts_wrong += (size_t)count < n || memcmp(made, ids, n * sizeof *ids) != 0;
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
	v->pairs = xs_arena_array(v->a, v->n, sizeof *v->pairs);
	for (i = 0; rc == XS_OK && i < v->n; i++) {
		pair = json_array_get(list, i);
		text = json_object_get(pair, "doc");
		rc = verify_input(v, &v->pairs[i].query, json_object_get(pair, "query"),
				  json_object_get(pair, "query_ids"));
		if (rc == XS_OK)
			rc = verify_input(v, &v->pairs[i].text,
					  text ? text : json_object_get(pair, "text"),
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
	for (int i = 0; i < XS_PATTERN_SWITCHES; i++)
		xs_pattern_switch_set(p, i,
				      json_is_true(json_object_get(o, xs_pattern_switch_name(i))));
	return true;
}

static int verify_reranker(const verify *v, xs_reranker **out, const json_t *root, const char *name)
{
	xs_pattern pattern = {0};
	/* Answers of other programs know no windows: they cut a text that is too long. */
	xs_rerank_options o = {.overlong = XS_OVERLONG_FIRST};
	int positions = (int)json_integer_value(json_object_get(root, "positions"));
	xs_model_info info;

	xs_model_info_get(&info, v->m);
	if (positions != info.positions)
		o.positions = positions;
	if (verify_pattern(&pattern, root, name))
		o.pattern = &pattern;
	return xs_reranker_new(out, v->m, &o, v->pool);
}

static int verify_row(verify *v, xs_verify_row *row, const json_t *root, const json_t *logits)
{
	xs_reranker *r;
	xs_request *q;
	xs_score score;
	double d;
	size_t i;
	int rc = verify_reranker(v, &r, root, row->pattern);

	if (rc < 0)
		return rc;
	if (json_array_size(logits) != v->n)
		rc = verify_fail(v, "logits: expected as many as there are pairs");
	for (i = 0; rc == XS_OK && i < v->n; i++) {
		/* A request for each pair: every pair has a query of its own. */
		rc = xs_request_new(&q, r, &v->pairs[i].query);
		if (rc < 0)
			break;
		rc = xs_request_score(&score, q, &v->pairs[i].text, 1, NULL);
		xs_request_free(q);
		d = fabs((double)score.logit - json_number_value(json_array_get(logits, i)));
		if (!(d <= row->worst)) { /* not-a-number is the worst */
			row->worst = d;
			row->worst_pair = i;
		}
	}
	row->pairs = v->n;
	xs_reranker_free(r);
	return rc;
}

/* The largest difference between states and the file's nested lists [layer][token][hidden]. */
static int verify_states(verify *v, const json_t *values, const float *states, size_t layers,
			 size_t rows, size_t hidden)
{
	const json_t *layer, *row;
	size_t i, j, k;
	double d;

	for (i = 0; i < layers; i++) {
		layer = json_array_get(values, i);
		for (j = 0; j < rows; j++) {
			row = json_array_get(layer, j);
			if (json_array_size(row) != hidden || json_array_size(layer) != rows)
				return verify_fail(
					v, "hidden: its lists are not as long as the states");
			for (k = 0; k < hidden; k++, states++) {
				d = fabs((double)*states -
					 json_number_value(json_array_get(row, k)));
				if (!(d <= v->report->hidden_worst))
					v->report->hidden_worst = d;
			}
		}
	}
	v->report->hidden = layers * rows * hidden;
	return XS_OK;
}

static int verify_hidden(verify *v, const json_t *root, const json_t *hidden)
{
	const char *pattern = json_string_value(json_object_get(hidden, "pattern"));
	size_t pair = (size_t)json_integer_value(json_object_get(hidden, "pair"));
	const json_t *values = json_object_get(hidden, "values");
	/* Rows are the file's: a pair of another length is told by xs_request_states(). */
	int rows = (int)json_array_size(json_array_get(values, 0));
	xs_reranker *r;
	xs_request *q;
	xs_model_info info;
	float *states;
	int rc;

	if (!hidden)
		return XS_OK;
	if (!pattern || pair >= v->n || !rows)
		return verify_fail(v, "hidden: expected a pattern, a pair and values");
	xs_model_info_get(&info, v->m);
	rc = verify_reranker(v, &r, root, pattern);
	if (rc < 0)
		return rc;
	rc = xs_request_new(&q, r, &v->pairs[pair].query);
	if (rc == XS_OK) {
		states = xs_arena_array(v->a,
					(size_t)(info.layers + 1) * (size_t)rows *
						(size_t)info.hidden,
					sizeof *states);
		rc = xs_request_states(states, &rows, q, &v->pairs[pair].text);
		if (rc == XS_OK)
			rc = verify_states(v, values, states, (size_t)info.layers + 1, (size_t)rows,
					   (size_t)info.hidden);
		xs_request_free(q);
	}
	xs_reranker_free(r);
	return rc;
}

/* The pairs of the file, or of the folder beside that "same pairs as" names. */
static int verify_find_pairs(verify *v, const json_t *root)
{
	const char *same = json_string_value(json_object_get(root, "same pairs as"));
	const char *slash = strrchr(v->path, '/');
	json_t *other = NULL;
	char *path;
	int rc;

	if (!same)
		return verify_pairs(v, json_object_get(root, "pairs"));
	path = xs_arena_printf(v->a, "%.*s../%s/golden.json",
			       slash ? (int)(slash - v->path + 1) : 0, v->path, same);
	rc = xs_golden_load(&other, path);
	if (rc == XS_OK)
		rc = verify_pairs(v, json_object_get(other, "pairs"));
	json_decref(other);
	return rc;
}

int xs_model_verify(xs_verify_report *out, xs_arena *a, const xs_model *m, const char *path,
		    xs_pool *pool)
{
	verify v = {.m = m, .pool = pool, .a = a, .path = path, .report = out};
	json_t *root = NULL, *logits, *list;
	const char *name;
	int rc = xs_golden_load(&root, path);

	*out = (xs_verify_report){0};
	if (rc == XS_OK)
		rc = verify_find_pairs(&v, root);
	logits = json_object_get(root, "logits");
	if (rc == XS_OK && !json_is_object(logits))
		rc = verify_fail(&v, "expected an object \"logits\"");
	out->rows = xs_arena_array(a, json_object_size(logits) + 1, sizeof *out->rows);
	json_object_foreach(logits, name, list)
	{
		if (rc < 0)
			break;
		out->rows[out->n].pattern = xs_arena_dup(a, name);
		rc = verify_row(&v, &out->rows[out->n], root, list);
		if (!(out->rows[out->n].worst <= out->worst))
			out->worst = out->rows[out->n].worst;
		out->n++;
	}
	if (rc == XS_OK)
		rc = verify_hidden(&v, root, json_object_get(root, "hidden"));
	json_decref(root);
	return rc;
}
