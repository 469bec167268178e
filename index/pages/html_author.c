/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html_author.c - attributes by which authors say what is text and what a page is, ours and Pagefind's.
 *
 * A value is given as Pagefind has it: "name" (the element's text), "name[attribute]", or
 * "name:value"; several with commas between, of which the last alone may be of the third form. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "index/pages/html_private.h"

/* More values that are open at once are no use to anyone, and each costs a copy of the text. */
enum { AUTHOR_OPEN_MAX = 64 };

static const char *const author_prefixes[] = {"data-xapian-search-", "data-pagefind-"};

/* Attributes that give values. */
static const struct author_giving {
	const char *name;
	xs_said said;
} author_givings[] = {
	{"meta", XS_SAID_META},
	{"default-meta", XS_SAID_DEFAULT},
	{"filter", XS_SAID_FILTER},
	{"sort", XS_SAID_SORT},
};

/* What stands behind the prefix of one of our attributes; NULL: it is another's. */
static const char *author_name(const char *name)
{
	size_t i, len;

	for (i = 0; i < sizeof author_prefixes / sizeof *author_prefixes; i++) {
		len = strlen(author_prefixes[i]);
		if (!strncmp(name, author_prefixes[i], len))
			return name + len;
	}
	return NULL;
}

/* A weight in quarters; -1: it is no number. */
static int author_weight(const char *value)
{
	char *end;
	double weight = strtod(value, &end) * XS_WEIGHT_ONE;

	if (end == value || !(weight >= 0))
		return -1;
	return weight < XS_WEIGHT_MAX ? (int)lround(weight) : XS_WEIGHT_MAX;
}

bool xs_html_author_attribute(html_attributes *to, const char *name, const char *value)
{
	const char *own = author_name(name);
	bool no = !strcasecmp(value, "false");

	if (!own)
		return false;
	if (!strcmp(own, "body")) {
		to->body |= !no;
	} else if (!strcmp(own, "ignore")) {
		to->ignore |= !no;
		to->sealed |= !strcasecmp(value, "all");
	} else if (!strcmp(own, "weight")) {
		to->weight = author_weight(value);
	} else {
		to->gives = true;
	}
	return true;
}

/* Takes white space off both ends. */
static void author_trim(const char **text, size_t *len)
{
	while (*len && strchr(" \t\r\n\f", **text))
		++*text, --*len;
	while (*len && strchr(" \t\r\n\f", (*text)[*len - 1]))
		--*len;
}

/* Waits for the text of the innermost element. */
static void author_wait(html *h, const html_level *l, xs_said said, const char *name)
{
	html_value *v;

	if (h->n_values == AUTHOR_OPEN_MAX)
		return;
	h->values = xs_grow(h->values, h->n_values, &h->values_cap, sizeof *h->values);
	v = &h->values[h->n_values++];
	*v = (html_value){.depth = h->depth, .said = said, .drop = l->drop, .name = name};
	xs_buf_init(&v->text);
}

/* One of the values that an attribute gives: `name` or `name[attribute]`. */
static void author_value(html *h, const html_level *l, xs_said said, const char *text, size_t len,
			 const unsigned char **list)
{
	const char *name, *open;
	size_t at;

	author_trim(&text, &len);
	open = memchr(text, '[', len);
	at = open ? (size_t)(open - text) : len;
	name = xs_arena_dupn(h->a, text, at);
	if (!open)
		author_wait(h, l, said, name);
	else if (text[len - 1] == ']')
		xs_html_facts_say(&h->facts, said, name,
				  xs_html_attribute(list,
						    xs_arena_dupn(h->a, open + 1, len - at - 2)));
}

static void author_values(html *h, const html_level *l, xs_said said, const char *text,
			  const unsigned char **list)
{
	size_t len;
	const char *colon;

	for (; *text; text += len + (text[len] == ',')) {
		len = strcspn(text, ",");
		colon = memchr(text, ':', len);
		if (!colon) {
			author_value(h, l, said, text, len, list);
			continue;
		}
		/* Written out, a value may have commas. */
		len = (size_t)(colon - text);
		author_trim(&text, &len);
		xs_html_facts_say(&h->facts, said, xs_arena_dupn(h->a, text, len), colon + 1);
		return;
	}
}

/* Attributes whose values are words to find the page by, as the alt of pictures is. */
static void author_words(html *h, const char *names, const unsigned char **list)
{
	size_t len, n;
	const char *name;

	for (; *names; names += len + (names[len] == ',')) {
		len = n = strcspn(names, ",");
		name = names;
		author_trim(&name, &n);
		xs_html_facts_show(&h->facts,
				   xs_html_attribute(list, xs_arena_dupn(h->a, name, n)));
	}
}

void xs_html_author_open(html *h, const html_level *l, const unsigned char **list)
{
	const unsigned char **at;
	const char *own, *value;
	size_t i;

	for (at = list; at && at[0]; at += 2) {
		own = author_name((const char *)at[0]);
		value = at[1] ? (const char *)at[1] : "";
		for (i = 0; own && i < sizeof author_givings / sizeof *author_givings; i++)
			if (!strcmp(own, author_givings[i].name))
				author_values(h, l, author_givings[i].said, value, list);
		if (own && !strcmp(own, "index-attrs"))
			author_words(h, value, list);
	}
}

void xs_html_author_text(html *h, bool drop, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < h->n_values; i++)
		if ((!drop || h->values[i].drop) && h->values[i].text.len < XS_HTML_TITLE_MAX)
			xs_buf_put(&h->values[i].text, text, len);
}

/* In the page's order, as the first value of a name counts: those of one element stand together. */
void xs_html_author_close(html *h, size_t depth)
{
	size_t i, from = h->n_values;

	while (from && h->values[from - 1].depth == depth)
		from--;
	for (i = from; i < h->n_values; i++) {
		html_value *v = &h->values[i];

		xs_html_facts_say(&h->facts, v->said, v->name, v->text.len ? v->text.data : "");
		xs_buf_fini(&v->text);
	}
	h->n_values = from;
}
