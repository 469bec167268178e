/* SPDX-License-Identifier: MIT */
/* embedder.c - a model made ready to embed: options checked, and what the folder says in the place of
 * those that are not set. */
#include "rerank/embedder.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/memory.h"
#include "rerank/input.h"
#include "rerank/sized.h"

/* Rises when the same model and options come to give other vectors by more than rounding. */
enum { EMBEDDER_FORM = 1 };

/* CLS, SEP, and one token of the text. */
enum { EMBEDDER_TOKENS = 3 };

static int embedder_check(const xs_embed_options *o)
{
	int rc = xs_engine_check(o->precision);

	if (rc < 0)
		return rc;
	if (o->pooling < XS_POOLING_MODEL || o->pooling > XS_POOLING_LAST)
		return xs_fail(XS_EINPUT,
			       "pooling %d: expected XS_POOLING_MODEL, XS_POOLING_MEAN, "
			       "XS_POOLING_CLS or XS_POOLING_LAST",
			       (int)o->pooling);
	if (o->normalise < XS_NORMALISE_MODEL || o->normalise > XS_NORMALISE_OFF)
		return xs_fail(XS_EINPUT,
			       "normalise %d: expected XS_NORMALISE_MODEL, XS_NORMALISE_ON or "
			       "XS_NORMALISE_OFF",
			       (int)o->normalise);
	if (o->max_tokens && o->max_tokens < EMBEDDER_TOKENS)
		return xs_fail(XS_EINPUT,
			       "max_tokens %d: expected %d or more (CLS, SEP and a token of the "
			       "text), or 0 for as many as the model says",
			       o->max_tokens, EMBEDDER_TOKENS);
	return XS_OK;
}

static int embedder_length(const xs_model *m, int wanted)
{
	int most = wanted ? wanted : m->sentence.max_tokens;

	return most && most < m->positions ? most : m->positions;
}

static int embedder_prompt(xs_embedder *e, xs_embed_kind kind, const char *wanted)
{
	const char *prompt = wanted ? wanted : e->m->sentence.prompt[kind];
	xs_input in = xs_input_text(e->prompt[kind] = xs_arena_dup(e->arena, prompt ? prompt : ""));

	/* Without a vocabulary there are ids alone, and no prompt before them. */
	if (!in.len)
		return XS_OK;
	return xs_input_ids(&e->prompt_ids[kind], &e->prompt_n[kind], e->arena, e->m, &in,
			    sizeof in);
}

/* What is in force, from the options and the model. */
static int embedder_settle(xs_embedder *e, const xs_embed_options *o)
{
	const xs_sentence *s = &e->m->sentence;
	xs_pooling told = s->pooling ? s->pooling : XS_POOLING_MEAN;
	int rc;

	e->precision = o->precision;
	e->info = (xs_embedder_info){.dimensions = e->m->hidden,
				     .pooling = o->pooling ? o->pooling : told,
				     .normalised = o->normalise == XS_NORMALISE_MODEL
							   ? s->normalised
							   : o->normalise == XS_NORMALISE_ON,
				     .max_tokens = embedder_length(e->m, o->max_tokens)};
	rc = embedder_prompt(e, XS_EMBED_TEXT, NULL);
	if (rc == XS_OK)
		rc = embedder_prompt(e, XS_EMBED_QUERY, o->query_prompt);
	if (rc == XS_OK)
		rc = embedder_prompt(e, XS_EMBED_PASSAGE, o->passage_prompt);
	e->info.query_prompt = e->prompt[XS_EMBED_QUERY];
	e->info.passage_prompt = e->prompt[XS_EMBED_PASSAGE];
	return rc;
}

static void embedder_make_ready(xs_embedder *e, xs_pool *pool, int64_t begin)
{
	static const xs_ending endings[] = {[XS_POOLING_MODEL] = XS_ENDING_MEAN,
					    [XS_POOLING_MEAN] = XS_ENDING_MEAN,
					    [XS_POOLING_CLS] = XS_ENDING_FIRST,
					    [XS_POOLING_LAST] = XS_ENDING_LAST};
	const xs_model *m = e->m;

	xs_engine_init(&e->engine,
		       xs_encoder_new(m, m->patterns, 0, e->precision, endings[e->info.pooling]),
		       pool);
	xs_engine_log(&e->engine, e->precision, begin);
}

int xs_embedder_new_sized(xs_embedder **out, const xs_model *m, const xs_embed_options *options,
			  size_t size, xs_pool *pool)
{
	int64_t begin = xs_clock_ns();
	xs_embed_options o = {0};
	xs_embedder *e;
	int rc = XS_OK;

	*out = NULL;
	if (options)
		rc = xs_sized_in(&o, sizeof o, options, size, "xs_embed_options");
	if (rc == XS_OK)
		rc = embedder_check(&o);
	if (rc < 0)
		return rc;
	e = xs_calloc(1, sizeof *e);
	e->m = m;
	e->arena = xs_arena_new();
	rc = embedder_settle(e, &o);
	if (rc < 0) {
		xs_arena_free(e->arena);
		free(e);
		return rc;
	}
	embedder_make_ready(e, pool, begin);
	*out = e;
	return XS_OK;
}

void xs_embedder_free(xs_embedder *e)
{
	if (!e)
		return;
	xs_engine_fini(&e->engine);
	xs_arena_free(e->arena);
	free(e);
}

void xs_embedder_info_get_sized(xs_embedder_info *out, size_t size, const xs_embedder *e)
{
	xs_sized_out(out, size, &e->info, sizeof e->info);
}

uint64_t xs_embedder_identity(const xs_embedder *e)
{
	const xs_embedder_info *i = &e->info;
	uint64_t identity;
	xs_buf b;
	int k;

	xs_buf_init(&b);
	xs_buf_printf(&b, "%d %d %d %d %d", EMBEDDER_FORM, (int)e->precision, (int)i->pooling,
		      i->normalised, i->max_tokens);
	for (k = 0; k < XS_EMBED_KINDS; k++)
		xs_buf_printf(&b, " %zu:%s", strlen(e->prompt[k]), e->prompt[k]);
	identity = XXH3_64bits_withSeed(b.data, b.len, xs_model_hash(e->m));
	xs_buf_fini(&b);
	return identity;
}

size_t xs_embedder_bytes(const xs_embedder *e)
{
	return xs_engine_bytes(&e->engine);
}

void xs_embedder_spent(int64_t spent[XS_WORKS], const xs_embedder *e)
{
	xs_engine_spent(spent, &e->engine);
}
