/* SPDX-License-Identifier: GPL-2.0-or-later */
/* document.h - a YAML document: its nodes, and where it is broken.
 *
 * Knows libyaml, and nothing of settings.  Errors are XS_EINPUT with "path:line:column: sentence",
 * or "-o key: sentence" for a value of the command line.  One thread. */
#ifndef XS_CONF_DOCUMENT_H
#define XS_CONF_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

#include "base/arena.h"
#include "base/error.h"

enum { XS_DOCUMENT_ENTRIES = 1000 }; /* of one list or map, at most */

/* The caller sets the first part; the rest is zeroed. */
typedef struct xs_document {
	xs_arena *arena;    /* texts live there */
	const char *path;   /* for messages */
	const char *text;   /* the whole, `len` bytes; borrowed */
	const char *option; /* the key of a value of -o: no places in it, ${...} stays; or NULL */
	size_t len;

	yaml_document_t tree;
	size_t visits, bytes; /* so far */
} xs_document;

/* Reads the only document; *root is NULL when there is none. */
int xs_document_load(const yaml_node_t **root, xs_document *d);
void xs_document_free(xs_document *d); /* also after a failed load */

/* An error at a place; returns XS_EINPUT. */
int xs_document_fail(const xs_document *d, yaml_mark_t mark, const char *format, ...)
	XS_PRINTF(3, 4);

/* The node of that number.  Borrowed from the document. */
const yaml_node_t *xs_document_node(xs_document *d, int number);

/* To be called for each node that is looked at: it counts, and refuses tags and long lists. */
int xs_document_visit(xs_document *d, const yaml_node_t *node);

const char *xs_document_scalar(const yaml_node_t *node);

/* An empty value (`key:`, `~`, null), which leaves the default. */
bool xs_document_is_null(const yaml_node_t *node);

/* What a node is, for "found ...". */
const char *xs_document_found(const xs_document *d, const yaml_node_t *node);

/* A scalar's text with its variables replaced. */
int xs_document_text(const char **out, xs_document *d, const yaml_node_t *node);

/* The key of a pair of `map`, checked: a text, and the first of its name. */
int xs_document_key(const char **out, xs_document *d, const yaml_node_t *map,
		    const yaml_node_pair_t *pair);

#endif
