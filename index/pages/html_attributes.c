/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html_attributes.c - one pass over the list, as most elements have several and all are looked at. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "index/pages/html_private.h"

/* Longer ids are no use to anyone. */
enum { ATTRIBUTES_ID_MAX = 256 };

/* Whether a style attribute has this value for a property; style sheets are not read. */
static bool attributes_style(const char *style, const char *property, const char *value)
{
	static const char blanks[] = " \t\r\n\f";
	size_t len = strlen(property);

	for (; *style; style += strcspn(style, ";"), style += *style == ';') {
		style += strspn(style, blanks);
		/* From its beginning: "backface-visibility" is another. */
		if (strncasecmp(style, property, len) != 0)
			continue;
		style += len;
		style += strspn(style, blanks);
		if (*style == ':' &&
		    !strncasecmp(style + 1 + strspn(style + 1, blanks), value, strlen(value)))
			return true;
	}
	return false;
}

static const char *attributes_id(const char *value)
{
	return strlen(value) <= ATTRIBUTES_ID_MAX ? value : "";
}

static void attributes_hide(html_attributes *to, const char *name, const char *value)
{
	if (!strcmp(name, "hidden"))
		to->hidden |= strcasecmp(value, "until-found") != 0;
	else if (!strcmp(name, "popover"))
		to->hidden = true;
	else if (!strcmp(name, "aria-hidden"))
		to->hidden |= !strcasecmp(value, "true");
	else if (!strcmp(name, "style"))
		/* As menus and banners have it. */
		to->hidden |= attributes_style(value, "display", "none") ||
			      attributes_style(value, "visibility", "hidden");
	else if (!strcmp(name, "open"))
		to->open = true;
	else if (!strcmp(name, "data-noindex"))
		to->noindex = strcasecmp(value, "false") != 0;
}

void xs_html_attributes_read(html_attributes *to, const unsigned char **list)
{
	const char *name, *value;

	*to = (html_attributes){.id = "",
				.class = "",
				.role = "",
				.name = "",
				.href = "",
				.rel = "",
				.label = "",
				.weight = -1};
	for (; list && list[0]; list += 2) {
		name = (const char *)list[0];
		value = list[1] ? (const char *)list[1] : "";
		if (!strcmp(name, "class"))
			to->class = value;
		else if (!strcmp(name, "id"))
			to->id = attributes_id(value);
		else if (!strcmp(name, "name"))
			to->name = attributes_id(value);
		else if (!strcmp(name, "role"))
			to->role = value;
		else if (!strcmp(name, "href"))
			to->href = value;
		else if (!strcmp(name, "rel"))
			to->rel = value;
		else if (!strcmp(name, "itemtype"))
			to->trail |= strstr(value, "schema.org/BreadcrumbList") != NULL;
		else if (!strcmp(name, "aria-level"))
			to->level = atoi(value);
		else if (!strcmp(name, "aria-label") || (!strcmp(name, "title") && !*to->label))
			to->label = value;
		else if (strncmp(name, "data-", 5) != 0 ||
			 !xs_html_author_attribute(to, name, value))
			attributes_hide(to, name, value);
	}
	to->trail |= !strcasecmp(to->label, "breadcrumb") || !strcasecmp(to->label, "breadcrumbs");
}
