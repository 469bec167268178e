/* SPDX-License-Identifier: GPL-2.0-or-later */
/* generator.c - what Doxygen, Docusaurus, Hugo, Javadoc, Sphinx and Texinfo make by themselves. */
#include "index/pages/generator.h"

#include <fnmatch.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* Patterns are of "FOLDER/NAME", the end of a path; "/NAME" is of the source's own folder.  Of an index.html the
 * folder is the name. */
static const struct {
	const char *generator; /* how its name begins; "": any */
	xs_generated what;
	const char *pages[20];
} generator_pages[] = {
	{"", XS_GENERATED_TOOL, {"/404.html"}},
	{"Sphinx", XS_GENERATED_INDEX, {"*/genindex*.html", "*/*-modindex.html"}},
	{"Docusaurus", XS_GENERATED_TOOL, {"/search", "/search.html"}},
	{"Docusaurus",
	 XS_GENERATED_INDEX,
	 {"/tags", "docs/tags", "blog/tags", "tags/*", "/archive", "blog/archive"}},
	{"Hugo", XS_GENERATED_INDEX, {"/tags", "tags/*", "/categories", "categories/*"}},
	/* All pages that it makes of what people wrote are in one folder.  The last does not name it. */
	{"Doxygen", XS_GENERATED_TOOL, {"search/*.html", "*/graph_legend.html"}},
	{"", XS_GENERATED_TOOL, {"search/nomatches.html"}},
	{"Doxygen",
	 XS_GENERATED_INDEX,
	 {"*/annotated.html", "*/classes.html", "*/files.html", "*/functions*.html",
	  "*/globals*.html", "*/hierarchy.html", "*/inherits.html", "*/namespaces.html",
	  "*/namespacemembers*.html", "*/modules.html", "*/topics.html", "*/pages.html",
	  "*/examples.html", "*/dir_*.html"}},
	/* It says what made each page, and a class may have any name. */
	{"javadoc/HelpWriter", XS_GENERATED_TOOL, {"*/*"}},
	{"javadoc/SearchWriter", XS_GENERATED_TOOL, {"*/*"}},
	{"javadoc/IndexWriter", XS_GENERATED_INDEX, {"*/*"}},
	{"javadoc/AllClassesIndexWriter", XS_GENERATED_INDEX, {"*/*"}},
	{"javadoc/AllPackagesIndexWriter", XS_GENERATED_INDEX, {"*/*"}},
	{"javadoc/TreeWriter", XS_GENERATED_INDEX, {"*/*"}},
	{"javadoc/PackageTreeWriter", XS_GENERATED_INDEX, {"*/*"}},
	{"javadoc/ClassUseWriter", XS_GENERATED_INDEX, {"*/*"}},
	{"javadoc/PackageUseWriter", XS_GENERATED_INDEX, {"*/*"}},
	{"javadoc/DeprecatedListWriter", XS_GENERATED_INDEX, {"*/*"}},
	{"javadoc/NewAPIListWriter", XS_GENERATED_INDEX, {"*/*"}},
	{"javadoc/PreviewListWriter", XS_GENERATED_INDEX, {"*/*"}},
	{"javadoc/SystemPropertiesWriter", XS_GENERATED_INDEX, {"*/*"}},
};

static bool generator_is(const char *generator, const char *name)
{
	return !strncasecmp(generator, name, strlen(name));
}

static const char *generator_end(xs_arena *a, const char *path)
{
	static const char index[] = "/index.html";
	size_t len = strlen(path), at, slashes = 0;

	if (len >= sizeof index - 1 && !strcmp(path + len - (sizeof index - 1), index))
		len -= sizeof index - 1;
	while (len && path[len - 1] == '/')
		len--;
	for (at = len; at && (slashes += path[at - 1] == '/') < 2;)
		at--;
	return xs_arena_printf(a, "%s%.*s", slashes ? "" : "/", (int)(len - at), path + at);
}

xs_generated xs_generator_page(const char *generator, const char *path)
{
	xs_arena *a = xs_arena_new();
	const char *end = generator_end(a, path);
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

/* Where the brackets at the end of a title open, which may have others in them; NULL: there are none. */
static const char *generator_bracket(const char *title)
{
	const char *at = title + strlen(title);
	int depth = 0;

	do {
		if (at == title)
			return NULL;
		at--;
		depth += (*at == ')') - (*at == '(');
	} while (depth > 0);
	return *at == '(' && at > title + 1 && at[-1] == ' ' ? at : NULL;
}

const char *xs_generator_title(xs_arena *a, const char *generator, const char *title)
{
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
	site = generator_bracket(title);
	if (!site)
		return title;
	/* The first page of a manual of Texinfo has no name of its own. */
	if (generator_is(generator, "makeinfo") && !strncmp(title, "Top (", 5))
		return xs_arena_dupn(a, site + 1, strlen(site) - 2);
	return xs_arena_dupn(a, title, (size_t)(site - title) - 1);
}
