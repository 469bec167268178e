/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html_names.h - what the names of HTML mean to a search: elements, roles, classes. */
#ifndef XS_INDEX_PAGES_HTML_NAMES_H
#define XS_INDEX_PAGES_HTML_NAMES_H

#include <stdbool.h>

typedef enum xs_tag_kind {
	XS_TAG_INLINE, /* also every unknown element */
	XS_TAG_BLOCK,
	XS_TAG_CELL,	/* a table's: separated from others by a space */
	XS_TAG_DROP,	/* never shown as text */
	XS_TAG_HEADING, /* h1 … h6, `level` */
	XS_TAG_NAV,
	XS_TAG_ASIDE,
	XS_TAG_MAIN,
	XS_TAG_ARTICLE,
	XS_TAG_SECTION,
	XS_TAG_HEADER, /* the page's, unless in main or article */
	XS_TAG_FOOTER, /* the page's, unless in article */
	XS_TAG_BOX,    /* a block that class and id tell more about: div, ul, table, ... */
	XS_TAG_DL,
	XS_TAG_DT,
	XS_TAG_PRE,
	XS_TAG_BREAK, /* br, hr */
	XS_TAG_DETAILS,
	XS_TAG_SUMMARY,
	XS_TAG_BUTTON,
	XS_TAG_DIALOG, /* shown if it is open */
	XS_TAG_TOLD,   /* an attribute says what it shows or means */
	XS_TAG_ANCHOR,
	XS_TAG_HTML,
	XS_TAG_TITLE,
	XS_TAG_META,
	XS_TAG_LINK
} xs_tag_kind;

typedef struct xs_tag {
	const char *name;
	unsigned char kind, level;
} xs_tag;

/* Never NULL: an unknown name is inline.  `name` in lower case, as the parser gives it. */
const xs_tag *xs_html_tag(const char *name);

typedef enum xs_mark {
	XS_MARK_NONE,
	XS_MARK_DROP,	/* permanent links, line numbers, text for screen readers only */
	XS_MARK_ASIDE,	/* navigation, sidebar, footer, ... */
	XS_MARK_SECTION /* holds a heading and what belongs to it; its id is the heading's */
} xs_mark;

/* What a list of class names (or an id) says. */
xs_mark xs_html_mark(const char *names);

/* Whether role or class say that an element is the panel of a tab or of an accordion: hidden until
 * someone asks for it, but a part of the page. */
bool xs_html_panel(const char *role, const char *names);

/* Whether role or class say that an <aside> is a note or footnote: it is a part of the text. */
bool xs_html_note(const char *role, const char *names);

/* Whether a word is in a list of words with white space between, in either case. */
bool xs_html_word(const char *list, const char *word);

/* Whether a link leads to where the page is edited. */
bool xs_html_edits(const char *rel, const char *href);

/* What a role says: XS_TAG_MAIN, _ARTICLE, _NAV, _ASIDE, or XS_TAG_INLINE for nothing. */
xs_tag_kind xs_html_role(const char *role);

#endif
