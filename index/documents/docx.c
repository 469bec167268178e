/* SPDX-License-Identifier: GPL-2.0-or-later */
/* docx.c - documents of Word: paragraphs, whose styles tell headings; lists; tables (ECMA-376, part 1, 17). */
#include <libxml/tree.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "index/documents/html_out.h"
#include "index/documents/node.h"
#include "index/documents/ooxml.h"

/* A style may be based on one that is based on it. */
enum { DOCX_STYLES_UP = 20 };

/* Level of the title; headings follow. */
enum { DOCX_PLAIN = 0, DOCX_TITLE = 1 };

typedef struct docx {
	xs_buf *html;
	const xmlNode *styles; /* their root; NULL: there are none */
	bool words;
} docx;

static const xmlNode *docx_style(const docx *d, const char *id)
{
	const xmlNode *at = d->styles ? d->styles->children : NULL;

	while (at &&
	       (!xs_node_is(at, "style") || strcmp(xs_node_attribute(at, "styleId"), id) != 0))
		at = at->next;
	return at;
}

/* Levels are written from 0, and 9 is none. */
static int docx_outline(const xmlNode *properties)
{
	const char *level = xs_node_attribute(xs_node_child(properties, "outlineLvl"), "val");

	return *level >= '0' && *level <= '8' ? *level - '0' + DOCX_TITLE + 1 : DOCX_PLAIN;
}

/* By its style or the one that it is based on; names of styles are English in all languages of Word. */
static int docx_level(const docx *d, const xmlNode *properties)
{
	const char *id = xs_node_attribute(xs_node_child(properties, "pStyle"), "val");
	int level = docx_outline(properties), up;

	for (up = 0; !level && *id && up < DOCX_STYLES_UP; up++) {
		const xmlNode *style = docx_style(d, id);
		const char *name = xs_node_attribute(xs_node_child(style, "name"), "val");

		level = docx_outline(xs_node_child(style, "pPr"));
		if (!level && !strncasecmp(name, "heading ", 8))
			level = atoi(name + 8) + DOCX_TITLE;
		else if (!level && !strcasecmp(name, "title"))
			level = DOCX_TITLE;
		id = xs_node_attribute(xs_node_child(style, "basedOn"), "val");
	}
	return level;
}

static void docx_paragraph(docx *d, const xmlNode *p)
{
	const xmlNode *properties = xs_node_child(p, "pPr");
	int level = docx_level(d, properties);
	bool item = xs_node_child(properties, "numPr") != NULL;
	xs_buf text;

	xs_buf_init(&text);
	xs_ooxml_words(&text, p);
	if (!xs_html_out_blank(text.data)) {
		d->words = true;
		if (level) {
			xs_html_out_heading(d->html, level, NULL, text.data, text.len);
		} else if (item) {
			xs_buf_puts(d->html, "<li>");
			xs_html_out_text(d->html, text.data, text.len);
			xs_buf_puts(d->html, "</li>\n");
		} else {
			xs_html_out_paragraphs(d->html, text.data, text.len);
		}
	}
	xs_buf_fini(&text);
}

/* Paragraphs and tables, and what only groups them. */
static void docx_blocks(docx *d, const xmlNode *node)
{
	static const struct {
		const char *element, *open, *close;
	} groups[] = {
		{"tbl", "<table>\n", "</table>\n"},
		{"tr", "<tr>", "</tr>\n"},
		{"tc", "<td>", "</td>"},
		{"sdt", "", ""},
		{"sdtContent", "", ""},
		{"body", "", ""},
		{"ins", "", ""},
		{"customXml", "", ""},
		{"footnote", "", ""},
		{"endnote", "", ""},
	};
	const xmlNode *at;

	for (at = node ? node->children : NULL; at; at = at->next) {
		if (xs_node_is(at, "p"))
			docx_paragraph(d, at);
		for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
			if (!xs_node_is(at, groups[i].element))
				continue;
			xs_buf_puts(d->html, groups[i].open);
			docx_blocks(d, at);
			xs_buf_puts(d->html, groups[i].close);
		}
	}
}

/* A part that a document may lack. */
static int docx_part(docx *d, xs_archive *z, const char *path)
{
	xmlDoc *doc = NULL;
	int rc = path ? xs_archive_xml(&doc, z, path) : XS_ENOTFOUND;

	if (rc == XS_OK)
		docx_blocks(d, xmlDocGetRootElement(doc));
	xmlFreeDoc(doc);
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

static int docx_read(docx *d, xs_archive *z, xs_arena *a, const char *part)
{
	xs_ooxml_relations to;
	xmlDoc *styles = NULL;
	const char *path;
	int rc = xs_ooxml_relations_open(&to, z, a, part);

	path = rc == XS_OK ? xs_ooxml_of_type(&to, a, "styles") : NULL;
	if (path && xs_archive_xml(&styles, z, path) == XS_OK)
		d->styles = xmlDocGetRootElement(styles);
	if (rc == XS_OK)
		rc = docx_part(d, z, part);
	if (rc == XS_OK)
		rc = docx_part(d, z, xs_ooxml_of_type(&to, a, "footnotes"));
	if (rc == XS_OK)
		rc = docx_part(d, z, xs_ooxml_of_type(&to, a, "endnotes"));
	xmlFreeDoc(styles);
	xs_ooxml_relations_close(&to);
	return rc;
}

int xs_docx_convert(xs_buf *html, xs_archive *z)
{
	xs_arena *a = xs_arena_new();
	docx d = {.html = html};
	const char *part;
	int rc = xs_ooxml_main(&part, z, a);

	xs_ooxml_head(html, z);
	xs_buf_puts(html, "<main>\n");
	if (rc == XS_OK)
		rc = docx_read(&d, z, a, part);
	xs_buf_puts(html, "</main>\n");
	xs_arena_free(a);
	return rc == XS_OK && !d.words ? xs_html_out_empty() : rc;
}
