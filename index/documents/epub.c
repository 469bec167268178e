/* SPDX-License-Identifier: GPL-2.0-or-later */
/* epub.c - books: chapters of XHTML in the order of the spine (W3C, EPUB 3.3). */
#include <libxml/tree.h>
#include <libxml/uri.h>
#include <string.h>

#include "index/documents/html_out.h"
#include "index/documents/node.h"
#include "index/documents/office.h"

typedef struct epub {
	xs_buf *html;
	xs_archive *z;
	xs_arena *a;
	const char *package; /* the path of the file that lists the others */
	int lost;	     /* chapters that are not there, or damaged */
	size_t chapters;
} epub;

/* The file that a reference of the package names; NULL: none of the archive. */
static const char *epub_path(const epub *e, const char *href)
{
	xmlChar *full = xmlBuildURI((const xmlChar *)href, (const xmlChar *)e->package);
	char *plain = NULL;
	const char *path = NULL;

	if (full)
		full[strcspn((const char *)full, "#")] = '\0';
	if (full)
		plain = xmlURIUnescapeString((const char *)full, 0, NULL);
	if (plain)
		path = xs_arena_dup(e->a, plain);
	xmlFree(plain);
	xmlFree(full);
	return path;
}

/* Adds the body of a chapter as it is: it is HTML already. */
static void epub_chapter(epub *e, const char *path)
{
	char *bytes;
	size_t len;

	xs_buf_puts(e->html, "<section>\n");
	if (xs_archive_get(&bytes, &len, e->z, e->a, path) == XS_OK &&
	    xs_html_out_body(e->html, bytes, len, "UTF-8", 0))
		e->chapters++;
	else
		e->lost++;
	xs_buf_puts(e->html, "</section>\n");
}

static const xmlNode *epub_item(const xmlNode *manifest, const char *id)
{
	const xmlNode *at = manifest ? manifest->children : NULL;

	while (at && (!xs_node_is(at, "item") || strcmp(xs_node_attribute(at, "id"), id) != 0))
		at = at->next;
	return at;
}

static void epub_spine(epub *e, const xmlNode *root)
{
	const xmlNode *manifest = xs_node_child(root, "manifest"),
		      *spine = xs_node_child(root, "spine"), *at;
	const char *path;

	for (at = spine ? spine->children : NULL; at; at = at->next) {
		const xmlNode *item = xs_node_is(at, "itemref")
					      ? epub_item(manifest, xs_node_attribute(at, "idref"))
					      : NULL;

		/* The table of contents repeats the headings. */
		if (!item || strstr(xs_node_attribute(item, "properties"), "nav"))
			continue;
		path = epub_path(e, xs_node_attribute(item, "href"));
		if (path)
			epub_chapter(e, path);
	}
}

static int epub_package(epub *e)
{
	xmlDoc *doc;
	int rc = xs_archive_xml(&doc, e->z, "META-INF/container.xml");

	if (rc == XS_ENOTFOUND)
		return xs_fail(XS_EFORMAT, "it is no EPUB: it has no META-INF/container.xml");
	if (rc != XS_OK)
		return rc;
	e->package =
		xs_arena_dup(e->a,
			     xs_node_attribute(xs_node_below(xmlDocGetRootElement(doc), "rootfile"),
					       "full-path"));
	xmlFreeDoc(doc);
	return XS_OK;
}

static int epub_read(epub *e)
{
	xs_buf head;
	xmlDoc *doc;
	int rc = xs_archive_xml(&doc, e->z, e->package);

	if (rc == XS_ENOTFOUND)
		return xs_fail(XS_EFORMAT, "its package %s is missing", e->package);
	if (rc != XS_OK)
		return rc;
	xs_buf_init(&head);
	xs_office_head(&head, xs_node_child(xmlDocGetRootElement(doc), "metadata"));
	xs_buf_puts(&head, "<main>\n");
	xs_buf_put(e->html, head.data, head.len);
	epub_spine(e, xmlDocGetRootElement(doc));
	xs_buf_puts(e->html, "</main>\n");
	xs_buf_fini(&head);
	xmlFreeDoc(doc);
	return rc;
}

int xs_epub_convert(xs_buf *html, xs_archive *z)
{
	xs_buf book;
	epub e = {.html = &book, .z = z, .a = xs_arena_new(), .package = ""};
	int rc = epub_package(&e);

	xs_buf_init(&book);
	if (rc == XS_OK)
		rc = epub_read(&e);
	if (rc == XS_OK && !e.chapters)
		rc = xs_html_out_empty();
	/* Before the book, as xs_convert() has it. */
	if (rc == XS_OK && e.lost)
		xs_buf_printf(html, "!chapters that are missing or damaged are left out: %d\n",
			      e.lost);
	if (rc == XS_OK)
		xs_buf_put(html, book.data, book.len);
	xs_buf_fini(&book);
	xs_arena_free(e.a);
	return rc;
}
