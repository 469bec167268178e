/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keys.c - who may ask, and for what. */
#define _GNU_SOURCE
#include "serve/keys.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <jansson.h>
#include <nettle/base16.h>
#include <nettle/memops.h>
#include <nettle/sha2.h>

#include "base/file.h"
#include "base/memory.h"
#include "index/question/query_parse.h"

/* A file of ten thousand keys and more. */
enum { KEYS_FILE = 8 << 20, KEYS_SECRET = 24 };

/* What a secret begins with, so that one that leaked can be recognised. */
#define KEYS_PREFIX "xs_"

struct xs_keys {
	xs_arena *arena;
	xs_key *items;
	size_t n, cap;
	const char *path;
	size_t line; /* that is read */
};

static int keys_wrong(const xs_keys *k, const char *what, const char *expected)
{
	return xs_fail(XS_EINPUT, "%s:%zu: %s: expected %s", k->path, k->line, what, expected);
}

/* Digits of one case alone, so that a key has one spelling in the file. */
static int keys_hash(xs_key *key, const xs_keys *k, const char *text)
{
	static const char digits[] = "0123456789abcdef";

	if (!text || strncmp(text, "sha256:", 7) || strlen(text) != 7 + 2 * sizeof key->hash ||
	    strspn(text + 7, digits) != 2 * sizeof key->hash)
		return keys_wrong(k, "hash", "\"sha256:\" and 64 digits of 0-9a-f");
	for (size_t i = 0; i < sizeof key->hash; i++)
		key->hash[i] = (unsigned char)((strchr(digits, text[7 + 2 * i]) - digits) << 4 |
					       (strchr(digits, text[8 + 2 * i]) - digits));
	return XS_OK;
}

static int keys_list(const char ***out, size_t *n, xs_keys *k, const json_t *value,
		     const char *name)
{
	*n = json_array_size(value);
	/* An empty list may mean "nothing" or "no restriction". Who may see what is not to be
	 * guessed. */
	if (value && (!json_is_array(value) || *n == 0))
		return keys_wrong(k, name, "a list of texts that is not empty");
	/* Two more than there are: the sites become one condition more (keys_filters()), and a
	 * NULL ends the list. */
	*out = xs_arena_array(k->arena, *n + 2, sizeof **out);
	for (size_t i = 0; i < *n; i++) {
		const json_t *item = json_array_get(value, i);

		if (!json_is_string(item) || !*json_string_value(item))
			return keys_wrong(k, name, "a list of texts that are not empty");
		(*out)[i] = xs_arena_dup(k->arena, json_string_value(item));
	}
	return XS_OK;
}

/* A condition that could not be read would fail each search; one without effect would hide nothing. */
static int keys_check_filter(const xs_keys *k, const char *text)
{
	xs_parsed parsed;
	int rc = xs_query_parse_filter(&parsed, k->arena, text);

	if (rc == XS_OK && parsed.n == 0)
		rc = xs_fail(XS_EINPUT, "it has no condition");
	return rc != XS_OK ? xs_fail(XS_EINPUT, "%s:%zu: filters: \"%s\": %s", k->path, k->line,
				     text, xs_error())
			   : rc;
}

/* The sites become one condition, of which any has to be met; the other conditions follow. */
static int keys_filters(xs_key *key, xs_keys *k, const json_t *object)
{
	const char **sites, **filters = NULL, *any = NULL;
	size_t n_sites;
	int rc = keys_list(&sites, &n_sites, k, json_object_get(object, "sites"), "sites");

	if (rc == XS_OK)
		rc = keys_list(&filters, &key->n_filters, k, json_object_get(object, "filters"),
			       "filters");
	for (size_t i = 0; i < n_sites && rc == XS_OK; i++) {
		/* Sites are written into a query below: a blank, a quote or a minus would make
		 * another condition of it. */
		if (strpbrk(sites[i], " \t\"") || *sites[i] == '-')
			rc = keys_wrong(k, "sites", "names of hosts");
		any = xs_arena_printf(k->arena, "%s%ssite:%s", any ? any : "", any ? " " : "",
				      sites[i]);
	}
	if (rc == XS_OK && any)
		filters[key->n_filters++] = any;
	for (size_t i = 0; rc == XS_OK && i < key->n_filters; i++)
		rc = keys_check_filter(k, filters[i]);
	key->filters = filters;
	return rc;
}

static int keys_switch(bool *out, const xs_keys *k, const json_t *object, const char *name,
		       bool fallback)
{
	const json_t *value = json_object_get(object, name);

	*out = value ? json_is_true(value) : fallback;
	return !value || json_is_boolean(value) ? XS_OK : keys_wrong(k, name, "true or false");
}

/* A field that is misspelt must not be passed over: "filter" for "filters" would show all pages. */
static int keys_known(const xs_keys *k, const json_t *object)
{
	static const char *const names[] = {"name", "hash",   "anonymous", "sites",  "filters",
					    "rate", "rerank", "embed",	   "search", "metrics"};
	const char *field;
	json_t *value;

	json_object_foreach((json_t *)object, field, value)
	{
		size_t i = 0;

		while (i < sizeof names / sizeof *names && strcmp(names[i], field))
			i++;
		if (i == sizeof names / sizeof *names)
			return xs_fail(
				XS_EINPUT,
				"%s:%zu: unknown field \"%.40s\"; known are name, hash, anonymous, "
				"sites, filters, rate, rerank, embed, search and metrics",
				k->path, k->line, field);
	}
	return XS_OK;
}

static int keys_object(xs_key *key, xs_keys *k, const json_t *object)
{
	const char *name = json_string_value(json_object_get(object, "name"));
	const json_t *rate = json_object_get(object, "rate");
	/* First the fields that say whose key it is, so that an error names what is missing;
	 * the conditions after them. */
	int rc = keys_known(k, object);

	if (rc == XS_OK)
		rc = keys_switch(&key->anonymous, k, object, "anonymous", false);
	if (rc == XS_OK && !key->anonymous && (!name || !*name))
		rc = keys_wrong(k, "name", "a text that is not empty");
	if (rc == XS_OK && !key->anonymous)
		rc = keys_hash(key, k, json_string_value(json_object_get(object, "hash")));
	if (rc == XS_OK && rate && (!json_is_number(rate) || json_number_value(rate) < 0))
		rc = keys_wrong(k, "rate", "requests a second, a number from 0");
	if (rc != XS_OK || (rc = keys_filters(key, k, object)) ||
	    (rc = keys_switch(&key->rerank, k, object, "rerank", true)) ||
	    /* Who may not cost the time of one model may not cost that of the other, unless told. */
	    (rc = keys_switch(&key->embed, k, object, "embed", key->rerank)) ||
	    (rc = keys_switch(&key->search, k, object, "search", true)) ||
	    (rc = keys_switch(&key->metrics, k, object, "metrics", false)))
		return rc;
	key->rate = json_number_value(rate);
	key->name = key->anonymous ? "anonymous" : xs_arena_dup(k->arena, name);
	for (size_t i = 0; i < k->n; i++)
		if (!strcmp(k->items[i].name, key->name))
			return xs_fail(XS_EINPUT, "%s:%zu: the name \"%s\" stands twice", k->path,
				       k->line, key->name);
	return XS_OK;
}

static int keys_line(xs_keys *k, const char *text, size_t len)
{
	xs_key key = {0};
	json_error_t e;
	json_t *object;
	int rc;

	/* Empty lines and comments: people write this file by hand. */
	if (len == 0 || *text == '#' || strspn(text, " \t\r") >= len)
		return XS_OK;
	/* A second "filters" in a line would replace the first one in silence. */
	object = json_loadb(text, len, JSON_REJECT_DUPLICATES, &e);
	if (!json_is_object(object))
		rc = xs_fail(XS_EINPUT, "%s:%zu: expected a JSON object in one line%s%s", k->path,
			     k->line, object ? "" : ": ", object ? "" : e.text);
	else
		rc = keys_object(&key, k, object);
	json_decref(object);
	if (rc != XS_OK)
		return rc;
	k->items = xs_grow(k->items, k->n, &k->cap, sizeof *k->items);
	k->items[k->n++] = key;
	return XS_OK;
}

int xs_keys_parse(xs_keys **out, const char *path, const char *text, size_t len)
{
	xs_keys *k = xs_calloc(1, sizeof *k);
	const char *end = text + len, *stop;
	int rc = XS_OK;

	*out = NULL;
	k->arena = xs_arena_new();
	k->path = xs_arena_dup(k->arena, path);
	for (; text < end && rc == XS_OK; text = stop + 1) {
		stop = memchr(text, '\n', (size_t)(end - text));
		/* The last line may lack its newline. */
		stop = stop ? stop : end;
		k->line++;
		rc = keys_line(k, text, (size_t)(stop - text));
	}
	if (rc != XS_OK)
		xs_keys_free(k);
	else
		*out = k;
	return rc;
}

/* A missing file is refused: a mistyped path must not open the server to all. */
int xs_keys_open(xs_keys **out, const char *path)
{
	xs_arena *a = xs_arena_new();
	char *text;
	size_t len;
	int rc = xs_file_read(&text, &len, a, path, KEYS_FILE);

	*out = NULL;
	if (rc == XS_ENOTFOUND)
		rc = xs_fail(XS_EINPUT, "serve.keys: there is no file %s", path);
	else if (rc == XS_OK)
		rc = xs_keys_parse(out, path, text, len);
	xs_arena_free(a);
	return rc;
}

void xs_keys_free(xs_keys *k)
{
	if (!k)
		return;
	free(k->items);
	xs_arena_free(k->arena);
	free(k);
}

/* A plain hash, without salt and rounds: a secret has 192 random bits, which nobody can try
 * out, and each request pays for the hash. */
static void keys_digest(unsigned char hash[32], const char *secret)
{
	struct sha256_ctx c;

	sha256_init(&c);
	sha256_update(&c, strlen(secret), (const uint8_t *)secret);
	sha256_digest(&c, 32, hash);
}

const xs_key *xs_keys_find(const xs_keys *k, const char *secret)
{
	unsigned char hash[32];

	if (secret)
		keys_digest(hash, secret);
	for (size_t i = 0; i < k->n; i++) {
		const xs_key *key = &k->items[i];

		/* Compared in the same time whatever differs (memeql_sec), so that nobody finds
		 * a hash byte by byte. */
		if (secret ? !key->anonymous && memeql_sec(key->hash, hash, sizeof hash)
			   : key->anonymous)
			return key;
	}
	return NULL;
}

static void keys_hex(char *out, const unsigned char *bytes, size_t n)
{
	base16_encode_update(out, n, bytes);
	out[BASE16_ENCODE_LENGTH(n)] = '\0';
}

int xs_keys_make(const char **secret, const char **line, xs_arena *a, const char *name)
{
	unsigned char bytes[KEYS_SECRET], hash[32];
	char text[2 * KEYS_SECRET + 1], hex[65];
	json_t *object;
	char *dump;

	if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
		return xs_fail(XS_EIO, "the system gave no random bytes for a key");
	keys_hex(text, bytes, sizeof bytes);
	*secret = xs_arena_printf(a, KEYS_PREFIX "%s", text);
	keys_digest(hash, *secret);
	keys_hex(hex, hash, sizeof hash);
	object =
		json_pack("{s:s, s:s}", "name", name, "hash", xs_arena_printf(a, "sha256:%s", hex));
	/* json_pack() gives NULL for a name that is not UTF-8. */
	if (!*name || !object) {
		json_decref(object);
		return xs_fail(XS_EINPUT, "a key's name: expected UTF-8 that is not empty");
	}
	dump = json_dumps(object, JSON_COMPACT);
	/* The line has the hash alone: whoever reads the file of keys has no key. */
	*line = xs_arena_dup(a, dump);
	free(dump);
	json_decref(object);
	return XS_OK;
}
