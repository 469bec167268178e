/* SPDX-License-Identifier: GPL-2.0-or-later */
/* yaml.c - YAML text into the settings struct.
 *
 * libyaml builds the whole document first; the table then walks it.  Aliases point into the same
 * nodes, so a document could be far larger when walked than when read: the walk is only as deep
 * as the table, and counts what it visits. */
#include <string.h>
#include <yaml.h>

#include "conf/expand.h"
#include "conf/origin.h"
#include "conf/table.h"
#include "conf/value.h"
#include "conf/yaml.h"

/* No site comes near these; they bound the work for a hostile file. */
enum {
	YAML_BYTES = 256 << 10, /* of the file */
	YAML_VISITS = 100000,	/* values, those behind an alias each time */
	YAML_TEXT = 4 << 20,	/* bytes of all texts, with aliases and variables */
	YAML_ENTRIES = 1000	/* of one list or map, and of all stages' settings */
};

typedef struct yaml_reader {
	yaml_document_t document;
	xs_conf *c;
	const char *path; /* for messages */
	const char *text;
	size_t len;
	const xs_conf_key *option; /* a value of -o: no places in it, ${...} stays; or NULL */
	size_t visits, bytes;
} yaml_reader;

static xs_arena *yaml_arena(const yaml_reader *r)
{
	return r->c->origins->arena;
}

static int yaml_fail(const yaml_reader *r, yaml_mark_t mark, const char *format, ...)
	XS_PRINTF(3, 4);

static int yaml_fail(const yaml_reader *r, yaml_mark_t mark, const char *format, ...)
{
	size_t named = r->option ? strlen(r->option->name) : 0;
	const char *sentence;
	va_list args;

	va_start(args, format);
	(void)xs_vfail(XS_EINPUT, format, args);
	va_end(args);
	sentence = xs_arena_dup(yaml_arena(r), xs_error());
	if (!r->option)
		return xs_fail(XS_EINPUT, "%s:%zu:%zu: %s", r->path, mark.line + 1, mark.column + 1,
			       sentence);
	/* Not "-o sources: sources: …". */
	if (strncmp(sentence, r->option->name, named) == 0 && sentence[named] == ':')
		sentence += named + 2;
	return xs_fail(XS_EINPUT, "-o %s: %s", r->option->name, sentence);
}

static yaml_node_t *yaml_node(yaml_reader *r, int number)
{
	return yaml_document_get_node(&r->document, number);
}

static const char *yaml_scalar(const yaml_node_t *node)
{
	return (const char *)node->data.scalar.value;
}

/* An empty value (`key:`, `~`, null) leaves the default. */
static bool yaml_is_null(const yaml_node_t *node)
{
	static const char *const words[] = {"", "~", "null", "Null", "NULL"};

	if (node->type != YAML_SCALAR_NODE || node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return false;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (strcmp(yaml_scalar(node), words[i]) == 0)
			return true;
	}
	return false;
}

/* What a node is, for "found …". */
static const char *yaml_found(const yaml_reader *r, const yaml_node_t *node)
{
	switch (node->type) {
	case YAML_SEQUENCE_NODE: return "a list";
	case YAML_MAPPING_NODE: return "a map";
	default:
		return yaml_is_null(node) ? "nothing"
					  : xs_value_quote(yaml_scalar(node), yaml_arena(r));
	}
}

static int yaml_expected(const yaml_reader *r, const xs_conf_key *key, const yaml_node_t *node,
			 const char *found)
{
	return yaml_fail(r, node->start_mark, "%s: expected %s, found %s", key->name,
			 xs_conf_expected(key, yaml_arena(r)), found);
}

/* To be called for each node that is looked at. */
static int yaml_visit(yaml_reader *r, const yaml_node_t *node)
{
	static const char core[] = "tag:yaml.org,2002:";
	const char *tag = (const char *)node->tag;
	size_t entries = 0;

	if (++r->visits > YAML_VISITS)
		return yaml_fail(r, node->start_mark, "more than %d values, with aliases counted",
				 YAML_VISITS);
	if (tag && strncmp(tag, core, sizeof core - 1) != 0)
		return yaml_fail(r, node->start_mark, "the tag %s is not supported",
				 xs_value_quote(tag, yaml_arena(r)));
	if (node->type == YAML_SEQUENCE_NODE)
		entries = (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
	else if (node->type == YAML_MAPPING_NODE)
		entries = (size_t)(node->data.mapping.pairs.top - node->data.mapping.pairs.start);
	else if (strlen(yaml_scalar(node)) != node->data.scalar.length)
		return yaml_fail(r, node->start_mark, "a NUL character in a text");
	if (entries > YAML_ENTRIES)
		return yaml_fail(r, node->start_mark, "%zu entries; at most %d are taken", entries,
				 YAML_ENTRIES);
	return XS_OK;
}

/* A scalar's text with its variables replaced. */
static int yaml_text(const char **out, yaml_reader *r, const yaml_node_t *node)
{
	const char *why = "";

	*out = r->option ? yaml_scalar(node) : xs_expand(yaml_scalar(node), yaml_arena(r), &why);
	if (!*out)
		return yaml_fail(r, node->start_mark, "%s", why);
	if (!xs_value_is_utf8(*out))
		return yaml_fail(r, node->start_mark,
				 "a variable of the environment is not in UTF-8");
	r->bytes += strlen(*out);
	if (r->bytes > YAML_TEXT)
		return yaml_fail(r, node->start_mark,
				 "more than %d bytes of text, with aliases and variables counted",
				 YAML_TEXT);
	return XS_OK;
}

/* The key of pair i of a map, checked: a text, and the first of its name. */
static int yaml_key(const char **out, yaml_reader *r, const yaml_node_t *map,
		    const yaml_node_pair_t *pair)
{
	const yaml_node_t *node = yaml_node(r, pair->key), *other;
	int rc = yaml_visit(r, node);

	if (rc != XS_OK)
		return rc;
	if (node->type != YAML_SCALAR_NODE)
		return yaml_fail(r, node->start_mark, "expected a key, found %s",
				 yaml_found(r, node));
	*out = yaml_scalar(node);
	if (strcmp(*out, "<<") == 0)
		return yaml_fail(r, node->start_mark, "merge keys (<<) are not supported");
	for (const yaml_node_pair_t *p = map->data.mapping.pairs.start; p < pair; p++) {
		other = yaml_node(r, p->key);
		if (strcmp(yaml_scalar(other), *out) == 0)
			return yaml_fail(r, node->start_mark,
					 "the key %s stands here twice, first in line %zu",
					 xs_value_quote(*out, yaml_arena(r)),
					 other->start_mark.line + 1);
	}
	return XS_OK;
}

static int yaml_unknown(const yaml_reader *r, const yaml_node_t *node, const char *name)
{
	const char *nearest = xs_conf_nearest(name), *quoted = xs_value_quote(name, yaml_arena(r));

	if (nearest)
		return yaml_fail(r, node->start_mark, "unknown key %s; did you mean \"%s\"?",
				 quoted, nearest);
	return yaml_fail(r, node->start_mark, "unknown key %s", quoted);
}

static int yaml_list(yaml_reader *r, void *base, const xs_conf_key *key, const yaml_node_t *node)
{
	const yaml_node_item_t *start = node->data.sequence.items.start;
	size_t n = (size_t)(node->data.sequence.items.top - start), bad;
	const char **texts = xs_arena_array(yaml_arena(r), n + 1, sizeof *texts);
	int rc;

	for (size_t i = 0; i < n; i++) {
		const yaml_node_t *item = yaml_node(r, start[i]);

		rc = yaml_visit(r, item);
		if (rc != XS_OK)
			return rc;
		if (item->type != YAML_SCALAR_NODE)
			return yaml_fail(r, item->start_mark, "%s: expected %s, found %s in it",
					 key->name, xs_conf_expected(key, yaml_arena(r)),
					 yaml_found(r, item));
		rc = yaml_text(&texts[i], r, item);
		if (rc != XS_OK)
			return rc;
	}
	if (xs_value_parse(base, key, texts, n, r->option ? "" : r->c->origins->folder,
			   yaml_arena(r), &bad))
		return XS_OK;
	if (n == 0)
		return yaml_expected(r, key, node, "an empty list");
	node = yaml_node(r, start[bad]);
	return yaml_fail(r, node->start_mark, "%s: expected %s, found %s in it", key->name,
			 xs_conf_expected(key, yaml_arena(r)),
			 xs_value_quote(texts[bad], yaml_arena(r)));
}

/* A key of any type but SOURCES and STAGES. */
static int yaml_plain(yaml_reader *r, void *base, const xs_conf_key *key, const yaml_node_t *node)
{
	bool list = xs_value_is_list(key);
	const char *text;
	size_t bad;
	int rc;

	if (node->type != (list ? YAML_SEQUENCE_NODE : YAML_SCALAR_NODE))
		return yaml_expected(r, key, node, yaml_found(r, node));
	if (list)
		return yaml_list(r, base, key, node);
	rc = yaml_text(&text, r, node);
	if (rc != XS_OK)
		return rc;
	if (!xs_value_parse(base, key, &text, 1, r->option ? "" : r->c->origins->folder,
			    yaml_arena(r), &bad))
		return yaml_expected(r, key, node, xs_value_quote(text, yaml_arena(r)));
	return XS_OK;
}

static int yaml_source(yaml_reader *r, xs_conf_source *source, const yaml_node_t *map)
{
	const yaml_node_pair_t *pair = map->data.mapping.pairs.start;
	int rc;

	for (; pair < map->data.mapping.pairs.top; pair++) {
		const yaml_node_t *value = yaml_node(r, pair->value);
		const xs_conf_key *key;
		const char *name;

		rc = yaml_key(&name, r, map, pair);
		if (rc == XS_OK)
			rc = yaml_visit(r, value);
		if (rc != XS_OK)
			return rc;
		name = xs_arena_printf(yaml_arena(r), "sources.%s", name);
		key = xs_table_row(name);
		if (!key)
			return yaml_unknown(r, yaml_node(r, pair->key), name);
		if (yaml_is_null(value))
			continue;
		rc = yaml_plain(r, source, key, value);
		if (rc != XS_OK)
			return rc;
	}
	if (!source->path)
		return yaml_fail(r, map->start_mark,
				 "a source without its path; expected path: FOLDER");
	return XS_OK;
}

/* The table's defaults of an item of `sources`; path stays NULL. */
static void yaml_source_init(xs_conf_source *source, xs_arena *a)
{
	static const char *const none[] = {NULL};
	const xs_conf_key *key;
	size_t bad;

	for (size_t i = 0; (key = xs_conf_key_at(i)); i++) {
		if (xs_table_in_source(key) && key->fallback)
			xs_value_parse(source, key, xs_value_is_list(key) ? none : &key->fallback,
				       !xs_value_is_list(key), "", a, &bad);
	}
}

static int yaml_sources(yaml_reader *r, const xs_conf_key *key, const yaml_node_t *node)
{
	xs_conf_source *items;
	size_t n;
	int rc;

	if (node->type != YAML_SEQUENCE_NODE)
		return yaml_expected(r, key, node, yaml_found(r, node));
	n = (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
	items = xs_arena_array(yaml_arena(r), n + 1, sizeof *items);
	for (size_t i = 0; i < n; i++) {
		const yaml_node_t *item = yaml_node(r, node->data.sequence.items.start[i]);

		rc = yaml_visit(r, item);
		if (rc != XS_OK)
			return rc;
		if (item->type != YAML_MAPPING_NODE)
			return yaml_fail(
				r, item->start_mark,
				"sources: expected a map such as \"path: FOLDER\", found %s",
				yaml_found(r, item));
		yaml_source_init(&items[i], yaml_arena(r));
		items[i].line = r->option ? 0 : (int)item->start_mark.line + 1;
		rc = yaml_source(r, &items[i], item);
		if (rc != XS_OK)
			return rc;
	}
	r->c->sources.items = items;
	r->c->sources.n = n;
	return XS_OK;
}

static xs_origin yaml_origin(const yaml_node_t *node)
{
	return (xs_origin){(int)node->start_mark.line + 1, (int)node->start_mark.column + 1};
}

/* Names below `stages` are those that -o and the written form can hold. */
static int yaml_name(const yaml_reader *r, const yaml_node_t *node, const char *name)
{
	if (xs_table_is_name(name, strlen(name)))
		return XS_OK;
	return yaml_fail(r, node->start_mark,
			 "expected a name of letters, digits, _ and -, found %s",
			 xs_value_quote(name, yaml_arena(r)));
}

/* The map of one stage. */
static int yaml_stage(yaml_reader *r, const char *stage, const yaml_node_t *map)
{
	const yaml_node_pair_t *pair = map->data.mapping.pairs.start;
	int rc;

	for (; pair < map->data.mapping.pairs.top; pair++) {
		const yaml_node_t *value = yaml_node(r, pair->value);
		const char *key, *text;

		rc = yaml_key(&key, r, map, pair);
		if (rc == XS_OK)
			rc = yaml_visit(r, value);
		if (rc != XS_OK)
			return rc;
		rc = yaml_name(r, yaml_node(r, pair->key), key);
		if (rc != XS_OK)
			return rc;
		if (r->c->stages.n >= YAML_ENTRIES)
			return yaml_fail(r, value->start_mark, "more than %d settings of stages",
					 YAML_ENTRIES);
		if (value->type != YAML_SCALAR_NODE)
			return yaml_fail(r, value->start_mark,
					 "stages.%s.%s: expected a text or number, found %s", stage,
					 key, yaml_found(r, value));
		rc = yaml_text(&text, r, value);
		if (rc != XS_OK)
			return rc;
		xs_origin_stage(r->c, stage, key, yaml_is_null(value) ? "" : text,
				yaml_origin(value));
	}
	return XS_OK;
}

static int yaml_stages(yaml_reader *r, const xs_conf_key *row, const yaml_node_t *node)
{
	const yaml_node_pair_t *pair;
	int rc;

	if (node->type != YAML_MAPPING_NODE)
		return yaml_expected(r, row, node, yaml_found(r, node));
	for (pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++) {
		const yaml_node_t *value = yaml_node(r, pair->value);
		const char *stage;

		rc = yaml_key(&stage, r, node, pair);
		if (rc == XS_OK)
			rc = yaml_visit(r, value);
		if (rc != XS_OK)
			return rc;
		rc = yaml_name(r, yaml_node(r, pair->key), stage);
		if (rc != XS_OK)
			return rc;
		if (yaml_is_null(value))
			continue;
		if (value->type != YAML_MAPPING_NODE)
			return yaml_fail(r, value->start_mark,
					 "stages.%s: expected a map of settings, found %s", stage,
					 yaml_found(r, value));
		rc = yaml_stage(r, stage, value);
		if (rc != XS_OK)
			return rc;
	}
	return XS_OK;
}

static int yaml_row(yaml_reader *r, const xs_conf_key *key, const yaml_node_t *node)
{
	xs_origin *origin = &r->c->origins->rows[xs_table_number(key)];
	int rc;

	if (origin->line > 0)
		return yaml_fail(r, node->start_mark, "%s is set twice, first in line %d",
				 key->name, origin->line);
	if (yaml_is_null(node))
		return XS_OK;
	if (key->type == XS_CONF_SOURCES)
		rc = yaml_sources(r, key, node);
	else if (key->type == XS_CONF_STAGES)
		rc = yaml_stages(r, key, node);
	else
		rc = yaml_plain(r, r->c, key, node);
	if (rc == XS_OK)
		*origin = yaml_origin(node);
	return rc;
}

/* The whole document (prefix NULL) or one of its sections.  Dotted keys are taken at the top as
 * well: `rerank.depth: 20`. */
static int yaml_section(yaml_reader *r, const yaml_node_t *map, const char *prefix)
{
	const yaml_node_pair_t *pair = map->data.mapping.pairs.start;
	int rc = XS_OK;

	for (; rc == XS_OK && pair < map->data.mapping.pairs.top; pair++) {
		const yaml_node_t *value = yaml_node(r, pair->value);
		const xs_conf_key *key;
		const char *name;

		rc = yaml_key(&name, r, map, pair);
		if (rc == XS_OK)
			rc = yaml_visit(r, value);
		if (rc != XS_OK)
			return rc;
		if (prefix)
			name = xs_arena_printf(yaml_arena(r), "%s.%s", prefix, name);
		key = xs_table_row(name);
		if (key && !xs_table_in_source(key))
			rc = yaml_row(r, key, value);
		else if (prefix || !xs_table_is_section(name))
			rc = yaml_unknown(r, yaml_node(r, pair->key), name);
		else if (value->type == YAML_MAPPING_NODE)
			rc = yaml_section(r, value, name);
		else if (!yaml_is_null(value))
			rc = yaml_fail(r, value->start_mark,
				       "%s: expected a map of settings, found %s", name,
				       yaml_found(r, value));
	}
	return rc;
}

/* Whether a tab stands among the spaces that start a line (counted from 0). */
static bool yaml_tab(const yaml_reader *r, size_t line, yaml_mark_t *mark)
{
	const char *s = r->text, *end = r->text + r->len;

	for (; line > 0; line--) {
		s = memchr(s, '\n', (size_t)(end - s));
		if (!s)
			return false;
		s++;
	}
	mark->column = 0;
	for (; s < end && (*s == ' ' || *s == '\t'); s++, mark->column++) {
		if (*s == '\t')
			return true;
	}
	return false;
}

/* A reader's error has an offset in bytes and no mark. */
static yaml_mark_t yaml_mark_at(const yaml_reader *r, size_t offset)
{
	yaml_mark_t mark = {0};

	for (size_t i = 0; i < offset && i < r->len; i++) {
		mark.column++;
		if (r->text[i] == '\n') {
			mark.line++;
			mark.column = 0;
		}
	}
	return mark;
}

static int yaml_broken(const yaml_reader *r, const yaml_parser_t *parser)
{
	yaml_mark_t mark = parser->problem_mark;
	const char *problem = parser->problem ? parser->problem : "it cannot be read";

	if (parser->error == YAML_MEMORY_ERROR)
		return xs_fail(XS_EINPUT, "%s: not enough memory to read it", r->path);
	if (parser->error == YAML_READER_ERROR)
		return yaml_fail(r, yaml_mark_at(r, parser->problem_offset), "not valid YAML: %s",
				 problem);
	if (parser->error == YAML_SCANNER_ERROR && yaml_tab(r, mark.line, &mark))
		return yaml_fail(r, mark, "not valid YAML: a tab; lines are indented with spaces");
	if (parser->context)
		return yaml_fail(r, mark, "not valid YAML: %s %s in line %zu", problem,
				 parser->context, parser->context_mark.line + 1);
	return yaml_fail(r, mark, "not valid YAML: %s", problem);
}

/* Reads the only document; *root is NULL when there is none. */
static int yaml_load(yaml_node_t **root, yaml_reader *r)
{
	yaml_document_t second;
	yaml_parser_t parser;
	yaml_node_t *node;
	int rc = XS_OK;

	*root = NULL;
	if (!yaml_parser_initialize(&parser))
		return xs_fail(XS_EINPUT, "%s: not enough memory to read it", r->path);
	yaml_parser_set_input_string(&parser, (const unsigned char *)r->text, r->len);
	memset(&r->document, 0, sizeof r->document);
	if (!yaml_parser_load(&parser, &r->document)) {
		rc = yaml_broken(r, &parser);
	} else if ((*root = yaml_document_get_root_node(&r->document))) {
		if (!yaml_parser_load(&parser, &second)) {
			rc = yaml_broken(r, &parser);
		} else {
			node = yaml_document_get_root_node(&second);
			if (node)
				rc = yaml_fail(r, node->start_mark,
					       "a second YAML document; expected one");
			yaml_document_delete(&second);
		}
	}
	yaml_parser_delete(&parser);
	return rc;
}

int xs_yaml_file(xs_conf *c, const char *path, const char *text, size_t len)
{
	yaml_reader r = {.c = c, .path = path, .text = text, .len = len};
	yaml_node_t *root;
	int rc;

	if (len > YAML_BYTES)
		return xs_fail(XS_EINPUT, "%s: %zu bytes; a configuration has at most %d", path,
			       len, YAML_BYTES);
	rc = yaml_load(&root, &r);
	if (rc == XS_OK && root)
		rc = yaml_visit(&r, root);
	if (rc == XS_OK && root && root->type == YAML_MAPPING_NODE)
		rc = yaml_section(&r, root, NULL);
	else if (rc == XS_OK && root && !yaml_is_null(root))
		rc = yaml_fail(&r, root->start_mark, "expected a map of settings, found %s",
			       yaml_found(&r, root));
	yaml_document_delete(&r.document);
	return rc;
}

int xs_yaml_value(xs_conf *c, const xs_conf_key *key, const char *text)
{
	yaml_reader r = {.c = c, .path = "-o", .text = text, .len = strlen(text), .option = key};
	yaml_node_t *root;
	int rc = yaml_load(&root, &r);

	if (rc == XS_OK && !root)
		rc = xs_fail(XS_EINPUT, "-o %s: expected %s, found nothing", key->name,
			     xs_conf_expected(key, c->origins->arena));
	if (rc == XS_OK)
		rc = yaml_visit(&r, root);
	if (rc == XS_OK)
		rc = key->type == XS_CONF_SOURCES ? yaml_sources(&r, key, root)
						  : yaml_plain(&r, c, key, root);
	yaml_document_delete(&r.document);
	return rc;
}
