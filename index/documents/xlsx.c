/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xlsx.c - workbooks of Excel: a table a sheet (ECMA-376, part 1, 18). */
#include <libxml/tree.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "index/documents/html_out.h"
#include "index/documents/node.h"
#include "index/documents/ooxml.h"

typedef struct xlsx {
	xs_buf *html;
	xs_archive *z;
	xs_arena *a;
	xmlDoc *strings;	/* NULL: there are none */
	const xmlNode **shared; /* the items of `strings` */
	size_t n, cap;
	bool words, titled;
} xlsx;

/* Texts of cells stand once for the whole book. */
static int xlsx_shared(xlsx *x, const char *path)
{
	const xmlNode *at;
	int rc = path ? xs_archive_xml(&x->strings, x->z, path) : XS_ENOTFOUND;

	at = rc == XS_OK ? xmlDocGetRootElement(x->strings)->children : NULL;
	for (; at; at = at->next) {
		if (!xs_node_is(at, "si"))
			continue;
		x->shared = xs_grow(x->shared, x->n, &x->cap, sizeof *x->shared);
		x->shared[x->n++] = at;
	}
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

static void xlsx_cell(xlsx *x, const xmlNode *cell)
{
	const char *type = xs_node_attribute(cell, "t");
	xs_buf text;
	size_t i;

	xs_buf_init(&text);
	if (!strcmp(type, "inlineStr"))
		xs_ooxml_words(&text, xs_node_child(cell, "is"));
	else
		xs_node_text(&text, xs_node_child(cell, "v"));
	if (!strcmp(type, "s") && text.len) {
		i = strtoul(text.data, NULL, 10);
		xs_buf_reset(&text);
		if (i < x->n)
			xs_ooxml_words(&text, x->shared[i]);
	}
	if (text.len) {
		x->words = true;
		xs_buf_puts(x->html, "<td>");
		xs_html_out_text(x->html, text.data, text.len);
		xs_buf_puts(x->html, "</td>");
	}
	xs_buf_fini(&text);
}

static int xlsx_sheet(xlsx *x, const char *name, const char *path)
{
	xmlDoc *doc;
	const xmlNode *data, *row, *cell;
	int rc = xs_archive_xml(&doc, x->z, path);

	if (rc != XS_OK)
		return rc == XS_ENOTFOUND ? XS_OK : rc;
	data = xs_node_child(xmlDocGetRootElement(doc), "sheetData");
	xs_office_sheet(x->html, name, x->titled);
	xs_buf_puts(x->html, "<table>\n");
	for (row = data ? data->children : NULL; row; row = row->next) {
		xs_buf_puts(x->html, "<tr>");
		for (cell = row->children; cell; cell = cell->next)
			if (xs_node_is(cell, "c"))
				xlsx_cell(x, cell);
		xs_buf_puts(x->html, "</tr>\n");
	}
	xs_buf_puts(x->html, "</table>\n");
	xmlFreeDoc(doc);
	return XS_OK;
}

static int xlsx_sheets(xlsx *x, const char *part)
{
	xs_ooxml_relations to;
	xmlDoc *doc = NULL;
	const xmlNode *list, *at = NULL;
	const char *path;
	int rc = xs_ooxml_relations_open(&to, x->z, x->a, part);

	if (rc == XS_OK)
		rc = xlsx_shared(x, xs_ooxml_of_type(&to, x->a, "sharedStrings"));
	if (rc == XS_OK)
		rc = xs_archive_xml(&doc, x->z, part);
	if (rc == XS_OK) {
		list = xs_node_child(xmlDocGetRootElement(doc), "sheets");
		at = list ? list->children : NULL;
	}
	for (; at && rc == XS_OK; at = at->next) {
		path = xs_ooxml_target(&to, x->a, xs_node_attribute_of(at, "id", "relationships"));
		/* "hidden" and "veryHidden" are not for those who see the others. */
		if (path && (!*xs_node_attribute(at, "state") ||
			     !strcmp(xs_node_attribute(at, "state"), "visible")))
			rc = xlsx_sheet(x, xs_node_attribute(at, "name"), path);
	}
	xmlFreeDoc(doc);
	xs_ooxml_relations_close(&to);
	return rc;
}

int xs_xlsx_convert(xs_buf *html, xs_archive *z)
{
	xlsx x = {.html = html, .z = z, .a = xs_arena_new()};
	const char *part;
	int rc = xs_ooxml_main(&part, z, x.a);

	x.titled = xs_ooxml_head(html, z);
	xs_buf_puts(html, "<main>\n");
	if (rc == XS_OK)
		rc = xlsx_sheets(&x, part);
	xs_buf_puts(html, "</main>\n");
	xmlFreeDoc(x.strings);
	free(x.shared);
	xs_arena_free(x.a);
	return rc == XS_OK && !x.words ? xs_html_out_empty() : rc;
}
