/* SPDX-License-Identifier: GPL-2.0-or-later */
/* embedding.c - the embedder that the settings describe, opened when first needed. */
#include "config.h"
#include "plugin/embedding.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/file.h"
#include "base/memory.h"
#include "index/words/words.h"
#include "plugin/passage_text.h"
#include "plugin/step.h"
#include "vectors/vectors.h"

/* Rises when the same embedder comes to give a passage another vector: a change of the text that is made
 * of a passage. */
enum { EMBEDDING_FORM = 1 };

struct xs_embedding_model {
	const xs_conf *conf;
	char *name;
	/* Made under the lock; read-only afterwards. */
	pthread_mutex_t lock;
	xs_step opened, identified;
	xs_model *model;
	xs_model_info info;
	xs_pool *pool, *own;
	xs_embedder *embedder;
	uint64_t identity;
};

/* NULL: the one that is built in. */
static const char *embedding_folder(const xs_embedding_model *e)
{
	return *e->conf->embed.model ? e->conf->embed.model : NULL;
}

xs_embedding_model *xs_embedding_model_new(const xs_conf *conf, xs_pool *pool)
{
	xs_embedding_model *e = xs_calloc(1, sizeof *e);
	const char *base;
	size_t len;

	e->conf = conf;
	e->pool = pool;
	pthread_mutex_init(&e->lock, NULL);
	base = xs_file_base(&len, embedding_folder(e) ? embedding_folder(e) : XS_EMBEDDER_BUILTIN);
	e->name = xs_strdup(base);
	e->name[len] = '\0';
	return e;
}

void xs_embedding_model_free(xs_embedding_model *e)
{
	if (!e)
		return;
	/* In this order: the embedder uses the pool and the model. */
	xs_embedder_free(e->embedder);
	xs_pool_free(e->own);
	xs_model_close(e->model);
	pthread_mutex_destroy(&e->lock);
	xs_step_fini(&e->opened);
	xs_step_fini(&e->identified);
	free(e->name);
	free(e);
}

/* NULL: as the model says. */
static const char *embedding_prompt(const char *setting)
{
	return strcmp(setting, "model") == 0 ? NULL : setting;
}

xs_embed_options xs_embedding_model_settings(const xs_conf *conf)
{
	/* conf/ turns words such as int8 into librerank's numbers, so no table stands here.  Of length
	 * 1 whatever the model says: their product is to be the cosine. */
	return (xs_embed_options){.precision = (xs_precision)conf->embed.precision,
				  .pooling = (xs_pooling)conf->embed.pooling,
				  .normalise = XS_NORMALISE_ON,
				  .max_tokens = conf->embed.max_tokens,
				  .query_prompt = embedding_prompt(conf->embed.query_prompt),
				  .passage_prompt = embedding_prompt(conf->embed.passage_prompt)};
}

static int embedding_open(void *arg)
{
	xs_embedding_model *e = arg;
	const xs_conf *conf = e->conf;
	const xs_embed_options o = xs_embedding_model_settings(conf);
	int rc = xs_embedder_model_open(&e->model, embedding_folder(e));

	if (rc != XS_OK)
		return rc;
	xs_model_info_get(&e->info, e->model);
	if (!e->pool)
		e->pool = e->own = xs_pool_new((unsigned)conf->rerank.threads);
	return xs_embedder_new(&e->embedder, e->model, &o, e->pool);
}

int xs_embedding_model_get(xs_embedder **out, xs_embedding_model *e)
{
	int rc;

	pthread_mutex_lock(&e->lock);
	rc = xs_step_run(&e->opened, embedding_open, e);
	*out = e->embedder;
	pthread_mutex_unlock(&e->lock);
	return rc;
}

static int embedding_identify(void *arg)
{
	xs_embedding_model *e = arg;
	const int form = EMBEDDING_FORM;

	/* Reads the weights through: once. */
	e->identity = XXH3_64bits_withSeed(&form, sizeof form, xs_embedder_identity(e->embedder));
	return XS_OK;
}

int xs_embedding_model_identity(uint64_t *out, xs_embedding_model *e)
{
	xs_embedder *embedder;
	int rc = xs_embedding_model_get(&embedder, e);

	if (rc != XS_OK)
		return rc;
	pthread_mutex_lock(&e->lock);
	rc = xs_step_run(&e->identified, embedding_identify, e);
	*out = e->identity;
	pthread_mutex_unlock(&e->lock);
	return rc;
}

const xs_model *xs_embedding_model_model(const xs_embedding_model *e)
{
	return e->model;
}

const char *xs_embedding_model_name(const xs_embedding_model *e)
{
	return e->name;
}

bool xs_embedding_model_reads(const xs_embedding_model *e, const char *language)
{
	const xs_conf_list *list = &e->conf->embed.languages;
	bool named = !*language || !list->n;

	for (size_t i = 0; i < list->n && !named; i++) {
		const char *word = list->items[i];

		if (strcmp(word, "model") == 0)
			named = embedding_folder(e) || strcmp(language, "en") == 0;
		else
			named = strcmp(word, "all") == 0 || strcmp(word, language) == 0;
	}
	return named;
}

/* At most so many words of a question are looked at. */
enum { EMBEDDING_WORDS = 64 };

/* Whether a text has a word that the vocabulary reads: in pieces of two letters or more.  Of what is in no
 * language ("zzqx"), of signs and of scripts that it does not know it has but the letters. */
static bool embedding_knows(const xs_embedding_model *e, const char *text, size_t len)
{
	xs_words w;

	xs_words_init(&w, text, len, NULL);
	while (xs_words_next(&w)) {
		size_t letters = 0;

		for (size_t i = 0; i < w.n; i++)
			letters += ((unsigned char)w.word[i] & 0xc0) != 0x80;
		if (!w.extra && strspn(w.word, "0123456789") < w.n &&
		    2 * xs_model_tokenize(NULL, 0, e->model, w.word, w.n) <= (int64_t)letters)
			return true;
	}
	return false;
}

size_t xs_embedding_model_words(const xs_embedding_model *e, const char *text)
{
	static const char spaces[] = " \t\r\n";
	size_t n = 0, len;

	for (text += strspn(text, spaces); *text && n < EMBEDDING_WORDS;
	     text += strspn(text, spaces)) {
		len = strcspn(text, spaces);
		n += embedding_knows(e, text, len);
		text += len;
	}
	return n;
}

/* What is embedded of a passage.  Its text's ids, where the vocabulary that made them is the model's,
 * stand behind those of title and heading, as the reranker has them. */
static xs_input embedding_input(const xs_embedding_model *e, xs_arena *a, const xs_embed_passage *p)
{
	bool ids = p->ids && e->info.joins && p->vocabulary == e->info.vocabulary_hash;
	const char *own = ids ? "" : p->text;
	size_t len = xs_passage_text(NULL, p->title, p->heading, own);
	char *text = xs_arena_alloc(a, len + 1);
	int32_t *all;
	int64_t n;

	xs_passage_text(text, p->title, p->heading, own);
	if (!ids)
		return (xs_input){.text = text, .len = len};
	n = xs_model_tokenize(NULL, 0, e->model, text, len);
	all = xs_arena_array(a, (size_t)n + p->n_ids + 1, sizeof *all);
	xs_model_tokenize(all, (size_t)n, e->model, text, len);
	memcpy(all + n, p->ids, p->n_ids * sizeof *all);
	return (xs_input){.ids = all, .n_ids = (size_t)n + p->n_ids};
}

/* As xs_index_options.embed. */
static int embedding_embed(void *user, float *vectors, const xs_embed_passage *passages, size_t n,
			   const xs_deadline *stop)
{
	xs_embedding_model *e = user;
	xs_arena *a = xs_arena_new();
	xs_input *inputs = xs_arena_array(a, n + 1, sizeof *inputs);
	int rc;

	for (size_t i = 0; i < n; i++)
		inputs[i] = embedding_input(e, a, &passages[i]);
	rc = xs_embedder_run(vectors, NULL, e->embedder, XS_EMBED_PASSAGE, inputs, n, stop);
	xs_arena_free(a);
	return rc;
}

/* As xs_index_options.embeds. */
static bool embedding_embeds(void *user, const char *language)
{
	return xs_embedding_model_reads(user, language);
}

int xs_embedding_model_options(xs_index_options *out, xs_embedding_model *e)
{
	xs_embedder_info info;
	xs_embedder *embedder;
	int rc = xs_embedding_model_get(&embedder, e);

	if (rc != XS_OK)
		return rc;
	xs_embedder_info_get(&info, embedder);
	if (info.dimensions % 8 || info.dimensions > XS_VECTOR_DIMENSIONS)
		return xs_fail(XS_EUNSUPPORTED,
			       "embed.model: vectors of %s have %d dimensions; expected a multiple "
			       "of 8, at most %d",
			       e->name, info.dimensions, XS_VECTOR_DIMENSIONS);
	rc = xs_embedding_model_identity(&out->embed_identity, e);
	if (rc != XS_OK)
		return rc;
	out->embed = embedding_embed;
	out->embeds = embedding_embeds;
	out->embed_user = e;
	out->embed_dimensions = info.dimensions;
	return XS_OK;
}
