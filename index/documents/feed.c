/* SPDX-License-Identifier: GPL-2.0-or-later */
/* feed.c - feeds: RSS 0.9 to 2.0 and Atom (RFC 4287).  An entry is a section under its title. */
#include <libxml/tree.h>
#include <string.h>

#include "index/documents/html_out.h"
#include "index/documents/node.h"
#include "index/documents/plain.h"

/* The heading of an entry; the feed's title is the page's. */
enum { FEED_ENTRY = 2 };

typedef struct feed {
	xs_buf *html;
	xs_buf text; /* of what is read, for a while */
	bool words;
} feed;

/* The text of the first child of that name is then in f->text; NULL: there is none. */
static const char *feed_text(feed *f, const xmlNode *node, const char *name)
{
	const xmlNode *child = xs_node_child(node, name);

	xs_buf_reset(&f->text);
	xs_node_text(&f->text, child);
	return child ? f->text.data : NULL;
}

/* Adds what an entry says.  In RSS, and in Atom with type="html", it is HTML written as text; type="xhtml" has elements,
 * whose text will do. */
static void feed_body(feed *f, const xmlNode *entry)
{
	/* The whole before what only sums it up. */
	static const char *const names[] = {"encoded", "content", "description", "summary"};
	const xmlNode *body = NULL;

	for (size_t i = 0; i < sizeof names / sizeof *names && !body; i++)
		body = xs_node_child(entry, names[i]);
	xs_buf_reset(&f->text);
	xs_node_text(&f->text, body);
	if (xs_html_out_blank(f->text.data))
		return;
	f->words = true;
	if (!strcmp(xs_node_attribute(body, "type"), "text") ||
	    !strcmp(xs_node_attribute(body, "type"), "xhtml"))
		xs_html_out_paragraphs(f->html, f->text.data, f->text.len);
	else
		xs_html_out_body(f->html, f->text.data, f->text.len, "UTF-8", FEED_ENTRY);
}

/* Short notes have no title; their dates tell them apart. */
static void feed_heading(feed *f, const xmlNode *entry)
{
	static const char *const names[] = {"title", "pubDate", "published", "updated", "date"};
	const char *text = NULL;

	for (size_t i = 0; i < sizeof names / sizeof *names && xs_html_out_blank(text); i++)
		text = feed_text(f, entry, names[i]);
	text = xs_html_out_blank(text) ? "…" : text;
	xs_html_out_heading(f->html, FEED_ENTRY, NULL, text, strlen(text));
}

static void feed_entry(feed *f, const xmlNode *entry)
{
	f->words |= !xs_html_out_blank(feed_text(f, entry, "title"));
	feed_heading(f, entry);
	feed_body(f, entry);
}

/* Entries stand in the channel, in RSS 1.0 beside it. */
static void feed_entries(feed *f, const xmlNode *node)
{
	for (const xmlNode *at = node->children; at; at = at->next)
		if (xs_node_is(at, "item") || xs_node_is(at, "entry"))
			feed_entry(f, at);
}

static int feed_read(feed *f, const xmlNode *root)
{
	const xmlNode *channel = xs_node_is(root, "feed") ? root : xs_node_child(root, "channel");

	if (!channel)
		return xs_fail(XS_EFORMAT, "it is no feed: it has no <feed> or <channel>");
	xs_html_out_title(f->html, feed_text(f, channel, "title"));
	xs_html_out_meta(f->html, "content-language", feed_text(f, channel, "language"));
	xs_html_out_meta(f->html, "description",
			 feed_text(f, channel, channel == root ? "subtitle" : "description"));
	xs_buf_puts(f->html, "<main>\n");
	feed_entries(f, channel);
	if (channel != root)
		feed_entries(f, root);
	xs_buf_puts(f->html, "</main>\n");
	return f->words ? XS_OK : xs_html_out_empty();
}

int xs_feed_convert(xs_buf *html, const char *bytes, size_t len)
{
	xmlDoc *doc = xs_node_read(bytes, len);
	feed f = {.html = html};
	int rc;

	if (!doc)
		return xs_fail(XS_EFORMAT, "it is no well-formed XML");
	xs_buf_init(&f.text);
	rc = feed_read(&f, xmlDocGetRootElement(doc));
	xs_buf_fini(&f.text);
	xmlFreeDoc(doc);
	return rc;
}
