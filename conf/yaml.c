/* SPDX-License-Identifier: GPL-2.0-or-later */
/* yaml.c - YAML text into the settings struct.
 *
 * libyaml builds the whole document first; the table of keys then walks it, so the walk is only as
 * deep as the table. */
#include <string.h>

#include "conf/document.h"
#include "conf/maps.h"
#include "conf/origin.h"
#include "conf/table.h"
#include "conf/value.h"
#include "conf/yaml.h"

typedef struct yaml_reader {
	xs_document d;
	xs_conf *c;
} yaml_reader;

/* One form for all complaints about a value: the key, what the table expects, what the file has. */
static int yaml_expected(const yaml_reader *r, const xs_conf_key *key, const yaml_node_t *node,
			 const char *found)
{
	return xs_document_fail(&r->d, node->start_mark, "%s: expected %s, found %s", key->name,
				xs_conf_expected(key, r->d.arena), found);
}

/* With the likely name: most unknown keys are slips, or stand in the wrong section. */
static int yaml_unknown(const yaml_reader *r, const yaml_node_t *node, const char *name)
{
	const char *nearest = xs_conf_nearest(name), *quoted = xs_value_quote(name, r->d.arena);

	if (nearest)
		return xs_document_fail(&r->d, node->start_mark,
					"unknown key %s; did you mean \"%s\"?", quoted, nearest);
	return xs_document_fail(&r->d, node->start_mark, "unknown key %s", quoted);
}

/* Items are texts: no key has a use for a list in a list. */
static int yaml_list(yaml_reader *r, void *base, const xs_conf_key *key, const yaml_node_t *node)
{
	const yaml_node_item_t *start = node->data.sequence.items.start;
	size_t n = (size_t)(node->data.sequence.items.top - start), bad;
	const char **texts = xs_arena_array(r->d.arena, n + 1, sizeof *texts);
	int rc;

	for (size_t i = 0; i < n; i++) {
		const yaml_node_t *item = xs_document_node(&r->d, start[i]);

		rc = xs_document_visit(&r->d, item);
		if (rc != XS_OK)
			return rc;
		if (item->type != YAML_SCALAR_NODE)
			return xs_document_fail(&r->d, item->start_mark,
						"%s: expected %s, found %s in it", key->name,
						xs_conf_expected(key, r->d.arena),
						xs_document_found(&r->d, item));
		rc = xs_document_text(&texts[i], &r->d, item);
		if (rc != XS_OK)
			return rc;
	}
	/* All texts first, then the value: a list is set as a whole or not at all. */
	if (xs_value_parse(base, &bad, key, texts, n, r->d.option ? "" : r->c->origins->folder,
			   r->d.arena))
		return XS_OK;
	/* An empty list has no item to point at, so the whole is named. */
	if (n == 0)
		return yaml_expected(r, key, node, "an empty list");
	node = xs_document_node(&r->d, start[bad]);
	return xs_document_fail(&r->d, node->start_mark, "%s: expected %s, found %s in it",
				key->name, xs_conf_expected(key, r->d.arena),
				xs_value_quote(texts[bad], r->d.arena));
}

/* A key of any type but MAPS and STAGES.  One text is not taken for a list of one: `exclude: a,
 * b` would be one pattern that matches nothing. */
static int yaml_plain(yaml_reader *r, void *base, const xs_conf_key *key, const yaml_node_t *node)
{
	bool list = xs_value_is_list(key);
	const char *text;
	size_t bad;
	int rc;

	if (node->type != (list ? YAML_SEQUENCE_NODE : YAML_SCALAR_NODE))
		return yaml_expected(r, key, node, xs_document_found(&r->d, node));
	if (list)
		return yaml_list(r, base, key, node);
	rc = xs_document_text(&text, &r->d, node);
	if (rc != XS_OK)
		return rc;
	if (!xs_value_parse(base, &bad, key, &text, 1, r->d.option ? "" : r->c->origins->folder,
			    r->d.arena))
		return yaml_expected(r, key, node, xs_value_quote(text, r->d.arena));
	return XS_OK;
}

/* What the keys of a source must have, whatever their order.  An empty `path:` counts as missing. */
static int yaml_check_source(const yaml_reader *r, xs_conf_source *source, const yaml_node_t *map)
{
	if (!source->path)
		source->path = "";
	if (!*source->path && !*source->crawl)
		return xs_document_fail(
			&r->d, map->start_mark,
			"a source without its path; expected path: FOLDER, or crawl: URL");
	if (*source->path && *source->crawl)
		return xs_document_fail(&r->d, map->start_mark,
					"a source with a path and a crawl; expected one of them");
	return XS_OK;
}

static int yaml_check_filter(const yaml_reader *r, const xs_conf_filter *filter,
			     const yaml_node_t *map)
{
	if (!filter->command.n)
		return xs_document_fail(&r->d, map->start_mark,
					"a filter without its command; expected command: [PROGRAM, "
					"ARGUMENT]");
	if (!filter->include.n && !filter->types.n)
		return xs_document_fail(&r->d, map->start_mark,
					"a filter without files; expected include: [PATTERN], or "
					"types: [MIME TYPE]");
	return XS_OK;
}

/* Needs the defaults of the item in place: keys that are absent or null keep them. */
static int yaml_map(yaml_reader *r, void *item, const xs_conf_key *maps, const yaml_node_t *map)
{
	const yaml_node_pair_t *pair = map->data.mapping.pairs.start;
	int rc;

	for (; pair < map->data.mapping.pairs.top; pair++) {
		const yaml_node_t *value = xs_document_node(&r->d, pair->value);
		const xs_conf_key *key;
		const char *name;

		rc = xs_document_key(&name, &r->d, map, pair);
		if (rc == XS_OK)
			rc = xs_document_visit(&r->d, value);
		if (rc != XS_OK)
			return rc;
		/* The table has whole names: `path` alone could be a key of any section. */
		name = xs_arena_printf(r->d.arena, "%s.%s", maps->name, name);
		key = xs_table_row(name);
		if (!key)
			return yaml_unknown(r, xs_document_node(&r->d, pair->key), name);
		if (xs_document_is_null(value))
			continue;
		rc = yaml_plain(r, item, key, value);
		if (rc != XS_OK)
			return rc;
	}
	return XS_OK;
}

/* The table's defaults of an item; what has none stays zeroed, or empty.  All lists of an item are empty by
 * default, so the text "[]" of the table is not parsed. */
static void yaml_map_init(void *item, const xs_conf_key *maps, xs_arena *a)
{
	static const char *const none[] = {NULL};
	const xs_conf_key *key;
	size_t bad;

	for (size_t i = 0; (key = xs_conf_key_at(i)); i++) {
		if (xs_conf_maps(key) == maps && (key->fallback || xs_value_is_list(key)))
			xs_value_parse(item, &bad, key,
				       xs_value_is_list(key) ? none : &key->fallback,
				       !xs_value_is_list(key), "", a);
	}
}

/* The conf is changed at the very end: after a wrong -o it still has its old items. */
static int yaml_maps(yaml_reader *r, const xs_conf_key *key, const yaml_node_t *node)
{
	bool sources = xs_maps_is_sources(key);
	void *items, *one;
	size_t n;
	int rc;

	if (node->type != YAML_SEQUENCE_NODE)
		return yaml_expected(r, key, node, xs_document_found(&r->d, node));
	n = (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
	items = xs_maps_new(key, n + 1, r->d.arena);
	for (size_t i = 0; i < n; i++) {
		const yaml_node_t *item =
			xs_document_node(&r->d, node->data.sequence.items.start[i]);

		rc = xs_document_visit(&r->d, item);
		if (rc != XS_OK)
			return rc;
		if (item->type != YAML_MAPPING_NODE)
			return xs_document_fail(&r->d, item->start_mark,
						"%s: expected a map such as \"%s\", found %s",
						key->name,
						sources ? "path: FOLDER" : "command: [PROGRAM]",
						xs_document_found(&r->d, item));
		one = xs_maps_at(items, key, i);
		yaml_map_init(one, key, r->d.arena);
		rc = yaml_map(r, one, key, item);
		if (rc == XS_OK)
			rc = sources ? yaml_check_source(r, one, item)
				     : yaml_check_filter(r, one, item);
		if (rc != XS_OK)
			return rc;
	}
	xs_maps_set(r->c, key, items, n);
	return XS_OK;
}

/* libyaml counts from 0, editors from 1. */
static xs_origin yaml_origin(const yaml_node_t *node)
{
	return (xs_origin){(int)node->start_mark.line + 1, (int)node->start_mark.column + 1};
}

/* Names below `stages` are those that -o and the written form can hold. */
static int yaml_name(const yaml_reader *r, const yaml_node_t *node, const char *name)
{
	if (xs_table_is_name(name, strlen(name)))
		return XS_OK;
	return xs_document_fail(&r->d, node->start_mark,
				"expected a name of letters, digits, _ and -, found %s",
				xs_value_quote(name, r->d.arena));
}

/* The map of one stage. */
static int yaml_stage(yaml_reader *r, const char *stage, const yaml_node_t *map)
{
	const yaml_node_pair_t *pair = map->data.mapping.pairs.start;
	int rc;

	for (; pair < map->data.mapping.pairs.top; pair++) {
		const yaml_node_t *value = xs_document_node(&r->d, pair->value);
		const char *key, *text;

		rc = xs_document_key(&key, &r->d, map, pair);
		if (rc == XS_OK)
			rc = xs_document_visit(&r->d, value);
		if (rc != XS_OK)
			return rc;
		rc = yaml_name(r, xs_document_node(&r->d, pair->key), key);
		if (rc != XS_OK)
			return rc;
		/* The bound of one map is not enough: there may be a thousand maps of a thousand
		 * settings. */
		if (r->c->stages.n >= XS_DOCUMENT_ENTRIES)
			return xs_document_fail(&r->d, value->start_mark,
						"more than %d settings of stages",
						XS_DOCUMENT_ENTRIES);
		if (value->type != YAML_SCALAR_NODE)
			return xs_document_fail(&r->d, value->start_mark,
						"stages.%s.%s: expected a text or number, found %s",
						stage, key, xs_document_found(&r->d, value));
		rc = xs_document_text(&text, &r->d, value);
		if (rc != XS_OK)
			return rc;
		/* An empty value is the empty text here: which default it could leave is known to
		 * the stage alone. */
		xs_origin_stage(r->c, stage, key, xs_document_is_null(value) ? "" : text,
				yaml_origin(value));
	}
	return XS_OK;
}

/* Not by rows of the table: its keys are names that plugins choose. */
static int yaml_stages(yaml_reader *r, const xs_conf_key *row, const yaml_node_t *node)
{
	const yaml_node_pair_t *pair;
	int rc;

	if (node->type != YAML_MAPPING_NODE)
		return yaml_expected(r, row, node, xs_document_found(&r->d, node));
	for (pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++) {
		const yaml_node_t *value = xs_document_node(&r->d, pair->value);
		const char *stage;

		rc = xs_document_key(&stage, &r->d, node, pair);
		if (rc == XS_OK)
			rc = xs_document_visit(&r->d, value);
		if (rc != XS_OK)
			return rc;
		rc = yaml_name(r, xs_document_node(&r->d, pair->key), stage);
		if (rc != XS_OK)
			return rc;
		if (xs_document_is_null(value))
			continue;
		if (value->type != YAML_MAPPING_NODE)
			return xs_document_fail(&r->d, value->start_mark,
						"stages.%s: expected a map of settings, found %s",
						stage, xs_document_found(&r->d, value));
		rc = yaml_stage(r, stage, value);
		if (rc != XS_OK)
			return rc;
	}
	return XS_OK;
}

/* Twice is an error, not "the last counts": dotted and nested forms may stand far apart. */
static int yaml_row(yaml_reader *r, const xs_conf_key *key, const yaml_node_t *node)
{
	xs_origin *origin = &r->c->origins->rows[xs_table_number(key)];
	int rc;

	/* -o is applied after the file, so a line above 0 is a line of this file. */
	if (origin->line > 0)
		return xs_document_fail(&r->d, node->start_mark,
					"%s is set twice, first in line %d", key->name,
					origin->line);
	/* An empty value leaves the default, and with it the origin "default". */
	if (xs_document_is_null(node))
		return XS_OK;
	if (key->type == XS_CONF_MAPS)
		rc = yaml_maps(r, key, node);
	else if (key->type == XS_CONF_STAGES)
		rc = yaml_stages(r, key, node);
	else
		rc = yaml_plain(r, r->c, key, node);
	if (rc == XS_OK)
		*origin = yaml_origin(node);
	return rc;
}

/* The whole document (prefix NULL) or one of its sections.  Dotted keys are taken at the top as
 * well: `rerank.depth: 20`.  It goes two levels deep at most: `blend.weights` has no sections. */
static int yaml_section(yaml_reader *r, const yaml_node_t *map, const char *prefix)
{
	const yaml_node_pair_t *pair = map->data.mapping.pairs.start;
	int rc = XS_OK;

	for (; rc == XS_OK && pair < map->data.mapping.pairs.top; pair++) {
		const yaml_node_t *value = xs_document_node(&r->d, pair->value);
		const xs_conf_key *key;
		const char *name;

		rc = xs_document_key(&name, &r->d, map, pair);
		if (rc == XS_OK)
			rc = xs_document_visit(&r->d, value);
		if (rc != XS_OK)
			return rc;
		if (prefix)
			name = xs_arena_printf(r->d.arena, "%s.%s", prefix, name);
		key = xs_table_row(name);
		/* `sources.path: x` at the top is refused: it would not say of which source. */
		if (key && !xs_conf_maps(key))
			rc = yaml_row(r, key, value);
		else if (!xs_table_is_section(name))
			rc = yaml_unknown(r, xs_document_node(&r->d, pair->key), name);
		else if (value->type == YAML_MAPPING_NODE)
			rc = yaml_section(r, value, name);
		else if (!xs_document_is_null(value))
			rc = xs_document_fail(&r->d, value->start_mark,
					      "%s: expected a map of settings, found %s", name,
					      xs_document_found(&r->d, value));
	}
	return rc;
}

/* An empty file, or one of comments alone, has no root: all stays at its default.  So does a
 * section of which every key is commented out. */
int xs_yaml_file(xs_conf *c, const char *path, const char *text, size_t len)
{
	yaml_reader r = {
		.c = c,
		.d = {.arena = c->origins->arena, .path = path, .text = text, .len = len},
	};
	const yaml_node_t *root;
	int rc = xs_document_load(&root, &r.d);

	if (rc == XS_OK && root)
		rc = xs_document_visit(&r.d, root);
	if (rc == XS_OK && root && root->type == YAML_MAPPING_NODE)
		rc = yaml_section(&r, root, NULL);
	else if (rc == XS_OK && root && !xs_document_is_null(root))
		rc = xs_document_fail(&r.d, root->start_mark,
				      "expected a map of settings, found %s",
				      xs_document_found(&r.d, root));
	xs_document_free(&r.d);
	return rc;
}

/* `-o sources=` has no root; a list that begins with a bracket always has one. */
int xs_yaml_value(xs_conf *c, const xs_conf_key *key, const char *text)
{
	yaml_reader r = {
		.c = c,
		.d = {.arena = c->origins->arena,
		      .path = "-o",
		      .text = text,
		      .option = key->name,
		      .len = strlen(text)},
	};
	const yaml_node_t *root;
	int rc = xs_document_load(&root, &r.d);

	if (rc == XS_OK && !root)
		rc = xs_fail(XS_EINPUT, "-o %s: expected %s, found nothing", key->name,
			     xs_conf_expected(key, c->origins->arena));
	if (rc == XS_OK)
		rc = xs_document_visit(&r.d, root);
	if (rc == XS_OK)
		rc = key->type == XS_CONF_MAPS ? yaml_maps(&r, key, root)
					       : yaml_plain(&r, c, key, root);
	xs_document_free(&r.d);
	return rc;
}
