/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html_facts.c - <meta>, <link>, <title>, and the lang of <html>. */
#define _GNU_SOURCE
#include "index/pages/html_facts.h"

#include <libxml/uri.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "index/pages/date.h"
#include "index/pages/generator.h"
#include "index/pages/html_names.h"
#include "index/pages/meta.h"
#include "index/pages/note.h"
#include "index/pages/outline.h"
#include "index/pages/versions.h"

/* Longer values are no use to anyone; language tags are as RFC 5646, section 4.4.1, wants room for them. */
enum { FACTS_MAX = 4096, FACTS_TAG = 35 };

/* More values of one facet say nothing of a page. */
enum { FACTS_LIST = 100, FACTS_VERSIONS = 100 };

/* A page that goes on later than this, in seconds, is there to be read. */
enum { FACTS_SOON = 10 };

/* Words on a page that leads to another: a sentence with a link, for browsers that do not follow by
 * themselves.  A script may have other reasons to go away. */
enum { FACTS_REFRESH_WORDS = 40, FACTS_SCRIPT_WORDS = 4 };

const char *xs_html_attribute(const unsigned char **list, const char *name)
{
	for (; list && list[0]; list += 2)
		if (!strcmp((const char *)list[0], name))
			return list[1] ? (const char *)list[1] : "";
	return "";
}

/* Whether one of the words is "noindex" or "none". */
static bool facts_forbid(const char *robots)
{
	size_t len;

	for (; *robots; robots += len) {
		robots += strspn(robots, ", \t\r\n");
		len = strcspn(robots, ", \t\r\n");
		if ((len == 7 && !strncasecmp(robots, "noindex", 7)) ||
		    (len == 4 && !strncasecmp(robots, "none", 4)))
			return true;
	}
	return false;
}

/* The first that a page gives counts. */
static void facts_keep(const char **to, xs_html_facts *f, const char *value)
{
	if (!*to && *value && strlen(value) <= FACTS_MAX)
		*to = xs_arena_dup(f->a, value);
}

/* As above; a long value is cut, as descriptions are only shown. */
static void facts_put(xs_html_facts *f, const char *key, const char *value)
{
	if (*key && *value && !json_object_get(f->meta, key))
		json_object_set_new(f->meta, key, json_stringn(value, strnlen(value, FACTS_MAX)));
}

/* Takes "0; url=PLACE", if it is soon.  (HTML, "shared declarative refresh steps".) */
static void facts_refresh(xs_html_facts *f, const char *value)
{
	char *end, quote;
	double seconds = strtod(value, &end);
	size_t len;

	if (end == value || seconds > FACTS_SOON)
		return;
	end += strspn(end, " \t\r\n;,");
	/* "url=" may be missing, and then it may be the name of a file. */
	if (!strncasecmp(end, "url", 3) && end[3 + strspn(end + 3, " \t\r\n")] == '=')
		end += 4 + strspn(end + 3, " \t\r\n");
	end += strspn(end, " \t\r\n");
	if (!*end)
		return;
	quote = *end == '"' || *end == '\'' ? *end++ : '\0';
	len = quote ? strcspn(end, (char[]){quote, '\0'}) : strlen(end);
	facts_keep(&f->refresh, f, xs_arena_dupn(f->a, end, len));
}

/* A version may be a list, "2.1,latest"; no other value is split. */
static void facts_docsearch(xs_html_facts *f, const char *name, const char *value)
{
	size_t len;

	if (!strcasecmp(name, "language"))
		facts_keep(&f->language, f, value);
	if (strcasecmp(name, "version") != 0) {
		facts_put(f, name, value);
		return;
	}
	for (; *value; value += len + (value[len] == ',')) {
		len = strcspn(value, ",");
		xs_html_facts_say(f, XS_SAID_FILTER, name, xs_arena_dupn(f->a, value, len));
	}
}

void xs_html_facts_meta(xs_html_facts *f, const unsigned char **list)
{
	/* Names of Open Graph (ogp.me), Dublin Core and HTML itself. */
	static const struct {
		const char *name, *key;
	} kept[] = {
		{"description", "description"}, {"og:description", "description"},
		{"keywords", "keywords"},	{"author", "author"},
		{"article:author", "author"},	{"section", "section"},
		{"article:section", "section"},
	};
	/* Ours; and those that pages have for Algolia's crawler. */
	static const char own[] = "xapian-search:", docsearch[] = "docsearch:";
	const char *name = xs_html_attribute(list, "name"),
		   *value = xs_html_attribute(list, "content");
	size_t i;

	if (!*name)
		name = xs_html_attribute(list, "property");
	if (!*name)
		name = xs_html_attribute(list, "http-equiv");
	if (!strcasecmp(name, "robots") || !strcasecmp(name, "googlebot"))
		f->noindex |= facts_forbid(value);
	else if (!strcasecmp(name, "refresh"))
		facts_refresh(f, value);
	else if (!strcasecmp(name, "article:published_time"))
		facts_keep(&f->published, f, value);
	else if (!strcasecmp(name, "dc.date") || !strcasecmp(name, "date") ||
		 !strcasecmp(name, "dcterms.date"))
		facts_keep(&f->date, f, value);
	else if (!strcasecmp(name, "article:modified_time") ||
		 !strcasecmp(name, "dcterms.modified"))
		facts_keep(&f->modified, f, value);
	else if (!strcasecmp(name, "generator"))
		facts_keep(&f->generator, f, value);
	else if (!strcasecmp(name, "og:title"))
		facts_keep(&f->og_title, f, value);
	else if (!strcasecmp(name, "content-language"))
		facts_keep(&f->language, f, value);
	else if (!strncasecmp(name, own, strlen(own)))
		facts_put(f, name + strlen(own), value);
	else if (!strncasecmp(name, docsearch, strlen(docsearch)))
		facts_docsearch(f, name + strlen(docsearch), value);
	for (i = 0; i < sizeof kept / sizeof *kept; i++)
		if (!strcasecmp(name, kept[i].name))
			facts_put(f, kept[i].key, value);
}

/* Takes "." and ".." out of the path of a URL, in place. */
static void facts_plain_path(char *url)
{
	char *scheme = strstr(url, "://"), *path = scheme ? strchr(scheme + 3, '/') : url, *rest,
	     end;
	size_t len;

	if (!path)
		return;
	rest = path + strcspn(path, "?");
	end = *rest;
	*rest = '\0';
	xmlNormalizeURIPath(path);
	len = strlen(path);
	*rest = end;
	memmove(path + len, rest, strlen(rest) + 1);
}

/* A URL against the page's base; NULL if it is none that can be followed.  Its fragment is no part of an
 * address. */
static const char *facts_address(xs_arena *a, const char *url, const char *base)
{
	xmlChar *full = xmlBuildURI((const xmlChar *)url, (const xmlChar *)base);
	char *text = (char *)full;
	const char *found = NULL;

	if (text)
		text[strcspn(text, "#")] = '\0';
	if (text && *text && strlen(text) <= FACTS_MAX &&
	    (!strncasecmp(text, "http://", 7) || !strncasecmp(text, "https://", 8) ||
	     (!strstr(base, "://") && !strchr(text, ':')))) {
		facts_plain_path(text);
		found = xs_arena_dup(a, text);
	}
	xmlFree(full);
	return found;
}

void xs_html_facts_link(xs_html_facts *f, const unsigned char **list, const char *url)
{
	const char *rel = xs_html_attribute(list, "rel"), *href = xs_html_attribute(list, "href"),
		   *language = xs_html_attribute(list, "hreflang"), *full;

	if (xs_html_word(rel, "canonical"))
		facts_keep(&f->canonical, f, href);
	if (xs_html_word(rel, "search") && !strcmp(href, "#"))
		f->searches = true;
	/* Sphinx does not say its name; all of its themes have this style, whatever the page was written in. */
	if (strstr(href, "_static/pygments.css"))
		f->generator = "Sphinx";
	if (!*language || !xs_html_word(rel, "alternate") || !strcasecmp(language, "x-default"))
		return;
	full = facts_address(f->a, href, f->base ? f->base : url);
	/* In a list of the page's versions, the page itself. */
	if (full && !strcmp(full, url))
		facts_keep(&f->language, f, language);
	if (full && strlen(language) <= FACTS_TAG && !language[strcspn(language, " \t\r\n")] &&
	    f->n_versions++ < FACTS_VERSIONS)
		xs_buf_printf(&f->versions, "%s %s\n", language, full);
}

void xs_html_facts_base(xs_html_facts *f, const unsigned char **list, const char *url)
{
	const char *href = xs_html_attribute(list, "href");
	xmlChar *full = *href ? xmlBuildURI((const xmlChar *)href, (const xmlChar *)url) : NULL;

	if (full)
		facts_keep(&f->base, f, (const char *)full);
	xmlFree(full);
}

void xs_html_facts_told(xs_html_facts *f, const unsigned char **list)
{
	const char *text = xs_html_attribute(list, "alt");

	if (!*text)
		text = xs_html_attribute(list, "title");
	xs_html_facts_show(f, text);
}

void xs_html_facts_show(xs_html_facts *f, const char *text)
{
	if (*text && f->told.len + strlen(text) < FACTS_MAX) {
		if (f->told.len)
			xs_buf_putc(&f->told, '\n');
		xs_buf_puts(&f->told, text);
	}
}

/* "location = ...", "location.href = ...", "location.replace(...)", "location.assign(...)". */
void xs_html_facts_script(xs_html_facts *f, const char *text, size_t len)
{
	const char *copy = xs_arena_dupn(f->a, text, len < FACTS_MAX ? len : FACTS_MAX), *at = copy;

	while (!f->script && (at = strstr(at, "location"))) {
		at += strlen("location");
		if (!strncmp(at, ".href", 5))
			at += 5;
		if (!strncmp(at, ".replace(", 9) || !strncmp(at, ".assign(", 8))
			f->script = true;
		at += strspn(at, " \t\r\n");
		f->script |= at[0] == '=' && at[1] != '=';
	}
}

int xs_html_facts_moves(const xs_html_facts *f, const char *url)
{
	size_t len = strcspn(url, "#");
	xmlChar *full;
	bool own;

	if (!f->refresh)
		return f->script ? FACTS_SCRIPT_WORDS : 0;
	full = xmlBuildURI((const xmlChar *)f->refresh, (const xmlChar *)(f->base ? f->base : url));
	/* What comes again and again is a page of news. */
	own = full && !strncmp((const char *)full, url, len) && (!full[len] || full[len] == '#');
	xmlFree(full);
	return own ? 0 : FACTS_REFRESH_WORDS;
}

/* Single spaces, which the outline makes; none at the ends; cut at a character. */
static const char *facts_line(xs_arena *a, const char *text, size_t len)
{
	xs_outline *o = xs_outline_new();
	const char *line;

	xs_outline_heading(o, 0, 1);
	xs_outline_text(o, 0, text, len, false);
	line = xs_outline_heading_text(&len, o);
	while (len && *line == ' ')
		line++, len--;
	if (len > XS_HTML_TITLE_MAX)
		for (len = XS_HTML_TITLE_MAX; len && ((unsigned char)line[len] & 0xc0) == 0x80;)
			len--;
	while (len && line[len - 1] == ' ')
		len--;
	line = xs_arena_dupn(a, line, len);
	xs_outline_free(o);
	return line;
}

/* Adds a value to those of a name: one stands alone, several are a list. */
static void facts_add(xs_html_facts *f, const char *key, const char *value)
{
	json_t *had = json_object_get(f->meta, key), *item;
	size_t i;

	if (!had) {
		json_object_set_new(f->meta, key, json_string(value));
		return;
	}
	if (!json_is_array(had)) {
		json_object_set_new(f->meta, key, json_pack("[O]", had));
		had = json_object_get(f->meta, key);
	}
	json_array_foreach(had, i, item) if (!strcmp(json_string_value(item), value)) return;
	if (json_array_size(had) < FACTS_LIST)
		json_array_append_new(had, json_string(value));
}

void xs_html_facts_say(xs_html_facts *f, xs_said said, const char *name, const char *value)
{
	const char *line = facts_line(f->a, value, strlen(value));

	if (!*line || !*name)
		return;
	if (!strcmp(name, "date") && said != XS_SAID_DEFAULT)
		facts_keep(&f->dated, f, line);
	else if (!strcmp(name, "title") && said != XS_SAID_SORT)
		facts_keep(said == XS_SAID_DEFAULT ? &f->og_title : &f->named, f, line);
	else if (said == XS_SAID_META)
		facts_put(f, name, line);
	else if (said == XS_SAID_FILTER)
		facts_add(f, name, line);
	else if (said == XS_SAID_DEFAULT && !json_object_get(f->defaults, name))
		json_object_set_new(f->defaults, name, json_string(line));
}

void xs_html_facts_init(xs_html_facts *f, xs_arena *a)
{
	*f = (xs_html_facts){.a = a, .meta = json_object(), .defaults = json_object()};
	xs_buf_init(&f->title);
	xs_buf_init(&f->told);
	xs_buf_init(&f->versions);
}

void xs_html_facts_fini(xs_html_facts *f)
{
	xs_buf_fini(&f->title);
	xs_buf_fini(&f->told);
	xs_buf_fini(&f->versions);
	json_decref(f->meta);
	json_decref(f->defaults);
}

void xs_html_facts_language(xs_html_facts *f, const char *tag)
{
	facts_keep(&f->language, f, tag);
}

/* When it was first published comes before other dates, and a change of it last. */
static void facts_date(xs_page *page, xs_arena *a, const xs_html_facts *f)
{
	const char *dates[] = {f->dated, f->published, f->date, f->modified};

	for (size_t i = 0; i < sizeof dates / sizeof *dates && !page->date; i++)
		if (dates[i] && xs_date_parse(&page->date, dates[i], page->language) < 0)
			xs_note(page, a, 0,
				"a date is left out: expected one such as 2024-05-31, found \"%s\"",
				dates[i]);
}

/* What the page can be found by beside its text. */
static const char *facts_aside(xs_arena *a, const xs_html_facts *f)
{
	const char *description = json_string_value(json_object_get(f->meta, "description"));

	return xs_arena_printf(a, "%s%s%s", description ? description : "",
			       description && f->told.len ? "\n" : "",
			       f->told.len ? f->told.data : "");
}

/* The page is put to its versions where it does not name itself; "": it has no other. */
static const char *facts_versions(const xs_page *page, xs_arena *a, const xs_html_facts *f)
{
	size_t n, own = 0;
	xs_version *all;

	xs_versions_read(&all, &n, a, f->versions.data, page->url, page->language);
	for (size_t i = 0; i < n; i++)
		own += all[i].own;
	if (own == n)
		return "";
	return own ? xs_arena_dup(a, f->versions.data)
		   : xs_arena_printf(a, "%s%s %s\n", f->versions.data,
				     *page->language ? page->language : "und", page->url);
}

void xs_html_facts_fill(xs_page *page, xs_arena *a, const xs_html_facts *f)
{
	const char *text;
	char *meta;

	json_object_update_missing(f->meta, f->defaults);
	meta = json_dumps(f->meta, JSON_COMPACT | JSON_SORT_KEYS);
	if (meta)
		page->meta = xs_arena_dup(a, meta);
	free(meta);
	if (f->language && *(text = xs_meta_language(a, f->language)))
		page->language = text;
	facts_date(page, a, f);
	if (f->canonical && (text = facts_address(a, f->canonical, f->base ? f->base : page->url)))
		page->url = text;
	text = f->named ? xs_arena_dup(a, f->named) : facts_line(a, f->title.data, f->title.len);
	if (!*text && f->og_title)
		text = facts_line(a, f->og_title, strlen(f->og_title));
	if (*text && !*page->title)
		page->title = xs_generator_title(a, f->generator ? f->generator : "", text);
	page->noindex |= f->noindex;
	page->aside = facts_aside(a, f);
	page->versions = facts_versions(page, a, f);
}
