/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html_link.c - signs by their Unicode category, names by a short list. */
#include "index/pages/html_link.h"

#include <libxml/uri.h>
#include <string.h>
#include <strings.h>
#include <utf8proc.h>

/* The next character; one that is damaged is a sign of one byte. */
static size_t link_next(utf8proc_int32_t *c, const char *text, size_t len)
{
	utf8proc_ssize_t n =
		utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)len, c);

	if (n > 0)
		return (size_t)n;
	*c = 0xfffd;
	return 1;
}

static bool link_is_word(utf8proc_int32_t c)
{
	utf8proc_category_t category = utf8proc_category(c);

	return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

bool xs_html_link_signs(const char *text, size_t len)
{
	utf8proc_int32_t c;
	size_t i;

	for (i = 0; i < len;) {
		i += link_next(&c, text + i, len - i);
		/* Marks (emoji variants) join what is before them. */
		if (link_is_word(c) && utf8proc_category(c) != UTF8PROC_CATEGORY_MN)
			return false;
	}
	return true;
}

bool xs_html_link_marks(const char *text, size_t len)
{
	static const char *const marks[] = {" ", "#", "¶", "§", "🔗",  "◆",
					    "⚓", "∞", "[", "]", "️"};
	size_t i, n;

	while (len) {
		for (i = 0; i < sizeof marks / sizeof *marks; i++) {
			n = strlen(marks[i]);
			if (len >= n && !memcmp(text, marks[i], n))
				break;
		}
		if (i == sizeof marks / sizeof *marks)
			return false;
		text += n;
		len -= n;
	}
	return true;
}

/* Signs and spaces off both ends. */
static void link_bare(const char **text, size_t *len)
{
	utf8proc_int32_t c;
	size_t n;

	while (*len) {
		n = link_next(&c, *text, *len);
		if (link_is_word(c))
			break;
		*text += n;
		*len -= n;
	}
	/* What stands behind the words is ASCII in all that is looked for. */
	while (*len && strchr(" .:)]}>#\"'", (*text)[*len - 1]))
		--*len;
}

bool xs_html_link_named(const char *text, size_t len)
{
	/* Sphinx, MkDocs, Docusaurus, VitePress, Hugo's themes, Starlight, Read the Docs, GitHub. */
	static const char *const whole[] = {"link",	   "anchor",	   "anchor link",
					    "direct link", "section link", "heading link",
					    "header link", "copy link",	   "copy",
					    "self link",   "self-link",	   "heading self-link",
					    "headerlink",  "link copied",  "share"};
	static const char *const begins[] = {"permalink",	"permanent link", "perma link",
					     "direct link to ", "link to ",	  "copy link",
					     "anchor for ",	"anchor to ",	  "jump to ",
					     "section titled ", "copy permalink", "navigate to "};
	size_t i, n;

	link_bare(&text, &len);
	for (i = 0; i < sizeof whole / sizeof *whole; i++)
		if (len == strlen(whole[i]) && !strncasecmp(text, whole[i], len))
			return true;
	for (i = 0; i < sizeof begins / sizeof *begins; i++) {
		n = strlen(begins[i]);
		if (len >= n && !strncasecmp(text, begins[i], n))
			return true;
	}
	return false;
}

bool xs_html_link_own(const char *href, const char *base, const char *url)
{
	size_t len = strcspn(url, "#");
	xmlChar *full;
	bool own;

	if (*href == '#')
		return true;
	full = xmlBuildURI((const xmlChar *)href, (const xmlChar *)base);
	own = full && len && !strncmp((const char *)full, url, len) &&
	      (!full[len] || full[len] == '#');
	xmlFree(full);
	return own;
}
