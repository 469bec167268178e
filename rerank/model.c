/* SPDX-License-Identifier: MIT */
/* model.c - opens a model folder, or the one that is built in.
 *
 * Nothing of the files is believed: config.json says what shapes are expected, and each tensor's
 * form, shape and place are compared with it before a pointer is kept. */
#include "rerank/model.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/log.h"
#include "base/memory.h"
#include "rerank/builtin.h"
#include "rerank/config.h"
#include "rerank/safetensors.h"
#include "rerank/sized.h"

enum { MODEL_CONFIG_BYTES = 4 << 20 };

/* Rows of the embeddings may be filled up to a multiple of 8 … 128, which is faster to train. */
static bool model_fits(int tokens, int rows)
{
	return tokens == rows || (tokens < rows && rows - tokens < 128 && rows % 8 == 0);
}

/* CLS and SEP: config.json's, else the vocabulary's. */
static int model_ids(xs_model *m, const char *name)
{
	/* Without a vocabulary the sentence names BERT's tokens. */
	const xs_tokenizer_kind *kind =
		m->tokenizer.kind ? m->tokenizer.kind : &xs_tokenizer_wordpiece;
	struct {
		int *id;
		const char *key, *token;
	} ids[] = {{&m->cls, "cls_token_id", kind->cls}, {&m->sep, "sep_token_id", kind->sep}};
	int i, n = xs_tokenizer_count(&m->tokenizer);

	if (n && !model_fits(n, m->vocabulary))
		return xs_fail(XS_EFORMAT, "%s: the vocabulary has %d tokens; vocab_size says %d",
			       name, n, m->vocabulary);
	for (i = 0; i < 2; i++) {
		if (*ids[i].id < 0)
			*ids[i].id = xs_tokenizer_id(&m->tokenizer, ids[i].token);
		if (*ids[i].id < 0)
			return xs_fail(XS_EFORMAT, "%s: %s is not given, and no vocabulary has %s",
				       name, ids[i].key, ids[i].token);
		if (*ids[i].id >= m->vocabulary)
			return xs_fail(XS_EFORMAT, "%s: %s is %d, outside the vocabulary of %d",
				       name, ids[i].key, *ids[i].id, m->vocabulary);
	}
	m->vocabulary_hash = xs_tokenizer_hash(&m->tokenizer);
	return XS_OK;
}

static int model_missing(int rc, const char *path)
{
	return rc == XS_ENOTFOUND ? xs_fail(XS_EFORMAT,
					    "%s is missing: a model folder has config.json, "
					    "weights and a vocabulary",
					    path)
				  : rc;
}

static int model_config(xs_model *m, const char *text, size_t len, const char *name)
{
	m->config_hash = XXH3_64bits(text, len);
	return xs_config_read(m, text, len, name);
}

static char *model_name(xs_arena *a, const char *folder)
{
	size_t len;
	const char *base = xs_file_base(&len, folder);

	return xs_arena_dupn(a, base, len);
}

/* config.json, vocabulary and weights. */
static int model_open_folder(xs_model *m, const char *folder, bool head)
{
	char *config = xs_file_join(m->arena, folder, "config.json");
	char *text;
	size_t len;
	int rc = model_missing(xs_file_read(&text, &len, m->arena, config, MODEL_CONFIG_BYTES),
			       config);

	if (rc == XS_OK)
		rc = model_config(m, text, len, config);
	if (rc == XS_OK)
		/* Before the weights: a wrong vocabulary is told without mapping gigabytes. */
		rc = xs_model_vocabulary(m, folder);
	if (rc == XS_OK)
		rc = model_ids(m, config);
	if (rc == XS_OK)
		rc = xs_tensors_open(&m->tensors, folder);
	if (rc == XS_OK)
		rc = xs_model_weights(m, head);
	if (rc == XS_OK)
		m->bytes = len + xs_tensors_bytes(m->tensors) + m->vocabulary_bytes;
	return rc;
}

/* A file that is compiled in. */
typedef struct model_bytes {
	const unsigned char *data, *end;
	const char *name; /* for sentences */
} model_bytes;

static size_t model_len(const model_bytes *b)
{
	return (size_t)(b->end - b->data);
}

/* What is built in passes the same checks: a wrong file at build time is told, too. */
static int model_open_builtin(xs_model *m, const model_bytes *config, const model_bytes *weights,
			      bool head)
{
	const model_bytes vocabulary = {xs_builtin_vocabulary, xs_builtin_vocabulary_end,
					"built-in vocab.txt"};
	xs_wordpiece *wordpiece;
	int rc;

	m->bytes = model_len(config) + model_len(&vocabulary) + model_len(weights);
	rc = model_config(m, (const char *)config->data, model_len(config), config->name);
	if (rc == XS_OK)
		rc = xs_wordpiece_new(&wordpiece, (const char *)vocabulary.data,
				      model_len(&vocabulary), vocabulary.name,
				      &xs_wordpiece_uncased);
	if (rc == XS_OK)
		m->tokenizer = (xs_tokenizer){&xs_tokenizer_wordpiece, wordpiece};
	if (rc == XS_OK)
		rc = model_ids(m, config->name);
	/* Made whatever rc is: xs_model_close() frees it. */
	m->tensors = xs_tensors_new();
	if (rc == XS_OK)
		rc = xs_safetensors_read(m->tensors, weights->data, model_len(weights),
					 weights->name);
	return rc == XS_OK ? xs_model_weights(m, head) : rc;
}

static int model_open_reranker(xs_model *m, const char *folder)
{
	const model_bytes config = {xs_builtin_config, xs_builtin_config_end,
				    "built-in config.json"};
	const model_bytes weights = {xs_builtin_weights, xs_builtin_weights_end,
				     "built-in model.safetensors"};

	m->name = folder ? model_name(m->arena, folder) : xs_arena_dup(m->arena, "default");
	return folder ? model_open_folder(m, folder, true)
		      : model_open_builtin(m, &config, &weights, true);
}

static int model_open_builtin_embedder(xs_model *m)
{
	const model_bytes config = {xs_builtin_embedder_config, xs_builtin_embedder_config_end,
				    "built-in embedder's config.json"};
	const model_bytes weights = {xs_builtin_embedder_weights, xs_builtin_embedder_weights_end,
				     "built-in embedder's model.safetensors"};
	const model_bytes modules = {xs_builtin_embedder_modules, xs_builtin_embedder_modules_end,
				     "built-in modules.json"};
	const model_bytes pooling = {xs_builtin_embedder_pooling, xs_builtin_embedder_pooling_end,
				     "built-in 1_Pooling/config.json"};
	const model_bytes length = {xs_builtin_embedder_length, xs_builtin_embedder_length_end,
				    "built-in sentence_bert_config.json"};
	int rc = xs_sentence_modules(&m->sentence, m->arena, (const char *)modules.data,
				     model_len(&modules), modules.name);

	if (rc == XS_OK)
		rc = xs_sentence_pooling(&m->sentence, (const char *)pooling.data,
					 model_len(&pooling), pooling.name);
	if (rc == XS_OK)
		rc = xs_sentence_length(&m->sentence, (const char *)length.data, model_len(&length),
					length.name);
	return rc == XS_OK ? model_open_builtin(m, &config, &weights, false) : rc;
}

/* Whether the tokenizer makes texts lower case: what it makes of a letter says so of all kinds. */
static bool model_lowers(const xs_model *m)
{
	int32_t upper[4], lower[4];
	int64_t n;

	if (!m->tokenizer.kind)
		return true;
	n = xs_model_tokenize(upper, 4, m, "A", 1);
	return n == xs_model_tokenize(lower, 4, m, "a", 1) && n <= 4 &&
	       memcmp(upper, lower, (size_t)n * sizeof *upper) == 0;
}

/* What the files of sentence-transformers say beside config.json's. */
static int model_check_sentence(const xs_model *m)
{
	const xs_sentence *s = &m->sentence;

	if (s->dimensions && s->dimensions != m->hidden)
		return xs_fail(XS_EFORMAT,
			       "model %s: %s says word_embedding_dimension %d; hidden_size is %d",
			       m->name, s->pooling_file, s->dimensions, m->hidden);
	if (s->lowercase && !model_lowers(m))
		return xs_fail(XS_EUNSUPPORTED,
			       "model %s: %s says do_lower_case, and the tokenizer keeps case; "
			       "expected one that does not",
			       m->name, s->length_file);
	return XS_OK;
}

static int model_open_embedder(xs_model *m, const char *folder)
{
	int rc;

	m->name =
		folder ? model_name(m->arena, folder) : xs_arena_dup(m->arena, XS_EMBEDDER_BUILTIN);
	if (folder) {
		rc = xs_sentence_read(&m->sentence, m->arena, folder);
		if (rc == XS_OK)
			rc = model_open_folder(m,
					       xs_file_join(m->arena, folder,
							    m->sentence.transformer
								    ? m->sentence.transformer
								    : ""),
					       false);
	} else {
		rc = model_open_builtin_embedder(m);
	}
	return rc == XS_OK ? model_check_sentence(m) : rc;
}

static int model_open(xs_model **out, const char *folder,
		      int (*open)(xs_model *m, const char *folder))
{
	xs_model *m = xs_calloc(1, sizeof *m);
	int rc;

	m->arena = xs_arena_new();
	rc = open(m, folder);
	if (rc == XS_OK)
		xs_log(XS_LOG_DEBUG,
		       "librerank %s: opened model %s: %d layers of %d, stored as %s, tokens of %s",
		       xs_rerank_version(), m->name, m->layers, m->hidden, xs_dtype_name(m->stored),
		       xs_tokenizer_name(&m->tokenizer));
	*out = rc == XS_OK ? m : NULL;
	if (rc < 0)
		xs_model_close(m);
	return rc;
}

int xs_model_open(xs_model **out, const char *folder)
{
	return model_open(out, folder, model_open_reranker);
}

int xs_model_open_any(xs_model **out, const char *folder)
{
	int rc = model_open(out, folder, model_open_embedder);

	/* A class with a classifier that is not there, or not one that scores: said as a reranker's
	 * defect. */
	if (rc < 0 || (*out)->outputs || (*out)->sentence.modules ||
	    !strstr((*out)->architecture, "ForSequenceClassification"))
		return rc;
	xs_model_close(*out);
	return xs_model_open(out, folder);
}

int xs_embedder_model_open(xs_model **out, const char *folder)
{
	return model_open(out, folder, model_open_embedder);
}

void xs_model_close(xs_model *m)
{
	if (!m)
		return;
	xs_tokenizer_fini(&m->tokenizer);
	xs_map_close(&m->vocabulary_file);
	xs_tensors_free(m->tensors);
	xs_arena_free(m->arena);
	free(m);
}

void xs_model_info_get_sized(xs_model_info *out, size_t size, const xs_model *m)
{
	const xs_model_info info = {
		.name = m->name,
		.architecture = m->architecture,
		.family = xs_family_name(m->family),
		.activation = xs_activation_name(m->activation),
		.head = xs_activation_name(m->pooled),
		.tokens = xs_tokenizer_name(&m->tokenizer),
		.embedding = m->embedding,
		.outputs = m->outputs,
		.similarity = m->similarity_scale,
		.query_cls = m->leads != 0,
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
		.tokenizer = m->tokenizer.kind != NULL,
		.joins = m->tokenizer.kind && m->tokenizer.kind->joins,
		.patterns = m->patterns,
		.bytes = m->bytes,
		.vocabulary_hash = m->vocabulary_hash,
	};

	xs_sized_out(out, size, &info, sizeof info);
}

uint64_t xs_model_hash(const xs_model *m)
{
	/* The name is not part of it: a copy of a model in another folder is the same model. */
	uint64_t others[] = {m->config_hash, m->vocabulary_hash};

	return xs_tensors_hash(m->tensors, XXH3_64bits(others, sizeof others));
}

int64_t xs_model_tokenize(int32_t *ids, size_t room, const xs_model *m, const char *text,
			  size_t len)
{
	const xs_tokenizer *t = &m->tokenizer;

	if (!t->kind)
		return xs_fail(
			XS_EUNSUPPORTED,
			"model %s has no vocabulary (tokenizer.json, vocab.txt, or vocab.json and "
			"merges.txt): it can score token ids alone",
			m->name);
	return (int64_t)t->kind->encode(ids, room, t->self, text, len);
}
