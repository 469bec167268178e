/* SPDX-License-Identifier: GPL-2.0-or-later */
/* document.c - a YAML document: its nodes, and where it is broken. */
#include <string.h>

#include "conf/document.h"
#include "conf/expand.h"
#include "conf/value.h"

/* No site comes near these; they bound the work for a hostile file.  An alias points into the same
 * nodes, so a document could be far larger when walked than when read: what is walked counts. */
enum {
	DOCUMENT_BYTES = 256 << 10, /* of the file */
	DOCUMENT_VISITS = 100000,   /* values, those behind an alias each time */
	DOCUMENT_TEXT = 4 << 20	    /* bytes of all texts, with aliases and variables */
};

/* A text of -o has no lines that anybody sees: there the key says enough. */
int xs_document_fail(const xs_document *d, yaml_mark_t mark, const char *format, ...)
{
	size_t named = d->option ? strlen(d->option) : 0;
	const char *sentence;
	va_list args;

	va_start(args, format);
	/* The sentence is copied: the second xs_fail() writes where the first one stands. */
	(void)xs_vfail(XS_EINPUT, format, args);
	va_end(args);
	sentence = xs_arena_dup(d->arena, xs_error());
	/* libyaml counts lines and columns from 0, editors from 1. */
	if (!d->option)
		return xs_fail(XS_EINPUT, "%s:%zu:%zu: %s", d->path, mark.line + 1, mark.column + 1,
			       sentence);
	/* Not "-o sources: sources: …". */
	if (strncmp(sentence, d->option, named) == 0 && sentence[named] == ':')
		sentence += named + 2;
	return xs_fail(XS_EINPUT, "-o %s: %s", d->option, sentence);
}

const yaml_node_t *xs_document_node(xs_document *d, int number)
{
	return yaml_document_get_node(&d->tree, number);
}

const char *xs_document_scalar(const yaml_node_t *node)
{
	return (const char *)node->data.scalar.value;
}

/* The words are those of YAML 1.1.  In quotes they are texts: a site may be called "null". */
bool xs_document_is_null(const yaml_node_t *node)
{
	static const char *const words[] = {"", "~", "null", "Null", "NULL"};

	if (node->type != YAML_SCALAR_NODE || node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return false;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (strcmp(xs_document_scalar(node), words[i]) == 0)
			return true;
	}
	return false;
}

const char *xs_document_found(const xs_document *d, const yaml_node_t *node)
{
	switch (node->type) {
	case YAML_SEQUENCE_NODE: return "a list";
	case YAML_MAPPING_NODE: return "a map";
	default:
		return xs_document_is_null(node)
			       ? "nothing"
			       : xs_value_quote(xs_document_scalar(node), d->arena);
	}
}

/* Tags other than YAML's own are refused: they ask for types that a setting never has.  libyaml
 * fills in YAML's own tag where none is written, so these must pass.  A NUL, which YAML can write
 * as "\0", is refused as well: all else here takes a text to its NUL, so what follows one would be
 * lost without a word. */
int xs_document_visit(xs_document *d, const yaml_node_t *node)
{
	static const char core[] = "tag:yaml.org,2002:";
	const char *tag = (const char *)node->tag;
	size_t entries = 0;

	/* Counted before anything is looked at: a bomb of aliases ends here, not in memory. */
	if (++d->visits > DOCUMENT_VISITS)
		return xs_document_fail(d, node->start_mark,
					"more than %d values, with aliases counted",
					DOCUMENT_VISITS);
	if (tag && strncmp(tag, core, sizeof core - 1) != 0)
		return xs_document_fail(d, node->start_mark, "the tag %s is not supported",
					xs_value_quote(tag, d->arena));
	if (node->type == YAML_SEQUENCE_NODE)
		entries = (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
	else if (node->type == YAML_MAPPING_NODE)
		entries = (size_t)(node->data.mapping.pairs.top - node->data.mapping.pairs.start);
	else if (strlen(xs_document_scalar(node)) != node->data.scalar.length)
		return xs_document_fail(d, node->start_mark, "a NUL character in a text");
	if (entries > XS_DOCUMENT_ENTRIES)
		return xs_document_fail(d, node->start_mark, "%zu entries; at most %d are taken",
					entries, XS_DOCUMENT_ENTRIES);
	return XS_OK;
}

int xs_document_text(const char **out, xs_document *d, const yaml_node_t *node)
{
	const char *why = "";

	/* On the command line the shell has replaced variables already. */
	*out = d->option ? xs_document_scalar(node)
			 : xs_expand(&why, d->arena, xs_document_scalar(node));
	if (!*out)
		return xs_document_fail(d, node->start_mark, "%s", why);
	/* libyaml has checked the file and xs_conf_set() the text of -o: only a variable can bring
	 * other bytes. */
	if (!xs_value_is_utf8(*out))
		return xs_document_fail(d, node->start_mark,
					"a variable of the environment is not in UTF-8");
	d->bytes += strlen(*out);
	if (d->bytes > DOCUMENT_TEXT)
		return xs_document_fail(
			d, node->start_mark,
			"more than %d bytes of text, with aliases and variables counted",
			DOCUMENT_TEXT);
	return XS_OK;
}

int xs_document_key(const char **out, xs_document *d, const yaml_node_t *map,
		    const yaml_node_pair_t *pair)
{
	const yaml_node_t *node = xs_document_node(d, pair->key), *other;
	int rc = xs_document_visit(d, node);

	if (rc != XS_OK)
		return rc;
	if (node->type != YAML_SCALAR_NODE)
		return xs_document_fail(d, node->start_mark, "expected a key, found %s",
					xs_document_found(d, node));
	*out = xs_document_scalar(node);
	/* Other YAML readers take it, so the sentence says that we do not; "unknown key" would
	 * leave the reader guessing. */
	if (strcmp(*out, "<<") == 0)
		return xs_document_fail(d, node->start_mark, "merge keys (<<) are not supported");
	/* Keys before this one were visited, so they are texts.  libyaml takes a key twice. */
	for (const yaml_node_pair_t *p = map->data.mapping.pairs.start; p < pair; p++) {
		other = xs_document_node(d, p->key);
		if (strcmp(xs_document_scalar(other), *out) == 0)
			return xs_document_fail(d, node->start_mark,
						"the key %s stands here twice, first in line %zu",
						xs_value_quote(*out, d->arena),
						other->start_mark.line + 1);
	}
	return XS_OK;
}

/* Whether a tab stands among the spaces that start a line (counted from 0). */
static bool document_tab(const xs_document *d, size_t line, yaml_mark_t *mark)
{
	const char *s = d->text, *end = d->text + d->len;

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
static yaml_mark_t document_mark_at(const xs_document *d, size_t offset)
{
	yaml_mark_t mark = {0};

	for (size_t i = 0; i < offset && i < d->len; i++) {
		mark.column++;
		if (d->text[i] == '\n') {
			mark.line++;
			mark.column = 0;
		}
	}
	return mark;
}

/* libyaml names the place where it gave up.  For a tab that is often the line after, so the tab is
 * looked for. */
static int document_broken(const xs_document *d, const yaml_parser_t *parser)
{
	yaml_mark_t mark = parser->problem_mark;
	const char *problem = parser->problem ? parser->problem : "it cannot be read";

	/* No abort: the size comes from input. */
	if (parser->error == YAML_MEMORY_ERROR)
		return xs_fail(XS_EINPUT, "%s: not enough memory to read it", d->path);
	if (parser->error == YAML_READER_ERROR)
		return xs_document_fail(d, document_mark_at(d, parser->problem_offset),
					"not valid YAML: %s", problem);
	if (parser->error == YAML_SCANNER_ERROR && document_tab(d, mark.line, &mark))
		return xs_document_fail(d, mark,
					"not valid YAML: a tab; lines are indented with spaces");
	/* libyaml gives its sentence in two parts: what is wrong, and what it was reading then. */
	if (parser->context)
		return xs_document_fail(d, mark, "not valid YAML: %s %s in line %zu", problem,
					parser->context, parser->context_mark.line + 1);
	return xs_document_fail(d, mark, "not valid YAML: %s", problem);
}

/* A document behind the first is refused: libyaml reads them one by one. */
static int document_second(xs_document *d, yaml_parser_t *parser)
{
	yaml_document_t second;
	const yaml_node_t *node;
	int rc = XS_OK;

	if (!yaml_parser_load(parser, &second))
		return document_broken(d, parser);
	node = yaml_document_get_root_node(&second);
	if (node)
		rc = xs_document_fail(d, node->start_mark, "a second YAML document; expected one");
	yaml_document_delete(&second);
	return rc;
}

int xs_document_load(const yaml_node_t **root, xs_document *d)
{
	yaml_parser_t parser;
	int rc = XS_OK;

	*root = NULL;
	/* What the system lets a command line hold is bound enough for -o. */
	if (!d->option && d->len > DOCUMENT_BYTES)
		return xs_fail(XS_EINPUT, "%s: %zu bytes; a configuration has at most %d", d->path,
			       d->len, DOCUMENT_BYTES);
	if (!yaml_parser_initialize(&parser))
		return xs_fail(XS_EINPUT, "%s: not enough memory to read it", d->path);
	yaml_parser_set_input_string(&parser, (const unsigned char *)d->text, d->len);
	if (!yaml_parser_load(&parser, &d->tree))
		rc = document_broken(d, &parser);
	else if ((*root = yaml_document_get_root_node(&d->tree)))
		rc = document_second(d, &parser);
	yaml_parser_delete(&parser);
	return rc;
}

/* After a failed load libyaml leaves a tree of zeros, which may be deleted, too. */
void xs_document_free(xs_document *d)
{
	yaml_document_delete(&d->tree);
}
