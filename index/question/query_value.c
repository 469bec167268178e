/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query_value.c - what may stand behind a field's colon. */
#include <string.h>

#include "index/words/fold.h"
#include "index/question/query_parse.h"

static char *value_lower(xs_arena *a, const char *value)
{
	char *out = xs_arena_dup(a, value), *p;

	for (p = out; *p; p++)
		*p = xs_fold_ascii(*p);
	return out;
}

/* People paste a whole URL, or write "*.example.org".  The host is what they mean. */
static int value_site(xs_clause *c, xs_arena *a)
{
	const char *scheme = strstr(c->text, "://");
	char *host = value_lower(a, scheme ? scheme + 3 : c->text);

	host += strspn(host, "*.");
	host[strcspn(host, "/:?#")] = '\0';
	if (!*host)
		return xs_fail(XS_EINPUT,
			       "site:%s names no host; expected one such as site:example.org",
			       c->text);
	c->text = host;
	return XS_OK;
}

/* The terms of folders have no slash at their end (xap_place.cc). */
static int value_path(xs_clause *c, xs_arena *a)
{
	char *path = xs_arena_printf(a, "%s%s", *c->text == '/' ? "" : "/", c->text);
	size_t n = strlen(path);

	while (n > 1 && path[n - 1] == '/')
		path[--n] = '\0';
	c->text = path;
	return XS_OK;
}

/* A type that no page can have is told: an empty answer would hide the slip. */
static int value_type(xs_clause *c, xs_arena *a)
{
	/* Those of index/pages/kind.c, which this folder does not know (t_source.c compares both). */
	static const char *const types[] = {"html", "markdown", "text", "pdf", "docx",	   "pptx",
					    "xlsx", "odt",	"odp",	"ods", "epub",	   "ipynb",
					    "csv",  "feed",	"mail", "rst", "asciidoc", "man",
					    "rtf",  "latex",	"code"};
	enum { TYPES = sizeof types / sizeof *types };
	const char *type = value_lower(a, c->text), *all = "";

	for (size_t i = 0; i < TYPES; i++) {
		if (!strcmp(type, types[i])) {
			c->text = type;
			return XS_OK;
		}
		all = xs_arena_printf(a, "%s%s%s", all,
				      !i	       ? ""
				      : i + 1 == TYPES ? " or "
						       : ", ",
				      types[i]);
	}
	return xs_fail(XS_EINPUT, "type:%s is no type of page; expected %s", c->text, all);
}

static int value_language(xs_clause *c, xs_arena *a)
{
	char *code = value_lower(a, c->text);
	size_t n = strspn(code, "abcdefghijklmnopqrstuvwxyz");

	/* The terms have the bare code of ISO 639, so a region or script behind it goes. */
	if (n < 2 || n > 3 || (code[n] && code[n] != '-' && code[n] != '_'))
		return xs_fail(XS_EINPUT, "lang:%s is no language; expected a code such as lang:en",
			       c->text);
	code[n] = '\0';
	c->text = code;
	return XS_OK;
}

/* A section is one folder: a value with a slash within would match nothing, ever. */
static int value_section(xs_clause *c, xs_arena *a)
{
	const char *from = c->text + strspn(c->text, "/");
	size_t n = strlen(from);

	while (n && from[n - 1] == '/')
		n--;
	if (!n || memchr(from, '/', n))
		return xs_fail(XS_EINPUT,
			       "section:%s is no section; expected the name of one folder, such as "
			       "section:guide",
			       c->text);
	c->text = xs_arena_dupn(a, from, n);
	return XS_OK;
}

int xs_query_value(xs_clause *c, xs_arena *a)
{
	switch (c->field) {
	case XS_FIELD_SITE: return value_site(c, a);
	case XS_FIELD_PATH: return value_path(c, a);
	case XS_FIELD_TYPE: return value_type(c, a);
	case XS_FIELD_LANG: return value_language(c, a);
	case XS_FIELD_SECTION: return value_section(c, a);
	/* add_facets() of xap_document.cc writes these values in lower case, too. */
	case XS_FIELD_META: c->text = value_lower(a, c->text); return XS_OK;
	default: return xs_query_dates(&c->from, &c->to, c->text);
	}
}
