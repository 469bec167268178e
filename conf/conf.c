/* SPDX-License-Identifier: GPL-2.0-or-later */
/* conf.c - every setting, checked, in one struct. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "conf/origin.h"
#include "conf/table.h"
#include "conf/value.h"
#include "conf/yaml.h"

#ifndef XS_SYSCONFDIR
#define XS_SYSCONFDIR "/etc"
#endif

/* More than document.c takes, so that the message about a large file is its own. */
enum { CONF_READ = 1 << 20 };

/* "a, b", "[a, b]" without quotes: split at commas, spaces around the parts removed.  An item that
 * holds a comma cannot be written so: whoever needs one writes a YAML list, which xs_conf_set()
 * gives to libyaml. */
static size_t conf_split(const char ***out, const char *text, xs_arena *a)
{
	size_t n = 0, len;
	const char **parts = xs_arena_array(a, strlen(text) + 2, sizeof *parts);

	while (*text) {
		text += strspn(text, " ");
		len = strcspn(text, ",");
		/* Each comma ends an item, so there are at most as many items as bytes, and one
		 * more. */
		parts[n] = xs_arena_dupn(a, text, len);
		for (size_t end = len; end > 0 && parts[n][end - 1] == ' '; end--)
			((char *)parts[n])[end - 1] = '\0';
		n++;
		text += len;
		/* A comma at the end makes an empty item, which value.c refuses: something was left
		 * out. */
		if (*text == ',' && text[1] == '\0')
			parts[n++] = "";
		text += *text == ',';
	}
	*out = parts;
	return n;
}

/* The default of a list, "[a, b]" in the table. */
static size_t conf_fallback(const char ***out, const xs_conf_key *key, xs_arena *a)
{
	return conf_split(out, xs_arena_dupn(a, key->fallback + 1, strlen(key->fallback) - 2), a);
}

/* A default goes through the same parser as a value of the file: the table can hold it as text, and
 * the manual shows what is really in force. */
static void conf_default(xs_conf *c, const xs_conf_key *key)
{
	xs_conf_origins *o = c->origins;
	const char **texts = (const char **)&key->fallback;
	size_t n = 1, bad;

	if (xs_value_is_list(key))
		n = conf_fallback(&texts, key, o->arena);
	/* A default outside its own range is our defect; t_conf reads each row's default back. */
	(void)xs_value_parse(c, &bad, key, texts, n, o->folder, o->arena);
}

/* All texts are in one arena that only grows.  A text that is replaced by -o stays in it, so one
 * that somebody borrowed never becomes invalid. */
static xs_conf *conf_make(const char *path)
{
	xs_conf *c = xs_calloc(1, sizeof *c);
	xs_arena *a = xs_arena_new();
	xs_conf_origins *o = xs_arena_alloc(a, sizeof *o);
	const char *slash = strrchr(path, '/');
	const xs_conf_key *key;
	size_t n = 0;

	/* Keys of maps count too, though their places stay unused: so a row's number is its
	 * place. */
	while (xs_conf_key_at(n))
		n++;
	o->arena = a;
	o->file = xs_arena_dup(a, path);
	/* A file in the root has the folder "/": "" would mean the process's folder. */
	o->folder = slash ? xs_arena_dupn(a, path, slash == path ? 1 : (size_t)(slash - path)) : "";
	o->rows = xs_arena_array(a, n, sizeof *o->rows);
	c->origins = o;
	for (size_t i = 0; (key = xs_conf_key_at(i)); i++) {
		/* Keys of a map have no field here: each map gets their defaults when it is
		 * read. */
		if (!xs_conf_maps(key))
			conf_default(c, key);
	}
	return c;
}

/* Also where no file is found: every setting has a default, so the program runs without one. */
xs_conf *xs_conf_new(void)
{
	return conf_make("");
}

void xs_conf_free(xs_conf *c)
{
	if (!c)
		return;
	/* This list grows by realloc, so it is not in the arena. */
	free(c->origins->stages);
	xs_arena_free(c->origins->arena);
	free(c);
}

/* Half a configuration is never given out: a server that reloads keeps its old one whole. */
int xs_conf_parse(xs_conf **out, const char *path, const char *text, size_t len)
{
	xs_conf *c = conf_make(path);
	int rc = xs_yaml_file(c, path, text, len);

	if (rc == XS_OK)
		rc = xs_conf_check(c);
	if (rc != XS_OK) {
		xs_conf_free(c);
		c = NULL;
	}
	*out = c;
	return rc;
}

int xs_conf_load(xs_conf **out, const char *path)
{
	xs_arena *a = xs_arena_new();
	char *text;
	size_t len;
	int rc = xs_file_read(&text, &len, a, path, CONF_READ);

	*out = NULL;
	/* Not found is an answer elsewhere, and sets no text.  Here somebody named the file. */
	if (rc == XS_ENOTFOUND)
		rc = xs_fail(XS_EINPUT, "%s: there is no such configuration file", path);
	else if (rc == XS_OK)
		rc = xs_conf_parse(out, path, text, len);
	xs_arena_free(a);
	return rc;
}

/* `name` is a text with a dot after the stage. */
static void conf_set_stage(xs_conf *c, const char *name, const char *value)
{
	const char *dot = strchr(name, '.');
	char *stage = xs_arena_dupn(c->origins->arena, name, (size_t)(dot - name));

	xs_origin_stage(c, stage, dot + 1, value, (xs_origin){XS_LINE_OPTION, 0});
}

/* The folder is "": a path of -o starts where the user stands, not at the file. */
static int conf_set_plain(xs_conf *c, const xs_conf_key *key, const char *value)
{
	xs_arena *a = c->origins->arena;
	const char **texts = &value;
	size_t n = 1, bad;

	if (xs_value_is_list(key))
		n = conf_split(&texts, value, a);
	if (xs_value_parse(c, &bad, key, texts, n, "", a))
		return XS_OK;
	/* An empty list has no item to show. */
	return xs_fail(XS_EINPUT, "-o %s: expected %s, found %s", key->name,
		       xs_conf_expected(key, a), xs_value_quote(n ? texts[bad] : "", a));
}

int xs_conf_set(xs_conf *c, const char *name, const char *value)
{
	const xs_conf_key *key = xs_conf_key_find(name);
	xs_arena *a = c->origins->arena;
	const char *nearest;
	int rc;

	/* First of all: the sentences below quote these texts, and xs_conf_write() makes YAML of
	 * them. */
	if (!xs_value_is_utf8(name) || !xs_value_is_utf8(value))
		return xs_fail(XS_EINPUT, "-o: expected UTF-8, found other bytes in %s",
			       xs_value_quote(name, a));
	/* Not told as an unknown key: the nearest one of the table would be a wrong hint here. */
	if (strncmp(name, "stages", 6) == 0 && (!name[6] || (!key && name[6] == '.')))
		return xs_fail(XS_EINPUT, "-o %s: expected stages.NAME.KEY=text", name);
	if (!key) {
		nearest = xs_conf_nearest(name);
		name = xs_value_quote(name, a);
		if (nearest)
			return xs_fail(XS_EINPUT, "-o: unknown key %s; did you mean \"%s\"?", name,
				       nearest);
		return xs_fail(XS_EINPUT, "-o: unknown key %s", name);
	}
	/* With several maps it would not be clear which one is meant. */
	if (xs_conf_maps(key))
		return xs_fail(XS_EINPUT, "-o %s: a key of each item; expected %s='[{…}]'",
			       key->name, xs_conf_maps(key)->name);
	if (key->type == XS_CONF_STAGES) {
		/* `stages` alone was refused above, so a stage's name and a dot follow. */
		conf_set_stage(c, name + 7, value);
		rc = XS_OK;
	} else if (key->type == XS_CONF_MAPS || (xs_value_is_list(key) && *value == '[')) {
		/* A bracket asks for YAML, where items can be quoted.  Without one a list is split
		 * at commas, which is easier to type in a shell. */
		rc = xs_yaml_value(c, key, value);
	} else {
		rc = conf_set_plain(c, key, value);
	}
	/* Last: a value that was refused keeps its origin, too. */
	if (rc == XS_OK)
		c->origins->rows[xs_table_number(key)] = (xs_origin){XS_LINE_OPTION, 0};
	return rc;
}

/* "file:line:column: " or "-o: " of the one of two keys that was set; of the first if both. */
static const char *conf_place(const xs_conf *c, xs_arena *a, const char *first, const char *second)
{
	const char *origin = xs_conf_origin(c, a, first);

	return strcmp(origin, "default") == 0 ? xs_conf_origin(c, a, second) : origin;
}

enum { CONF_FACETS = 26 }; /* of metadata; a letter each in index/facet.h */

/* Not a matter of the table: `meta.FIELD` is a form, and no word that could be listed. */
static int conf_check_facets(const xs_conf *c, xs_arena *a)
{
	static const char *const own[] = {"type", "section", "lang", "date"};
	size_t meta = 0;

	for (size_t i = 0; i < c->search.facets.n; i++) {
		const char *name = c->search.facets.items[i];
		bool known = strncmp(name, "meta.", 5) == 0 &&
			     xs_table_is_name(name + 5, strlen(name + 5));

		/* Before the fixed names are looked at: what is known here is a field of
		 * metadata. */
		meta += known;
		for (size_t k = 0; k < sizeof own / sizeof *own && !known; k++)
			known = strcmp(name, own[k]) == 0;
		if (!known)
			return xs_fail(
				XS_EINPUT,
				"%s: search.facets has %s; expected type, section, lang, date or "
				"meta.FIELD with a name of letters, digits, _ and -",
				xs_conf_origin(c, a, "search.facets"), xs_value_quote(name, a));
	}
	if (meta > CONF_FACETS)
		return xs_fail(XS_EINPUT,
			       "%s: search.facets has %zu fields of metadata; expected at most %d",
			       xs_conf_origin(c, a, "search.facets"), meta, CONF_FACETS);
	return XS_OK;
}

/* "all" needs no test of its own, as it has the form of a code.  Whether there is such a language
 * is asked by the command `check`, which has ICU. */
static int conf_check_languages(const xs_conf *c, xs_arena *a)
{
	for (size_t i = 0; i < c->rerank.languages.n; i++) {
		const char *code = c->rerank.languages.items[i];
		size_t len = strlen(code);

		if (strcmp(code, "model") == 0)
			continue;
		if (len < 2 || len > 3 || strspn(code, "abcdefghijklmnopqrstuvwxyz") < len)
			return xs_fail(
				XS_EINPUT,
				"%s: rerank.languages has %s; expected model, all, or a code of two "
				"or three letters such as en",
				xs_conf_origin(c, a, "rerank.languages"), xs_value_quote(code, a));
	}
	return XS_OK;
}

/* What one key alone cannot tell; the message names the place of the key that was set.  It runs for
 * the file alone and again after -o, so a file that is wrong by itself is refused even where an -o
 * would mend it. */
int xs_conf_check(const xs_conf *c)
{
	xs_arena *a = xs_arena_new();
	int rc = XS_OK;

	if (c->search.results > c->search.max_results)
		rc = xs_fail(
			XS_EINPUT,
			"%s: search.results (%d) is above search.max_results (%d); expected no "
			"more than that",
			conf_place(c, a, "search.results", "search.max_results"), c->search.results,
			c->search.max_results);
	else if (c->index.passage_overlap >= c->index.passage_words)
		rc = xs_fail(XS_EINPUT,
			     "%s: index.passage_overlap (%d) is not below index.passage_words (%d)",
			     conf_place(c, a, "index.passage_overlap", "index.passage_words"),
			     c->index.passage_overlap, c->index.passage_words);
	else
		rc = conf_check_facets(c, a);
	if (rc == XS_OK)
		rc = conf_check_languages(c, a);
	xs_arena_free(a);
	return rc;
}

int xs_conf_find(const char **out, xs_arena *a, const char *given)
{
	static const char name[] = "xapian-search.yaml";
	const char *home = getenv("HOME"), *xdg = getenv("XDG_CONFIG_HOME"), *places[3] = {name};
	size_t n = 1;

	*out = given;
	if (given)
		return XS_OK;
	/* A relative path is ignored, as the XDG Base Directory Specification asks. */
	if (xdg && *xdg == '/')
		places[n++] = xs_arena_printf(a, "%s/xapian-search/%s", xdg, name);
	else if (home && *home)
		places[n++] = xs_arena_printf(a, "%s/.config/xapian-search/%s", home, name);
	/* From the nearest to the farthest: the folder at hand, the user, the machine. */
	places[n++] = xs_arena_printf(a, "%s/%s", XS_SYSCONFDIR, name);
	for (size_t i = 0; i < n; i++) {
		/* One that is there and cannot be read is found, and loading says so. */
		if (access(places[i], F_OK) == 0 || errno == EACCES) {
			*out = places[i];
			return XS_OK;
		}
	}
	return XS_ENOTFOUND;
}
