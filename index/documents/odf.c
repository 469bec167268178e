/* SPDX-License-Identifier: GPL-2.0-or-later */
/* odf.c - OpenDocument: text, slides and sheets have the same elements (OASIS, ODF 1.3, part 3). */
#include <libxml/tree.h>
#include <stdlib.h>
#include <string.h>

#include "index/documents/html_out.h"
#include "index/documents/node.h"
#include "index/documents/office.h"

typedef struct odf {
	xs_buf *html;
	int slide;
	bool words, titled;
} odf;

/* What stands in a paragraph and is none of its text. */
static bool odf_apart(const xmlNode *node)
{
	return xs_node_is(node, "annotation") || xs_node_is(node, "note-citation") ||
	       xs_node_is(node, "tracked-changes") || xs_node_is(node, "ruby-text");
}

/* White space is written as elements: what XML has is collapsed. */
static void odf_words(xs_buf *to, const xmlNode *node)
{
	const xmlNode *at;

	for (at = node ? node->children : NULL; at; at = at->next) {
		if (at->type == XML_TEXT_NODE && at->content)
			xs_buf_puts(to, (const char *)at->content);
		else if (xs_node_is(at, "s") || xs_node_is(at, "tab") ||
			 xs_node_is(at, "line-break") || xs_node_is(at, "p"))
			xs_buf_putc(to, ' ');
		if (at->type == XML_ELEMENT_NODE && !odf_apart(at))
			odf_words(to, at);
	}
}

static void odf_paragraph(odf *o, const xmlNode *node)
{
	int level = atoi(xs_node_attribute(node, "outline-level"));
	xs_buf text;

	xs_buf_init(&text);
	odf_words(&text, node);
	if (!xs_html_out_blank(text.data)) {
		o->words = true;
		if (xs_node_is(node, "h"))
			xs_html_out_heading(o->html, (level > 0 ? level : 1) + 1, NULL, text.data,
					    text.len);
		else
			xs_html_out_paragraphs(o->html, text.data, text.len);
	}
	xs_buf_fini(&text);
}

/* The box of a slide that has its title. */
static const xmlNode *odf_title(const xmlNode *page)
{
	const xmlNode *at = page->children;

	while (at && strcmp(xs_node_attribute(at, "class"), "title") != 0)
		at = at->next;
	return at;
}

/* A slide's heading is its title. */
static void odf_slide(odf *o, const xmlNode *page)
{
	const xmlNode *title = odf_title(page);
	xs_buf text;

	xs_buf_init(&text);
	if (title)
		odf_words(&text, title);
	o->slide++;
	if (xs_html_out_blank(text.data))
		xs_buf_printf(&text, "Slide %d", o->slide);
	else
		o->words = true;
	xs_html_out_heading(o->html, 2, NULL, text.data, text.len);
	xs_buf_fini(&text);
}

/* All blocks below. */
static void odf_blocks(odf *o, const xmlNode *node, bool sheets)
{
	static const struct {
		const char *element, *open, *close;
	} groups[] = {
		{"list-item", "<li>", "</li>\n"},
		{"table", "<table>\n", "</table>\n"},
		{"table-row", "<tr>", "</tr>\n"},
		{"table-cell", "<td>", "</td>"},
	};
	const xmlNode *at;
	size_t i, n = sizeof groups / sizeof *groups;

	for (at = node ? node->children : NULL; at; at = at->next) {
		/* An empty cell may stand for a million. */
		if (at->type != XML_ELEMENT_NODE || odf_apart(at) ||
		    (xs_node_is(at, "table-cell") && !at->children) ||
		    !strcmp(xs_node_attribute(at, "class"), "title") ||
		    !strcmp(xs_node_attribute(at, "class"), "page-number"))
			continue;
		if (xs_node_is(at, "p") || xs_node_is(at, "h")) {
			odf_paragraph(o, at);
			continue;
		}
		if (xs_node_is(at, "page"))
			odf_slide(o, at);
		else if (sheets && xs_node_is(at, "table"))
			xs_office_sheet(o->html, xs_node_attribute(at, "name"), o->titled);
		for (i = 0; i < n && !xs_node_is(at, groups[i].element);)
			i++;
		xs_buf_puts(o->html, i < n ? groups[i].open : "");
		/* A table within a table is no sheet. */
		odf_blocks(o, at, sheets && !xs_node_is(at, "table"));
		xs_buf_puts(o->html, i < n ? groups[i].close : "");
	}
}

int xs_odf_convert(xs_buf *html, xs_archive *z)
{
	xmlDoc *doc = NULL, *meta = NULL;
	const xmlNode *root, *body;
	odf o = {.html = html};
	int rc = xs_archive_xml(&doc, z, "content.xml");

	if (rc == XS_ENOTFOUND)
		return xs_fail(XS_EFORMAT, "it is no OpenDocument: it has no content.xml");
	/* LibreOffice leaves the name of what it encrypts as it is. */
	if (rc != XS_OK)
		return rc;
	if (xs_archive_xml(&meta, z, "meta.xml") == XS_OK)
		o.titled = xs_office_head(html, xmlDocGetRootElement(meta));
	root = xmlDocGetRootElement(doc);
	body = xs_node_child(root, "body");
	xs_buf_puts(html, "<main>\n");
	odf_blocks(&o, body, xs_node_child(body, "spreadsheet") != NULL);
	xs_buf_puts(html, "</main>\n");
	xmlFreeDoc(meta);
	xmlFreeDoc(doc);
	return o.words ? XS_OK : xs_html_out_empty();
}
