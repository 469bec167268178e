/* SPDX-License-Identifier: GPL-2.0-or-later */
/* address.c - paths of files to paths of a site. */
#define _GNU_SOURCE
#include "index/pages/address.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "index/pages/meta.h"
#include "index/pages/note.h"

/* Length of a path without its extension, which is one to eight letters: "v1.2" has none. */
static size_t address_stem(const char *rel)
{
	const char *slash = strrchr(rel, '/'), *name = slash ? slash + 1 : rel,
		   *dot = strrchr(name, '.');
	size_t n;

	/* The dot that a hidden file begins with begins no extension. */
	if (!dot || dot == name)
		return strlen(rel);
	for (n = 1; isalpha((unsigned char)dot[n]);)
		n++;
	return dot[n] || n < 2 || n > 9 ? strlen(rel) : (size_t)(dot - rel);
}

/* Whether a file shows for its folder: index.html, Hugo's _index.md, and README.md. */
static bool address_is_index(const char *name, size_t len)
{
	static const char *const names[] = {"index", "_index", "readme"};
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (len == strlen(names[i]) && !strncasecmp(name, names[i], len))
			return true;
	return false;
}

/* The path on the site. */
static const char *address_path(xs_arena *a, const xs_source *s, const char *rel)
{
	const char *slash = strrchr(rel, '/'), *name = slash ? slash + 1 : rel;
	size_t len = address_stem(rel);

	if (s->index_folders && address_is_index(name, len - (size_t)(name - rel)))
		return xs_arena_dupn(a, rel, (size_t)(name - rel));
	return s->strip_extension ? xs_arena_dupn(a, rel, len) : rel;
}

static const char *address_join(xs_arena *a, const xs_source *s, const char *path)
{
	/* Without the site's URL, an address is the file's path as it is. */
	return xs_meta_url(a, s->url, path, s->url && *s->url);
}

const char *xs_address(xs_arena *a, const xs_source *s, const char *rel)
{
	return address_join(a, s, address_path(a, s, rel));
}

bool xs_address_below(const char *url, const char *root)
{
	size_t len = strlen(root);

	while (len && root[len - 1] == '/')
		len--;
	/* Only at a border: "/docs2" is not below "/docs". */
	return !strncmp(url, root, len) && (!url[len] || strchr("/?#", url[len]));
}

/* A path from "/" on.  Generators count it from the site's root, which may be above the source's URL. */
static const char *address_rooted(xs_arena *a, const xs_source *s, const char *path)
{
	const char *scheme = s->url ? strstr(s->url, "://") : NULL,
		   *own = scheme ? strchr(scheme + 3, '/') : NULL;
	xs_source site = *s;

	/* Below https://a.org/docs, "/docs/x" is counted from the root and "/x" from docs. */
	if (own && own[1] && xs_address_below(path, own)) {
		site.url = xs_arena_dupn(a, s->url, (size_t)(own - s->url));
		return address_join(a, &site, path);
	}
	return address_join(a, s, path);
}

const char *xs_address_asked(xs_page *page, xs_arena *a, const xs_source *s, const char *rel)
{
	const char *asked = page->address, *slash = strrchr(rel, '/');
	bool rooted = s->url && *s->url;

	if (!asked || !*asked)
		return xs_address(a, s, rel);
	/* Whoever writes a page could else make it a link to another site. */
	if (strstr(asked, "://")) {
		if (!rooted || xs_address_below(asked, s->url))
			return xs_arena_dup(a, asked);
		xs_note(page, a, 0, "its address %s is not below %s; it is found by its path",
			asked, s->url);
		return xs_address(a, s, rel);
	}
	/* Patterns such as ":year/:title" or "{{ slug }}" are for the generator to fill in. */
	if (strpbrk(asked, ":{}<>\"\\") || strstr(asked, "..")) {
		xs_note(page, a, 0, "its address %s is no plain path; it is found by its file's",
			asked);
		return xs_address(a, s, rel);
	}
	/* From the root; any other takes the place of the file's name in its folder. */
	if (*asked == '/')
		return address_rooted(a, s, asked);
	return address_join(a, s,
			    xs_arena_printf(a, "%.*s%s", slash ? (int)(slash + 1 - rel) : 0, rel,
					    asked));
}
