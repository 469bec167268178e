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

static int model_open_folder(xs_model *m, const char *folder)
{
	char *config = xs_file_join(m->arena, folder, "config.json");
	const char *end = folder + strlen(folder), *base;
	char *text;
	size_t len;
	int rc = model_missing(xs_file_read(&text, &len, m->arena, config, MODEL_CONFIG_BYTES),
			       config);

	while (end > folder + 1 && end[-1] == '/')
		end--;
	for (base = end; base > folder && base[-1] != '/'; base--)
		;
	m->name = xs_arena_dupn(m->arena, base, (size_t)(end - base));
	if (rc == XS_OK)
		rc = model_config(m, text, len, config);
	if (rc == XS_OK)
		rc = xs_model_vocabulary(m, folder);
	if (rc == XS_OK)
		rc = model_ids(m, config);
	if (rc == XS_OK)
		rc = xs_tensors_open(&m->tensors, folder);
	if (rc == XS_OK)
		rc = xs_model_weights(m);
	if (rc == XS_OK)
		m->bytes = len + xs_tensors_bytes(m->tensors) + m->vocabulary_bytes;
	return rc;
}

/* What is built in passes the same checks: a wrong file at build time is told, too. */
static int model_open_builtin(xs_model *m)
{
	size_t config = (size_t)(xs_builtin_config_end - xs_builtin_config);
	size_t vocabulary = (size_t)(xs_builtin_vocabulary_end - xs_builtin_vocabulary);
	size_t weights = (size_t)(xs_builtin_weights_end - xs_builtin_weights);
	xs_wordpiece *wordpiece;
	int rc;

	m->name = xs_arena_dup(m->arena, "default");
	m->bytes = config + vocabulary + weights;
	rc = model_config(m, (const char *)xs_builtin_config, config, "built-in config.json");
	if (rc == XS_OK)
		rc = xs_wordpiece_new(&wordpiece, (const char *)xs_builtin_vocabulary, vocabulary,
				      "built-in vocab.txt", &xs_wordpiece_uncased);
	if (rc == XS_OK)
		m->tokenizer = (xs_tokenizer){&xs_tokenizer_wordpiece, wordpiece};
	if (rc == XS_OK)
		rc = model_ids(m, "built-in config.json");
	m->tensors = xs_tensors_new();
	if (rc == XS_OK)
		rc = xs_safetensors_read(m->tensors, xs_builtin_weights, weights,
					 "built-in model.safetensors");
	if (rc == XS_OK)
		rc = xs_model_weights(m);
	return rc;
}

int xs_model_open(xs_model **out, const char *folder)
{
	xs_model *m = xs_calloc(1, sizeof *m);
	int rc;

	m->arena = xs_arena_new();
	rc = folder ? model_open_folder(m, folder) : model_open_builtin(m);
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
