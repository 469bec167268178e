/* SPDX-License-Identifier: MIT */
#include "rerank/config.h"

#include <jansson.h>
#include <limits.h>
#include <string.h>

#include "rerank/kern/kern.h"

/* Larger than any encoder of this kind, small enough for products of two to fit in 64 bits. */
enum { CONFIG_MOST = 1 << 24 };

/* The most inputs of a product: so many of 255 × 128 fit in the 32 bits that int8 is summed in. */
enum { CONFIG_INPUTS = 1 << 16 };

/* Reads an integer of [least, most]; absent: `otherwise`, or an error when that is INT_MIN. */
static int config_integer(int *out, const json_t *o, const char *key, int least, int most,
			  int otherwise, const char *name)
{
	const json_t *v = json_object_get(o, key);

	if (!v && otherwise != INT_MIN) {
		*out = otherwise;
		return XS_OK;
	}
	if (!json_is_integer(v) || json_integer_value(v) < least || json_integer_value(v) > most)
		return xs_fail(XS_EFORMAT, "%s: %s: expected a whole number from %d to %d", name,
			       key, least, most);
	*out = (int)json_integer_value(v);
	return XS_OK;
}

static int config_switch(bool *out, const json_t *o, const char *key, const char *name)
{
	const json_t *v = json_object_get(o, key);

	if (!v)
		return XS_OK;
	if (!json_is_boolean(v))
		return xs_fail(XS_EFORMAT, "%s: %s: expected true or false", name, key);
	*out = json_is_true(v);
	return XS_OK;
}

/* Changes what the object's keys say. */
static int config_pattern(xs_pattern *p, const json_t *o, const char *name)
{
	const json_t *window = json_object_get(o, "attention_window_size");
	struct {
		const char *key;
		bool *value;
	} switches[] = {
	    {"cls_query_attention", &p->cls_query}, {"cls_doc_attention", &p->cls_doc},
	    {"query_cls_attention", &p->query_cls}, {"query_doc_attention", &p->query_doc},
	    {"doc_cls_attention", &p->doc_cls},     {"doc_query_attention", &p->doc_query},
	};
	size_t i;
	int rc = XS_OK;

	if (json_is_null(window))
		p->window = -1;
	else if (window)
		rc = config_integer(&p->window, o, "attention_window_size", 0, CONFIG_MOST, INT_MIN,
				    name);
	for (i = 0; rc == XS_OK && i < sizeof(switches) / sizeof(*switches); i++)
		rc = config_switch(switches[i].value, o, switches[i].key, name);
	return rc;
}

static int config_patterns(xs_model *m, const json_t *o, const char *name)
{
	const json_t *list = json_object_get(o, "attention_by_layer");
	xs_pattern all = xs_pattern_full;
	int i, rc = config_pattern(&all, o, name);

	if (list && json_array_size(list) != (size_t)m->layers)
		return xs_fail(XS_EFORMAT,
			       "%s: attention_by_layer: expected a list of %d objects, one a layer",
			       name, m->layers);
	m->patterns = xs_arena_array(m->arena, (size_t)m->layers, sizeof(*m->patterns));
	for (i = 0; rc == XS_OK && i < m->layers; i++) {
		m->patterns[i] = all;
		if (list)
			rc = config_pattern(&m->patterns[i], json_array_get(list, (size_t)i), name);
	}
	return rc;
}

static int config_architecture(xs_model *m, const json_t *o, const char *name)
{
	const char *type = json_string_value(json_object_get(o, "model_type"));
	const char *act = json_string_value(json_object_get(o, "hidden_act"));
	const char *position = json_string_value(json_object_get(o, "position_embedding_type"));
	const char *first =
	    json_string_value(json_array_get(json_object_get(o, "architectures"), 0));

	if (type && strcmp(type, "bert") != 0)
		return xs_fail(XS_EUNSUPPORTED, "%s: model_type %s is not supported; expected bert",
			       name, type);
	if (act && strcmp(act, "gelu") != 0)
		return xs_fail(XS_EUNSUPPORTED, "%s: hidden_act %s is not supported; expected gelu",
			       name, act);
	if (position && strcmp(position, "absolute") != 0)
		return xs_fail(XS_EUNSUPPORTED,
			       "%s: position_embedding_type %s is not supported; expected absolute",
			       name, position);
	m->architecture = xs_arena_dup(m->arena, first ? first : "BertForSequenceClassification");
	return XS_OK;
}

static int config_sizes(xs_model *m, const json_t *o, const char *name)
{
	const json_t *eps = json_object_get(o, "layer_norm_eps");
	struct {
		int *to;
		const char *key;
		int least, most, otherwise;
	} sizes[] = {
	    {&m->layers, "num_hidden_layers", 1, 1000, INT_MIN},
	    {&m->hidden, "hidden_size", XS_LEAST_OUTPUTS, CONFIG_INPUTS, INT_MIN},
	    {&m->heads, "num_attention_heads", 1, 1 << 10, INT_MIN},
	    {&m->inner, "intermediate_size", XS_LEAST_OUTPUTS, CONFIG_INPUTS, INT_MIN},
	    {&m->positions, "max_position_embeddings", 4, 1 << 20, INT_MIN},
	    {&m->vocabulary, "vocab_size", 1, CONFIG_MOST, INT_MIN},
	    {&m->types, "type_vocab_size", 1, 16, 2},
	    {&m->cls, "cls_token_id", 0, CONFIG_MOST, -1},
	    {&m->sep, "sep_token_id", 0, CONFIG_MOST, -1},
	    {&m->document_position, "document_position", 2, 1 << 20, -1},
	};
	size_t i;
	int rc = XS_OK;

	for (i = 0; rc == XS_OK && i < sizeof(sizes) / sizeof(*sizes); i++)
		rc = config_integer(sizes[i].to, o, sizes[i].key, sizes[i].least, sizes[i].most,
				    sizes[i].otherwise, name);
	if (rc < 0)
		return rc;
	if (m->hidden % m->heads)
		return xs_fail(XS_EFORMAT,
			       "%s: hidden_size %d is no multiple of num_attention_heads %d", name,
			       m->hidden, m->heads);
	if (m->hidden / m->heads > XS_HEAD_SIZE)
		return xs_fail(XS_EUNSUPPORTED, "%s: heads of %d features; expected at most %d", name,
			       m->hidden / m->heads, XS_HEAD_SIZE);
	if (m->document_position >= m->positions - 1)
		return xs_fail(XS_EFORMAT,
			       "%s: document_position %d leaves no room in %d positions", name,
			       m->document_position, m->positions);
	m->norm_eps = json_is_number(eps) ? (float)json_number_value(eps) : 1e-12f;
	return XS_OK;
}

int xs_config_read(xs_model *m, const char *text, size_t len, const char *name)
{
	json_error_t error;
	json_t *o = json_loadb(text, len, 0, &error);
	int rc;

	if (!json_is_object(o)) {
		rc = o ? xs_fail(XS_EFORMAT, "%s: expected a JSON object", name)
		       : xs_fail(XS_EFORMAT, "%s:%d:%d: %s", name, error.line, error.column,
				 error.text);
		json_decref(o);
		return rc;
	}
	rc = config_architecture(m, o, name);
	if (rc == XS_OK)
		rc = config_sizes(m, o, name);
	if (rc == XS_OK)
		rc = config_patterns(m, o, name);
	json_decref(o);
	return rc;
}

void xs_config_lowercase(bool *lowercase, const char *text)
{
	json_t *o = json_loads(text, 0, NULL), *v = json_object_get(o, "do_lower_case");

	if (json_is_boolean(v))
		*lowercase = json_is_true(v);
	json_decref(o);
}
