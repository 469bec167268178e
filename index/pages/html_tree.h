/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html_tree.h - a tree of libxml2 told as the events of which it was made.
 *
 * For html.c alone: pages are read without a tree, unless a setting selects elements. */
#ifndef XS_INDEX_PAGES_HTML_TREE_H
#define XS_INDEX_PAGES_HTML_TREE_H

struct _xmlDoc; /* libxml2's */
struct _xmlSAXHandler;

/* Calls the handler's startElement, endElement and characters.  *selected is what is known of the
 * element (html_select.h) while startElement is called.  Does not recurse. */
void xs_html_tree_tell(struct _xmlDoc *doc, const struct _xmlSAXHandler *to, void *user,
		       unsigned *selected);

#endif
