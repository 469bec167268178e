/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tei.c - POST /rerank and GET /info as Text Embeddings Inference has them.  A body with `documents` in
 * place of `texts` is one of Cohere's. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "plugin/embedding.h"
#include "plugin/json.h"
#include "plugin/scorer.h"
#include "serve/body.h"
#include "serve/embeddings.h"
#include "serve/handlers.h"
#include "serve/reply.h"
#include "serve/scores.h"
#include "serve/site.h"
#include "serve/tei.h"

typedef struct tei_request {
	json_t *body;
	bool raw, give_texts, truncate;
	xs_scores scores;
} tei_request;

/* The names of TEI's error types (its ErrorType); clients of it tell them apart by these words. */
static const char *tei_type(int status)
{
	switch (status) {
	case 401:
	case 403: return "Unauthorized";
	case 413:
	case 422: return "Validation";
	case 429: return "Overloaded";
	case 503: return "Unhealthy";
	case 500: return "Backend";
	default: return "Validation";
	}
}

/* `message` is for clients of Cohere, which ask at the same path. */
int xs_tei_error(xs_call *c, int status, const char *sentence)
{
	return xs_reply_json(c, status,
			     json_pack("{s:o, s:s, s:o}", "error", xs_json_text(sentence),
				       "error_type", tei_type(status), "message",
				       xs_json_text(sentence)));
}

static int tei_texts(tei_request *r, xs_call *c)
{
	const json_t *texts = xs_body_field(r->body, "texts");
	size_t n = json_array_size(texts);
	int rc;

	if (!json_is_array(texts))
		return xs_fail(XS_EINPUT, "texts: expected a list of texts%s%s",
			       texts ? ", found " : "", texts ? xs_body_kind(texts) : "");
	if (n == 0)
		return xs_fail(XS_EINPUT, "texts: the list is empty");
	/* Before the texts are looked at: a list that is too long is refused without reading it. */
	rc = xs_scores_room(&r->scores, c, n);
	for (size_t i = 0; i < n && rc == XS_OK; i++) {
		const json_t *text = json_array_get(texts, i);

		if (!json_is_string(text) && !json_is_null(text))
			return xs_fail(XS_EINPUT, "texts[%zu]: expected a text, found %s", i,
				       xs_body_kind(text));
		r->scores.texts[i] = json_string_value(text);
		r->scores.n = i + 1;
	}
	return rc;
}

int xs_tei_direction(bool *left, const json_t *object)
{
	const char *text = "Right";
	int rc = xs_body_text(&text, object, "truncation_direction");

	if (rc != XS_OK)
		return rc;
	*left = !strcasecmp(text, "left");
	if (*left || !strcasecmp(text, "right"))
		return XS_OK;
	return xs_fail(XS_EINPUT, "truncation_direction: expected Left or Right, found \"%.40s\"",
		       text);
}

static int tei_read(tei_request *r, xs_call *c)
{
	int rc;

	if ((rc = xs_body_text(&r->scores.query, r->body, "query")) ||
	    (rc = xs_body_bool(&r->raw, r->body, "raw_scores")) ||
	    (rc = xs_body_bool(&r->give_texts, r->body, "return_text")) ||
	    (rc = xs_body_bool(&r->truncate, r->body, "truncate")) ||
	    (rc = xs_tei_direction(&r->scores.keep_end, r->body)))
		return rc;
	if (!r->scores.query)
		return xs_fail(XS_EINPUT, "query: it is missing");
	/* TEI refuses a long text without `truncate`. We can read it in windows, so we do. */
	r->scores.max_windows = r->truncate ? 1 : 0;
	return tei_texts(r, c);
}

/* Best first, as TEI sorts: some clients take the first ones without looking at the scores. */
static json_t *tei_reply(const tei_request *r)
{
	json_t *out = json_array();

	for (size_t i = 0; i < r->scores.n; i++) {
		size_t place = r->scores.order[i];
		const char *text = r->scores.texts[place];
		const xs_score *s = &r->scores.scores[place];
		json_t *one = json_pack("{s:I, s:f}", "index", (json_int_t)place, "score",
					(double)(r->raw ? s->logit : s->score));

		/* A field that TEI does not have, so only where it is needed. */
		if (xs_scores_is_blank(&r->scores, place))
			json_object_set_new(one, "empty", json_true());
		if (r->give_texts)
			json_object_set_new(one, "text", json_string(text ? text : ""));
		json_array_append_new(out, one);
	}
	return out;
}

static int tei_answer(tei_request *r, xs_call *c)
{
	const char *warning;
	int rc = tei_read(r, c);

	if (rc == XS_OK)
		rc = xs_scores_run(&r->scores, c);
	/* TEI's own statuses: 413 for more texts than it takes, 422 for a text that is too long. */
	if (rc != XS_OK && (r->scores.too_many || r->scores.too_long))
		return xs_reply_error(c, r->scores.too_many ? 413 : 422, "%s", xs_error());
	if (rc != XS_OK)
		return rc;
	warning = xs_scores_warning(&r->scores, c);
	/* TEI's reply is a bare list, which has no place for a warning: it goes into a header. */
	if (warning)
		xs_reply_header(c, "X-Warning", warning);
	/* TEI's header, by which its clients count. */
	xs_reply_header(c, "X-Compute-Tokens",
			xs_arena_printf(c->arena, "%llu", (unsigned long long)r->scores.tokens));
	return xs_reply_json(c, 200, tei_reply(r));
}

int xs_tei_rerank_run(xs_call *c)
{
	tei_request r = {0};
	int rc = xs_call_json(&r.body, c);

	if (rc != XS_OK)
		return rc;
	/* Both services have this path. What the body asks for tells them apart. */
	rc = xs_body_field(r.body, "documents") && !xs_body_field(r.body, "texts")
		     ? xs_cohere_body(c, r.body, 0)
		     : tei_answer(&r, c);
	json_decref(r.body);
	return rc;
}

/* As PyTorch names them, which is what these clients print. */
static const char *tei_precision(xs_precision p)
{
	return p == XS_PRECISION_INT8 ? "int8" : p == XS_PRECISION_BF16 ? "bfloat16" : "float32";
}

/* What TEI tells of a model; `kind` is its model_type. */
static json_t *tei_info(const xs_conf *conf, const char *name, xs_precision precision, json_t *kind,
			int positions)
{
	json_t *out =
		json_pack("{s:o, s:n, s:s, s:o, s:i, s:i, s:n, s:i, s:b, s:i, s:s, s:n, s:n}",
			  "model_id", xs_json_text(name), "model_sha", "model_dtype",
			  tei_precision(precision), "model_type", kind, "max_concurrent_requests",
			  conf->serve.queue, "max_input_length", positions, "max_batch_requests",
			  "max_client_batch_size", conf->serve.max_texts, "auto_truncate", 0,
			  "tokenization_workers", conf->serve.rerank_at_once, "version",
			  PACKAGE_VERSION, "sha", "docker_label");

	/* No batch has more: so many texts, each as long as the model reads at once. */
	json_object_set_new(out, "max_batch_tokens",
			    json_integer((json_int_t)conf->serve.max_texts * positions));
	return out;
}

static json_t *tei_info_reranker(xs_call *c)
{
	const xs_conf *conf = xs_site_conf(c->site);
	const xs_scoring *use;
	double ms;

	if (!conf->rerank.enabled || xs_scorer_get(&use, xs_site_scorer(c->site), &ms) != XS_OK)
		return NULL;
	/* Clients look here for the word "reranker" before they send texts. */
	return tei_info(conf, use->name, use->options->precision,
			json_pack("{s:{s:{s:s}, s:{s:i}}}", "reranker", "id2label", "0", "LABEL_0",
				  "label2id", "LABEL_0", 0),
			xs_scores_positions(use));
}

static json_t *tei_info_embedder(xs_call *c)
{
	static const char *const poolings[] = {[XS_POOLING_MEAN] = "mean",
					       [XS_POOLING_CLS] = "cls",
					       [XS_POOLING_LAST] = "last_token"};
	const xs_conf *conf = xs_site_conf(c->site);
	xs_embedder_info info;
	xs_embedder *e;
	json_t *out;

	if (xs_embedding_model_get(&e, xs_site_embedder(c->site)) != XS_OK)
		return NULL;
	xs_embedder_info_get(&info, e);
	out = tei_info(conf, xs_embeddings_model(c), (xs_precision)conf->embed.precision,
		       json_pack("{s:{s:s}}", "embedding", "pooling", poolings[info.pooling]),
		       info.max_tokens);
	/* A field that TEI does not have: its clients find the width with a first text. */
	json_object_set_new(out, "dimensions", json_integer(info.dimensions));
	json_object_set_new(out, "auto_truncate", json_true());
	return out;
}

/* TEI serves one model.  Where there are two, the embedder is told in a field that TEI does not have.  Where
 * there is none, the sentence is that of the embedder. */
int xs_tei_info_run(xs_call *c)
{
	json_t *out = tei_info_reranker(c), *embedder = tei_info_embedder(c);

	if (!out && !embedder)
		return XS_EFORMAT;
	if (!out)
		return xs_reply_json(c, 200, embedder);
	if (embedder)
		json_object_set_new(out, "embedder", embedder);
	return xs_reply_json(c, 200, out);
}
