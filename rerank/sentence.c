/* SPDX-License-Identifier: MIT */
/* sentence.c - the files that sentence-transformers writes beside a model.
 *
 * What cannot be followed is refused by name: another pooling would give vectors that look right and
 * are near to the wrong texts. */
#include "rerank/sentence.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"

enum { SENTENCE_BYTES = 4 << 20, SENTENCE_TOKENS = 1 << 20 };

static int sentence_parse(json_t **out, const char *text, size_t len, const char *name)
{
	json_error_t error;

	*out = json_loadb(text, len, 0, &error);
	return *out ? XS_OK
		    : xs_fail(XS_EFORMAT, "%s:%d:%d: %s", name, error.line, error.column,
			      error.text);
}

static int sentence_object(json_t **out, const char *text, size_t len, const char *name)
{
	int rc = sentence_parse(out, text, len, name);

	if (rc < 0 || json_is_object(*out))
		return rc;
	json_decref(*out);
	*out = NULL;
	return xs_fail(XS_EFORMAT, "%s: expected a JSON object", name);
}

/* A path within the folder: nothing of a model is read from beside it. */
static bool sentence_is_within(const char *path)
{
	return *path != '/' && strcmp(path, "..") != 0 && strncmp(path, "../", 3) != 0 &&
	       !strstr(path, "/..");
}

/* One module; `i` is its place.  Its type is a name of Python's, of which the last part tells. */
static int sentence_module(xs_sentence *s, xs_arena *a, const json_t *module, size_t i,
			   const char *name)
{
	static const char *const order[] = {"Transformer", "Pooling", "Normalize"};
	const char *type = json_string_value(json_object_get(module, "type"));
	const char *path = json_string_value(json_object_get(module, "path"));
	const char *dot = type ? strrchr(type, '.') : NULL, *last = dot ? dot + 1 : type;

	if (!type || !path || !sentence_is_within(path))
		return xs_fail(XS_EFORMAT,
			       "%s: module %zu: expected a type and a path within the folder", name,
			       i);
	if (i >= sizeof order / sizeof *order || strcmp(last, order[i]) != 0)
		return xs_fail(XS_EUNSUPPORTED,
			       "%s: module %zu, %.100s, is not supported there; expected "
			       "Transformer, Pooling and, if any, Normalize",
			       name, i, type);
	if (i == 0)
		s->transformer = xs_arena_dup(a, path);
	else if (i == 1)
		s->pooling_file = xs_file_join(a, path, "config.json");
	else
		s->normalised = true;
	return XS_OK;
}

int xs_sentence_modules(xs_sentence *s, xs_arena *a, const char *text, size_t len, const char *name)
{
	json_t *list;
	size_t i;
	int rc = sentence_parse(&list, text, len, name);

	if (rc < 0)
		return rc;
	/* Without a pooling there is a vector for each token, and none of the text. */
	if (json_array_size(list) < 2)
		rc = xs_fail(XS_EFORMAT,
			     "%s: expected a list of modules: Transformer, Pooling and, if any, "
			     "Normalize",
			     name);
	for (i = 0; rc == XS_OK && i < json_array_size(list); i++)
		rc = sentence_module(s, a, json_array_get(list, i), i, name);
	s->modules = rc == XS_OK;
	json_decref(list);
	return rc;
}

/* The modes as keys of their own, true or false, and as the words of newer releases. */
static const struct sentence_mode {
	const char *key, *word;
	xs_pooling pooling; /* MODEL: not supported */
} sentence_modes[] = {
	{"pooling_mode_mean_tokens", "mean", XS_POOLING_MEAN},
	{"pooling_mode_cls_token", "cls", XS_POOLING_CLS},
	{"pooling_mode_lasttoken", "lasttoken", XS_POOLING_LAST},
	{"pooling_mode_max_tokens", "max", XS_POOLING_MODEL},
	{"pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens", XS_POOLING_MODEL},
	{"pooling_mode_weightedmean_tokens", "weightedmean", XS_POOLING_MODEL},
};
enum { SENTENCE_MODES = sizeof sentence_modes / sizeof *sentence_modes };

static int sentence_take_mode(xs_sentence *s, const json_t *o, const char *name)
{
	const json_t *word = json_object_get(o, "pooling_mode");
	const struct sentence_mode *mode = NULL;
	int i, n = 0;

	for (i = 0; i < SENTENCE_MODES; i++)
		if (json_is_string(word)
			    ? strcmp(json_string_value(word), sentence_modes[i].word) == 0
			    : json_is_true(json_object_get(o, sentence_modes[i].key))) {
			mode = &sentence_modes[i];
			n++;
		}
	/* Of several the library makes one vector, end to end. */
	if (n != 1)
		return xs_fail(XS_EUNSUPPORTED,
			       "%s: %s of its poolings is known and on; expected one of mean, cls "
			       "and lasttoken",
			       name, n ? "more than one" : "none");
	if (mode->pooling == XS_POOLING_MODEL)
		return xs_fail(XS_EUNSUPPORTED,
			       "%s: the pooling %s is not supported; expected mean, cls or "
			       "lasttoken",
			       name, mode->word);
	s->pooling = mode->pooling;
	return XS_OK;
}

int xs_sentence_pooling(xs_sentence *s, const char *text, size_t len, const char *name)
{
	const json_t *dimensions;
	json_t *o;
	int rc = sentence_object(&o, text, len, name);

	if (rc < 0)
		return rc;
	dimensions = json_object_get(o, "word_embedding_dimension");
	if (!dimensions)
		dimensions = json_object_get(o, "embedding_dimension");
	if (json_is_integer(dimensions) && json_integer_value(dimensions) > 0 &&
	    json_integer_value(dimensions) < SENTENCE_TOKENS)
		s->dimensions = (int)json_integer_value(dimensions);
	if (json_is_false(json_object_get(o, "include_prompt")))
		rc = xs_fail(XS_EUNSUPPORTED,
			     "%s: include_prompt false is not supported: a prompt's tokens are "
			     "part of the vector",
			     name);
	if (rc == XS_OK)
		rc = sentence_take_mode(s, o, name);
	json_decref(o);
	return rc;
}

int xs_sentence_length(xs_sentence *s, const char *text, size_t len, const char *name)
{
	const json_t *most;
	json_t *o;
	int rc = sentence_object(&o, text, len, name);

	if (rc < 0)
		return rc;
	most = json_object_get(o, "max_seq_length");
	s->lowercase = json_is_true(json_object_get(o, "do_lower_case"));
	/* Python writes null where it is not set. */
	if (most && !json_is_null(most)) {
		/* CLS, SEP, and one token of the text at least. */
		if (!json_is_integer(most) || json_integer_value(most) < 3 ||
		    json_integer_value(most) > SENTENCE_TOKENS)
			rc = xs_fail(XS_EFORMAT,
				     "%s: max_seq_length: expected a whole number from 3 to %d",
				     name, SENTENCE_TOKENS);
		else
			s->max_tokens = (int)json_integer_value(most);
	}
	json_decref(o);
	return rc;
}

/* The first of the names that has a prompt; NULL: none has. */
static const char *sentence_prompt(xs_arena *a, const json_t *prompts, const char *const *names)
{
	const char *prompt = NULL;

	for (; *names && !prompt; names++)
		prompt = json_string_value(json_object_get(prompts, *names));
	return xs_arena_dup(a, prompt);
}

int xs_sentence_prompts(xs_sentence *s, xs_arena *a, const char *text, size_t len, const char *name)
{
	const json_t *prompts, *usual;
	json_t *o;
	int rc = sentence_object(&o, text, len, name);

	if (rc < 0)
		return rc;
	prompts = json_object_get(o, "prompts");
	usual = json_object_get(o, "default_prompt_name");
	if (json_is_string(usual) &&
	    !json_is_string(json_object_get(prompts, json_string_value(usual)))) {
		rc = xs_fail(XS_EFORMAT,
			     "%s: default_prompt_name is \"%.100s\", and prompts has none of that "
			     "name",
			     name, json_string_value(usual));
	} else {
		/* json_string_value() of no string is NULL, which ends a list. */
		const char *const none[] = {json_string_value(usual), NULL};
		const char *const query[] = {"query", none[0], NULL};
		/* The order in which encode_document() looks. */
		const char *const passage[] = {"document", "passage", "corpus", none[0], NULL};

		s->prompt[XS_EMBED_TEXT] = sentence_prompt(a, prompts, none);
		s->prompt[XS_EMBED_QUERY] = sentence_prompt(a, prompts, query);
		s->prompt[XS_EMBED_PASSAGE] = sentence_prompt(a, prompts, passage);
	}
	json_decref(o);
	return rc;
}

/* The text of a file of the folder; XS_ENOTFOUND without it. */
static int sentence_file(char **text, size_t *len, const char **path, xs_arena *a,
			 const char *folder, const char *name)
{
	*path = xs_file_join(a, folder, name);
	return xs_file_read(text, len, a, *path, SENTENCE_BYTES);
}

static int sentence_read_pooling(xs_sentence *s, xs_arena *a, const char *folder)
{
	const char *path, *flat;
	char *text;
	size_t len;
	int rc = sentence_file(&text, &len, &path, a, folder, s->pooling_file);

	/* Some who copy a model without sub-folders put it beside the others. */
	if (rc == XS_ENOTFOUND) {
		rc = sentence_file(&text, &len, &flat, a, folder, "pooling.json");
		if (rc == XS_ENOTFOUND)
			return xs_fail(XS_EFORMAT, "%s is missing, which modules.json names", path);
		path = flat;
		s->pooling_file = "pooling.json";
	}
	return rc < 0 ? rc : xs_sentence_pooling(s, text, len, path);
}

static int sentence_read_length(xs_sentence *s, xs_arena *a, const char *folder)
{
	/* It is named after the first word of the encoder's class. */
	static const char *const names[] = {"sentence_bert_config.json",
					    "sentence_roberta_config.json",
					    "sentence_electra_config.json"};
	const char *path;
	char *text;
	size_t len, i;
	int rc = XS_ENOTFOUND;

	for (i = 0; rc == XS_ENOTFOUND && i < sizeof names / sizeof *names; i++) {
		s->length_file = xs_file_join(a, s->transformer, names[i]);
		rc = sentence_file(&text, &len, &path, a, folder, s->length_file);
	}
	if (rc == XS_OK)
		rc = xs_sentence_length(s, text, len, path);
	else
		s->length_file = NULL;
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

/* Releases from 6 on tell the length to the tokenizer alone. */
static int sentence_read_tokenizer(xs_sentence *s, xs_arena *a, const char *folder)
{
	const char *path;
	json_t *o, *most;
	char *text;
	size_t len;
	int rc = sentence_file(&text, &len, &path, a, folder,
			       xs_file_join(a, s->transformer, "tokenizer_config.json"));

	if (rc == XS_OK)
		rc = sentence_object(&o, text, len, path);
	if (rc < 0)
		return rc == XS_ENOTFOUND ? XS_OK : rc;
	most = json_object_get(o, "model_max_length");
	/* Who has no bound writes 1e30. */
	if (json_is_integer(most) && json_integer_value(most) >= 3 &&
	    json_integer_value(most) <= SENTENCE_TOKENS)
		s->max_tokens = (int)json_integer_value(most);
	json_decref(o);
	return XS_OK;
}

int xs_sentence_read(xs_sentence *s, xs_arena *a, const char *folder)
{
	const char *path;
	char *text;
	size_t len;
	int rc = sentence_file(&text, &len, &path, a, folder, "modules.json");

	if (rc == XS_OK) {
		rc = xs_sentence_modules(s, a, text, len, path);
		if (rc == XS_OK)
			rc = sentence_read_pooling(s, a, folder);
		if (rc == XS_OK)
			rc = sentence_read_length(s, a, folder);
		if (rc == XS_OK && !s->max_tokens)
			rc = sentence_read_tokenizer(s, a, folder);
	} else if (rc == XS_ENOTFOUND) {
		rc = XS_OK;
	}
	if (rc == XS_OK)
		rc = sentence_file(&text, &len, &path, a, folder,
				   "config_sentence_transformers.json");
	if (rc == XS_OK)
		rc = xs_sentence_prompts(s, a, text, len, path);
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}
