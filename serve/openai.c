/* SPDX-License-Identifier: GPL-2.0-or-later */
/* openai.c - POST /v1/embeddings: the embedding API of OpenAI. */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include <nettle/base64.h>

#include "plugin/json.h"
#include "serve/body.h"
#include "serve/embeddings.h"
#include "serve/handlers.h"
#include "serve/reply.h"
#include "serve/site.h"

typedef struct openai_request {
	json_t *body;
	const char *model;
	bool base64;
	xs_embeddings embeds;
} openai_request;

/* The field that a sentence is about, which it begins with; NULL: none. */
static json_t *openai_field(const char *sentence)
{
	static const char *const fields[] = {"dimensions", "encoding_format", "input",
					     "input_type", "model",	      "truncate"};

	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		size_t len = strlen(fields[i]);

		if (!strncmp(sentence, fields[i], len) && strchr(": [", sentence[len]))
			return json_string(fields[i]);
	}
	return json_null();
}

static int openai_fail(xs_call *c, int status, const char *sentence, const char *code)
{
	const char *type = status == 429   ? "requests"
			   : status >= 500 ? "server_error"
					   : "invalid_request_error";

	return xs_reply_json(c, status,
			     json_pack("{s:{s:o, s:s, s:o, s:s?}}", "error", "message",
				       xs_json_text(sentence), "type", type, "param",
				       openai_field(sentence), "code", code));
}

/* With OpenAI's own words for what clients tell apart by them. */
int xs_openai_error(xs_call *c, int status, const char *sentence)
{
	const char *code = status == 401   ? "invalid_api_key"
			   : status == 404 ? "model_not_found"
			   : status == 429 ? "rate_limit_exceeded"
					   : NULL;

	return openai_fail(c, status, sentence, code);
}

static int openai_encoding(bool *base64, const json_t *body)
{
	const char *text = "float";
	int rc = xs_body_text(&text, body, "encoding_format");

	*base64 = !strcmp(text, "base64");
	if (rc != XS_OK || *base64 || !strcmp(text, "float"))
		return rc;
	return xs_fail(XS_EINPUT, "encoding_format: expected float or base64, found \"%.40s\"",
		       text);
}

/* What becomes of a text that is too long.  The words are NVIDIA's; OpenAI has no such field. */
static int openai_truncate(xs_embeddings *s, const json_t *body)
{
	const char *text = "END";
	int rc = xs_body_text(&text, body, "truncate");

	s->refuse_cut = !strcmp(text, "NONE");
	s->keep_end = !strcmp(text, "START");
	if (rc != XS_OK || s->refuse_cut || s->keep_end || !strcmp(text, "END"))
		return rc;
	return xs_fail(XS_EINPUT, "truncate: expected NONE, START or END, found \"%.40s\"", text);
}

static int openai_read(openai_request *r, xs_call *c)
{
	xs_embeddings *s = &r->embeds;
	const char *kind = NULL;
	int rc;

	/* Infinity's client sends 0 dimensions for all of them. */
	if ((rc = xs_body_text(&r->model, r->body, "model")) ||
	    (rc = openai_encoding(&r->base64, r->body)) ||
	    (rc = xs_body_int(&s->dimensions, r->body, "dimensions", 0, 1000000)) ||
	    (rc = xs_body_text(&kind, r->body, "input_type")) ||
	    (rc = xs_embeddings_kind(&s->kind, kind, "input_type")) ||
	    (rc = openai_truncate(s, r->body)))
		return rc;
	s->normalise = true;
	return xs_embeddings_read(s, c, xs_body_field(r->body, "input"), "input");
}

/* Little-endian floats in base64, as the official clients ask for and decode. */
static json_t *openai_base64(const float *v, size_t width, xs_arena *a)
{
	uint32_t *bits = xs_arena_array(a, width, sizeof *bits);
	size_t len = width * sizeof *bits;
	char *text = xs_arena_array(a, BASE64_ENCODE_RAW_LENGTH(len), 1);

	for (size_t i = 0; i < width; i++) {
		memcpy(&bits[i], &v[i], sizeof *bits);
		bits[i] = htole32(bits[i]);
	}
	base64_encode_raw(text, len, (const uint8_t *)bits);
	return json_stringn_nocheck(text, BASE64_ENCODE_RAW_LENGTH(len));
}

static json_t *openai_reply(const openai_request *r, xs_call *c)
{
	const xs_embeddings *s = &r->embeds;
	const char *warning = xs_embeddings_warning(s, c);
	json_int_t tokens = (json_int_t)s->tokens;
	json_t *data = json_array(), *out;

	for (size_t i = 0; i < s->n; i++) {
		const float *v = s->vectors + i * s->stride;
		json_t *vector = r->base64 ? openai_base64(v, s->width, c->arena)
					   : xs_embeddings_json(v, s->width);

		json_array_append_new(data, json_pack("{s:s, s:I, s:o}", "object", "embedding",
						      "index", (json_int_t)i, "embedding", vector));
	}
	out = json_pack("{s:s, s:o, s:o, s:{s:I, s:I}}", "object", "list", "data", data, "model",
			xs_json_text(xs_embeddings_model(c)), "usage", "prompt_tokens", tokens,
			"total_tokens", tokens);
	/* A field that OpenAI does not have, so only where it is needed. */
	if (warning)
		json_object_set_new(out, "warnings", json_pack("[s]", warning));
	return out;
}

static int openai_answer(openai_request *r, xs_call *c)
{
	int rc = openai_read(r, c);

	if (rc == XS_OK && r->model && !xs_embeddings_is_model(c, r->model))
		return xs_reply_error(
			c, 404,
			"model: '%.100s' does not exist: this server embeds with '%s', and "
			"serve.embedding_names lists other names for it",
			r->model, xs_embeddings_model(c));
	if (rc == XS_OK)
		rc = xs_embeddings_run(&r->embeds, c);
	if (rc != XS_OK && r->embeds.too_deep)
		return openai_fail(c, 400, xs_error(), "context_length_exceeded");
	return rc != XS_OK ? rc : xs_reply_json(c, 200, openai_reply(r, c));
}

int xs_openai_embeddings_run(xs_call *c)
{
	openai_request r = {0};
	int rc = xs_call_json(&r.body, c);

	if (rc == XS_OK)
		rc = openai_answer(&r, c);
	/* After the reply: the texts are the body's. */
	json_decref(r.body);
	return rc;
}
