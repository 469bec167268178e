/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pdf_outline.h - the outline of a PDF, which viewers show beside it, as headings of its pages. */
#ifndef XS_INDEX_DOCUMENTS_PDF_OUTLINE_H
#define XS_INDEX_DOCUMENTS_PDF_OUTLINE_H

#include <stddef.h>

#include "base/arena.h"

typedef struct _PopplerDocument PopplerDocument; /* poppler.h */

typedef struct xs_pdf_entry {
	const char *title; /* in the arena; not blank */
	int level;	   /* from 1 */
	int page;	   /* from 1 */
	double top;	   /* where in the page, points from its lower edge; below 0: anywhere */
	size_t number;	   /* in the order of the outline */
} xs_pdf_entry;

/* The entries by page, those of one page in the outline's order; *first is that which stands first in the
 * outline, "" if there is none.  In `a`. */
void xs_pdf_outline(xs_pdf_entry **out, size_t *n, const char **first, xs_arena *a,
		    PopplerDocument *document);

#endif
