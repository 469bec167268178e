/* SPDX-License-Identifier: MIT */
/* model.c - opens a model folder, or the one that is built in.
 *
 * Nothing of the files is believed: config.json says what shapes are expected, and each tensor's
 * form, shape and place are compared with it before a pointer is kept. */
#include "rerank/model.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/memory.h"
#include "rerank/builtin.h"
#include "rerank/config.h"
#include "rerank/safetensors.h"

const xs_pattern xs_pattern_sparse = {4, true, true, false, false, true, true};
const xs_pattern xs_pattern_full = {-1, true, true, true, true, true, true};

enum { MODEL_CONFIG_BYTES = 4 << 20 };

/* Reading weights: where from, and what their names begin with. */
typedef struct model_reader {
	xs_model *m;
	xs_safetensors *file;
	const char *name, *prefix;
} model_reader;

static int model_tensor(const model_reader *r, xs_tensor *t, const char *name, int64_t rows,
			int64_t cols)
{
	int rc = xs_safetensors_get(t, r->m->arena, r->file, name, rows, cols);

	if (rc == XS_ENOTFOUND)
		rc = xs_fail(XS_EFORMAT, "%s: tensor %s is missing", r->name, name);
	return rc;
}

/* A linear layer (rows > 0) or a LayerNorm (rows 0): NAME.weight and NAME.bias. */
static int model_pair(const model_reader *r, xs_tensor *weight, xs_tensor *bias, const char *name,
		      int64_t rows, int64_t cols)
{
	xs_arena *a = r->m->arena;
	int rc =
	    model_tensor(r, weight, xs_arena_printf(a, "%s.weight", name), rows ? rows : 1, cols);

	return rc < 0 ? rc
		      : model_tensor(r, bias, xs_arena_printf(a, "%s.bias", name), 1,
				     rows ? rows : cols);
}

static int model_layer(const model_reader *r, int i)
{
	xs_layer *l = &r->m->layer[i];
	int64_t h = r->m->hidden, inner = r->m->inner;
	struct {
		const char *name;
		xs_tensor *weight, *bias;
		int64_t rows, cols;
	} parts[] = {
	    {"attention.self.query", &l->query.weight, &l->query.bias, h, h},
	    {"attention.self.key", &l->key.weight, &l->key.bias, h, h},
	    {"attention.self.value", &l->value.weight, &l->value.bias, h, h},
	    {"attention.output.dense", &l->output.weight, &l->output.bias, h, h},
	    {"attention.output.LayerNorm", &l->attention_norm.weight, &l->attention_norm.bias, 0,
	     h},
	    {"intermediate.dense", &l->up.weight, &l->up.bias, inner, h},
	    {"output.dense", &l->down.weight, &l->down.bias, h, inner},
	    {"output.LayerNorm", &l->norm.weight, &l->norm.bias, 0, h},
	};
	size_t k;
	int rc = XS_OK;

	for (k = 0; rc == XS_OK && k < sizeof(parts) / sizeof(*parts); k++)
		rc = model_pair(r, parts[k].weight, parts[k].bias,
				xs_arena_printf(r->m->arena, "%sencoder.layer.%d.%s", r->prefix, i,
						parts[k].name),
				parts[k].rows, parts[k].cols);
	return rc;
}

static int model_embeddings(const model_reader *r)
{
	xs_model *m = r->m;
	xs_arena *a = m->arena;
	struct {
		const char *name;
		xs_tensor *tensor;
		int rows;
	} tables[] = {{"word", &m->words, m->vocabulary},
		      {"position", &m->position, m->positions},
		      {"token_type", &m->type, m->types}};
	size_t k;
	int rc = XS_OK;

	for (k = 0; rc == XS_OK && k < sizeof(tables) / sizeof(*tables); k++)
		rc = model_tensor(r, tables[k].tensor,
				  xs_arena_printf(a, "%sembeddings.%s_embeddings.weight", r->prefix,
						  tables[k].name),
				  tables[k].rows, m->hidden);
	if (rc == XS_OK)
		rc = model_pair(r, &m->embedding_norm.weight, &m->embedding_norm.bias,
				xs_arena_printf(a, "%sembeddings.LayerNorm", r->prefix), 0,
				m->hidden);
	return rc;
}

static int model_weights(xs_model *m, const void *bytes, size_t len, const char *name)
{
	model_reader r = {.m = m, .name = name, .prefix = "bert."};
	int64_t shape[1];
	int i, rc = xs_safetensors_new(&r.file, bytes, len, name);

	if (rc < 0)
		return rc;
	m->weight_bytes = bytes;
	m->weight_len = len;
	if (xs_safetensors_shape(r.file, "embeddings.word_embeddings.weight", shape, 1) >= 0)
		r.prefix = "";
	m->layer = xs_arena_array(m->arena, (size_t)m->layers, sizeof(*m->layer));
	rc = model_embeddings(&r);
	for (i = 0; rc == XS_OK && i < m->layers; i++)
		rc = model_layer(&r, i);
	if (rc == XS_OK)
		rc = model_pair(&r, &m->pooler.weight, &m->pooler.bias,
				xs_arena_printf(m->arena, "%spooler.dense", r.prefix), m->hidden,
				m->hidden);
	if (rc == XS_OK)
		rc = model_pair(&r, &m->classifier.weight, &m->classifier.bias, "classifier", 1,
				m->hidden);
	m->stored = m->layer[0].query.weight.dtype;
	xs_safetensors_free(r.file);
	return rc;
}

/* CLS and SEP: config.json's, else the vocabulary's. */
static int model_ids(xs_model *m, const char *name)
{
	struct {
		int *id;
		const char *key, *token;
	} ids[] = {{&m->cls, "cls_token_id", "[CLS]"}, {&m->sep, "sep_token_id", "[SEP]"}};
	int i;

	if (m->wordpiece && xs_wordpiece_count(m->wordpiece) > m->vocabulary)
		return xs_fail(XS_EFORMAT, "%s: the vocabulary has %d tokens; vocab_size says %d",
			       name, xs_wordpiece_count(m->wordpiece), m->vocabulary);
	for (i = 0; i < 2; i++) {
		if (*ids[i].id < 0 && m->wordpiece)
			*ids[i].id = xs_wordpiece_id(m->wordpiece, ids[i].token);
		if (*ids[i].id < 0)
			return xs_fail(XS_EFORMAT, "%s: %s is not given, and no vocabulary has %s",
				       name, ids[i].key, ids[i].token);
		if (*ids[i].id >= m->vocabulary)
			return xs_fail(XS_EFORMAT, "%s: %s is %d, outside the vocabulary of %d",
				       name, ids[i].key, *ids[i].id, m->vocabulary);
	}
	if (m->wordpiece)
		m->vocabulary_hash = xs_wordpiece_hash(m->wordpiece);
	return XS_OK;
}

static int model_missing(int rc, const char *path)
{
	return rc == XS_ENOTFOUND ? xs_fail(XS_EFORMAT,
					    "%s is missing: a model folder has config.json, "
					    "model.safetensors and vocab.txt or tokenizer.json",
					    path)
				  : rc;
}

/* Whether the folder's tokenizer_config.json has case folded; as it is for BERT, without one. */
static bool model_lowercase(xs_model *m, const char *folder)
{
	char *text;
	bool lowercase = true;

	if (xs_file_read(&text, NULL, m->arena,
			 xs_file_join(m->arena, folder, "tokenizer_config.json"),
			 MODEL_CONFIG_BYTES) == XS_OK)
		xs_config_lowercase(&lowercase, text);
	return lowercase;
}

static int model_vocabulary(xs_model *m, const char *folder)
{
	char *lines = xs_file_join(m->arena, folder, "vocab.txt");
	char *json = xs_file_join(m->arena, folder, "tokenizer.json");
	xs_map *map = &m->vocabulary_file;
	int rc = xs_map_open(map, lines);

	if (rc == XS_OK)
		return xs_wordpiece_new(&m->wordpiece, (const char *)map->data, map->len, lines,
					model_lowercase(m, folder));
	if (rc == XS_ENOTFOUND)
		rc = xs_map_open(map, json);
	if (rc == XS_OK)
		return xs_wordpiece_from_json(&m->wordpiece, (const char *)map->data, map->len,
					      json);
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

static int model_config(xs_model *m, const char *text, size_t len, const char *name)
{
	m->config_hash = XXH3_64bits(text, len);
	return xs_config_read(m, text, len, name);
}

static int model_open_folder(xs_model *m, const char *folder)
{
	char *config = xs_file_join(m->arena, folder, "config.json");
	char *weights = xs_file_join(m->arena, folder, "model.safetensors");
	const char *end = folder + strlen(folder), *base;
	char *text;
	size_t len;
	int rc =
	    model_missing(xs_file_read(&text, &len, m->arena, config, MODEL_CONFIG_BYTES), config);

	while (end > folder + 1 && end[-1] == '/')
		end--;
	for (base = end; base > folder && base[-1] != '/'; base--)
		;
	m->name = xs_arena_dupn(m->arena, base, (size_t)(end - base));
	if (rc == XS_OK)
		rc = model_config(m, text, len, config);
	if (rc == XS_OK)
		rc = model_vocabulary(m, folder);
	if (rc == XS_OK)
		rc = model_ids(m, config);
	if (rc == XS_OK)
		rc = model_missing(xs_map_open(&m->weights, weights), weights);
	if (rc == XS_OK)
		rc = model_weights(m, m->weights.data, m->weights.len, weights);
	if (rc == XS_OK)
		m->bytes = len + m->weights.len + m->vocabulary_file.len;
	return rc;
}

/* What is built in passes the same checks: a wrong file at build time is told, too. */
static int model_open_builtin(xs_model *m)
{
	size_t config = (size_t)(xs_builtin_config_end - xs_builtin_config);
	size_t vocabulary = (size_t)(xs_builtin_vocabulary_end - xs_builtin_vocabulary);
	size_t weights = (size_t)(xs_builtin_weights_end - xs_builtin_weights);
	int rc;

	m->name = xs_arena_dup(m->arena, "default");
	m->bytes = config + vocabulary + weights;
	rc = model_config(m, (const char *)xs_builtin_config, config, "built-in config.json");
	if (rc == XS_OK)
		rc = xs_wordpiece_new(&m->wordpiece, (const char *)xs_builtin_vocabulary,
				      vocabulary, "built-in vocab.txt", true);
	if (rc == XS_OK)
		rc = model_ids(m, "built-in config.json");
	if (rc == XS_OK)
		rc = model_weights(m, xs_builtin_weights, weights, "built-in model.safetensors");
	return rc;
}

int xs_model_open(xs_model **out, const char *folder)
{
	xs_model *m = xs_calloc(1, sizeof(*m));
	int rc;

	m->arena = xs_arena_new();
	rc = folder ? model_open_folder(m, folder) : model_open_builtin(m);
	*out = rc == XS_OK ? m : NULL;
	if (rc < 0)
		xs_model_close(m);
	return rc;
}

void xs_model_close(xs_model *m)
{
	if (!m)
		return;
	xs_wordpiece_free(m->wordpiece);
	xs_map_close(&m->vocabulary_file);
	xs_map_close(&m->weights);
	xs_arena_free(m->arena);
	free(m);
}

void xs_model_info_get(xs_model_info *out, const xs_model *m)
{
	*out = (xs_model_info){
	    .name = m->name,
	    .architecture = m->architecture,
	    .stored = xs_dtype_name(m->stored),
	    .layers = m->layers,
	    .hidden = m->hidden,
	    .heads = m->heads,
	    .inner = m->inner,
	    .positions = m->positions,
	    .vocabulary = m->vocabulary,
	    .cls = m->cls,
	    .sep = m->sep,
	    .document_position = m->document_position,
	    .tokenizer = m->wordpiece != NULL,
	    .patterns = m->patterns,
	    .bytes = m->bytes,
	    .vocabulary_hash = m->vocabulary_hash,
	};
}

uint64_t xs_model_hash(const xs_model *m)
{
	uint64_t others[] = {m->config_hash, m->vocabulary_hash};

	return XXH3_64bits_withSeed(m->weight_bytes, m->weight_len,
				    XXH3_64bits(others, sizeof(others)));
}

int64_t xs_model_tokenize(const xs_model *m, const char *text, size_t len, int32_t *ids,
			  size_t room)
{
	if (!m->wordpiece)
		return xs_fail(
		    XS_EUNSUPPORTED,
		    "model %s has no vocabulary (vocab.txt or tokenizer.json): it can score "
		    "token ids alone",
		    m->name);
	return (int64_t)xs_wordpiece_encode(m->wordpiece, text, len, ids, room);
}
