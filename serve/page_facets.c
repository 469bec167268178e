/* SPDX-License-Identifier: GPL-2.0-or-later */
/* page_facets.c - what results can be restricted to. */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "serve/markup.h"
#include "serve/page.h"

static const char *facet_label(xs_arena *a, const char *name)
{
	static const char *const own[][2] = {{"type", "Type"},
					     {"section", "Section"},
					     {"lang", "Language"},
					     {"date", "Date"}};
	char *label;

	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (!strcmp(own[i][0], name))
			return own[i][1];
	/* A name from the meta of a page: "meta.product_line" is shown as "Product line". */
	label = xs_arena_dup(a, strncmp(name, "meta.", 5) ? name : name + 5);
	for (char *p = label; *p; p++)
		*p = *p == '_' || *p == '-' ? ' ' : *p;
	*label = (char)toupper((unsigned char)*label);
	return label;
}

/* A value that all results have cannot restrict them. */
static bool facet_tells(const xs_facets *all, const xs_facet *f)
{
	return f->n > 1 || (f->n == 1 && f->values[0].pages < all->pages);
}

bool page_has_facets(const xs_ask *a)
{
	for (size_t i = 0; i < a->counted.n; i++)
		if (facet_tells(&a->counted, &a->counted.items[i]))
			return true;
	return false;
}

static void facet_one(xs_page_out *p, const xs_facet *f)
{
	xs_buf *b = &p->b;

	xs_buf_puts(b, "<h2>");
	xs_markup_text(b, facet_label(p->call->arena, f->name));
	xs_buf_puts(b, "</h2>\n<ul>\n");
	for (size_t i = 0; i < f->n; i++) {
		const xs_facet_value *v = &f->values[i];

		xs_buf_puts(b, "<li><a href=\"");
		/* The page number goes with the change: fewer results have fewer pages. */
		page_link(p, &(page_change){.filter = v->filter});
		xs_buf_puts(b, "\">");
		xs_markup_text(b, v->value);
		xs_buf_printf(b,
			      "</a> <span>%s%" PRIu64
			      "<span class=\"hidden\"> page%s</span></span></li>\n",
			      p->ask->counted.exact ? "" : "&ge;&nbsp;", v->pages,
			      v->pages == 1 ? "" : "s");
	}
	if (f->more)
		xs_buf_puts(b, "<li><span>and others</span></li>\n");
	xs_buf_puts(b, "</ul>\n");
}

void page_facets(xs_page_out *p)
{
	const xs_facets *all = &p->ask->counted;

	xs_buf_puts(
		&p->b,
		"<nav class=\"facets\" aria-label=\"Restrict the results\">\n<details open><summary>Restrict"
		"</summary>\n");
	for (size_t i = 0; i < all->n; i++)
		if (facet_tells(all, &all->items[i]))
			facet_one(p, &all->items[i]);
	xs_buf_puts(&p->b, "</details>\n</nav>\n");
}
