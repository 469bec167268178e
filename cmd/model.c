/* SPDX-License-Identifier: GPL-2.0-or-later */
/* model.c - the command `model`: info, verify, import, quantize, tokens. */
#include "cmd/argument.h"
#include "cmd/model.h"
#include "cmd/option.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/memory.h"
#include "cmd/print.h"
#include "plugin/json.h"
#include "rerank/model.h"
#include "rerank/sound.h"
#include "rerank/verify.h"

enum { MODEL_JSON, MODEL_FOLDER, MODEL_TOLERANCE, MODEL_EMBEDDER };

const xs_cmd_option cmd_model_options[] = {
	{"json", 'j', NULL, NULL, "with info and verify: print JSON"},
	{"model", 'm', "FOLDER", NULL,
	 "with tokens: use this model's vocabulary (default: rerank.model)"},
	{"tolerance", 0, "X", NULL,
	 "with verify: largest difference that passes (default: 0.0001; of cosines 0.00001)"},
	{"embedder", 0, NULL, NULL, "with info and without a folder: the embedder (embed.model)"},
	{NULL, 0, NULL, NULL, NULL},
};

typedef struct model_options {
	bool json, embedder;
	const char *folder;
	double tolerance; /* below 0: not given */
} model_options;

/* As the setting rerank.window writes it. */
static json_t *model_window(int window)
{
	return window < 0 ? json_string("none") : json_integer(window);
}

static json_t *model_pattern(const xs_pattern *p)
{
	json_t *out = json_pack("{s:o}", "window", model_window(p->window));

	for (int i = 0; i < XS_PATTERN_SWITCHES; i++)
		json_object_set_new(out, xs_pattern_switch_name(i),
				    json_boolean(xs_pattern_switch_get(p, i)));
	return out;
}

/* The hash is text: JSON's readers may keep no more than 53 bits of a number. */
static int model_info_json(const xs_model *model, const xs_model_info *info)
{
	json_t *out = json_object(), *patterns = json_array(), *embedder = NULL;
	char hash[17];
	int rc = model_embeds(model) ? model_embedder_json(&embedder, model) : XS_OK;

	for (int i = 0; i < info->layers; i++)
		json_array_append_new(patterns, model_pattern(&info->patterns[i]));
	snprintf(hash, sizeof hash, "%016" PRIx64, info->vocabulary_hash);
	json_object_set_new(out, "name", xs_json_text(info->name));
	json_object_set_new(out, "architecture", xs_json_text(info->architecture));
	json_object_set_new(out, "family", json_string(info->family));
	json_object_set_new(out, "activation", json_string(info->activation));
	json_object_set_new(out, "head", json_string(info->head));
	json_object_set_new(out, "outputs", json_integer(info->outputs));
	json_object_set_new(out, "similarity", json_real((double)info->similarity));
	json_object_set_new(out, "query_cls", json_boolean(info->query_cls));
	json_object_set_new(out, "embedding", json_integer(info->embedding));
	json_object_set_new(out, "tokens", json_string(info->tokens));
	json_object_set_new(out, "stored", xs_json_text(info->stored));
	json_object_set_new(out, "layers", json_integer(info->layers));
	json_object_set_new(out, "hidden", json_integer(info->hidden));
	json_object_set_new(out, "heads", json_integer(info->heads));
	json_object_set_new(out, "inner", json_integer(info->inner));
	json_object_set_new(out, "positions", json_integer(info->positions));
	json_object_set_new(out, "vocabulary", json_integer(info->vocabulary));
	json_object_set_new(out, "cls", json_integer(info->cls));
	json_object_set_new(out, "sep", json_integer(info->sep));
	json_object_set_new(out, "document_position",
			    info->document_position < 0 ? json_null()
							: json_integer(info->document_position));
	json_object_set_new(out, "tokenizer", json_boolean(info->tokenizer));
	json_object_set_new(out, "vocabulary_hash",
			    info->tokenizer ? json_string(hash) : json_null());
	json_object_set_new(out, "bytes", json_integer((json_int_t)info->bytes));
	json_object_set_new(out, "patterns", patterns);
	json_object_set_new(out, "embedder", embedder ? embedder : json_null());
	print_json(out);
	return rc;
}

/* Only what is off is named: full attention is the rule, and its list is long. */
static void model_print_pattern(const xs_pattern *p)
{
	if (p->window < 0)
		fputs("window none", stdout);
	else
		printf("window %d", p->window);
	for (int i = 0; i < XS_PATTERN_SWITCHES; i++)
		if (!xs_pattern_switch_get(p, i))
			printf(", no %s", xs_pattern_switch_name(i));
	putchar('\n');
}

/* What most models have alike is left out: embeddings as wide as the layers, texts that begin behind
 * the query. */
static int model_info_text(const xs_model *model, const xs_model_info *info)
{
	int rc = XS_OK;

	printf("name          ");
	print_text(stdout, info->name);
	printf("\narchitecture  ");
	print_text(stdout, info->architecture);
	printf(", %s\nstored        %s, %s\nlayers        %d\n"
	       "hidden        %d in %d heads, inner %d, %s\n",
	       info->family, info->stored, print_bytes(info->bytes), info->layers, info->hidden,
	       info->heads, info->inner, info->activation);
	if (info->embedding != info->hidden)
		printf("embeddings    %d, projected\n", info->embedding);
	if (info->outputs)
		printf("head          %s, %d output%s\n",
		       strcmp(info->head, "none") == 0 ? "no layer of its own" : info->head,
		       info->outputs,
		       info->outputs == 2 ? "s: the logit is the second less the first" : "");
	if (info->similarity > 0)
		printf("similarity    %.4g times the cosine of the means is added\n",
		       (double)info->similarity);
	if (info->query_cls)
		puts("query         has a CLS of its own");
	if (model_embeds(model))
		rc = model_embedder_text(model);
	printf("positions     %d\n", info->positions);
	if (info->tokenizer)
		printf("vocabulary    %d tokens of %s, hash %016" PRIx64 "\n", info->vocabulary,
		       info->tokens, info->vocabulary_hash);
	else
		printf("vocabulary    %d ids without texts: it scores token ids alone\n",
		       info->vocabulary);
	printf("CLS, SEP      %d, %d\n", info->cls, info->sep);
	if (info->document_position >= 0)
		printf("texts begin   at position %d\n", info->document_position);
	/* Layers that are alike in one line: most models have one pattern for all. */
	for (int i = 0, to; i < info->layers; i = to) {
		for (to = i + 1; to < info->layers; to++)
			if (!xs_pattern_equal(&info->patterns[i], &info->patterns[to]))
				break;
		if (i == 0 && to == info->layers)
			printf("attention     ");
		else if (to == i + 1)
			printf("layer %-7d ", i);
		else
			printf("layers %d-%-4d ", i, to - 1);
		model_print_pattern(&info->patterns[i]);
	}
	return rc;
}

/* The configured one; NULL: the model that is built in. */
static const char *model_folder(const xs_cmd *c)
{
	return *c->conf->rerank.model ? c->conf->rerank.model : NULL;
}

/* Opens the model as a search would: what is shown is what would score. */
static int model_info(xs_cmd *c, const model_options *o, int n, char **operands)
{
	xs_model_info info;
	xs_model *model;
	int rc;

	if (n > 1)
		return cmd_usage(c, "info: expected one model folder at most, got %d", n);
	if (n)
		rc = xs_model_open_any(&model, operands[0]);
	else if (o->embedder)
		rc = xs_embedder_model_open(&model,
					    *c->conf->embed.model ? c->conf->embed.model : NULL);
	else
		rc = xs_model_open(&model, model_folder(c));
	if (rc != XS_OK)
		return cmd_failed(c, rc);
	xs_model_info_get(&info, model);
	rc = (o->json ? model_info_json : model_info_text)(model, &info);
	xs_model_close(model);
	return rc == XS_OK ? CMD_OK : cmd_failed(c, rc);
}

/* Without a folder to write it is a check of a model that was downloaded. */
static int model_import(xs_cmd *c, const model_options *o, int n, char **operands)
{
	int rc;

	(void)o;
	if (n < 1 || n > 2)
		return cmd_usage(
			c,
			"import: expected a model folder and, to write it, another, got %d "
			"operands",
			n);
	rc = xs_model_import(operands[0], n == 2 ? operands[1] : NULL);
	if (rc != XS_OK)
		return cmd_failed(c, rc);
	if (n == 2)
		cmd_say(c, "wrote %s", operands[1]);
	else
		cmd_say(c, "%s is sound", operands[0]);
	return CMD_OK;
}

/* No default for the folder to write: a model in use must never be written over. */
static int model_quantize(xs_cmd *c, const model_options *o, int n, char **operands)
{
	int rc;

	(void)o;
	if (n != 2)
		return cmd_usage(
			c, "quantize: expected a model folder and the folder to write, got %d", n);
	rc = xs_model_quantize(operands[0], operands[1]);
	if (rc != XS_OK)
		return cmd_failed(c, rc);
	cmd_say(c, "wrote %s", operands[1]);
	return CMD_OK;
}

/* Prints the ids of one JSON string.  XS_EINPUT: the line holds something else. */
static int model_tokens_line(const xs_model *model, const char *line, size_t len, long number)
{
	json_error_t error;
	json_t *value = json_loadb(line, len, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
	size_t bytes = json_string_length(value), room = 0;
	int32_t *ids = NULL;
	int64_t n;

	if (!json_is_string(value)) {
		json_decref(value);
		return xs_fail(XS_EINPUT, "line %ld: expected a JSON string%s%s", number,
			       value ? "" : ": ", value ? "" : error.text);
	}
	/* Twice, first to count: a list's length has no useful bound. */
	n = xs_model_tokenize(NULL, 0, model, json_string_value(value), bytes);
	if (n > 0) {
		room = (size_t)n;
		ids = xs_malloc(room * sizeof *ids);
		n = xs_model_tokenize(ids, room, model, json_string_value(value), bytes);
	}
	json_decref(value);
	if (n < 0)
		return (int)n;
	putchar('[');
	for (size_t i = 0; i < room; i++)
		printf("%s%" PRId32, i ? ", " : "", ids[i]);
	puts("]");
	free(ids);
	return XS_OK;
}

/* A wrong line ends the run: whoever keeps ids needs one list for each line. */
static int model_tokens(xs_cmd *c, const model_options *o, int n, char **operands)
{
	xs_model *model = NULL;
	char *text = NULL;
	size_t cap = 0;
	ssize_t len;
	long line = 0;
	int rc;

	if (n)
		return cmd_usage(c, "tokens: unexpected \"%s\": texts are read from standard input",
				 operands[0]);
	rc = o->folder ? xs_model_open_any(&model, o->folder)
		       : xs_model_open(&model, model_folder(c));
	while (rc == XS_OK && !atomic_load(&c->cancel) && (len = getline(&text, &cap, stdin)) > 0) {
		line++;
		if (text[strspn(text, " \t\r\n")])
			rc = model_tokens_line(model, text, (size_t)len, line);
		if (ferror(stdout))
			break;
	}
	if (rc == XS_OK && ferror(stdin))
		rc = xs_fail(XS_EIO, "read standard input: %s", strerror(errno));
	free(text);
	xs_model_close(model);
	return rc == XS_OK ? CMD_OK : cmd_failed(c, rc);
}

static void model_verify_json(const xs_verify_report *r, bool ok, double tolerance)
{
	json_t *out = json_object(), *patterns = json_object();

	for (size_t i = 0; i < r->n; i++)
		json_object_set_new(patterns, r->rows[i].pattern,
				    json_pack("{s:I, s:f, s:I}", "pairs",
					      (json_int_t)r->rows[i].pairs, "worst",
					      r->rows[i].worst, "worst_pair",
					      (json_int_t)r->rows[i].worst_pair));
	json_object_set_new(out, "ok", json_boolean(ok));
	json_object_set_new(out, "tolerance", json_real(tolerance));
	json_object_set_new(out, "worst", json_real(r->worst));
	json_object_set_new(out, "patterns", patterns);
	json_object_set_new(out, "hidden",
			    json_pack("{s:I, s:f}", "values", (json_int_t)r->hidden, "worst",
				      r->hidden_worst));
	json_object_set_new(out, "texts",
			    json_pack("{s:I, s:I}", "compared", (json_int_t)r->texts, "wrong",
				      (json_int_t)r->texts_wrong));
	print_json(out);
}

static void model_verify_text(const xs_verify_report *r, bool ok, double tolerance)
{
	printf("%-24s %6s %12s\n", "pattern", "pairs", "difference");
	for (size_t i = 0; i < r->n; i++) {
		print_text(stdout, r->rows[i].pattern);
		printf("%*s %6zu %12.2g\n",
		       (int)(strlen(r->rows[i].pattern) < 24 ? 24 - strlen(r->rows[i].pattern) : 0),
		       "", r->rows[i].pairs, r->rows[i].worst);
	}
	if (r->hidden)
		printf("%zu hidden states differ by %.2g at most\n", r->hidden, r->hidden_worst);
	if (r->texts)
		printf("%zu of %zu texts have the token ids that were expected\n",
		       r->texts - r->texts_wrong, r->texts);
	printf("%s: logits differ by %.2g at most, %g is allowed\n", ok ? "ok" : "bad", r->worst,
	       tolerance);
}

static void model_sound_json(const xs_sound_report *r)
{
	json_t *numbers = json_array();

	for (size_t i = 0; i < XS_SOUND_TEXTS; i++)
		json_array_append_new(numbers, json_real((double)r->scores[i]));
	print_json(json_pack("{s:b, s:b, s:I, s:I, s:I, s:I, s:o}", "ok", 1, "compared", 0,
			     "tensors", (json_int_t)r->tensors, "numbers", (json_int_t)r->numbers,
			     "words", (json_int_t)r->words, "words_whole", (json_int_t)r->whole,
			     r->cosines ? "cosines" : "logits", numbers));
}

static void model_sound_text(const xs_sound_report *r, const char *golden)
{
	printf("weights       %zu tensors have their shapes, %zu numbers are finite\n", r->tensors,
	       r->numbers);
	if (r->words)
		printf("vocabulary    %zu of %zu words are one token, which has the right id\n",
		       r->whole, r->words);
	else
		printf("vocabulary    none\n");
	printf("%s", r->cosines ? "cosines      " : "scores       ");
	for (size_t i = 0; i < XS_SOUND_TEXTS; i++)
		printf(" %.4f", (double)r->scores[i]);
	printf(" of unlike texts\nok, but no answers were compared: ");
	print_text(stdout, golden);
	puts(" is not there");
}

/* A model as it is downloaded has no answers beside it. */
static int model_sound(xs_cmd *c, const model_options *o, const xs_model *model, const char *golden)
{
	xs_sound_report report;
	int rc = xs_model_sound(&report, model, NULL);

	if (rc != XS_OK)
		return cmd_failed(c, rc);
	if (o->json)
		model_sound_json(&report);
	else
		model_sound_text(&report, golden);
	return CMD_OK;
}

/* Wrong token ids fail too, whatever the tolerance: a difference of text is none of rounding. */
static int model_verify_pairs(bool *ok, xs_cmd *c, const xs_model *model, const char *golden,
			      bool json, double tolerance)
{
	xs_verify_report report;
	int rc = xs_model_verify(&report, c->arena, model, golden, NULL);

	if (rc != XS_OK)
		return rc;
	*ok = report.worst <= tolerance && report.hidden_worst <= tolerance && !report.texts_wrong;
	(json ? model_verify_json : model_verify_text)(&report, *ok, tolerance);
	return rc;
}

static int model_verify(xs_cmd *c, const model_options *o, int n, char **operands)
{
	double tolerance = o->tolerance;
	xs_model *model;
	const char *golden;
	bool ok = false, embeds;
	int rc;

	if (n < 1 || n > 2)
		return cmd_usage(c,
				 "verify: expected a model folder and, where it is not in there, a "
				 "golden.json, got %d operands",
				 n);
	golden = n == 2 ? operands[1] : xs_arena_printf(c->arena, "%s/golden.json", operands[0]);
	rc = xs_model_open_any(&model, operands[0]);
	if (rc != XS_OK)
		return cmd_failed(c, rc);
	if (n == 1 && access(golden, F_OK) != 0) {
		rc = model_sound(c, o, model, golden);
		xs_model_close(model);
		return rc;
	}
	embeds = model_embeds(model);
	if (tolerance < 0)
		tolerance = embeds ? 1e-5 : 1e-4;
	rc = (embeds ? model_embedder_verify : model_verify_pairs)(&ok, c, model, golden, o->json,
								   tolerance);
	xs_model_close(model);
	if (rc != XS_OK)
		return cmd_failed(c, rc);
	return ok ? CMD_OK : CMD_INPUT;
}

static const struct {
	const char *name;
	int (*run)(xs_cmd *c, const model_options *o, int n, char **operands);
} model_table[] = {
	{"info", model_info},	      {"verify", model_verify}, {"import", model_import},
	{"quantize", model_quantize}, {"tokens", model_tokens},
};

int cmd_model(xs_cmd *c, int argc, char **argv)
{
	model_options o = {.tolerance = -1};
	const char *arg;
	int row, rc;

	while ((row = option_next(&arg, c, argc, argv, cmd_model_options)) >= 0) {
		if (row == MODEL_JSON)
			o.json = true;
		else if (row == MODEL_EMBEDDER)
			o.embedder = true;
		else if (row == MODEL_FOLDER)
			o.folder = arg;
		else if (argument_real(&o.tolerance, arg, 0, 1e6, "--tolerance") != XS_OK)
			return cmd_failed(c, XS_EINPUT);
	}
	if (row == OPTION_STOP)
		return c->rc;
	if (optind == argc)
		return cmd_usage(c, "expected one of info, verify, import, quantize, tokens");
	/* The level of messages comes with the settings. */
	rc = cmd_settings(c);
	if (rc != XS_OK)
		return cmd_failed(c, rc);
	for (size_t i = 0; i < sizeof model_table / sizeof *model_table; i++)
		if (strcmp(argv[optind], model_table[i].name) == 0)
			return model_table[i].run(c, &o, argc - optind - 1, argv + optind + 1);
	return cmd_usage(c, "\"%s\" is none of info, verify, import, quantize, tokens",
			 argv[optind]);
}
