/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html_body.c - HTML that is a part of a document. */
#include <libxml/HTMLparser.h>
#include <libxml/HTMLtree.h>
#include <limits.h>

#include "index/documents/html_out.h"
#include "index/documents/node.h"

/* Makes headings deeper.  It may recurse: the tree is at most 256 deep. */
static void body_lower(xmlNode *node, int below)
{
	for (; node; node = node->next) {
		const xmlChar *name = node->type == XML_ELEMENT_NODE ? node->name : NULL;

		if (name && name[0] == 'h' && name[1] >= '1' && name[1] <= '6' && !name[2]) {
			int level = name[1] - '0' + below;
			const char deeper[] = {'h', (char)('0' + (level < 6 ? level : 6)), '\0'};

			xmlNodeSetName(node, (const xmlChar *)deeper);
		}
		/* An entity that is not put in has its declaration for a child. */
		if (name)
			body_lower(node->children, below);
	}
}

bool xs_html_out_body(xs_buf *html, const char *page, size_t len, const char *encoding, int below)
{
	xmlDoc *doc = len > INT_MAX
			      ? NULL
			      : htmlReadMemory(page, (int)len, NULL, encoding,
					       HTML_PARSE_RECOVER | HTML_PARSE_NOERROR |
						       HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
	const xmlNode *body = xs_node_child(doc ? xmlDocGetRootElement(doc) : NULL, "body");
	xmlBuffer *out = xmlBufferCreate();

	if (body && below)
		body_lower(body->children, below);
	for (xmlNode *at = body ? body->children : NULL; at; at = at->next)
		htmlNodeDump(out, doc, at);
	xs_buf_put(html, xmlBufferContent(out), (size_t)xmlBufferLength(out));
	xmlBufferFree(out);
	xmlFreeDoc(doc);
	return body;
}
