/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html_tree.c - down to the first child, on to the next, up where there is none. */
#include "index/pages/html_tree.h"

#include <libxml/HTMLparser.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"

typedef struct tree_list {
	const xmlChar **items;
	size_t n, cap;
} tree_list;

static void tree_add(tree_list *list, const xmlChar *text)
{
	list->items = xs_grow(list->items, list->n, &list->cap, sizeof *list->items);
	list->items[list->n++] = text;
}

/* In the form that startElement takes: names and values, then NULL. */
static void tree_attributes(tree_list *list, const xmlNode *node)
{
	const xmlAttr *at;

	list->n = 0;
	for (at = node->properties; at; at = at->next) {
		tree_add(list, at->name);
		/* Attributes of HTML have one text, or none. */
		tree_add(list, at->children ? at->children->content : NULL);
	}
	tree_add(list, NULL);
}

void xs_html_tree_tell(xmlDoc *doc, const htmlSAXHandler *to, void *user, unsigned *selected)
{
	const xmlNode *node = doc->children;
	tree_list list = {0};

	while (node) {
		if (node->type == XML_ELEMENT_NODE) {
			tree_attributes(&list, node);
			*selected = (unsigned)(uintptr_t)node->_private;
			to->startElement(user, node->name, list.items);
			if (node->children) {
				node = node->children;
				continue;
			}
			to->endElement(user, node->name);
		} else if ((node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) &&
			   node->content) {
			to->characters(user, node->content, xmlStrlen(node->content));
		}
		while (!node->next && node->parent && node->parent->type == XML_ELEMENT_NODE) {
			node = node->parent;
			to->endElement(user, node->name);
		}
		node = node->next;
	}
	*selected = 0;
	free(list.items);
}
