/* SPDX-License-Identifier: GPL-2.0-or-later */
/* markdown.c - front matter off, dialects off, then md4c and the HTML reader. */
#define _GNU_SOURCE
#include "index/pages/markdown.h"

#include <limits.h>
#include <md4c-html.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "index/pages/dialect.h"
#include "index/pages/fields.h"
#include "index/pages/front.h"
#include "index/pages/html.h"
#include "index/pages/note.h"

static void markdown_put(const MD_CHAR *text, MD_SIZE len, void *user)
{
	xs_buf_put(user, text, len);
}

static bool markdown_is_mdx(const char *path)
{
	/* Before the text is read only the name tells; later an import does (dialect.c). */
	const char *dot = strrchr(path, '.');

	return dot && !strcasecmp(dot, ".mdx");
}

/* Reads the page's text, which has no front matter any more. */
static int markdown_body(xs_page *page, xs_arena *a, const char *bytes, size_t len,
			 const xs_page_options *o)
{
	xs_buf plain, html;
	int rc;

	xs_buf_init(&plain);
	xs_buf_init(&html);
	xs_dialect_clean(&plain, bytes, len, markdown_is_mdx(page->path));
	/* Through HTML, so that headings, anchors and what is left out follow the same rules. */
	if (md_html(plain.data, (MD_SIZE)plain.len, markdown_put, &html, MD_DIALECT_GITHUB, 0) < 0)
		rc = xs_fail(XS_EINTERNAL, "md4c could not read %zu bytes of Markdown", len);
	else
		rc = xs_html_page(page, a, html.data, html.len, true, o);
	xs_buf_fini(&plain);
	xs_buf_fini(&html);
	return rc;
}

int xs_markdown_page(xs_page *page, xs_arena *a, const char *bytes, size_t len,
		     const xs_page_options *o)
{
	xs_fields fields = {.language = ""};
	xs_front front;
	int rc;

	/* The HTML is longer than its Markdown, and libxml2 counts bytes in an int. */
	if (len > INT_MAX / 8)
		return xs_fail(XS_EINPUT,
			       "a Markdown page has %zu bytes, expected less than 256 MiB", len);
	xs_front_read(&front, a, bytes, len);
	if (front.problem)
		xs_note(page, a, front.line, "front matter is left out: %s", front.problem);
	if (front.values) {
		/* Before the body: whether there is a title decides how its headings are read. */
		xs_fields_take(&fields, page, a, front.values);
		xs_fields_address(page, a, front.values);
	}
	rc = markdown_body(page, a, bytes + front.len, len - front.len, o);
	/* After it, so that these values win over those of the body. */
	if (rc == XS_OK && front.values)
		xs_fields_lay(page, a, &fields, front.values);
	xs_front_fini(&front);
	return rc;
}
