/* SPDX-License-Identifier: GPL-2.0-or-later */
/* versions.h - one page in several languages, as lines of text (xs_page.versions). */
#ifndef XS_INDEX_PAGES_VERSIONS_H
#define XS_INDEX_PAGES_VERSIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

typedef struct xs_version {
	const char *tag; /* of its language (RFC 5646), "de" or "pt-BR" */
	const char *url;
	bool own; /* the page itself */
} xs_version;

/* What its speakers call the language of a tag ("Deutsch" of "de"), by ICU; the tag where it is not known. */
void xs_language_name(char *out, size_t size, const char *tag);

/* Reads lines "TAG URL" about the page of that address and language (ISO 639); NULL is no line.  The page
 * itself is told by its address; where none has it, as a copy of a site has other addresses, by its
 * language.  *out and its strings live in `a`. */
void xs_versions_read(xs_version **out, size_t *n, xs_arena *a, const char *lines, const char *url,
		      const char *language);

#endif
