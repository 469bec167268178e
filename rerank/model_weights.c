/* SPDX-License-Identifier: MIT */
/* model_weights.c - which tensors a model of each family has, by their names in Hugging Face's
 * files.
 *
 * config.json says what shapes are expected; what the file has beyond that is told where it means
 * that the two are not of one model. */
#include <string.h>

#include "rerank/model.h"
#include "rerank/tensors.h"

/* How a family's tensors are called. */
static const struct weights_family {
	const char *name, *prefix;
	const char *pooler, *classifier;
	xs_activation pooled;
} weights_families[] = {
	[XS_BERT] = {"bert", "bert.", "pooler.dense", "classifier", XS_ACT_TANH},
	[XS_ELECTRA] = {"electra", "electra.", "classifier.dense", "classifier.out_proj",
			XS_ACT_GELU},
	[XS_ROBERTA] = {"roberta", "roberta.", "classifier.dense", "classifier.out_proj",
			XS_ACT_TANH},
};
enum { WEIGHTS_FAMILIES = sizeof weights_families / sizeof *weights_families };

int xs_family_named(const char *name)
{
	for (int i = 0; i < WEIGHTS_FAMILIES; i++)
		if (strcmp(name, weights_families[i].name) == 0)
			return i;
	return -1;
}

const char *xs_family_name(xs_family f)
{
	return weights_families[f].name;
}

typedef struct weights_reader {
	xs_model *m;
	const char *prefix; /* of the encoder's tensors: the family's, or none */
} weights_reader;

/* XS_EFORMAT and not XS_ENOTFOUND: a file that lacks a part is damaged, not absent. */
static int weights_missing(const xs_model *m, const char *name)
{
	return xs_fail(XS_EFORMAT, "%s: tensor %s is missing, which a %s model has",
		       xs_tensors_name(m->tensors), name, xs_family_name(m->family));
}

static int weights_tensor(const weights_reader *r, xs_tensor *t, const char *name, int64_t rows,
			  int64_t cols)
{
	int rc = xs_tensors_get(t, r->m->arena, r->m->tensors, name, rows, cols);

	return rc == XS_ENOTFOUND ? weights_missing(r->m, name) : rc;
}

/* NAME.weight and NAME.bias. */
static int weights_linear(const weights_reader *r, xs_linear *l, const char *name, int64_t rows,
			  int64_t cols)
{
	xs_arena *a = r->m->arena;
	int rc = weights_tensor(r, &l->weight, xs_arena_printf(a, "%s.weight", name), rows, cols);

	return rc < 0 ? rc
		      : weights_tensor(r, &l->bias, xs_arena_printf(a, "%s.bias", name), 1, rows);
}

/* A LayerNorm's vectors; checkpoints from TensorFlow call them gamma and beta. */
static int weights_norm(const weights_reader *r, xs_norm *n, const char *name, int64_t cols)
{
	xs_arena *a = r->m->arena;
	char *gamma = xs_arena_printf(a, "%s.gamma", name);
	bool old = xs_tensors_find(r->m->tensors, gamma) != NULL;
	int rc = weights_tensor(r, &n->weight, old ? gamma : xs_arena_printf(a, "%s.weight", name),
				1, cols);

	return rc < 0 ? rc
		      : weights_tensor(r, &n->bias,
				       xs_arena_printf(a, "%s.%s", name, old ? "beta" : "bias"), 1,
				       cols);
}

/* Queries, keys and values are products of one operand, so that their columns have one factor. */
static int weights_columns(const weights_reader *r, const xs_layer *l, const char *layer)
{
	const float *columns[] = {l->query.weight.columns, l->key.weight.columns,
				  l->value.weight.columns};
	int i;

	for (i = 1; i < 3; i++)
		if (!columns[0] != !columns[i] ||
		    (columns[0] &&
		     memcmp(columns[0], columns[i], (size_t)r->m->hidden * sizeof(float)) != 0))
			return xs_fail(XS_EFORMAT,
				       "%s: factors of the columns of query, key and value differ "
				       "in %s.attention.self; expected the same for all three",
				       xs_tensors_name(r->m->tensors), layer);
	return XS_OK;
}

static int weights_layer(const weights_reader *r, int i)
{
	xs_layer *l = &r->m->layer[i];
	xs_arena *a = r->m->arena;
	int64_t h = r->m->hidden, inner = r->m->inner;
	const char *layer = xs_arena_printf(a, "%sencoder.layer.%d", r->prefix, i);
	struct {
		const char *name;
		xs_linear *linear;
		int64_t rows, cols;
	} parts[] = {
		{"attention.self.query", &l->query, h, h},
		{"attention.self.key", &l->key, h, h},
		{"attention.self.value", &l->value, h, h},
		{"attention.output.dense", &l->output, h, h},
		{"intermediate.dense", &l->up, inner, h},
		{"output.dense", &l->down, h, inner},
	};
	size_t k;
	int rc = XS_OK;

	for (k = 0; rc == XS_OK && k < sizeof parts / sizeof *parts; k++)
		rc = weights_linear(r, parts[k].linear,
				    xs_arena_printf(a, "%s.%s", layer, parts[k].name),
				    parts[k].rows, parts[k].cols);
	if (rc == XS_OK)
		rc = weights_columns(r, l, layer);
	if (rc == XS_OK)
		rc = weights_norm(r, &l->attention_norm,
				  xs_arena_printf(a, "%s.attention.output.LayerNorm", layer), h);
	if (rc == XS_OK)
		rc = weights_norm(r, &l->norm, xs_arena_printf(a, "%s.output.LayerNorm", layer), h);
	return rc;
}

static int weights_embeddings(const weights_reader *r)
{
	xs_model *m = r->m;
	xs_arena *a = m->arena;
	struct {
		const char *name;
		xs_tensor *tensor;
		int rows;
	} tables[] = {{"word", &m->words, m->vocabulary},
		      {"position", &m->position, m->positions + m->position_offset},
		      {"token_type", &m->type, m->types}};
	size_t k;
	int rc = XS_OK;

	for (k = 0; rc == XS_OK && k < sizeof tables / sizeof *tables; k++)
		rc = weights_tensor(r, tables[k].tensor,
				    xs_arena_printf(a, "%sembeddings.%s_embeddings.weight",
						    r->prefix, tables[k].name),
				    tables[k].rows, m->embedding);
	if (rc == XS_OK)
		rc = weights_norm(r, &m->embedding_norm,
				  xs_arena_printf(a, "%sembeddings.LayerNorm", r->prefix),
				  m->embedding);
	if (rc == XS_OK && m->embedding != m->hidden)
		rc = weights_linear(r, &m->projection,
				    xs_arena_printf(a, "%sembeddings_project", r->prefix),
				    m->hidden, m->embedding);
	return rc;
}

/* What the file has and config.json does not: layers, a projection. */
/* A file with more layers than config.json says would score, but not as the model it is. */
static int weights_surplus(const weights_reader *r)
{
	const xs_model *m = r->m;
	char *layer = xs_arena_printf(m->arena, "%sencoder.layer.%d.attention.self.query.weight",
				      r->prefix, m->layers);
	char *project = xs_arena_printf(m->arena, "%sembeddings_project.weight", r->prefix);

	if (xs_tensors_find(m->tensors, layer))
		return xs_fail(XS_EFORMAT,
			       "%s: tensor %s is there; config.json says num_hidden_layers %d",
			       xs_tensors_name(m->tensors), layer, m->layers);
	if (m->embedding == m->hidden && xs_tensors_find(m->tensors, project))
		return xs_fail(XS_EFORMAT,
			       "%s: tensor %s is there; config.json says that embedding_size is "
			       "hidden_size, %d",
			       xs_tensors_name(m->tensors), project, m->hidden);
	return XS_OK;
}

static int weights_head(const weights_reader *r)
{
	const struct weights_family *f = &weights_families[r->m->family];
	xs_model *m = r->m;
	char *pooler =
		xs_arena_printf(m->arena, "%s%s", m->family == XS_BERT ? r->prefix : "", f->pooler);
	char *weight = xs_arena_printf(m->arena, "%s.weight", f->classifier);
	const xs_named *n = xs_tensors_find(m->tensors, weight);
	int rc = XS_OK;

	if (!n)
		return weights_missing(m, weight);
	/* Bounded before it becomes an int; a vector is one output. */
	m->outputs = n->dims == 2 ? (int)(n->shape[0] < 1 << 20 ? n->shape[0] : 1 << 20) : 1;
	if (m->labels >= 0 && m->labels != m->outputs)
		return xs_fail(XS_EFORMAT,
			       "%s: tensor %s has %d outputs; config.json says %d labels", n->file,
			       weight, m->outputs, m->labels);
	if (m->outputs < 1 || m->outputs > 2)
		return xs_fail(
			XS_EUNSUPPORTED,
			"%s: tensor %s has %d outputs; expected one, the score, or two, whose "
			"second says relevant",
			n->file, weight, m->outputs);
	m->pooled = f->pooled;
	/* Some BERT cross-encoders were trained without a pooler: the classifier reads CLS itself. */
	if (m->family == XS_BERT &&
	    !xs_tensors_find(m->tensors, xs_arena_printf(m->arena, "%s.weight", pooler)))
		m->pooled = XS_ACT_NONE;
	else
		rc = weights_linear(r, &m->pooler, pooler, m->hidden, m->hidden);
	return rc < 0 ? rc
		      : weights_linear(r, &m->classifier, f->classifier, m->outputs, m->hidden);
}

int xs_model_weights(xs_model *m, bool head)
{
	weights_reader r = {.m = m, .prefix = weights_families[m->family].prefix};
	int i, rc;

	/* Encoders that were saved without a head have no prefix. */
	if (xs_tensors_find(m->tensors, "embeddings.word_embeddings.weight"))
		r.prefix = "";
	rc = weights_embeddings(&r);
	m->layer = xs_arena_array(m->arena, (size_t)m->layers, sizeof *m->layer);
	for (i = 0; rc == XS_OK && i < m->layers; i++)
		rc = weights_layer(&r, i);
	if (rc == XS_OK)
		rc = weights_surplus(&r);
	if (rc == XS_OK) {
		rc = weights_head(&r);
		/* Who embeds does not need it: a model for classes of another kind embeds, too. */
		if (rc < 0 && !head) {
			m->outputs = 0;
			m->pooled = XS_ACT_NONE;
			rc = XS_OK;
		}
	}
	m->stored = m->layer[0].query.weight.dtype;
	return rc;
}
