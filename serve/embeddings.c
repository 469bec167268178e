/* SPDX-License-Identifier: GPL-2.0-or-later */
/* embeddings.c - vectors of a request's texts by the site's embedder. */
#include "serve/embeddings.h"

#include <math.h>
#include <string.h>

#include "plugin/embedding.h"
#include "serve/body.h"
#include "serve/metrics.h"
#include "serve/site.h"

/* One list of token ids is one text; in a list of anything else each item is one. */
static bool embeddings_is_list(const xs_embeddings *s, const json_t *value)
{
	return json_is_array(value) && (s->no_ids || !json_is_number(json_array_get(value, 0)));
}

static int embeddings_room(xs_embeddings *s, xs_call *c, size_t more)
{
	size_t most = (size_t)xs_site_conf(c->site)->serve.max_texts, n = s->n + more;
	xs_input *inputs;
	const char **names;

	s->too_many = n > most;
	if (s->too_many)
		return xs_fail(XS_EINPUT, "there are %zu texts; serve.max_texts allows %zu", n,
			       most);
	inputs = xs_arena_array(c->arena, n, sizeof *inputs);
	names = xs_arena_array(c->arena, n, sizeof *names);
	if (s->n) {
		memcpy(inputs, s->inputs, s->n * sizeof *inputs);
		memcpy(names, s->names, s->n * sizeof *names);
	}
	s->inputs = inputs;
	s->names = names;
	return XS_OK;
}

static int embeddings_ids(xs_input *out, xs_call *c, const json_t *list, const char *name)
{
	size_t n = json_array_size(list);
	int32_t *ids = xs_arena_array(c->arena, n + 1, sizeof *ids);

	for (size_t i = 0; i < n; i++) {
		const json_t *id = json_array_get(list, i);

		if (!json_is_integer(id))
			return xs_fail(XS_EINPUT, "%s[%zu]: expected a token id, found %s", name, i,
				       json_is_real(id) ? "a fraction" : xs_body_kind(id));
		if (json_integer_value(id) < 0 || json_integer_value(id) > INT32_MAX)
			return xs_fail(XS_EINPUT,
				       "%s[%zu]: no token has the id %" JSON_INTEGER_FORMAT, name,
				       i, json_integer_value(id));
		ids[i] = (int32_t)json_integer_value(id);
	}
	*out = (xs_input){.ids = ids, .n_ids = n};
	return XS_OK;
}

static bool embeddings_is_blank(const xs_input *in)
{
	return in->ids ? in->n_ids == 0 : in->text[strspn(in->text, " \t\r\n")] == '\0';
}

/* One text.  What has no token is refused, as these services do: each such text has the same vector, which
 * is near to others by chance. */
static int embeddings_one(xs_embeddings *s, xs_call *c, const json_t *value, const char *name)
{
	size_t most = (size_t)xs_site_conf(c->site)->serve.max_text;
	xs_input *in = &s->inputs[s->n];
	int rc = XS_OK;

	if (json_is_string(value))
		*in = xs_input_text(json_string_value(value));
	else if (json_is_array(value) && !s->no_ids)
		rc = embeddings_ids(in, c, value, name);
	else
		rc = xs_fail(XS_EINPUT, "%s: expected a text%s, found %s", name,
			     s->no_ids ? "" : " or a list of token ids", xs_body_kind(value));
	if (rc != XS_OK)
		return rc;
	if (embeddings_is_blank(in))
		return xs_fail(XS_EINPUT, "%s: it is empty", name);
	s->too_long = in->len > most;
	if (s->too_long)
		return xs_fail(XS_EINPUT, "%s has %zu bytes; serve.max_text allows %zu", name,
			       in->len, most);
	s->names[s->n++] = name;
	return XS_OK;
}

int xs_embeddings_read(xs_embeddings *s, xs_call *c, const json_t *value, const char *name)
{
	size_t n = json_array_size(value);
	int rc;

	if (!value)
		return xs_fail(XS_EINPUT, "%s: it is missing", name);
	if (json_is_array(value) && n == 0)
		return xs_fail(XS_EINPUT, "%s: the list is empty", name);
	/* Before the texts are looked at: a list that is too long is refused without reading it. */
	rc = embeddings_room(s, c, embeddings_is_list(s, value) ? n : 1);
	if (rc != XS_OK || !embeddings_is_list(s, value))
		return rc != XS_OK ? rc : embeddings_one(s, c, value, name);
	for (size_t i = 0; i < n && rc == XS_OK; i++)
		rc = embeddings_one(s, c, json_array_get(value, i),
				    xs_arena_printf(c->arena, "%s[%zu]", name, i));
	return rc;
}

int xs_embeddings_kind(xs_embed_kind *out, const char *word, const char *field)
{
	/* The words of Cohere, NVIDIA and Voyage, and the usual names of sentence-transformers' prompts. */
	static const struct {
		const char *word;
		xs_embed_kind kind;
	} kinds[] = {
		{"query", XS_EMBED_QUERY},
		{"search_query", XS_EMBED_QUERY},
		{"passage", XS_EMBED_PASSAGE},
		{"document", XS_EMBED_PASSAGE},
		{"search_document", XS_EMBED_PASSAGE},
		{"classification", XS_EMBED_TEXT},
		{"clustering", XS_EMBED_TEXT},
	};

	if (!word)
		return XS_OK;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (!strcmp(kinds[i].word, word)) {
			*out = kinds[i].kind;
			return XS_OK;
		}
	}
	return xs_fail(XS_EINPUT, "%s: expected query, passage or document, found \"%.40s\"", field,
		       word);
}

/* Leaves the end of each text that is longer than the model reads; all[i] is how many tokens it had, 0 where
 * it stays as it is. */
static void embeddings_keep_ends(xs_embeddings *s, int *all, xs_call *c,
				 const xs_embedder_info *info, const xs_model *m)
{
	const char *prompt = s->kind == XS_EMBED_QUERY	   ? info->query_prompt
			     : s->kind == XS_EMBED_PASSAGE ? info->passage_prompt
							   : "";
	/* Beside prompt and text an input has [CLS] and [SEP]. */
	int64_t room = info->max_tokens - 2 - xs_model_tokenize(NULL, 0, m, prompt, strlen(prompt));

	for (size_t i = 0; i < s->n && room > 0; i++) {
		xs_input *in = &s->inputs[i];
		int64_t n = in->ids ? (int64_t)in->n_ids
				    : xs_model_tokenize(NULL, 0, m, in->text, in->len);
		int32_t *ids;

		if (n <= room)
			continue;
		if (!in->ids) {
			ids = xs_arena_array(c->arena, (size_t)n, sizeof *ids);
			xs_model_tokenize(ids, (size_t)n, m, in->text, in->len);
			in->ids = ids;
		}
		in->ids += n - room;
		in->n_ids = (size_t)room;
		all[i] = (int)n;
	}
}

static int embeddings_count(xs_embeddings *s, const xs_embedding *notes, const int *all)
{
	for (size_t i = 0; i < s->n; i++) {
		/* The engine was given a part and knows nothing of the rest. */
		int tokens = all[i] ? notes[i].tokens - (int)s->inputs[i].n_ids + all[i]
				    : notes[i].tokens;

		s->too_deep = s->refuse_cut && tokens > notes[i].tokens_used;
		if (s->too_deep)
			return xs_fail(XS_EINPUT, "%s has %d tokens; the model reads %d",
				       s->names[i], tokens, s->most);
		s->cut += tokens > notes[i].tokens_used;
		s->tokens += (uint64_t)notes[i].tokens_used;
	}
	return XS_OK;
}

/* Says which text it was.  Ids of other vocabularies come from clients that split texts themselves. */
static int embeddings_refuse(const xs_embeddings *s, const xs_embedding *notes, int rc)
{
	size_t i = 0;

	while (i < s->n && notes[i].rc != rc)
		i++;
	if (i == s->n || rc == XS_ECANCEL)
		return rc;
	return xs_fail(rc, "%s: %s%s", s->names[i], xs_error(),
		       s->inputs[i].ids
			       ? "; token ids have to be of this model's vocabulary, and a "
				 "client that has another one has to send texts"
			       : "");
}

/* Cuts a vector and makes its length 1.  A vector that is all zero has no direction, and stays. */
static int embeddings_shape(float *v, size_t width, bool normalise)
{
	double sum = 0;

	for (size_t k = 0; k < width; k++)
		sum += (double)v[k] * v[k];
	/* Weights that are damaged give such numbers, and JSON has no word for them. */
	if (!isfinite(sum))
		return xs_fail(XS_EFORMAT, "the model gave a vector that is not of numbers");
	if (normalise)
		xs_embedding_shorten(v, (int)width);
	return XS_OK;
}

static int embeddings_with(xs_embeddings *s, xs_call *c, xs_embedder *e, const xs_model *m)
{
	xs_embedding *notes = xs_arena_array(c->arena, s->n, sizeof *notes);
	int *all = xs_arena_array(c->arena, s->n, sizeof *all), rc;
	xs_embedder_info info;

	xs_embedder_info_get(&info, e);
	if (s->dimensions > info.dimensions)
		return xs_fail(XS_EINPUT, "dimensions: the model has %d, found %ld",
			       info.dimensions, s->dimensions);
	s->stride = (size_t)info.dimensions;
	s->width = s->dimensions ? (size_t)s->dimensions : s->stride;
	s->most = info.max_tokens;
	if (s->keep_end)
		embeddings_keep_ends(s, all, c, &info, m);
	s->vectors = xs_arena_array(c->arena, s->n * s->stride, sizeof *s->vectors);
	rc = xs_embedder_run(s->vectors, notes, e, s->kind, s->inputs, s->n, &c->deadline);
	if (rc != XS_OK)
		return embeddings_refuse(s, notes, rc);
	rc = embeddings_count(s, notes, all);
	/* Vectors of the whole width that have length 1 already stay as they are, bit by bit. */
	for (size_t i = 0; i < s->n && rc == XS_OK; i++)
		rc = embeddings_shape(s->vectors + i * s->stride, s->width,
				      s->normalise && !(info.normalised && s->width == s->stride));
	return rc;
}

int xs_embeddings_run(xs_embeddings *s, xs_call *c)
{
	xs_embedding_model *model = xs_site_embedder(c->site);
	xs_embedder *e;
	int rc = xs_embedding_model_get(&e, model);

	/* The settings are wrong then, and not the request. */
	if (rc == XS_EINPUT || rc == XS_EUNSUPPORTED)
		rc = XS_EFORMAT;
	if (rc == XS_OK)
		rc = embeddings_with(s, c, e, xs_embedding_model_model(model));
	if (rc == XS_OK)
		xs_metrics_embedded(c->metrics, s->n, s->tokens);
	return rc;
}

const char *xs_embeddings_model(const xs_call *c)
{
	return xs_embedding_model_name(xs_site_embedder(c->site));
}

bool xs_embeddings_is_model(const xs_call *c, const char *name)
{
	const xs_conf_list *names = &xs_site_conf(c->site)->serve.embedding_names;

	for (size_t i = 0; i < names->n; i++)
		if (!strcmp(names->items[i], name))
			return true;
	return !strcmp(name, xs_embeddings_model(c));
}

json_t *xs_embeddings_json(const float *v, size_t n)
{
	json_t *out = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(out, json_real((double)v[i]));
	return out;
}

const char *xs_embeddings_warning(const xs_embeddings *s, xs_call *c)
{
	if (!s->cut)
		return NULL;
	return xs_arena_printf(c->arena,
			       "%zu of %zu texts were read in part: the model reads %d tokens",
			       s->cut, s->n, s->most);
}
