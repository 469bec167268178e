/* SPDX-License-Identifier: GPL-2.0-or-later */
/* node.h - elements of XML by their local names: the prefixes and namespaces of one format differ between its
 * versions, and no two of its elements differ in nothing else. */
#ifndef XS_INDEX_DOCUMENTS_NODE_H
#define XS_INDEX_DOCUMENTS_NODE_H

#include <stdbool.h>

#include "base/buf.h"

typedef struct _xmlNode xmlNode; /* libxml/tree.h */
typedef struct _xmlDoc xmlDoc;	 /* likewise */

/* A document of XML, which the caller frees with xmlFreeDoc(); NULL: it is not well-formed.  Entities are not put in,
 * nothing is loaded for them, and it is at most 256 deep, so that what walks it may recurse. */
xmlDoc *xs_node_read(const char *bytes, size_t len);

/* Whether a node is an element of that name. */
bool xs_node_is(const xmlNode *node, const char *name);

/* The first child of that name; the first element below, at any depth.  NULL: none, also of NULL. */
const xmlNode *xs_node_child(const xmlNode *node, const char *name);
const xmlNode *xs_node_below(const xmlNode *node, const char *name);

/* An attribute; "" if there is none, also of NULL.  Borrowed from the tree. */
const char *xs_node_attribute(const xmlNode *node, const char *name);

/* The same for one of a namespace that ends so: of "id" and "r:id" one element may have both. */
const char *xs_node_attribute_of(const xmlNode *node, const char *name, const char *space);

/* Adds all text below, as it is; nothing of NULL. */
void xs_node_text(xs_buf *to, const xmlNode *node);

#endif
