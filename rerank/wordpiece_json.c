/* SPDX-License-Identifier: MIT */
/* wordpiece_json.c - the vocabulary of a Hugging Face tokenizer.json. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "rerank/config.h"
#include "rerank/wordpiece.h"

static bool json_bool(const json_t *o, const char *key, bool otherwise)
{
	const json_t *v = json_object_get(o, key);

	return json_is_boolean(v) ? json_is_true(v) : otherwise;
}

/* Tokens by id, one a line: the form that xs_wordpiece_new reads. */
static int json_lines(xs_buf *lines, json_t *vocabulary, const char *name)
{
	size_t i, n = json_object_size(vocabulary);
	const char **tokens = xs_calloc(n, sizeof *tokens), *token;
	json_t *id;
	json_int_t k;
	int rc = XS_OK;

	json_object_foreach(vocabulary, token, id)
	{
		k = json_is_integer(id) ? json_integer_value(id) : -1;
		if (k < 0 || (size_t)k >= n || tokens[k] || strchr(token, '\n')) {
			rc = xs_fail(
				XS_EFORMAT,
				"%s: token \"%s\" of the vocabulary: expected an id of its own "
				"from 0 to %zu",
				name, token, n - 1);
			break;
		}
		tokens[k] = token;
	}
	for (i = 0; rc == XS_OK && i < n; i++) {
		xs_buf_puts(lines, tokens[i]);
		xs_buf_putc(lines, '\n');
	}
	free(tokens);
	return rc;
}

/* What the normalizer, of type BertNormalizer, says. */
static xs_wordpiece_options json_options(const json_t *root, const char *config)
{
	const json_t *normalizer = json_object_get(root, "normalizer");
	xs_wordpiece_options o;

	if (json_is_null(normalizer)) {
		o = (xs_wordpiece_options){.accents = true};
	} else {
		o.lowercase = json_bool(normalizer, "lowercase", true);
		o.accents = !json_bool(normalizer, "strip_accents", o.lowercase);
		o.chinese = json_bool(normalizer, "handle_chinese_chars", true);
	}
	if (config)
		xs_config_wordpiece(&o, config);
	return o;
}

/* Whether the parts of the tokenizer are BERT's, where they are told. */
static int json_kind(const json_t *root, const char *name)
{
	const struct {
		const char *object, *key, *value;
	} parts[] = {{"normalizer", "type", "BertNormalizer"},
		     {"pre_tokenizer", "type", "BertPreTokenizer"},
		     {"model", "continuing_subword_prefix", "##"},
		     {"model", "unk_token", "[UNK]"}};
	const char *text;

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		text = json_string_value(
			json_object_get(json_object_get(root, parts[i].object), parts[i].key));
		if (text && strcmp(text, parts[i].value) != 0)
			return xs_fail(XS_EUNSUPPORTED, "%s: %s.%s is %.100s; expected %s", name,
				       parts[i].object, parts[i].key, text, parts[i].value);
	}
	return XS_OK;
}

int xs_wordpiece_from_json(xs_wordpiece **out, const char *bytes, size_t len, const char *config,
			   const char *name)
{
	xs_wordpiece_options options;
	json_error_t error;
	json_t *root = json_loadb(bytes, len, 0, &error), *model, *vocabulary;
	const char *type;
	xs_buf lines;
	int rc;

	*out = NULL;
	if (!root)
		return xs_fail(XS_EFORMAT, "%s:%d:%d: %s", name, error.line, error.column,
			       error.text);
	xs_buf_init(&lines);
	model = json_object_get(root, "model");
	type = json_string_value(json_object_get(model, "type"));
	vocabulary = json_object_get(model, "vocab");
	if (type ? strcmp(type, "WordPiece") != 0 : json_object_get(model, "merges") != NULL)
		rc = XS_ENOTFOUND;
	else if (!json_is_object(vocabulary))
		rc = xs_fail(XS_EFORMAT, "%s: expected an object model.vocab", name);
	else
		rc = json_kind(root, name);
	if (rc == XS_OK)
		rc = json_lines(&lines, vocabulary, name);
	options = json_options(root, config);
	if (rc == XS_OK)
		rc = xs_wordpiece_new(out, lines.data, lines.len, name, &options);
	if (rc == XS_OK)
		xs_wordpiece_own(*out, xs_buf_take(&lines));
	xs_buf_fini(&lines);
	json_decref(root);
	return rc;
}
