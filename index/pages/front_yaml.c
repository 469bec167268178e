/* SPDX-License-Identifier: GPL-2.0-or-later */
/* front_yaml.c - libyaml's document, walked.
 *
 * Aliases are the same nodes of the document, so that a page of some lines could be billions of values
 * when walked: values, text and depth are counted on the way. */
#include "index/pages/front_yaml.h"

#include <stdbool.h>
#include <string.h>
#include <yaml.h>

enum { YAML_VALUES = 10000, YAML_TEXT = 1 << 20, YAML_DEPTH = 32, YAML_BRACKETS = 100 };

typedef struct front_yaml {
	yaml_document_t document;
	size_t values, text;
	int depth;
	const char *problem;
	long line;
} front_yaml;

static json_t *yaml_value(front_yaml *y, int number);

static bool yaml_wrong(front_yaml *y, const yaml_node_t *node, const char *problem)
{
	/* The first one: those after it come of it. */
	if (!y->problem) {
		y->problem = problem;
		y->line = node ? (long)node->start_mark.line + 1 : 0;
	}
	return false;
}

/* Counts a node that is looked at; false: it is too much. */
static bool yaml_count(front_yaml *y, const yaml_node_t *node)
{
	if (y->problem || !node)
		return yaml_wrong(y, node, "a value that is not there");
	if (node->type == YAML_SCALAR_NODE)
		y->text += node->data.scalar.length;
	/* Before anything is made of the node: an alias costs a few bytes in the file only. */
	if (++y->values > YAML_VALUES)
		return yaml_wrong(y, node, "more than 10000 values, with aliases counted");
	if (y->text > YAML_TEXT)
		return yaml_wrong(y, node, "more than 1 MiB of text, with aliases counted");
	return true;
}

/* A single value: a boolean, null, or text. */
static json_t *yaml_scalar(const yaml_node_t *node)
{
	static const char *const nulls[] = {"", "~", "null", "Null", "NULL"},
				 *const truths[] = {"true", "True", "TRUE"},
				 *const untruths[] = {"false", "False", "FALSE"};
	const char *text = (const char *)node->data.scalar.value;
	json_t *value;
	size_t i;

	/* Numbers stay texts: a version 1.10 must not become 1.1.  In quotes, all is text. */
	if (node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE) {
		for (i = 0; i < 5; i++)
			if (!strcmp(text, nulls[i]))
				return json_null();
		for (i = 0; i < 3; i++)
			if (!strcmp(text, truths[i]) || !strcmp(text, untruths[i]))
				return json_boolean(!strcmp(text, truths[i]));
	}
	value = json_stringn(text, node->data.scalar.length);
	/* What is cut off by a NUL, or is no UTF-8, is no value. */
	return value ? value : json_null();
}

static json_t *yaml_list(front_yaml *y, const yaml_node_t *node)
{
	const yaml_node_item_t *i;
	json_t *list = json_array(), *value;

	for (i = node->data.sequence.items.start; i < node->data.sequence.items.top; i++) {
		value = yaml_value(y, *i);
		/* An empty item says nothing. */
		if (value && !json_is_null(value))
			json_array_append(list, value);
		json_decref(value);
	}
	return list;
}

/* Puts the pairs of "<<: *other" (a map, or a list of maps) into a map; its own keys stay. */
static void yaml_merge(json_t *map, const json_t *other)
{
	size_t i;

	for (i = 0; i < json_array_size(other); i++)
		json_object_update_missing(map, json_array_get(other, i));
	if (json_is_object(other))
		json_object_update_missing(map, (json_t *)other);
}

static json_t *yaml_map(front_yaml *y, const yaml_node_t *node)
{
	const yaml_node_pair_t *p;
	json_t *map = json_object(), *merged = json_array(), *value;
	const yaml_node_t *key;
	size_t i;

	for (p = node->data.mapping.pairs.start; p < node->data.mapping.pairs.top; p++) {
		key = yaml_document_get_node(&y->document, p->key);
		/* A list or a map as a key has no form in JSON. */
		if (!yaml_count(y, key) || key->type != YAML_SCALAR_NODE)
			continue;
		value = yaml_value(y, p->value);
		/* YAML 1.1's merge key, which generators still read. */
		if (!strcmp((const char *)key->data.scalar.value, "<<"))
			json_array_append(merged, value);
		else if (value && !json_is_null(value))
			json_object_set(map, (const char *)key->data.scalar.value, value);
		json_decref(value);
	}
	/* At the end, so that the map's own keys win wherever "<<" stands. */
	for (i = 0; i < json_array_size(merged); i++)
		yaml_merge(map, json_array_get(merged, i));
	json_decref(merged);
	return map;
}

/* The value of a node; NULL when there is a problem. */
static json_t *yaml_value(front_yaml *y, int number)
{
	const yaml_node_t *node = yaml_document_get_node(&y->document, number);
	json_t *value = NULL;

	if (!yaml_count(y, node))
		return NULL;
	/* These functions call each other: a page must not decide how deep the stack goes. */
	if (y->depth == YAML_DEPTH) {
		yaml_wrong(y, node, "more than 32 levels");
		return NULL;
	}
	y->depth++;
	if (node->type == YAML_SCALAR_NODE)
		value = yaml_scalar(node);
	else if (node->type == YAML_SEQUENCE_NODE)
		value = yaml_list(y, node);
	else if (node->type == YAML_MAPPING_NODE)
		value = yaml_map(y, node);
	y->depth--;
	return value;
}

/* Whether a text begins as "key:value", which is no pair of YAML. */
static bool yaml_is_pair(const char *text)
{
	size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-");

	return n && text[n] == ':';
}

/* The root as JSON; NULL: no map, or a problem. */
static json_t *yaml_root(front_yaml *y)
{
	const yaml_node_t *root = yaml_document_get_root_node(&y->document);
	json_t *value;

	/* An empty block, or comments alone. */
	if (!root)
		return json_object();
	if (root->type == YAML_SCALAR_NODE) {
		if (yaml_is_pair((const char *)root->data.scalar.value))
			yaml_wrong(
				y, root,
				"a text, where a map is expected; a colon wants a space behind it");
		return NULL;
	}
	if (root->type != YAML_MAPPING_NODE) {
		yaml_wrong(y, root, "a list, where a map is expected");
		return NULL;
	}
	value = yaml_map(y, root);
	if (y->problem) {
		json_decref(value);
		return NULL;
	}
	return value;
}

/* Whether more brackets are open at once than any page has: with each token, libyaml looks at all of them,
 * and 20000 take it 6 seconds. */
static bool yaml_is_deep(const char *text, size_t len)
{
	long open = 0;
	size_t i;

	for (i = 0; i < len && open <= YAML_BRACKETS; i++)
		if (text[i] == '[' || text[i] == '{')
			open++;
		else if (open && (text[i] == ']' || text[i] == '}'))
			open--;
	return open > YAML_BRACKETS;
}

json_t *xs_front_yaml(const char **problem, long *line, xs_arena *a, const char *text, size_t len)
{
	yaml_parser_t parser;
	front_yaml y = {0};
	json_t *root = NULL;

	if (yaml_is_deep(text, len)) {
		*problem = "more than 100 brackets are open";
		*line = 0;
		return NULL;
	}
	yaml_parser_initialize(&parser);
	/* Said, as libyaml would guess it from the first bytes; the page is UTF-8 by now. */
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	if (yaml_parser_load(&parser, &y.document)) {
		root = yaml_root(&y);
		*problem = y.problem;
		*line = y.line;
		yaml_document_delete(&y.document);
	} else {
		*problem = xs_arena_dup(a, parser.problem ? parser.problem : "it is no YAML");
		*line = (long)parser.problem_mark.line + 1;
	}
	yaml_parser_delete(&parser);
	return root;
}
