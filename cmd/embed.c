/* SPDX-License-Identifier: GPL-2.0-or-later */
/* embed.c - the command `embed`: vectors of texts, from JSON lines. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/memory.h"
#include "cmd/argument.h"
#include "cmd/lines.h"
#include "cmd/option.h"
#include "cmd/print.h"
#include "cmd/rerank.h"
#include "plugin/embedding.h"
#include "plugin/json.h"

/* Places of rows in the table below, so both must have one order. */
enum {
	EMBED_MODEL,
	EMBED_POOLING,
	EMBED_PRECISION,
	EMBED_MAX_TOKENS,
	EMBED_THREADS,
	EMBED_KIND,
	EMBED_PROMPT,
	EMBED_NORMALISE,
	EMBED_DIMENSIONS
};

const xs_cmd_option cmd_embed_options[] = {
	{"model", 'm', "FOLDER", NULL,
	 "use the embedder in FOLDER (default: the one that is built in)"},
	{"pooling", 0, "POOLING", "model|mean|cls|last", "which states become the vector"},
	{"precision", 0, "FORMAT", "f32|bf16|int8", "number format of the products"},
	{"max-tokens", 0, "N", NULL, "embed at most N tokens of a text; 0: as the model says"},
	{"threads", 't', "N", NULL, "threads that embed; 0: one for each CPU"},
	{"kind", 'k', "KIND", "text|query|passage",
	 "whose prompt goes before a text (default: text)"},
	{"prompt", 0, "TEXT", NULL, "put TEXT before each text, whatever its kind"},
	{"normalise", 0, "HOW", "model|on|off", "whether vectors are made of length 1"},
	{"dimensions", 0, "N", NULL, "the first N numbers of a vector alone, of length 1 again"},
	{NULL, 0, NULL, NULL, NULL},
};

/* Lines of a batch and their texts: as many as fill the threads, and as much text as is little memory. */
enum { EMBED_LINES = 256, EMBED_TEXTS = 1024, EMBED_BYTES = 4 << 20 };

typedef struct embed_options {
	xs_embed_kind kind;
	const char *prompt; /* NULL: the model's */
	xs_normalise normalise;
	int dimensions; /* 0: all */
} embed_options;

/* A line that waits for its answer. */
typedef struct embed_line {
	json_t *object; /* its texts are borrowed from it; NULL: there is a sentence */
	const char *error;
	size_t first, n; /* of the batch's texts */
	bool many;	 /* a list of texts */
} embed_line;

typedef struct embed_run {
	xs_cmd *c;
	embed_options o;
	xs_model *model;
	xs_pool *pool;
	xs_embedder *embedder;
	xs_embedder_info info;
	xs_deadline deadline;
	/* The batch; its lines are of one kind. */
	xs_embed_kind kind;
	xs_arena *arena;
	embed_line lines[EMBED_LINES];
	size_t n_lines, n, bytes;
	xs_input *texts;
	size_t room; /* of texts */
	size_t bad;  /* lines and texts without a vector so far */
} embed_run;

static const char *const embed_kinds[] = {"text", "query", "passage"};

/* A kind by its name; -1: none. */
static int embed_kind(const char *name)
{
	for (int i = 0; i < 3; i++)
		if (name && strcmp(name, embed_kinds[i]) == 0)
			return i;
	return -1;
}

static int embed_open(embed_run *r)
{
	const xs_conf *conf = r->c->conf;
	xs_embed_options o = xs_embedding_model_settings(conf);
	int rc = xs_embedder_model_open(&r->model, *conf->embed.model ? conf->embed.model : NULL);

	if (rc != XS_OK)
		return rc;
	o.normalise = r->o.normalise;
	if (r->o.prompt)
		o.query_prompt = r->o.prompt;
	r->pool = xs_pool_new((unsigned)conf->rerank.threads);
	rc = xs_embedder_new(&r->embedder, r->model, &o, r->pool);
	if (rc != XS_OK)
		return rc;
	xs_embedder_info_get(&r->info, r->embedder);
	if (r->o.dimensions > r->info.dimensions)
		return xs_fail(XS_EINPUT,
			       "--dimensions %d: the model's vectors have %d numbers; expected no "
			       "more",
			       r->o.dimensions, r->info.dimensions);
	if (r->o.dimensions)
		r->info.dimensions = r->o.dimensions;
	return XS_OK;
}

static void embed_close(embed_run *r)
{
	/* In this order: the embedder uses the pool and the model. */
	xs_embedder_free(r->embedder);
	xs_pool_free(r->pool);
	xs_model_close(r->model);
	xs_arena_free(r->arena);
	free(r->texts);
}

/* Why a text has no vector, where it alone is at fault. */
static const char *embed_why(int rc)
{
	return rc == XS_EUNSUPPORTED ? "the model has no vocabulary: it can embed token ids alone"
				     : "a token id is not in the model's vocabulary";
}

/* Adds what became of a text; false: it has no vector. */
static bool embed_result(json_t *to, const embed_run *r, float *vector, const xs_embedding *note)
{
	json_t *numbers;

	if (note->rc != XS_OK) {
		json_object_set_new(to, "error", json_string(embed_why(note->rc)));
		return false;
	}
	if (r->o.dimensions && r->info.normalised)
		xs_embedding_shorten(vector, r->o.dimensions);
	numbers = json_array();
	for (int i = 0; i < r->info.dimensions; i++)
		json_array_append_new(numbers, json_real((double)vector[i]));
	json_object_set_new(to, "vector", numbers);
	json_object_set_new(to, "tokens", json_integer(note->tokens));
	json_object_set_new(to, "truncated", json_boolean(note->tokens_used < note->tokens));
	return true;
}

/* One line of output for one of input. */
static void embed_answer(embed_run *r, const embed_line *l, float *vectors, size_t width,
			 const xs_embedding *notes)
{
	json_t *out = json_object(), *id = json_object_get(l->object, "id"), *results;

	if (id)
		json_object_set(out, "id", id);
	if (l->error) {
		json_object_set_new(out, "error", xs_json_text(l->error));
		r->bad++;
	} else if (!l->many) {
		r->bad += !embed_result(out, r, vectors + l->first * width, &notes[l->first]);
	} else {
		results = json_array();
		for (size_t i = l->first; i < l->first + l->n; i++) {
			json_t *result = json_object();

			r->bad += !embed_result(result, r, vectors + i * width, &notes[i]);
			json_array_append_new(results, result);
		}
		json_object_set_new(out, "results", results);
	}
	print_json(out);
}

/* Embeds what was gathered and answers it. */
static int embed_flush(embed_run *r)
{
	xs_embedder_info info;
	xs_embedding *notes;
	float *vectors;
	int rc;

	if (!r->n_lines)
		return XS_OK;
	xs_embedder_info_get(&info, r->embedder);
	vectors = xs_calloc(r->n + 1, (size_t)info.dimensions * sizeof *vectors);
	notes = xs_calloc(r->n + 1, sizeof *notes);
	rc = xs_embedder_run(vectors, notes, r->embedder, r->kind, r->texts, r->n, &r->deadline);
	/* Texts that the model cannot read say so themselves; the others have their vectors. */
	if (rc == XS_EINPUT || rc == XS_EUNSUPPORTED)
		rc = XS_OK;
	for (size_t i = 0; i < r->n_lines; i++) {
		if (rc == XS_OK)
			embed_answer(r, &r->lines[i], vectors, (size_t)info.dimensions, notes);
		json_decref(r->lines[i].object);
	}
	/* Who writes a line and waits for its answer would otherwise wait for ever. */
	fflush(stdout);
	free(vectors);
	free(notes);
	r->n_lines = r->n = r->bytes = 0;
	xs_arena_reset(r->arena);
	return rc;
}

static xs_input *embed_room(embed_run *r)
{
	if (r->n == r->room) {
		r->room = r->room ? 2 * r->room : EMBED_TEXTS;
		r->texts = xs_realloc(r->texts, r->room * sizeof *r->texts);
	}
	return &r->texts[r->n++];
}

/* The texts of a line: a string, or an object with one text or several. */
static int embed_texts(embed_run *r, embed_line *l, const json_t *value)
{
	const json_t *texts = json_object_get(value, "texts"),
		     *text = json_object_get(value, "text");
	int rc = XS_OK;

	if (json_is_string(value))
		return rerank_json_input(embed_room(r), r->arena, value, "text");
	if (!json_is_object(value) || !text == !texts)
		return xs_fail(XS_EINPUT,
			       "expected a string, or an object with \"text\" or \"texts\"");
	if (text)
		return rerank_json_input(embed_room(r), r->arena, text, "text");
	if (!json_is_array(texts))
		return xs_fail(XS_EINPUT, "texts: expected a list of texts");
	l->many = true;
	for (size_t i = 0; rc == XS_OK && i < json_array_size(texts); i++)
		rc = rerank_json_input(embed_room(r), r->arena, json_array_get(texts, i),
				       xs_arena_printf(r->arena, "texts[%zu]", i));
	return rc;
}

/* The kind that a line asks for, else that of the command. */
static int embed_line_kind(xs_embed_kind *out, const embed_run *r, const json_t *value)
{
	const json_t *kind = json_object_get(value, "kind");
	int i = embed_kind(json_string_value(kind));

	*out = r->o.kind;
	if (kind && i < 0)
		return xs_fail(XS_EINPUT, "kind: expected \"query\", \"passage\" or \"text\"");
	if (kind && !r->o.prompt)
		*out = (xs_embed_kind)i;
	return XS_OK;
}

/* Adds a line to the batch, which is answered first where the line is of another kind. */
static int embed_take(embed_run *r, const char *text, size_t len, long line)
{
	json_error_t error;
	json_t *object = xs_json_parse(text, len, JSON_DECODE_ANY, &error);
	xs_embed_kind kind = r->kind;
	embed_line *l;
	size_t n;
	int rc = object ? embed_line_kind(&kind, r, object)
			: xs_fail(XS_EINPUT, "expected JSON: %s at byte %d", error.text,
				  error.position);

	if (rc == XS_OK && kind != r->kind) {
		rc = embed_flush(r);
		r->kind = kind;
		if (rc != XS_OK) {
			json_decref(object);
			return rc;
		}
	}
	l = &r->lines[r->n_lines++];
	*l = (embed_line){.object = object, .first = n = r->n};
	if (rc == XS_OK)
		rc = embed_texts(r, l, object);
	l->n = r->n - n;
	r->bytes += len;
	if (rc != XS_OK) {
		l->error = xs_arena_printf(r->arena, "line %ld: %s", line, xs_error());
		r->n = n;
	}
	return XS_OK;
}

/* Lines are gathered as long as there are any at hand; then all are answered. */
static int embed_lines(embed_run *r)
{
	lines_reader in;
	char *text;
	size_t len;
	int rc = XS_OK, end;

	lines_init(&in);
	while (rc == XS_OK) {
		if (!lines_ready(&in) || r->n_lines == EMBED_LINES || r->n >= EMBED_TEXTS ||
		    r->bytes >= EMBED_BYTES)
			rc = embed_flush(r);
		if (rc != XS_OK || ferror(stdout))
			break;
		rc = lines_next(&text, &len, &in, r->c);
		if (rc == XS_OK)
			rc = embed_take(r, text, len, in.line);
	}
	end = rc == XS_ENOTFOUND ? XS_OK : rc;
	rc = end == XS_OK ? embed_flush(r) : end;
	lines_fini(&in);
	return rc;
}

static int embed_option(xs_cmd *c, embed_options *o, int row, const char *arg)
{
	static const char *const hows[] = {"model", "on", "off"};
	long number;
	int i = 0, rc;

	switch (row) {
	case EMBED_KIND:
		i = embed_kind(arg);
		if (i < 0)
			return xs_fail(XS_EINPUT, "--kind %.80s: expected text, query or passage",
				       arg);
		o->kind = (xs_embed_kind)i;
		return XS_OK;
	case EMBED_PROMPT: o->prompt = arg; return XS_OK;
	case EMBED_NORMALISE:
		while (i < 3 && strcmp(arg, hows[i]) != 0)
			i++;
		if (i == 3)
			return xs_fail(XS_EINPUT, "--normalise %.80s: expected model, on or off",
				       arg);
		o->normalise = (xs_normalise)i;
		return XS_OK;
	case EMBED_DIMENSIONS:
		rc = argument_int(&number, arg, 1, 1 << 20, "--dimensions");
		if (rc == XS_OK)
			o->dimensions = (int)number;
		return rc;
	case EMBED_THREADS: cmd_override_key(c, "rerank.threads", arg); return XS_OK;
	case EMBED_MAX_TOKENS: cmd_override_key(c, "embed.max_tokens", arg); return XS_OK;
	default:
		cmd_override_key(c,
				 xs_arena_printf(c->arena, "embed.%s", cmd_embed_options[row].name),
				 arg);
		return XS_OK;
	}
}

int cmd_embed(xs_cmd *c, int argc, char **argv)
{
	embed_run r = {.c = c, .deadline = {0, &c->cancel}};
	const char *arg;
	int row, rc;

	while ((row = option_next(&arg, c, argc, argv, cmd_embed_options)) >= 0)
		if (embed_option(c, &r.o, row, arg) != XS_OK)
			return cmd_failed(c, XS_EINPUT);
	if (row == OPTION_STOP)
		return c->rc;
	if (optind < argc)
		return cmd_usage(c, "unexpected \"%s\": texts are read from standard input",
				 argv[optind]);
	if (r.o.prompt && r.o.kind != XS_EMBED_TEXT)
		return cmd_usage(c, "--prompt and --kind both say what goes before a text");
	/* The prompt stands in the place of questions'. */
	if (r.o.prompt)
		r.o.kind = XS_EMBED_QUERY;
	r.kind = r.o.kind;
	r.arena = xs_arena_new();
	rc = cmd_settings(c);
	if (rc == XS_OK)
		rc = embed_open(&r);
	if (rc == XS_OK)
		rc = embed_lines(&r);
	embed_close(&r);
	if (rc != XS_OK)
		return cmd_failed(c, rc);
	if (r.bad)
		cmd_say(c, "xapian-search: %zu line%s or text%s could not be embedded", r.bad,
			r.bad == 1 ? "" : "s", r.bad == 1 ? "" : "s");
	return r.bad ? CMD_INPUT : CMD_OK;
}
