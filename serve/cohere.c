/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cohere.c - POST /v1/rerank and /v2/rerank: the rerank API of Cohere in both versions and of Jina, whose
 * fields are a superset that does not collide; a reply has the fields of all. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "plugin/json.h"
#include "serve/body.h"
#include "serve/handlers.h"
#include "serve/reply.h"
#include "serve/scores.h"
#include "serve/site.h"

/* A search unit of the bill, which clients show: a query with up to so many documents. */
enum { COHERE_UNIT = 100 };

typedef struct cohere_request {
	int version; /* 0: that of a path without one, which is 2 but for a model that need not be named */
	json_t *body;
	const json_t *documents, *fields; /* fields: NULL, or which ones of a document are read */
	const char *model;
	long top_n;
	bool give_documents;
	xs_scores scores;
} cohere_request;

/* Cohere's clients show "message", Jina's "detail". */
int xs_cohere_error(xs_call *c, int status, const char *sentence)
{
	return xs_reply_json(c, status,
			     json_pack("{s:o, s:o, s:i}", "message", xs_json_text(sentence),
				       "detail", xs_json_text(sentence), "status", status));
}

static int cohere_fields(cohere_request *r)
{
	const json_t *fields = xs_body_field(r->body, "rank_fields");

	if (fields && !json_is_array(fields))
		return xs_fail(XS_EINPUT, "rank_fields: expected a list of texts, found %s",
			       xs_body_kind(fields));
	for (size_t i = 0; i < json_array_size(fields); i++)
		if (!json_is_string(json_array_get(fields, i)))
			return xs_fail(XS_EINPUT,
				       "rank_fields: expected a list of texts, found %s in it",
				       xs_body_kind(json_array_get(fields, i)));
	/* An empty list is as none: clients send it when nothing is set. */
	r->fields = json_array_size(fields) ? fields : NULL;
	return XS_OK;
}

/* How much of a document is read: version 1 counts chunks, version 2 tokens. */
static int cohere_limits(cohere_request *r)
{
	int rc;

	/* The defaults of the two versions, from Cohere's reference of the API. */
	r->scores.max_windows = r->version == 1 ? 10 : 0;
	r->scores.max_tokens = r->version == 1 ? 0 : 4096;
	rc = xs_body_int(&r->scores.max_windows, r->body, "max_chunks_per_doc", 1, 10000);
	return rc != XS_OK ? rc
			   : xs_body_int(&r->scores.max_tokens, r->body, "max_tokens_per_doc", 1,
					 1000000);
}

static int cohere_read(cohere_request *r)
{
	int rc;

	r->top_n = -1;
	if ((rc = xs_body_text(&r->model, r->body, "model")) ||
	    (rc = xs_body_text(&r->scores.query, r->body, "query")) ||
	    (rc = xs_body_int(&r->top_n, r->body, "top_n", 1, 1000000000)))
		return rc;
	/* Jina gives the documents back unless told otherwise. */
	r->give_documents = r->model && !strncmp(r->model, "jina-", 5);
	if ((rc = xs_body_bool(&r->give_documents, r->body, "return_documents")) ||
	    (rc = cohere_fields(r)) || (rc = cohere_limits(r)))
		return rc;
	r->documents = xs_body_field(r->body, "documents");
	if (!r->scores.query)
		return xs_fail(XS_EINPUT, "query: it is missing");
	if (!json_is_array(r->documents))
		return xs_fail(XS_EINPUT, "documents: expected a list of texts or objects%s%s",
			       r->documents ? ", found " : "",
			       r->documents ? xs_body_kind(r->documents) : "");
	if (json_array_size(r->documents) == 0)
		return xs_fail(XS_EINPUT, "documents: the list is empty");
	/* Version 1 has a default; version 2 demands the name. */
	if (!r->model && r->version == 2)
		return xs_fail(XS_EINPUT, "model: it is missing");
	return XS_OK;
}

/* A value as a model reads it. */
static void cohere_put(xs_buf *b, const json_t *value)
{
	char *text;

	if (b->len)
		xs_buf_puts(b, " ");
	if (json_is_string(value)) {
		xs_buf_puts(b, json_string_value(value));
		return;
	}
	/* Numbers and objects are read as they are written: a price or a list of tags may
	 * decide. */
	text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	xs_buf_puts(b, text ? text : "");
	free(text);
}

/* The text of an object: its rank_fields one after the other, or its field "text".  NULL: it has
 * none of them. */
static const char *cohere_object(const cohere_request *r, const json_t *document, xs_call *c)
{
	const json_t *value = xs_body_field(document, "text");
	const char *out = NULL;
	xs_buf b;

	if (!r->fields)
		return json_is_string(value) ? json_string_value(value) : NULL;
	xs_buf_init(&b);
	for (size_t k = 0; k < json_array_size(r->fields); k++) {
		value = xs_body_field(document, json_string_value(json_array_get(r->fields, k)));
		if (value)
			cohere_put(&b, value);
	}
	if (b.len)
		out = xs_arena_dup(c->arena, b.data);
	xs_buf_fini(&b);
	return out;
}

/* One document may lack its text, and the others are scored all the same.  When each does, the sender
 * has another name for it, and has to be told. */
static int cohere_check(const cohere_request *r)
{
	bool objects = false;

	for (size_t i = 0; i < r->scores.n; i++) {
		if (r->scores.texts[i])
			return XS_OK;
		objects = objects || json_is_object(json_array_get(r->documents, i));
	}
	if (r->fields || !objects)
		return XS_OK;
	return xs_fail(XS_EINPUT,
		       "documents: an object has to have a text in \"text\", or rank_fields has to "
		       "name others; none has");
}

static int cohere_texts(cohere_request *r, xs_call *c)
{
	size_t n = json_array_size(r->documents);
	int rc = xs_scores_room(&r->scores, c, n);

	for (size_t i = 0; i < n && rc == XS_OK; i++) {
		const json_t *document = json_array_get(r->documents, i);

		if (json_is_string(document))
			r->scores.texts[i] = json_string_value(document);
		else if (json_is_object(document))
			r->scores.texts[i] = cohere_object(r, document, c);
		else if (!json_is_null(document))
			rc = xs_fail(XS_EINPUT,
				     "documents[%zu]: expected a text or an object, found %s", i,
				     xs_body_kind(document));
		r->scores.n = i + 1;
	}
	return rc == XS_OK ? cohere_check(r) : rc;
}

/* A document is given back as it came: a text becomes an object with "text", an object stays. */
static json_t *cohere_result(const cohere_request *r, size_t place)
{
	json_t *document = json_array_get(r->documents, place);
	json_t *out = json_pack("{s:I, s:f}", "index", (json_int_t)place, "relevance_score",
				(double)r->scores.scores[place].score);

	/* A field that neither service has, so only where it is needed. */
	if (xs_scores_is_blank(&r->scores, place))
		json_object_set_new(out, "empty", json_true());
	if (!r->give_documents)
		return out;
	if (json_is_string(document))
		json_object_set_new(out, "document", json_pack("{s:O}", "text", document));
	else
		json_object_set(out, "document", document);
	return out;
}

/* With the fields of both versions: api_version says which it is. */
static json_t *cohere_meta(const cohere_request *r, xs_call *c)
{
	const char *warning = xs_scores_warning(&r->scores, c);
	json_t *meta = json_object(), *warnings;
	size_t units = (r->scores.n + COHERE_UNIT - 1) / COHERE_UNIT;

	json_object_set_new(meta, "api_version",
			    r->version == 1 ? json_pack("{s:s}", "version", "1")
					    : json_pack("{s:s, s:b}", "version", "2",
							"is_experimental", 0));
	json_object_set_new(meta, "billed_units",
			    json_pack("{s:I}", "search_units", (json_int_t)units));
	if (warning) {
		warnings = json_array();
		json_array_append_new(warnings, json_string(warning));
		json_object_set_new(meta, "warnings", warnings);
	}
	return meta;
}

static json_t *cohere_reply(const cohere_request *r, xs_call *c)
{
	size_t n = r->top_n > 0 && (size_t)r->top_n < r->scores.n ? (size_t)r->top_n : r->scores.n;
	json_t *out = json_object(), *results = json_array();
	json_int_t tokens = (json_int_t)r->scores.tokens;

	for (size_t i = 0; i < n; i++)
		json_array_append_new(results, cohere_result(r, r->scores.order[i]));
	json_object_set_new(out, "id", json_string(xs_scores_id(c)));
	json_object_set_new(out, "object", json_string("rerank"));
	json_object_set_new(out, "model", xs_json_text(xs_scores_model(c)));
	json_object_set_new(out, "results", results);
	/* Jina bills tokens, Cohere search units (below); clients of each look at their own. */
	json_object_set_new(out, "usage",
			    json_pack("{s:I, s:I}", "prompt_tokens", tokens, "total_tokens",
				      tokens));
	json_object_set_new(out, "meta", cohere_meta(r, c));
	return out;
}

static int cohere_answer(cohere_request *r, xs_call *c)
{
	int rc = cohere_read(r);

	if (rc != XS_OK)
		return rc;
	/* 404 as these services answer; a name that is only accepted would hide that another
	 * model scores. */
	if (r->model && !xs_scores_is_model(c, r->model))
		return xs_reply_error(
			c, 404,
			"model '%.100s' not found: this server has the model '%s', and "
			"serve.model_names lists other names for it",
			r->model, xs_scores_model(c));
	rc = cohere_texts(r, c);
	if (rc == XS_OK)
		rc = xs_scores_run(&r->scores, c);
	/* 422: well formed, but more than this server takes. Repeating it is of no use. */
	if (rc != XS_OK && (r->scores.too_many || r->scores.too_long))
		return xs_reply_error(c, 422, "%s", xs_error());
	return rc != XS_OK ? rc : xs_reply_json(c, 200, cohere_reply(r, c));
}

int xs_cohere_body(xs_call *c, json_t *body, int version)
{
	cohere_request r = {.version = version, .body = body};

	return cohere_answer(&r, c);
}

static int cohere_run(xs_call *c, int version)
{
	json_t *body;
	int rc = xs_call_json(&body, c);

	if (rc == XS_OK)
		rc = xs_cohere_body(c, body, version);
	/* After the reply, which borrows texts of the body. */
	json_decref(body);
	return rc;
}

int xs_cohere_v1_run(xs_call *c)
{
	return cohere_run(c, 1);
}

int xs_cohere_v2_run(xs_call *c)
{
	return cohere_run(c, 2);
}
