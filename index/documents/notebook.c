/* SPDX-License-Identifier: GPL-2.0-or-later */
/* notebook.c - notebooks of Jupyter: cells of Markdown and code, with what the code wrote (nbformat 3 and 4). */
#include <jansson.h>
#include <md4c-html.h>
#include <string.h>

#include "index/documents/html_out.h"
#include "index/documents/plain.h"

typedef struct notebook {
	xs_buf *html;
	xs_buf text; /* of what is read, for a while */
	bool words;
} notebook;

/* The text of a value, a string or a list of them, is then in n->text; whether it has any. */
static bool notebook_text(notebook *n, const json_t *value)
{
	const json_t *line;
	size_t i;

	xs_buf_reset(&n->text);
	if (json_is_string(value))
		xs_buf_put(&n->text, json_string_value(value), json_string_length(value));
	json_array_foreach(value, i, line) if (json_is_string(line))
		xs_buf_put(&n->text, json_string_value(line), json_string_length(line));
	n->words |= n->text.len > 0;
	return n->text.len > 0;
}

static void notebook_put(const MD_CHAR *text, MD_SIZE len, void *user)
{
	xs_buf_put(user, text, len);
}

static void notebook_markdown(notebook *n, const json_t *value)
{
	if (notebook_text(n, value))
		md_html(n->text.data, (MD_SIZE)n->text.len, notebook_put, n->html,
			MD_DIALECT_GITHUB, 0);
	xs_buf_putc(n->html, '\n');
}

static void notebook_lines(notebook *n, const json_t *value)
{
	if (notebook_text(n, value))
		xs_html_out_lines(n->html, n->text.data, n->text.len);
}

/* What a cell wrote, as text: pictures have none, and most that is HTML is there as text, too. */
static void notebook_output(notebook *n, const json_t *output)
{
	const json_t *data = json_object_get(output, "data");

	/* Version 3 has no "data". */
	data = data ? data : output;
	if (json_object_get(data, "text/markdown"))
		notebook_markdown(n, json_object_get(data, "text/markdown"));
	else
		notebook_lines(n, json_object_get(data, "text/plain"));
	notebook_lines(n, json_object_get(output, "text"));
	notebook_lines(n, json_object_get(output, "evalue"));
}

static void notebook_cell(notebook *n, const json_t *cell)
{
	const char *type = json_string_value(json_object_get(cell, "cell_type"));
	const json_t *source = json_object_get(cell, "source"), *output;
	size_t i;

	type = type ? type : "";
	if (!strcmp(type, "heading") && notebook_text(n, source))
		xs_html_out_heading(n->html,
				    (int)json_integer_value(json_object_get(cell, "level")), NULL,
				    n->text.data, n->text.len);
	else if (!strcmp(type, "markdown"))
		notebook_markdown(n, source);
	if (strcmp(type, "code") != 0)
		return;
	/* Version 3 calls it so. */
	notebook_lines(n, source ? source : json_object_get(cell, "input"));
	json_array_foreach(json_object_get(cell, "outputs"), i, output) notebook_output(n, output);
}

static void notebook_cells(notebook *n, const json_t *holder)
{
	const json_t *cell;
	size_t i;

	json_array_foreach(json_object_get(holder, "cells"), i, cell) notebook_cell(n, cell);
}

int xs_notebook_convert(xs_buf *html, const char *bytes, size_t len)
{
	json_error_t error;
	json_t *root = json_loadb(bytes, len, JSON_ALLOW_NUL, &error);
	const json_t *sheets = json_object_get(root, "worksheets"), *sheet;
	notebook n = {.html = html};
	size_t i;

	if (!root)
		return xs_fail(XS_EFORMAT, "it is no notebook, or damaged: line %d: %s", error.line,
			       error.text);
	if (!json_object_get(root, "cells") && !sheets) {
		json_decref(root);
		return xs_fail(XS_EFORMAT, "it is no notebook: it has no \"cells\"");
	}
	xs_buf_init(&n.text);
	xs_html_out_title(html, json_string_value(json_object_get(json_object_get(root, "metadata"),
								  "title")));
	xs_buf_puts(html, "<main>\n");
	notebook_cells(&n, root);
	json_array_foreach(sheets, i, sheet) notebook_cells(&n, sheet);
	xs_buf_puts(html, "</main>\n");
	xs_buf_fini(&n.text);
	json_decref(root);
	return n.words ? XS_OK : xs_html_out_empty();
}
