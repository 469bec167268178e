/* SPDX-License-Identifier: GPL-2.0-or-later */
/* office.c - what documents tell of themselves. */
#include "index/documents/office.h"

#include <libxml/tree.h>
#include <string.h>

#include "index/documents/html_out.h"
#include "index/documents/node.h"

bool xs_office_head(xs_buf *html, const xmlNode *root)
{
	/* Dublin Core, and what OOXML and ODF call the same.  The first that is there counts. */
	static const struct {
		const char *element, *meta;
	} rows[] = {
		{"creator", "author"},
		{"description", "description"},
		{"subject", "description"},
		{"keywords", "keywords"},
		{"keyword", "keywords"},
		{"created", "date"},
		{"creation-date", "date"},
		{"date", "date"},
		{"modified", "dcterms.modified"},
		{"language", "content-language"},
	};
	const char *last = "";
	bool titled;
	xs_buf text;

	xs_buf_init(&text);
	xs_node_text(&text, xs_node_below(root, "title"));
	titled = xs_html_out_title(html, text.data);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (!strcmp(last, rows[i].meta))
			continue;
		xs_buf_reset(&text);
		xs_node_text(&text, xs_node_below(root, rows[i].element));
		if (text.len)
			last = rows[i].meta;
		xs_html_out_meta(html, rows[i].meta, text.data);
	}
	xs_buf_fini(&text);
	return titled;
}

void xs_office_sheet(xs_buf *html, const char *name, bool titled)
{
	if (titled)
		xs_html_out_heading(html, 2, NULL, name, strlen(name));
	else
		xs_html_out_paragraphs(html, name, strlen(name));
}
