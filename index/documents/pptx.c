/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pptx.c - presentations of PowerPoint: a heading a slide, and its notes (ECMA-376, part 1, 19). */
#include <libxml/tree.h>
#include <string.h>

#include "index/documents/html_out.h"
#include "index/documents/node.h"
#include "index/documents/ooxml.h"

typedef struct pptx {
	xs_buf *html;
	xs_archive *z;
	xs_arena *a;
	int slide;
	bool words;
} pptx;

/* What a shape is for: "title", "body", "sldNum"; "" where it is not said. */
static const char *pptx_role(const xmlNode *shape)
{
	return xs_node_attribute(xs_node_below(xs_node_child(shape, "nvSpPr"), "ph"), "type");
}

static bool pptx_is_title(const xmlNode *shape)
{
	const char *role = pptx_role(shape);

	return !strcmp(role, "title") || !strcmp(role, "ctrTitle");
}

/* The first shape below that is a title. */
static const xmlNode *pptx_title(const xmlNode *node)
{
	const xmlNode *at, *found = NULL;

	for (at = node ? node->children : NULL; at && !found; at = at->next)
		if (at->type == XML_ELEMENT_NODE)
			found = xs_node_is(at, "sp") && pptx_is_title(at) ? at : pptx_title(at);
	return found;
}

static void pptx_paragraph(pptx *p, const xmlNode *node)
{
	xs_buf text;

	xs_buf_init(&text);
	xs_ooxml_words(&text, node);
	if (!xs_html_out_blank(text.data)) {
		p->words = true;
		xs_html_out_paragraphs(p->html, text.data, text.len);
	}
	xs_buf_fini(&text);
}

/* Paragraphs of all shapes but the title, numbers and footers of slides. */
static void pptx_shapes(pptx *p, const xmlNode *node)
{
	static const char *const others[] = {"title", "ctrTitle", "sldNum", "dt",
					     "ftr",   "hdr",	  "sldImg"};
	const xmlNode *at;
	size_t i;

	for (at = node ? node->children : NULL; at; at = at->next) {
		const char *role = xs_node_is(at, "sp") ? pptx_role(at) : "";

		for (i = 0; i < sizeof others / sizeof *others && strcmp(role, others[i]) != 0;)
			i++;
		if (i < sizeof others / sizeof *others || at->type != XML_ELEMENT_NODE ||
		    xs_node_is(at, "Fallback"))
			continue;
		if (xs_node_is(at, "p")) {
			pptx_paragraph(p, at);
			continue;
		}
		xs_buf_puts(p->html, xs_node_is(at, "tbl")  ? "<table>\n"
				     : xs_node_is(at, "tr") ? "<tr>"
				     : xs_node_is(at, "tc") ? "<td>"
							    : "");
		pptx_shapes(p, at);
		xs_buf_puts(p->html, xs_node_is(at, "tbl")  ? "</table>\n"
				     : xs_node_is(at, "tr") ? "</tr>\n"
				     : xs_node_is(at, "tc") ? "</td>"
							    : "");
	}
}

static int pptx_notes(pptx *p, const char *slide)
{
	xs_ooxml_relations to;
	xmlDoc *doc = NULL;
	const char *path;
	int rc = xs_ooxml_relations_open(&to, p->z, p->a, slide);

	path = rc == XS_OK ? xs_ooxml_of_type(&to, p->a, "notesSlide") : NULL;
	if (path)
		rc = xs_archive_xml(&doc, p->z, path);
	if (doc)
		pptx_shapes(p, xmlDocGetRootElement(doc));
	xmlFreeDoc(doc);
	xs_ooxml_relations_close(&to);
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

static int pptx_slide(pptx *p, const char *path)
{
	xmlDoc *doc;
	const xmlNode *root, *title;
	xs_buf text;
	int rc = xs_archive_xml(&doc, p->z, path);

	if (rc != XS_OK)
		return rc == XS_ENOTFOUND ? XS_OK : rc;
	root = xmlDocGetRootElement(doc);
	p->slide++;
	/* Hidden slides are not for those who see the others. */
	if (strcmp(xs_node_attribute(root, "show"), "0") != 0) {
		xs_buf_init(&text);
		title = pptx_title(root);
		xs_ooxml_words(&text, title);
		if (xs_html_out_blank(text.data))
			xs_buf_printf(&text, "Slide %d", p->slide);
		else
			p->words = true;
		xs_html_out_heading(p->html, 2, NULL, text.data, text.len);
		xs_buf_fini(&text);
		pptx_shapes(p, root);
		rc = pptx_notes(p, path);
	}
	xmlFreeDoc(doc);
	return rc;
}

static int pptx_slides(pptx *p, const char *part)
{
	xs_ooxml_relations to;
	xmlDoc *doc = NULL;
	const xmlNode *at = NULL;
	const char *path;
	int rc = xs_ooxml_relations_open(&to, p->z, p->a, part);

	if (rc == XS_OK)
		rc = xs_archive_xml(&doc, p->z, part);
	if (rc == XS_OK) {
		const xmlNode *list = xs_node_child(xmlDocGetRootElement(doc), "sldIdLst");

		at = list ? list->children : NULL;
	}
	for (; at && rc == XS_OK; at = at->next) {
		path = xs_ooxml_target(&to, p->a, xs_node_attribute_of(at, "id", "relationships"));
		rc = path ? pptx_slide(p, path) : XS_OK;
	}
	xmlFreeDoc(doc);
	xs_ooxml_relations_close(&to);
	return rc;
}

int xs_pptx_convert(xs_buf *html, xs_archive *z)
{
	pptx p = {.html = html, .z = z, .a = xs_arena_new()};
	const char *part;
	int rc = xs_ooxml_main(&part, z, p.a);

	xs_ooxml_head(html, z);
	xs_buf_puts(html, "<main>\n");
	if (rc == XS_OK)
		rc = pptx_slides(&p, part);
	xs_buf_puts(html, "</main>\n");
	xs_arena_free(p.a);
	return rc == XS_OK && !p.words ? xs_html_out_empty() : rc;
}
