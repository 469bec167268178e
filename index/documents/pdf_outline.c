/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pdf_outline.c - a walk over poppler's tree of the outline. */
#include "index/documents/pdf_outline.h"

#include <poppler.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "index/documents/html_out.h"

/* An outline may be damaged so that it has no end. */
enum { PDF_OUTLINE_DEPTH = 16, PDF_OUTLINE_MOST = 20000 };

typedef struct pdf_outline {
	xs_arena *a;
	PopplerDocument *document;
	xs_pdf_entry *list;
	size_t n, cap;
} pdf_outline;

/* Sets where an action leads to; page 0: nowhere in this document. */
static void pdf_outline_place(xs_pdf_entry *e, const pdf_outline *o, const PopplerAction *action)
{
	const PopplerDest *dest =
		action->type == POPPLER_ACTION_GOTO_DEST ? action->goto_dest.dest : NULL;
	PopplerDest *named = NULL;

	if (dest && dest->type == POPPLER_DEST_NAMED) {
		named = poppler_document_find_dest(o->document, dest->named_dest);
		dest = named;
	}
	if (dest && dest->page_num > 0 &&
	    dest->page_num <= poppler_document_get_n_pages(o->document)) {
		e->page = dest->page_num;
		e->top = dest->change_top ? dest->top : -1;
	}
	if (named)
		poppler_dest_free(named);
}

static void pdf_outline_add(pdf_outline *o, const PopplerAction *action, int level)
{
	const char *title = action ? action->any.title : NULL;

	if (xs_html_out_blank(title))
		return;
	o->list = xs_grow(o->list, o->n, &o->cap, sizeof *o->list);
	o->list[o->n] = (xs_pdf_entry){.title = xs_arena_dup(o->a, title),
				       .level = level,
				       .top = -1,
				       .number = o->n};
	pdf_outline_place(&o->list[o->n++], o, action);
}

static void pdf_outline_walk(pdf_outline *o, PopplerIndexIter *at, int level)
{
	PopplerIndexIter *below;
	PopplerAction *action;

	do {
		action = poppler_index_iter_get_action(at);
		pdf_outline_add(o, action, level);
		if (action)
			poppler_action_free(action);
		below = level < PDF_OUTLINE_DEPTH ? poppler_index_iter_get_child(at) : NULL;
		if (below)
			pdf_outline_walk(o, below, level + 1);
		poppler_index_iter_free(below);
	} while (o->n < PDF_OUTLINE_MOST && poppler_index_iter_next(at));
}

static int pdf_outline_compare(const void *a, const void *b)
{
	const xs_pdf_entry *x = a, *y = b;

	if (x->page != y->page)
		return x->page < y->page ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

void xs_pdf_outline(xs_pdf_entry **out, size_t *n, const char **first, xs_arena *a,
		    PopplerDocument *document)
{
	pdf_outline o = {.a = a, .document = document};
	PopplerIndexIter *top = poppler_index_iter_new(document);
	size_t i, to = 0;

	if (top)
		pdf_outline_walk(&o, top, 1);
	poppler_index_iter_free(top);
	*first = o.n ? o.list[0].title : "";
	/* A part that leads nowhere begins where its first chapter does. */
	for (i = o.n; i-- > 1;)
		if (!o.list[i - 1].page)
			o.list[i - 1].page = o.list[i].page;
	for (i = 0; i < o.n; i++)
		if (o.list[i].page)
			o.list[to++] = o.list[i];
	if (to)
		qsort(o.list, to, sizeof *o.list, pdf_outline_compare);
	*out = xs_arena_array(a, to + 1, sizeof **out);
	if (to)
		memcpy(*out, o.list, to * sizeof **out);
	*n = to;
	free(o.list);
}
