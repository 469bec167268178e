/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ooxml.c - properties, and relations between parts. */
#include "index/documents/ooxml.h"

#include <libxml/tree.h>
#include <string.h>

#include "index/documents/node.h"

bool xs_ooxml_head(xs_buf *html, xs_archive *z)
{
	xmlDoc *core = NULL;
	bool titled = false;

	/* A document may have none, or damaged ones: its text is still there. */
	if (xs_archive_xml(&core, z, "docProps/core.xml") == XS_OK)
		titled = xs_office_head(html, xmlDocGetRootElement(core));
	xmlFreeDoc(core);
	return titled;
}

/* Whether a node is an element of one of these names. */
static bool ooxml_any(const xmlNode *node, const char *const *names)
{
	while (*names && !xs_node_is(node, *names))
		names++;
	return *names;
}

void xs_ooxml_words(xs_buf *to, const xmlNode *node)
{
	static const char *const none[] = {"del", "moveFrom", "instrText", "Fallback", "rPh", NULL},
				 *const space[] = {"tab", "br", "cr", "p", NULL};
	const xmlNode *at;

	for (at = node ? node->children : NULL; at; at = at->next) {
		if (at->type != XML_ELEMENT_NODE || ooxml_any(at, none))
			continue;
		if (ooxml_any(at, space))
			xs_buf_putc(to, ' ');
		else if (xs_node_is(at, "noBreakHyphen"))
			xs_buf_putc(to, '-');
		if (xs_node_is(at, "t"))
			xs_node_text(to, at);
		else
			xs_ooxml_words(to, at);
	}
}

int xs_ooxml_relations_open(xs_ooxml_relations *out, xs_archive *z, xs_arena *a, const char *part)
{
	const char *slash = strrchr(part, '/');
	int rc;

	out->folder = slash ? xs_arena_dupn(a, part, (size_t)(slash - part) + 1) : "";
	rc = xs_archive_xml(&out->list, z,
			    xs_arena_printf(a, "%s_rels/%s.rels", out->folder,
					    part + strlen(out->folder)));
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

void xs_ooxml_relations_close(xs_ooxml_relations *r)
{
	xmlFreeDoc(r->list);
}

/* A target against the part's folder: "../notes/a.xml", or "/ppt/notes/a.xml". */
static const char *ooxml_path(const xs_ooxml_relations *r, xs_arena *a, const char *target)
{
	size_t len = strlen(r->folder);

	if (*target == '/')
		return target;
	for (; !strncmp(target, "../", 3); target += 3)
		for (len -= len > 0; len && r->folder[len - 1] != '/';)
			len--;
	return xs_arena_printf(a, "%.*s%s", (int)len, r->folder, target);
}

static const char *ooxml_find(const xs_ooxml_relations *r, xs_arena *a, const char *key,
			      const char *value)
{
	const xmlNode *at = r->list ? xmlDocGetRootElement(r->list)->children : NULL;
	size_t len = strlen(value), n;

	for (; at; at = at->next) {
		const char *found = xs_node_attribute(at, key);

		n = strlen(found);
		if (n >= len && len && !strcmp(found + n - len, value) &&
		    (n == len || found[n - len - 1] == '/') &&
		    strcmp(xs_node_attribute(at, "TargetMode"), "External") != 0)
			return xs_arena_dup(a, ooxml_path(r, a, xs_node_attribute(at, "Target")));
	}
	return NULL;
}

const char *xs_ooxml_target(const xs_ooxml_relations *r, xs_arena *a, const char *id)
{
	return ooxml_find(r, a, "Id", id);
}

/* Types are URLs: ".../relationships/notesSlide". */
const char *xs_ooxml_of_type(const xs_ooxml_relations *r, xs_arena *a, const char *type)
{
	return ooxml_find(r, a, "Type", type);
}

int xs_ooxml_main(const char **part, xs_archive *z, xs_arena *a)
{
	xs_ooxml_relations top;
	int rc = xs_ooxml_relations_open(&top, z, a, "");

	*part = rc == XS_OK ? xs_ooxml_of_type(&top, a, "officeDocument") : NULL;
	xs_ooxml_relations_close(&top);
	if (rc == XS_OK && !*part)
		return xs_fail(XS_EFORMAT, "it is no document of Office: it names no main part");
	return rc;
}
