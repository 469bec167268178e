/* SPDX-License-Identifier: GPL-2.0-or-later */
/* archive.h - the files within an office document or book, which is an archive of ZIP. */
#ifndef XS_INDEX_DOCUMENTS_ARCHIVE_H
#define XS_INDEX_DOCUMENTS_ARCHIVE_H

#include <stddef.h>

#include "base/arena.h"

typedef struct _xmlDoc xmlDoc; /* libxml/tree.h */
typedef struct xs_archive xs_archive;

/* Opens the archive of these bytes, which must stay.  The caller closes it.
 * XS_EFORMAT: it is none, or damaged. */
int xs_archive_open(xs_archive **out, const char *bytes, size_t len);
void xs_archive_close(xs_archive *z); /* NULL is fine */

/* The bytes of a file, NUL added; a leading "/" of the path does not count.  In `a`.
 * XS_ENOTFOUND: there is none; XS_EFORMAT: it is damaged, or unfolds to more than a limit. */
int xs_archive_get(char **out, size_t *len, xs_archive *z, xs_arena *a, const char *path);

/* A file of XML as a tree, which the caller frees with xmlFreeDoc().  As above; XS_EFORMAT: also if it is no XML. */
int xs_archive_xml(xmlDoc **out, xs_archive *z, const char *path);

#endif
