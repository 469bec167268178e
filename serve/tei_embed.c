/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tei_embed.c - POST /embed and /similarity as Text Embeddings Inference has them. */
#include "plugin/json.h"
#include "serve/body.h"
#include "serve/embeddings.h"
#include "serve/handlers.h"
#include "serve/reply.h"
#include "serve/tei.h"

/* Fields that /embed has at the top and /similarity in `parameters`. */
static int tei_embed_parameters(xs_embeddings *s, const json_t *object)
{
	const char *prompt = NULL;
	bool truncate = true;
	int rc;

	if ((rc = xs_body_bool(&truncate, object, "truncate")) ||
	    (rc = xs_tei_direction(&s->keep_end, object)) ||
	    (rc = xs_body_text(&prompt, object, "prompt_name")))
		return rc;
	s->refuse_cut = !truncate;
	return xs_embeddings_kind(&s->kind, prompt, "prompt_name");
}

static int tei_embed_read(xs_embeddings *s, xs_call *c, const json_t *body)
{
	int rc;

	s->normalise = true;
	if ((rc = xs_body_bool(&s->normalise, body, "normalize")) ||
	    (rc = xs_body_int(&s->dimensions, body, "dimensions", 0, 1000000)) ||
	    (rc = tei_embed_parameters(s, body)))
		return rc;
	return xs_embeddings_read(s, c, xs_body_field(body, "inputs"), "inputs");
}

static json_t *tei_embed_reply(const xs_embeddings *s)
{
	json_t *out = json_array();

	for (size_t i = 0; i < s->n; i++)
		json_array_append_new(out,
				      xs_embeddings_json(s->vectors + i * s->stride, s->width));
	return out;
}

static int tei_similarity_read(xs_embeddings *s, xs_call *c, const json_t *body)
{
	const json_t *inputs = xs_body_field(body, "inputs"), *list, *source, *parameters;
	int rc;

	if (!json_is_object(inputs))
		return xs_fail(XS_EINPUT,
			       "inputs: expected an object with source_sentence and sentences%s%s",
			       inputs ? ", found " : "", inputs ? xs_body_kind(inputs) : "");
	parameters = xs_body_field(body, "parameters");
	if (parameters && !json_is_object(parameters))
		return xs_fail(XS_EINPUT, "parameters: expected an object, found %s",
			       xs_body_kind(parameters));
	list = xs_body_field(inputs, "sentences");
	if (list && !json_is_array(list))
		return xs_fail(XS_EINPUT, "inputs.sentences: expected a list of texts, found %s",
			       xs_body_kind(list));
	source = xs_body_field(inputs, "source_sentence");
	if (source && !json_is_string(source))
		return xs_fail(XS_EINPUT, "inputs.source_sentence: expected a text, found %s",
			       xs_body_kind(source));
	s->normalise = s->no_ids = true;
	if ((rc = tei_embed_parameters(s, parameters)) ||
	    (rc = xs_embeddings_read(s, c, source, "inputs.source_sentence")))
		return rc;
	return xs_embeddings_read(s, c, list, "inputs.sentences");
}

/* The first text with each of the others; they have length 1. */
static json_t *tei_similarity_reply(const xs_embeddings *s)
{
	json_t *out = json_array();

	for (size_t i = 1; i < s->n; i++) {
		const float *v = s->vectors + i * s->stride;
		double sum = 0;

		for (size_t k = 0; k < s->width; k++)
			sum += (double)s->vectors[k] * v[k];
		json_array_append_new(out, json_real((float)sum));
	}
	return out;
}

/* Answers with what `write` makes of the texts that `read` found in the body. */
static int tei_embed_answer(xs_call *c, int (*read)(xs_embeddings *, xs_call *, const json_t *),
			    json_t *(*write)(const xs_embeddings *))
{
	xs_embeddings s = {0};
	const char *warning;
	json_t *body;
	int rc = xs_call_json(&body, c);

	if (rc == XS_OK)
		rc = read(&s, c, body);
	if (rc == XS_OK)
		rc = xs_embeddings_run(&s, c);
	/* The texts were the body's. */
	json_decref(body);
	/* TEI's own statuses: 413 for more texts than it takes or more tokens than it reads, 422 for a text
	 * that is too long to be looked at. */
	if (rc != XS_OK && (s.too_many || s.too_deep || s.too_long))
		return xs_reply_error(c, s.too_long ? 422 : 413, "%s", xs_error());
	if (rc != XS_OK)
		return rc;
	warning = xs_embeddings_warning(&s, c);
	/* A bare list has no place for a warning: it goes into a header. */
	if (warning)
		xs_reply_header(c, "X-Warning", warning);
	xs_reply_header(c, "X-Compute-Tokens",
			xs_arena_printf(c->arena, "%llu", (unsigned long long)s.tokens));
	return xs_reply_json(c, 200, write(&s));
}

int xs_tei_embed_run(xs_call *c)
{
	return tei_embed_answer(c, tei_embed_read, tei_embed_reply);
}

int xs_tei_similarity_run(xs_call *c)
{
	return tei_embed_answer(c, tei_similarity_read, tei_similarity_reply);
}
