/* SPDX-License-Identifier: MIT */
/* config.c - config.json: the sizes, the family and the pattern that a model says it has.
 *
 * What is not supported is refused by name. A key that was ignored would give scores that look right
 * and are not. */
#include "rerank/config.h"

#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "rerank/kern/kern.h"

/* Larger than any encoder of this kind, small enough for products of two to fit in 64 bits. */
enum { CONFIG_MOST = 1 << 24 };

/* The most inputs of a product: so many of 255 × 128 fit in the 32 bits that int8 is summed in. */
enum { CONFIG_INPUTS = 1 << 16 };

/* Reads an integer of [least, most]; absent or null: `otherwise`, or an error when that is INT_MIN.
 */
static int config_integer(int *out, const json_t *o, const char *key, int least, int most,
			  int otherwise, const char *name)
{
	const json_t *v = json_object_get(o, key);

	/* Python writes null where a key is not set. */
	if ((!v || json_is_null(v)) && otherwise != INT_MIN) {
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
	int i, rc = XS_OK;
	char key[64];
	bool on;

	/* null is how the paper's code writes no window; 0 is a window of the token itself. */
	if (json_is_null(window))
		p->window = -1;
	else if (window)
		rc = config_integer(&p->window, o, "attention_window_size", 0, CONFIG_MOST, INT_MIN,
				    name);
	for (i = 0; rc == XS_OK && i < XS_PATTERN_SWITCHES; i++) {
		on = xs_pattern_switch_get(p, i);
		snprintf(key, sizeof key, "%s_attention", xs_pattern_switch_name(i));
		rc = config_switch(&on, o, key, name);
		xs_pattern_switch_set(p, i, on);
	}
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
	m->patterns = xs_arena_array(m->arena, (size_t)m->layers, sizeof *m->patterns);
	for (i = 0; rc == XS_OK && i < m->layers; i++) {
		/* A layer's object changes what the object of all says, and may be empty. */
		m->patterns[i] = all;
		if (list)
			rc = config_pattern(&m->patterns[i], json_array_get(list, (size_t)i), name);
	}
	return rc;
}

/* Whether it is the paper's own class, which is a BERT whose configuration has the pattern's keys. */
static bool config_is_paper(const json_t *o, const char *type, const char *first)
{
	return json_object_get(o, "attention_window_size") &&
	       ((type && strstr(type, "sparse")) || (first && strstr(first, "Sparse")));
}

/* bert, electra or roberta: model_type, else what the class is called ("ElectraFor…"). */
static int config_family(xs_model *m, const json_t *o, const char *name)
{
	static const char *const classes[] = {
		[XS_BERT] = "Bert", [XS_ELECTRA] = "Electra", [XS_ROBERTA] = "Roberta"};
	const char *type = json_string_value(json_object_get(o, "model_type"));
	const char *first =
		json_string_value(json_array_get(json_object_get(o, "architectures"), 0));
	/* Old files have no model_type; with neither key, it is the BERT of the first releases. */
	int family = type ? xs_family_named(type) : first ? -1 : XS_BERT;

	for (int i = XS_BERT; !type && first && i <= XS_ROBERTA; i++)
		if (strncmp(first, classes[i], strlen(classes[i])) == 0)
			family = i;
	if (family < 0 && config_is_paper(o, type, first))
		family = XS_BERT;
	if (family < 0)
		return xs_fail(XS_EUNSUPPORTED,
			       "%s: the architecture %.100s%s%.100s is not supported; expected "
			       "model_type bert, electra or roberta",
			       name, type ? type : "", type && first ? ", " : "",
			       first ? first : "");
	m->family = (xs_family)family;
	m->architecture =
		first ? xs_arena_dup(m->arena, first)
		      : xs_arena_printf(m->arena, "%sForSequenceClassification", classes[family]);
	m->separators = m->family == XS_ROBERTA ? 2 : 1;
	return XS_OK;
}

static int config_architecture(xs_model *m, const json_t *o, const char *name)
{
	static const struct {
		const char *name;
		xs_activation activation;
	} acts[] = {{"gelu", XS_ACT_GELU},
		    {"gelu_python", XS_ACT_GELU},
		    {"gelu_fast", XS_ACT_GELU_TANH},
		    {"gelu_new", XS_ACT_GELU_TANH},
		    {"gelu_pytorch_tanh", XS_ACT_GELU_TANH},
		    {"relu", XS_ACT_RELU}};
	const char *act = json_string_value(json_object_get(o, "hidden_act"));
	const char *position = json_string_value(json_object_get(o, "position_embedding_type"));
	size_t i = 0;

	while (act && i < sizeof acts / sizeof *acts && strcmp(act, acts[i].name) != 0)
		i++;
	/* Without the key i is 0: gelu, the default of all three families. */
	if (i == sizeof acts / sizeof *acts)
		return xs_fail(
			XS_EUNSUPPORTED,
			"%s: hidden_act %.100s is not supported; expected gelu, gelu_new, gelu_fast, "
			"gelu_pytorch_tanh or relu",
			name, act);
	m->activation = acts[i].activation;
	if (position && strcmp(position, "absolute") != 0)
		return xs_fail(
			XS_EUNSUPPORTED,
			"%s: position_embedding_type %.100s is not supported; expected absolute",
			name, position);
	return config_family(m, o, name);
}

/* How many outputs the classifier should have: num_labels, else as many as id2label names. */
static int config_labels(xs_model *m, const json_t *o, const char *name)
{
	const json_t *names = json_object_get(o, "id2label");

	return config_integer(&m->labels, o, "num_labels", 1, 1 << 20,
			      json_is_object(names) && json_object_size(names)
				      ? (int)json_object_size(names)
				      : -1,
			      name);
}

/* Positions begin after the padding's id in RoBERTa; its tokens of begin and end are CLS and SEP.
 */
static int config_roberta(xs_model *m, const json_t *o, const char *name)
{
	int pad, rc = config_integer(&pad, o, "pad_token_id", 0, 1 << 16, 1, name);

	if (rc < 0)
		return rc;
	if (m->cls < 0)
		rc = config_integer(&m->cls, o, "bos_token_id", 0, CONFIG_MOST, -1, name);
	if (rc == XS_OK && m->sep < 0)
		rc = config_integer(&m->sep, o, "eos_token_id", 0, CONFIG_MOST, -1, name);
	if (rc < 0)
		return rc;
	m->position_offset = pad + 1;
	m->positions -= m->position_offset;
	/* A text of one token beside an empty query takes four: CLS, SEP, the token, SEP. */
	return m->positions >= 4
		       ? XS_OK
		       : xs_fail(XS_EFORMAT,
				 "%s: max_position_embeddings leaves %d positions after the %d of the "
				 "padding",
				 name, m->positions, m->position_offset);
}

/* Whether the sizes make sense together. */
static int config_fit(const xs_model *m, const char *name)
{
	if (m->hidden % m->heads)
		return xs_fail(XS_EFORMAT,
			       "%s: hidden_size %d is no multiple of num_attention_heads %d", name,
			       m->hidden, m->heads);
	if (m->hidden / m->heads > XS_HEAD_SIZE)
		return xs_fail(XS_EUNSUPPORTED, "%s: heads of %d features; expected at most %d",
			       name, m->hidden / m->heads, XS_HEAD_SIZE);
	/* A document has one token and its SEP at least. */
	if (m->document_position >= m->positions - 1)
		return xs_fail(XS_EFORMAT,
			       "%s: document_position %d leaves no room in %d positions", name,
			       m->document_position, m->positions);
	if (m->family == XS_BERT && m->embedding != m->hidden)
		return xs_fail(
			XS_EUNSUPPORTED,
			"%s: embedding_size %d is not hidden_size %d: expected that of electra "
			"alone",
			name, m->embedding, m->hidden);
	return XS_OK;
}

/* What a cross-encoder may have beside CLS's head. */
static int config_similarity(xs_model *m, const json_t *o, const char *name)
{
	const json_t *scale = json_object_get(o, "similarity_scale");
	double v = json_number_value(scale);
	bool own = false;

	/* Python writes null where a key is not set. */
	if (scale && !json_is_null(scale) && !(v > 0 && v <= CONFIG_INPUTS))
		return xs_fail(XS_EFORMAT,
			       "%s: similarity_scale: expected a number above 0, at most %d", name,
			       CONFIG_INPUTS);
	m->similarity_scale = (float)v;
	if (config_switch(&own, o, "query_own_cls", name) < 0)
		return XS_EFORMAT;
	m->leads = own;
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
		/* The least sizes are those of the kernels (kern.h), the greatest keep every
		 * product of two within 64 bits. */
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

	/* 1e-12 is BERT's own, as transformers assumes it. */
	m->norm_eps = json_is_number(eps) ? (float)json_number_value(eps) : 1e-12f;
	for (i = 0; rc == XS_OK && i < sizeof sizes / sizeof *sizes; i++)
		rc = config_integer(sizes[i].to, o, sizes[i].key, sizes[i].least, sizes[i].most,
				    sizes[i].otherwise, name);
	/* After the table, since hidden_size is its default. */
	if (rc == XS_OK)
		rc = config_integer(&m->embedding, o, "embedding_size", 1, CONFIG_INPUTS, m->hidden,
				    name);
	if (rc == XS_OK)
		rc = config_similarity(m, o, name);
	if (rc == XS_OK)
		rc = config_labels(m, o, name);
	if (rc == XS_OK && m->family == XS_ROBERTA)
		rc = config_roberta(m, o, name);
	return rc < 0 ? rc : config_fit(m, name);
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

static void config_told(bool *to, const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	if (json_is_boolean(v))
		*to = json_is_true(v);
}

void xs_config_wordpiece(xs_wordpiece_options *to, const char *text)
{
	/* A damaged file counts as none: its keys only refine what the vocabulary says. */
	json_t *o = json_loads(text, 0, NULL);

	config_told(&to->lowercase, o, "do_lower_case");
	/* Accents go with case unless the file, or this one, says otherwise. */
	if (json_object_get(o, "do_lower_case"))
		to->accents = !to->lowercase;
	if (json_is_boolean(json_object_get(o, "strip_accents")))
		to->accents = !json_is_true(json_object_get(o, "strip_accents"));
	config_told(&to->chinese, o, "tokenize_chinese_chars");
	json_decref(o);
}
