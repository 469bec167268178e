/* SPDX-License-Identifier: GPL-2.0-or-later */
/* node.c - elements of XML by their local names. */
#include "index/documents/node.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <limits.h>
#include <string.h>

xmlDoc *xs_node_read(const char *bytes, size_t len)
{
	/* Without XML_PARSE_HUGE the depth has a limit. */
	return len > INT_MAX ? NULL
			     : xmlReadMemory(bytes, (int)len, NULL, NULL,
					     XML_PARSE_NONET | XML_PARSE_NOERROR |
						     XML_PARSE_NOWARNING | XML_PARSE_NOCDATA);
}

bool xs_node_is(const xmlNode *node, const char *name)
{
	return node && node->type == XML_ELEMENT_NODE && !strcmp((const char *)node->name, name);
}

const xmlNode *xs_node_child(const xmlNode *node, const char *name)
{
	const xmlNode *at = node ? node->children : NULL;

	while (at && !xs_node_is(at, name))
		at = at->next;
	return at;
}

const xmlNode *xs_node_below(const xmlNode *node, const char *name)
{
	const xmlNode *at, *found = NULL;

	/* An entity that is not put in has its declaration for a child. */
	for (at = node ? node->children : NULL; at && !found; at = at->next)
		if (at->type == XML_ELEMENT_NODE)
			found = xs_node_is(at, name) ? at : xs_node_below(at, name);
	return found;
}

const char *xs_node_attribute_of(const xmlNode *node, const char *name, const char *space)
{
	const xmlAttr *at = node && node->type == XML_ELEMENT_NODE ? node->properties : NULL;
	size_t len = strlen(space), n;

	for (; at; at = at->next) {
		const char *href = at->ns && at->ns->href ? (const char *)at->ns->href : "";

		n = strlen(href);
		if (!strcmp((const char *)at->name, name) && n >= len &&
		    !strcmp(href + n - len, space))
			return at->children && at->children->content
				       ? (const char *)at->children->content
				       : "";
	}
	return "";
}

const char *xs_node_attribute(const xmlNode *node, const char *name)
{
	return xs_node_attribute_of(node, name, "");
}

void xs_node_text(xs_buf *to, const xmlNode *node)
{
	const xmlNode *at;

	for (at = node ? node->children : NULL; at; at = at->next) {
		if (at->type == XML_TEXT_NODE && at->content)
			xs_buf_puts(to, (const char *)at->content);
		else if (at->type == XML_ELEMENT_NODE)
			xs_node_text(to, at);
	}
}
