/* SPDX-License-Identifier: MIT */
/* bpe_json.c - the files of a byte-level BPE tokenizer: tokenizer.json, or vocab.json and
 * merges.txt.
 *
 * All texts are copied to the tokenizer's arena; the JSON is gone afterwards. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/buf.h"
#include "base/memory.h"
#include "rerank/bpe_table.h"

/* Reading: where to, and what of. */
typedef struct bpe_reader {
	xs_bpe *b;
	const char *name;
	size_t cap_merges, cap_specials;
	xs_buf both; /* the text that a merge makes */
} bpe_reader;

/* Puts a token at its place; one that is there already may be said again. */
static int reader_token(const bpe_reader *r, const char **tokens, size_t n, const char *token,
			const json_t *id)
{
	json_int_t k = json_is_integer(id) ? json_integer_value(id) : -1;

	if (k < 0 || (size_t)k >= n || (tokens[k] && strcmp(tokens[k], token) != 0))
		return xs_fail(
			XS_EFORMAT,
			"%s: token \"%.100s\" of the vocabulary: expected an id of its own from "
			"0 to %zu",
			r->name, token, n - 1);
	if (!tokens[k])
		tokens[k] = xs_arena_dup(r->b->a, token);
	return XS_OK;
}

/* How many ids there are: those of the vocabulary, and of added tokens that it lacks. */
static size_t reader_count(const json_t *vocabulary, const json_t *added)
{
	size_t n = json_object_size(vocabulary), i, more = 0;

	for (i = 0; i < json_array_size(added); i++)
		more += !json_object_get(vocabulary,
					 json_string_value(json_object_get(json_array_get(added, i),
									   "content")));
	return n + more;
}

static int reader_tokens(const bpe_reader *r, json_t *vocabulary, const json_t *added)
{
	size_t n = reader_count(vocabulary, added), i;
	const char **tokens = xs_calloc(n + 1, sizeof *tokens), *token;
	json_t *id;
	int rc = XS_OK;

	json_object_foreach(vocabulary, token, id)
	{
		rc = reader_token(r, tokens, n, token, id);
		if (rc < 0)
			break;
	}
	for (i = 0; rc == XS_OK && i < json_array_size(added); i++) {
		const json_t *o = json_array_get(added, i);

		token = json_string_value(json_object_get(o, "content"));
		rc = token ? reader_token(r, tokens, n, token, json_object_get(o, "id"))
			   : xs_fail(XS_EFORMAT, "%s: added_tokens: expected a content", r->name);
	}
	for (i = 0; rc == XS_OK && i < n; i++) {
		if (!tokens[i])
			rc = xs_fail(XS_EFORMAT, "%s: no token has the id %zu", r->name, i);
		else
			xs_pieces_add(&r->b->pieces, tokens[i], strlen(tokens[i]));
	}
	free(tokens);
	if (rc == XS_OK)
		xs_pieces_seal(&r->b->pieces);
	return rc;
}

static void reader_bytes(const bpe_reader *r, int32_t unknown)
{
	char letter[2];

	for (unsigned byte = 0; byte < 256; byte++) {
		size_t len = xs_bpe_letter(letter, byte);

		int32_t id = xs_pieces_find(&r->b->pieces, letter, len);

		r->b->bytes[byte] = id < 0 ? unknown : id;
	}
}

static int reader_merge(bpe_reader *r, const char *left, size_t left_len, const char *right,
			size_t right_len)
{
	xs_bpe *b = r->b;
	xs_bpe_merge m = {.left = xs_pieces_find(&b->pieces, left, left_len),
			  .right = xs_pieces_find(&b->pieces, right, right_len),
			  .rank = (int32_t)b->n_merges};

	xs_buf_reset(&r->both);
	xs_buf_put(&r->both, left, left_len);
	xs_buf_put(&r->both, right, right_len);
	m.result = xs_pieces_find(&b->pieces, r->both.data, r->both.len);
	if (m.left < 0 || m.right < 0 || m.result < 0)
		return xs_fail(
			XS_EFORMAT,
			"%s: merge %zu, of \"%.*s\" and \"%.*s\": one of them, or what they make, "
			"is not in the vocabulary",
			r->name, b->n_merges, (int)(left_len < 100 ? left_len : 100), left,
			(int)(right_len < 100 ? right_len : 100), right);
	b->merges = xs_grow(b->merges, b->n_merges, &r->cap_merges, sizeof *b->merges);
	b->merges[b->n_merges++] = m;
	return XS_OK;
}

/* A merge of two tokens with a space between. */
static int reader_line(bpe_reader *r, const char *line, size_t len)
{
	const char *space = memchr(line, ' ', len);

	if (!space)
		return xs_fail(XS_EFORMAT, "%s: merge %zu: expected two tokens", r->name,
			       r->b->n_merges);
	return reader_merge(r, line, (size_t)(space - line), space + 1,
			    len - (size_t)(space - line) - 1);
}

static int reader_merges(bpe_reader *r, const json_t *list)
{
	int rc = json_is_array(list)
			 ? XS_OK
			 : xs_fail(XS_EFORMAT, "%s: expected a list model.merges", r->name);

	for (size_t i = 0; rc == XS_OK && i < json_array_size(list); i++) {
		const json_t *m = json_array_get(list, i);
		const char *left = json_string_value(json_array_get(m, 0));
		const char *right = json_string_value(json_array_get(m, 1));

		if (left && right)
			rc = reader_merge(r, left, strlen(left), right, strlen(right));
		else if (json_is_string(m))
			rc = reader_line(r, json_string_value(m), json_string_length(m));
		else
			rc = xs_fail(XS_EFORMAT, "%s: merge %zu: expected two tokens", r->name, i);
	}
	return rc;
}

/* The table of merges: of two of the same pair, the last counts. */
static void reader_seal(bpe_reader *r)
{
	xs_bpe *b = r->b;
	size_t size = 16;
	uint64_t hash;

	while (size < b->n_merges * 2)
		size *= 2;
	b->mask = size - 1;
	b->slots = xs_calloc(size, sizeof *b->slots);
	for (size_t i = 0; i < b->n_merges; i++) {
		const xs_bpe_merge *m = &b->merges[i];

		b->slots[xs_bpe_slot(b, m->left, m->right)] = (uint32_t)i + 1;
	}
	hash = XXH3_64bits_withSeed(b->merges, b->n_merges * sizeof *b->merges, b->prefix);
	hash = XXH3_64bits_withSeed(b->bytes, sizeof b->bytes, hash);
	for (size_t i = 0; i < b->n_specials; i++) {
		const xs_bpe_special *s = &b->specials[i];
		const int32_t values[] = {s->id, s->left, s->right};

		hash = XXH3_64bits_withSeed(values, sizeof values, hash);
	}
	b->hash = xs_pieces_hash(&b->pieces, hash);
}

static void reader_special(bpe_reader *r, const char *text, bool left, bool right)
{
	xs_bpe *b = r->b;
	int32_t id = xs_bpe_id(b, text);

	if (id < 0 || !*text)
		return;
	b->specials = xs_grow(b->specials, b->n_specials, &r->cap_specials, sizeof *b->specials);
	b->specials[b->n_specials++] = (xs_bpe_special){.text = b->pieces.list[id].text,
							.len = strlen(text),
							.id = id,
							.left = left,
							.right = right};
	b->begins[(unsigned char)*text] = true;
}

static int reader_specials(bpe_reader *r, const json_t *added)
{
	for (size_t i = 0; i < json_array_size(added); i++) {
		const json_t *o = json_array_get(added, i);

		if (json_is_true(json_object_get(o, "single_word")))
			return xs_fail(XS_EUNSUPPORTED,
				       "%s: added_tokens: a token of single words alone is not "
				       "supported",
				       r->name);
		reader_special(r, json_string_value(json_object_get(o, "content")),
			       json_is_true(json_object_get(o, "lstrip")),
			       json_is_true(json_object_get(o, "rstrip")));
	}
	return XS_OK;
}

/* What this encoder does not do must not be asked for. */
static int reader_kind(bpe_reader *r, const json_t *root, const json_t *model)
{
	static const char *const empty[] = {"continuing_subword_prefix", "end_of_word_suffix"};
	static const char *const off[] = {"byte_fallback", "ignore_merges"};
	const json_t *words = json_object_get(root, "pre_tokenizer");
	const json_t *normalizer = json_object_get(root, "normalizer");
	const char *type = json_string_value(json_object_get(words, "type"));
	const char *kind = json_string_value(json_object_get(model, "type")), *text;

	if (kind && strcmp(kind, "BPE") != 0)
		return xs_fail(XS_EUNSUPPORTED,
			       "%s: a tokenizer of type %.100s; expected WordPiece or BPE", r->name,
			       kind);
	if (!type || strcmp(type, "ByteLevel") != 0 ||
	    json_is_false(json_object_get(words, "use_regex")))
		return xs_fail(
			XS_EUNSUPPORTED,
			"%s: a pre_tokenizer of type %.100s; expected ByteLevel with its own "
			"pattern",
			r->name, type ? type : "(none)");
	if (normalizer && !json_is_null(normalizer))
		return xs_fail(XS_EUNSUPPORTED, "%s: a normalizer beside BPE is not supported",
			       r->name);
	for (size_t i = 0; i < 2; i++) {
		text = json_string_value(json_object_get(model, empty[i]));
		if ((text && *text) || json_is_true(json_object_get(model, off[i])))
			return xs_fail(XS_EUNSUPPORTED, "%s: model.%s is not supported", r->name,
				       text && *text ? empty[i] : off[i]);
	}
	r->b->prefix = !json_is_false(json_object_get(words, "add_prefix_space"));
	return XS_OK;
}

static xs_bpe *bpe_new(void)
{
	xs_bpe *b = xs_calloc(1, sizeof *b);

	b->a = xs_arena_new();
	return b;
}

static int bpe_done(xs_bpe **out, xs_bpe *b, int rc)
{
	*out = rc == XS_OK ? b : NULL;
	if (rc < 0)
		xs_bpe_free(b);
	return rc;
}

static int bpe_json(bpe_reader *r, const json_t *root)
{
	const json_t *model = json_object_get(root, "model");
	const json_t *added = json_object_get(root, "added_tokens");
	json_t *vocabulary = json_object_get(model, "vocab");
	const char *unknown = json_string_value(json_object_get(model, "unk_token"));
	int rc = reader_kind(r, root, model);

	if (rc == XS_OK && !json_object_size(vocabulary))
		rc = xs_fail(XS_EFORMAT, "%s: expected an object model.vocab", r->name);
	if (rc == XS_OK)
		rc = reader_tokens(r, vocabulary, added);
	if (rc == XS_OK)
		rc = reader_merges(r, json_object_get(model, "merges"));
	if (rc == XS_OK)
		rc = reader_specials(r, added);
	if (rc < 0)
		return rc;
	reader_bytes(r, unknown ? xs_bpe_id(r->b, unknown) : -1);
	reader_seal(r);
	return XS_OK;
}

int xs_bpe_from_json(xs_bpe **out, const char *bytes, size_t len, const char *name)
{
	bpe_reader r = {.b = bpe_new(), .name = name};
	json_error_t error;
	json_t *root = json_loadb(bytes, len, 0, &error);
	int rc = root ? bpe_json(&r, root)
		      : xs_fail(XS_EFORMAT, "%s:%d:%d: %s", name, error.line, error.column,
				error.text);

	json_decref(root);
	xs_buf_fini(&r.both);
	return bpe_done(out, r.b, rc);
}

/* Lines of two tokens; the first may be a comment of the version. */
static int reader_lines(bpe_reader *r, const char *text, size_t len)
{
	const char *end = text + len, *stop;
	int rc = XS_OK;

	if (!xs_pieces_utf8(text, len))
		return xs_fail(XS_EFORMAT, "%s is not UTF-8; expected two tokens a line", r->name);
	for (const char *p = text; rc == XS_OK && p < end; p = stop + 1) {
		size_t n;

		stop = memchr(p, '\n', (size_t)(end - p));
		stop = stop ? stop : end;
		n = (size_t)(stop - p);
		n -= n && p[n - 1] == '\r';
		if (n && !(p == text && n > 9 && memcmp(p, "#version:", 9) == 0))
			rc = reader_line(r, p, n);
	}
	return rc;
}

int xs_bpe_from_files(xs_bpe **out, const char *vocabulary, size_t vocabulary_len,
		      const char *merges, size_t merges_len, const char *vocabulary_name,
		      const char *merges_name)
{
	static const char *const specials[] = {"<s>", "<pad>", "</s>", "<unk>", "<mask>"};
	bpe_reader r = {.b = bpe_new(), .name = vocabulary_name};
	json_error_t error;
	json_t *root = json_loadb(vocabulary, vocabulary_len, 0, &error);
	int rc;

	if (!root)
		rc = xs_fail(XS_EFORMAT, "%s:%d:%d: %s", r.name, error.line, error.column,
			     error.text);
	else if (!json_object_size(root))
		rc = xs_fail(XS_EFORMAT, "%s: expected an object of tokens and their ids", r.name);
	else
		rc = reader_tokens(&r, root, NULL);
	json_decref(root);
	r.name = merges_name;
	if (rc == XS_OK)
		rc = reader_lines(&r, merges, merges_len);
	xs_buf_fini(&r.both);
	if (rc < 0)
		return bpe_done(out, r.b, rc);
	for (size_t i = 0; i < sizeof specials / sizeof *specials; i++)
		reader_special(&r, specials[i], strcmp(specials[i], "<mask>") == 0, false);
	reader_bytes(&r, xs_bpe_id(r.b, "<unk>"));
	reader_seal(&r);
	return bpe_done(out, r.b, rc);
}
