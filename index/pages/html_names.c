/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html_names.c - tables in the order of strcmp(), searched by halves. */
#include "index/pages/html_names.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* clang-format off: one name a line. */
static const xs_tag names_tags[] = {
	{"a", XS_TAG_ANCHOR, 0},
	{"abbr", XS_TAG_TOLD, 0},
	{"address", XS_TAG_BLOCK, 0},
	{"article", XS_TAG_ARTICLE, 0},
	{"aside", XS_TAG_ASIDE, 0},
	{"audio", XS_TAG_DROP, 0},
	{"blockquote", XS_TAG_BLOCK, 0},
	{"body", XS_TAG_BLOCK, 0},
	{"br", XS_TAG_BREAK, 0},
	{"button", XS_TAG_BUTTON, 0},
	{"canvas", XS_TAG_DROP, 0},
	{"caption", XS_TAG_BLOCK, 0},
	{"center", XS_TAG_BLOCK, 0},
	{"colgroup", XS_TAG_BLOCK, 0},
	{"datalist", XS_TAG_DROP, 0},
	{"dd", XS_TAG_BLOCK, 0},
	{"details", XS_TAG_DETAILS, 0},
	{"dialog", XS_TAG_DIALOG, 0},
	{"dir", XS_TAG_BLOCK, 0},
	{"div", XS_TAG_BOX, 0},
	{"dl", XS_TAG_DL, 0},
	{"dt", XS_TAG_DT, 0},
	{"embed", XS_TAG_DROP, 0},
	{"fieldset", XS_TAG_BLOCK, 0},
	{"figcaption", XS_TAG_BLOCK, 0},
	{"figure", XS_TAG_BLOCK, 0},
	{"footer", XS_TAG_FOOTER, 0},
	{"form", XS_TAG_ASIDE, 0},
	{"frameset", XS_TAG_BLOCK, 0},
	{"h1", XS_TAG_HEADING, 1},
	{"h2", XS_TAG_HEADING, 2},
	{"h3", XS_TAG_HEADING, 3},
	{"h4", XS_TAG_HEADING, 4},
	{"h5", XS_TAG_HEADING, 5},
	{"h6", XS_TAG_HEADING, 6},
	{"header", XS_TAG_HEADER, 0},
	{"hgroup", XS_TAG_BLOCK, 0},
	{"hr", XS_TAG_BREAK, 0},
	{"html", XS_TAG_HTML, 0},
	{"iframe", XS_TAG_DROP, 0},
	{"img", XS_TAG_TOLD, 0},
	{"legend", XS_TAG_BLOCK, 0},
	{"li", XS_TAG_BLOCK, 0},
	{"link", XS_TAG_LINK, 0},
	{"listing", XS_TAG_PRE, 0},
	{"main", XS_TAG_MAIN, 0},
	{"menu", XS_TAG_BOX, 0},
	{"meta", XS_TAG_META, 0},
	{"nav", XS_TAG_NAV, 0},
	{"noframes", XS_TAG_BLOCK, 0},
	{"noscript", XS_TAG_DROP, 0},
	{"object", XS_TAG_DROP, 0},
	{"ol", XS_TAG_BOX, 0},
	{"optgroup", XS_TAG_BLOCK, 0},
	{"option", XS_TAG_DROP, 0},
	{"p", XS_TAG_BLOCK, 0},
	{"plaintext", XS_TAG_PRE, 0},
	{"pre", XS_TAG_PRE, 0},
	{"rp", XS_TAG_DROP, 0},
	{"script", XS_TAG_DROP, 0},
	{"search", XS_TAG_NAV, 0},
	{"section", XS_TAG_SECTION, 0},
	{"select", XS_TAG_DROP, 0},
	{"span", XS_TAG_ANCHOR, 0},
	{"style", XS_TAG_DROP, 0},
	{"summary", XS_TAG_SUMMARY, 0},
	{"svg", XS_TAG_DROP, 0},
	{"table", XS_TAG_BOX, 0},
	{"tbody", XS_TAG_BLOCK, 0},
	{"td", XS_TAG_CELL, 0},
	{"template", XS_TAG_DROP, 0},
	{"textarea", XS_TAG_DROP, 0},
	{"tfoot", XS_TAG_BLOCK, 0},
	{"th", XS_TAG_CELL, 0},
	{"thead", XS_TAG_BLOCK, 0},
	{"title", XS_TAG_TITLE, 0},
	{"tr", XS_TAG_BLOCK, 0},
	{"ul", XS_TAG_BOX, 0},
	{"video", XS_TAG_DROP, 0},
	{"xmp", XS_TAG_PRE, 0},
};
/* clang-format on */

/* From Sphinx, DocBook, Doxygen, Javadoc, Erlang, Apache, MediaWiki, MkDocs, mdBook, Docusaurus, VitePress,
 * mandoc, SQLite's pages, common themes, and scripts for consent and sharing. */
static const struct names_mark {
	const char *name;
	xs_mark mark;
} names_marks[] = {
	{"a2a_kit", XS_MARK_ASIDE},
	{"addthis_toolbox", XS_MARK_ASIDE},
	{"addtoany_share_save_container", XS_MARK_ASIDE},
	{"anchor-link", XS_MARK_DROP},
	{"anchorlink", XS_MARK_DROP},
	{"appendix", XS_MARK_SECTION},
	{"bd-breadcrumbs", XS_MARK_ASIDE},
	{"bd-header", XS_MARK_ASIDE},
	{"bd-sidebar", XS_MARK_ASIDE},
	{"bd-sidebar-primary", XS_MARK_ASIDE},
	{"bd-sidebar-secondary", XS_MARK_ASIDE},
	{"bd-toc", XS_MARK_ASIDE},
	{"bottom-nav", XS_MARK_ASIDE},
	{"bottomlang", XS_MARK_ASIDE},
	{"bottomnav", XS_MARK_ASIDE},
	{"breadcrumb", XS_MARK_ASIDE},
	{"breadcrumb-nav", XS_MARK_ASIDE},
	{"breadcrumb-trail", XS_MARK_ASIDE},
	{"breadcrumbs", XS_MARK_ASIDE},
	{"btn-edit", XS_MARK_DROP},
	{"cc-banner", XS_MARK_ASIDE},
	{"cc-window", XS_MARK_ASIDE},
	{"chapter", XS_MARK_SECTION},
	{"cmplz-cookiebanner", XS_MARK_ASIDE},
	{"cookie-banner", XS_MARK_ASIDE},
	{"cookie-bar", XS_MARK_ASIDE},
	{"cookie-consent", XS_MARK_ASIDE},
	{"cookie-consent-banner", XS_MARK_ASIDE},
	{"cookie-law-info-bar", XS_MARK_ASIDE},
	{"cookie-notice", XS_MARK_ASIDE},
	{"cookiebanner", XS_MARK_ASIDE},
	{"cookiebar", XS_MARK_ASIDE},
	{"cookieconsent", XS_MARK_ASIDE},
	{"cookies-banner", XS_MARK_ASIDE},
	{"copybtn", XS_MARK_DROP},
	{"cybotcookiebotdialog", XS_MARK_ASIDE},
	{"edit-button", XS_MARK_DROP},
	{"edit-link", XS_MARK_DROP},
	{"edit-on-github", XS_MARK_DROP},
	{"edit-page", XS_MARK_DROP},
	{"edit-page-link", XS_MARK_DROP},
	{"edit-this-page", XS_MARK_DROP},
	{"editlink", XS_MARK_DROP},
	{"eu-cookie-compliance", XS_MARK_ASIDE},
	{"fancy_toc", XS_MARK_ASIDE},
	{"foot-date", XS_MARK_ASIDE},
	{"foot-os", XS_MARK_ASIDE},
	{"footer", XS_MARK_ASIDE},
	{"footer-nav", XS_MARK_ASIDE},
	{"footnav", XS_MARK_ASIDE},
	{"gdpr-banner", XS_MARK_ASIDE},
	{"genindex-jumpbox", XS_MARK_ASIDE},
	{"global-footer", XS_MARK_ASIDE},
	{"global-header", XS_MARK_ASIDE},
	{"global-nav", XS_MARK_ASIDE},
	{"head-ltitle", XS_MARK_ASIDE},
	{"head-rtitle", XS_MARK_ASIDE},
	{"head-vol", XS_MARK_ASIDE},
	{"header-anchor", XS_MARK_DROP},
	{"headerlink", XS_MARK_DROP},
	{"iubenda-cs-banner", XS_MARK_ASIDE},
	{"left-nav", XS_MARK_ASIDE},
	{"left-sidebar", XS_MARK_ASIDE},
	{"leftnav", XS_MARK_ASIDE},
	{"level1", XS_MARK_SECTION},
	{"level2", XS_MARK_SECTION},
	{"level3", XS_MARK_SECTION},
	{"level4", XS_MARK_SECTION},
	{"linenodiv", XS_MARK_DROP},
	{"linenos", XS_MARK_DROP},
	{"main-navigation", XS_MARK_ASIDE},
	{"masthead", XS_MARK_ASIDE},
	{"md-consent", XS_MARK_ASIDE},
	{"md-content__button", XS_MARK_DROP},
	{"md-footer", XS_MARK_ASIDE},
	{"md-header", XS_MARK_ASIDE},
	{"md-sidebar", XS_MARK_ASIDE},
	{"md-skip", XS_MARK_DROP},
	{"md-source-file", XS_MARK_ASIDE},
	{"md-tabs", XS_MARK_ASIDE},
	{"md-top", XS_MARK_ASIDE},
	{"menu", XS_MARK_ASIDE},
	{"menu-bar", XS_MARK_ASIDE},
	{"menubar", XS_MARK_ASIDE},
	{"mobile-nav-chapters", XS_MARK_ASIDE},
	{"mw-editsection", XS_MARK_DROP},
	{"nav", XS_MARK_ASIDE},
	{"nav-bar", XS_MARK_ASIDE},
	{"nav-chapters", XS_MARK_ASIDE},
	{"nav-links", XS_MARK_ASIDE},
	{"nav-menu", XS_MARK_ASIDE},
	{"nav-panel", XS_MARK_ASIDE},
	{"nav-path", XS_MARK_ASIDE},
	{"nav-wide-wrapper", XS_MARK_ASIDE},
	{"navbar", XS_MARK_ASIDE},
	{"navbox", XS_MARK_ASIDE},
	{"navfooter", XS_MARK_ASIDE},
	{"navheader", XS_MARK_ASIDE},
	{"navigation", XS_MARK_ASIDE},
	{"navpath", XS_MARK_ASIDE},
	{"navtab", XS_MARK_ASIDE},
	{"no-index", XS_MARK_DROP},
	{"no-search", XS_MARK_DROP},
	{"noindex", XS_MARK_DROP},
	{"noprint", XS_MARK_DROP},
	{"nosearch", XS_MARK_DROP},
	{"onetrust-banner-sdk", XS_MARK_ASIDE},
	{"onetrust-consent-sdk", XS_MARK_ASIDE},
	{"osano-cm-window", XS_MARK_ASIDE},
	{"page-edit", XS_MARK_DROP},
	{"page-footer", XS_MARK_ASIDE},
	{"page-nav", XS_MARK_ASIDE},
	{"page-navigation", XS_MARK_ASIDE},
	{"pagination", XS_MARK_ASIDE},
	{"pagination-nav", XS_MARK_ASIDE},
	{"post-navigation", XS_MARK_ASIDE},
	{"preface", XS_MARK_SECTION},
	{"prev-next", XS_MARK_ASIDE},
	{"prev-next-area", XS_MARK_ASIDE},
	{"prev-next-bottom", XS_MARK_ASIDE},
	{"prev-next-footer", XS_MARK_ASIDE},
	{"quickview", XS_MARK_ASIDE},
	{"refentry", XS_MARK_SECTION},
	{"refnamediv", XS_MARK_SECTION},
	{"refsect1", XS_MARK_SECTION},
	{"refsect2", XS_MARK_SECTION},
	{"refsect3", XS_MARK_SECTION},
	{"refsynopsisdiv", XS_MARK_SECTION},
	{"related", XS_MARK_ASIDE},
	{"related-articles", XS_MARK_ASIDE},
	{"related-pages", XS_MARK_ASIDE},
	{"related-posts", XS_MARK_ASIDE},
	{"relations", XS_MARK_ASIDE},
	{"right-nav", XS_MARK_ASIDE},
	{"right-sidebar", XS_MARK_ASIDE},
	{"rightnav", XS_MARK_ASIDE},
	{"rst-breadcrumbs-buttons", XS_MARK_ASIDE},
	{"rst-footer-buttons", XS_MARK_ASIDE},
	{"rst-versions", XS_MARK_ASIDE},
	{"screen-reader-shortcut", XS_MARK_DROP},
	{"screen-reader-text", XS_MARK_DROP},
	{"search-box", XS_MARK_ASIDE},
	{"searchbox", XS_MARK_ASIDE},
	{"sect1", XS_MARK_SECTION},
	{"sect2", XS_MARK_SECTION},
	{"sect3", XS_MARK_SECTION},
	{"sect4", XS_MARK_SECTION},
	{"sect5", XS_MARK_SECTION},
	{"section", XS_MARK_SECTION},
	{"share-bar", XS_MARK_ASIDE},
	{"share-buttons", XS_MARK_ASIDE},
	{"share-links", XS_MARK_ASIDE},
	{"sharedaddy", XS_MARK_ASIDE},
	{"sharing-buttons", XS_MARK_ASIDE},
	{"show-on-focus", XS_MARK_DROP},
	{"side-bar", XS_MARK_ASIDE},
	{"side-nav", XS_MARK_ASIDE},
	{"sidebar", XS_MARK_ASIDE},
	{"sidebar-left", XS_MARK_ASIDE},
	{"sidebar-nav", XS_MARK_ASIDE},
	{"sidebar-right", XS_MARK_ASIDE},
	{"sidenav", XS_MARK_ASIDE},
	{"site-footer", XS_MARK_ASIDE},
	{"site-header", XS_MARK_ASIDE},
	{"site-nav", XS_MARK_ASIDE},
	{"site-navigation", XS_MARK_ASIDE},
	{"site-sidebar", XS_MARK_ASIDE},
	{"sitefooter", XS_MARK_ASIDE},
	{"siteheader", XS_MARK_ASIDE},
	{"skip-link", XS_MARK_DROP},
	{"skip-link-container", XS_MARK_DROP},
	{"skip-links", XS_MARK_DROP},
	{"skip-main", XS_MARK_DROP},
	{"skip-nav", XS_MARK_DROP},
	{"skip-navigation", XS_MARK_DROP},
	{"skip-to-content", XS_MARK_DROP},
	{"skip-to-main", XS_MARK_DROP},
	{"skip-to-main-content", XS_MARK_DROP},
	{"skiplink", XS_MARK_DROP},
	{"skipnav", XS_MARK_DROP},
	{"skiptocontent", XS_MARK_DROP},
	{"social-icons", XS_MARK_ASIDE},
	{"social-links", XS_MARK_ASIDE},
	{"social-share", XS_MARK_ASIDE},
	{"social-share-buttons", XS_MARK_ASIDE},
	{"sphinxsidebar", XS_MARK_ASIDE},
	{"sphinxsidebarwrapper", XS_MARK_ASIDE},
	{"sr-only", XS_MARK_DROP},
	{"sr-only-focusable", XS_MARK_DROP},
	{"sub-nav", XS_MARK_ASIDE},
	{"subnav", XS_MARK_ASIDE},
	{"subsection", XS_MARK_SECTION},
	{"table-of-contents", XS_MARK_ASIDE},
	{"tableofcontents", XS_MARK_ASIDE},
	{"td-page-meta", XS_MARK_ASIDE},
	{"td-sidebar", XS_MARK_ASIDE},
	{"td-toc", XS_MARK_ASIDE},
	{"theme-doc-breadcrumbs", XS_MARK_ASIDE},
	{"theme-doc-toc-mobile", XS_MARK_ASIDE},
	{"theme-edit-this-page", XS_MARK_DROP},
	{"theme-last-updated", XS_MARK_ASIDE},
	{"titlearea", XS_MARK_ASIDE},
	{"toc", XS_MARK_ASIDE},
	{"toc-wrapper", XS_MARK_ASIDE},
	{"tocwrapper", XS_MARK_ASIDE},
	{"top-nav", XS_MARK_ASIDE},
	{"topbar", XS_MARK_ASIDE},
	{"toplang", XS_MARK_ASIDE},
	{"topnav", XS_MARK_ASIDE},
	{"viewcode-link", XS_MARK_DROP},
	{"visually-hidden", XS_MARK_DROP},
	{"visually-hidden-focusable", XS_MARK_DROP},
	{"visuallyhidden", XS_MARK_DROP},
	{"vp-skip-link", XS_MARK_DROP},
	{"vpdocfooter", XS_MARK_ASIDE},
	{"vpfooter", XS_MARK_ASIDE},
	{"vplocalnav", XS_MARK_ASIDE},
	{"vpnav", XS_MARK_ASIDE},
	{"vpsidebar", XS_MARK_ASIDE},
	{"widget-area", XS_MARK_ASIDE},
	{"wy-breadcrumbs", XS_MARK_ASIDE},
	{"wy-nav-side", XS_MARK_ASIDE},
	{"wy-nav-top", XS_MARK_ASIDE},
};

enum {
	NAMES_TAGS = sizeof names_tags / sizeof *names_tags,
	NAMES_MARKS = sizeof names_marks / sizeof *names_marks,
	NAMES_LONGEST = 32
};

static int names_compare(const void *name, const void *row)
{
	return strcmp(name, *(const char *const *)row);
}

const xs_tag *xs_html_tag(const char *name)
{
	static const xs_tag other = {"", XS_TAG_INLINE, 0};
	const xs_tag *t = bsearch(name, names_tags, NAMES_TAGS, sizeof *names_tags, names_compare);

	return t ? t : &other;
}

xs_mark xs_html_mark(const char *names)
{
	char word[NAMES_LONGEST + 1];
	const struct names_mark *found;
	xs_mark mark = XS_MARK_NONE;
	bool contents = false, topic = false;
	size_t len, i;

	for (; *names; names += len) {
		names += strspn(names, " \t\r\n\f");
		len = strcspn(names, " \t\r\n\f");
		if (!len || len > NAMES_LONGEST)
			continue;
		for (i = 0; i < len; i++)
			word[i] = (char)tolower((unsigned char)names[i]);
		word[len] = '\0';
		contents |= !strcmp(word, "contents");
		topic |= !strcmp(word, "topic");
		found = bsearch(word, names_marks, NAMES_MARKS, sizeof *names_marks, names_compare);
		if (found && (mark == XS_MARK_NONE || found->mark < mark))
			mark = found->mark;
	}
	/* The table of contents of docutils; Doxygen's "contents" alone is the main text. */
	return contents && topic && mark != XS_MARK_DROP ? XS_MARK_ASIDE : mark;
}

bool xs_html_word(const char *list, const char *word)
{
	size_t len;

	for (; *list; list += len) {
		list += strspn(list, " \t\r\n\f");
		len = strcspn(list, " \t\r\n\f");
		if (len == strlen(word) && !strncasecmp(list, word, len))
			return true;
	}
	return false;
}

xs_tag_kind xs_html_role(const char *role)
{
	static const struct {
		const char *name;
		xs_tag_kind kind;
	} roles[] = {
		{"alertdialog", XS_TAG_ASIDE}, {"article", XS_TAG_ARTICLE},
		{"banner", XS_TAG_NAV},	       {"complementary", XS_TAG_ASIDE},
		{"contentinfo", XS_TAG_ASIDE}, {"dialog", XS_TAG_ASIDE},
		{"doc-pagelist", XS_TAG_NAV},  {"doc-toc", XS_TAG_NAV},
		{"main", XS_TAG_MAIN},	       {"menu", XS_TAG_NAV},
		{"menubar", XS_TAG_NAV},       {"navigation", XS_TAG_NAV},
		{"search", XS_TAG_NAV},
	};
	size_t i;

	/* Several are there for browsers that do not know the first. */
	for (i = 0; i < sizeof roles / sizeof *roles; i++)
		if (xs_html_word(role, roles[i].name))
			return roles[i].kind;
	return XS_TAG_INLINE;
}

bool xs_html_edits(const char *rel, const char *href)
{
	/* MediaWiki's; GitLab's; Bitbucket's; GitHub's and, under other hosts, Gitea's have "/edit/" alone,
	 * which may be a page of any site. */
	static const char *const marks[] = {"action=edit", "/-/edit/", "mode=edit"};
	const char *hub = strstr(href, "://github.com/");
	size_t i;

	if (xs_html_word(rel, "edit") || (hub && strstr(hub, "/edit/")))
		return true;
	for (i = 0; i < sizeof marks / sizeof *marks; i++)
		if (strstr(href, marks[i]))
			return true;
	return false;
}

/* Whether one of the words of a list, which has white space between them, is in a table of n. */
static bool names_among(const char *list, const char *const *table, size_t n)
{
	for (size_t i = 0; *list && i < n; i++)
		if (xs_html_word(list, table[i]))
			return true;
	return false;
}

/* Classes of docutils, Starlight and Slate; roles of ARIA and of its module for publishing (DPUB-ARIA). */
bool xs_html_note(const char *role, const char *names)
{
	static const char *const notes[] = {
		"admonition",	 "callout",   "caution", "danger",  "footnote",
		"footnote-list", "important", "note",	 "notice",  "starlight-aside",
		"success",	 "tip",	      "topic",	 "warning",
	};
	static const char *const roles[] = {
		"doc-endnotes", "doc-example", "doc-footnote", "doc-notice", "doc-tip", "note",
	};

	if (xs_html_mark(names) == XS_MARK_ASIDE)
		return false;
	return names_among(names, notes, sizeof notes / sizeof *notes) ||
	       names_among(role, roles, sizeof roles / sizeof *roles);
}

/* From Bootstrap, jQuery UI, Foundation, Material for MkDocs, sphinx-design, Docusaurus. */
bool xs_html_panel(const char *role, const char *names)
{
	static const char *const panels[] = {
		"accordion-body", "accordion-collapse", "accordion-content", "accordion-panel",
		"collapse",	  "panel-collapse",	"sd-tab-content",    "tab-content",
		"tab-pane",	  "tab-panel",		"tab-panels",	     "tab__content",
		"tab__panel",	  "tab_content",	"tabbed-block",	     "tabbed-content",
		"tabcontent",	  "tabpanel",		"tabs-content",	     "tabs-pane",
		"tabs-panel",	  "tabs__content",	"tabs__panel",	     "ui-tabs-panel",
	};

	/* An accordion's panel is a region in the ARIA Authoring Practices. */
	if (!strcasecmp(role, "tabpanel") || !strcasecmp(role, "region"))
		return true;
	return names_among(names, panels, sizeof panels / sizeof *panels);
}
