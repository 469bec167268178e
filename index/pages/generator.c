/* SPDX-License-Identifier: GPL-2.0-or-later */
/* generator.c - what Doxygen, Docusaurus, Hugo, Javadoc, Sphinx and Texinfo make by themselves. */
#include "index/pages/generator.h"

#include <fnmatch.h>
#include <string.h>
#include <strings.h>

/* Patterns are of the end of an address, "FOLDER/NAME"; "FOLDER" for its index.html.  Doxygen's page of no matches does not name it. */
static const struct {
	const char *generator; /* how its name begins; "": any */
	xs_generated what;
	const char *pages[32];
} generator_pages[] = {
	{"", XS_GENERATED_TOOL, {"*/404.html", "*/404", "search/nomatches.html"}},
	{"Sphinx", XS_GENERATED_TOOL, {"*/search.html"}},
	{"Sphinx", XS_GENERATED_INDEX, {"*/genindex*.html", "*/*-modindex.html"}},
	{"Docusaurus", XS_GENERATED_TOOL, {"*/search", "*/search.html"}},
	{"Docusaurus", XS_GENERATED_INDEX, {"*/tags", "tags/*", "*/archive"}},
	{"Hugo", XS_GENERATED_INDEX, {"*/tags", "tags/*", "*/categories", "categories/*"}},
	{"Doxygen", XS_GENERATED_TOOL, {"search/*.html", "*/graph_legend.html"}},
	{"Doxygen",
	 XS_GENERATED_INDEX,
	 {"*/annotated.html", "*/classes.html", "*/files.html", "*/functions*.html",
	  "*/globals*.html", "*/hierarchy.html", "*/inherits.html", "*/namespaces.html",
	  "*/namespacemembers*.html", "*/modules.html", "*/topics.html", "*/pages.html",
	  "*/examples.html", "*/dir_*.html"}},
	{"javadoc", XS_GENERATED_TOOL, {"*/help-doc.html", "*/search.html"}},
	{"javadoc",
	 XS_GENERATED_INDEX,
	 {"*/index-all.html", "index-files/*.html", "*/allclasses*.html",
	  "*/allpackages-index.html", "*/overview-tree.html", "*/package-tree.html",
	  "*/package-use.html", "class-use/*.html", "*/deprecated-list.html", "*/new-list.html",
	  "*/preview-list.html", "*/system-properties.html", "*/external-specs.html"}},
};

static bool generator_is(const char *generator, const char *name)
{
	return !strncasecmp(generator, name, strlen(name));
}

/* The last two parts of an address's path; "/name" where there is one. */
static const char *generator_end(xs_arena *a, const char *url)
{
	static const char index[] = "/index.html";
	size_t len = strcspn(url, "?#"), at, slashes = 0;

	if (len >= sizeof index - 1 &&
	    !strncmp(url + len - (sizeof index - 1), index, sizeof index - 1))
		len -= sizeof index - 1;
	while (len && url[len - 1] == '/')
		len--;
	for (at = len; at && (slashes += url[at - 1] == '/') < 2;)
		at--;
	return xs_arena_printf(a, "%s%.*s", slashes ? "" : "/", (int)(len - at), url + at);
}

xs_generated xs_generator_page(const char *generator, const char *url)
{
	xs_arena *a = xs_arena_new();
	const char *end = generator_end(a, url);
	xs_generated what = XS_GENERATED_TEXT;

	for (size_t i = 0; i < sizeof generator_pages / sizeof *generator_pages; i++) {
		const char *const *page = generator_pages[i].pages;

		if (!generator_is(generator, generator_pages[i].generator))
			continue;
		while (*page && fnmatch(*page, end, FNM_PATHNAME) != 0)
			page++;
		if (*page && what == XS_GENERATED_TEXT)
			what = generator_pages[i].what;
	}
	xs_arena_free(a);
	return what;
}

const char *xs_generator_title(xs_arena *a, const char *generator, const char *title)
{
	size_t len = strlen(title);
	const char *site;

	/* "Site: Title" */
	if (generator_is(generator, "Doxygen"))
		return (site = strstr(title, ": ")) && site[2] ? site + 2 : title;
	/* What has no title has the name of its input, as the command line has it. */
	if (generator_is(generator, "pandoc") && !strcmp(title, "-"))
		return "";
	/* "Title (Site)" */
	if (!generator_is(generator, "javadoc") && !generator_is(generator, "makeinfo"))
		return title;
	site = len && title[len - 1] == ')' ? strstr(title, " (") : NULL;
	if (!site || site == title)
		return title;
	/* The first page of a manual of Texinfo has no name of its own. */
	if (generator_is(generator, "makeinfo") && !strncmp(title, "Top (", 5))
		return xs_arena_dupn(a, title + 5, len - 6);
	return xs_arena_dupn(a, title, (size_t)(site - title));
}
