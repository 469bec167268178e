/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ooxml.h - what documents of Word, PowerPoint and Excel have in common (ECMA-376). */
#ifndef XS_INDEX_DOCUMENTS_OOXML_H
#define XS_INDEX_DOCUMENTS_OOXML_H

#include "base/arena.h"
#include "index/documents/archive.h"
#include "index/documents/office.h"

/* The path of the part that is the document itself.  In `a`.  XS_EFORMAT: there is none. */
int xs_ooxml_main(const char **part, xs_archive *z, xs_arena *a);

/* Adds <title> and <meta> of the properties, where there are any; returns whether there was a title. */
bool xs_ooxml_head(xs_buf *html, xs_archive *z);

/* Adds the words below a node: of a paragraph, a title or a cell.  Those that are deleted, that fields are made by, or
 * that are readings above Japanese characters are none. */
void xs_ooxml_words(xs_buf *to, const xmlNode *node);

/* Relations of one part to others. */
typedef struct xs_ooxml_relations {
	const char *folder; /* of the part, "ppt/slides/"; targets are relative to it */
	xmlDoc *list;	    /* NULL: it has none */
} xs_ooxml_relations;

/* Reads those of `part`.  The folder lives in `a`; the list is the caller's to end. */
int xs_ooxml_relations_open(xs_ooxml_relations *out, xs_archive *z, xs_arena *a, const char *part);
void xs_ooxml_relations_close(xs_ooxml_relations *r);

/* The path of the part that has this id, or whose type ends so; NULL: there is none.  In `a`. */
const char *xs_ooxml_target(const xs_ooxml_relations *r, xs_arena *a, const char *id);
const char *xs_ooxml_of_type(const xs_ooxml_relations *r, xs_arena *a, const char *type);

#endif
