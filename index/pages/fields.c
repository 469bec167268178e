/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fields.c - lists of names, as generators of sites have them. */
#define _GNU_SOURCE
#include "index/pages/fields.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "index/pages/date.h"
#include "index/pages/meta.h"
#include "index/pages/note.h"

/* Bytes of a value that is told of; of a page's meta, which every passage carries. */
enum { FIELDS_SHOWN = 60, FIELDS_META = 1 << 16 };

static const char *const fields_titles[] = {"title", NULL};
static const char *const fields_languages[] = {"language", "lang", "locale", NULL};
static const char *const fields_addresses[] = {"permalink", "url", "slug", NULL};
static const char *const fields_lists[] = {"tags", "keywords", "categories", NULL};

/* The day of publication before that of the last change, as in HTML (html.c). */
static const char *const fields_dates[] = {
	"date",
	"published",
	"publishdate",
	"publish_date",
	"published_at",
	"publishedat",
	"pubdate",
	"pub_date",
	"datepublished",
	"date_published",
	"created",
	"created_at",
	"updated",
	"updated_at",
	"lastmod",
	"last_modified_at",
	"last_modified",
	"lastmodified",
	"last_update",
	"last_updated",
	"modified",
	"modified_at",
	"datemodified",
	"date_modified",
	NULL,
};

/* Values that keep a page out.  `plain`: these mean nothing else, so that another kind of value is a
 * mistake; published may be a date, search a map. */
static const struct {
	const char *name;
	bool out, plain;
} fields_flags[] = {
	{"draft", true, true},
	{"noindex", true, true},
	{"unlisted", true, true},
	{"search_exclude", true, true},
	{"exclude_from_search", true, true},
	{"excludefromsearch", true, true},
	{"excludesearch", true, true},
	{"published", false, false},
	{"search", false, false},
	{"pagefind", false, false},
};

const char *xs_fields_text(xs_arena *a, const json_t *value)
{
	const char *copy;
	char *text;

	if (json_is_string(value))
		return xs_arena_dup(a, json_string_value(value));
	if (json_is_boolean(value))
		return json_is_true(value) ? "true" : "false";
	if (!json_is_number(value))
		return NULL;
	/* 7.0 is what jansson writes for 7; above 2^53 not every number is one of these. */
	if (json_is_real(value) && fabs(json_real_value(value)) < 0x1p53 &&
	    json_real_value(value) == floor(json_real_value(value)))
		return xs_arena_printf(a, "%.0f", json_real_value(value));
	text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
	copy = xs_arena_dup(a, text);
	free(text);
	return copy;
}

/* The first of the names that the object has with a value; *key gets it as it is written there. */
static json_t *fields_find(const char **key, json_t *values, const char *const *names)
{
	const char *name;
	json_t *value;

	/* By the order of the names and not of the page: of several, the better known one
	 * counts. */
	for (; *names; names++)
		json_object_foreach(values, name,
				    value) if (!strcasecmp(name, *names) && !json_is_null(value))
		{
			*key = name;
			return value;
		}
	return NULL;
}

/* Tells of a value: "KEY" is VALUE, then what was expected. */
static void fields_wrong(xs_page *page, xs_arena *a, const char *key, const json_t *value,
			 const char *expected)
{
	const char *text = xs_fields_text(a, value);
	int len = text ? (int)strnlen(text, FIELDS_SHOWN) : 0;

	/* No character of UTF-8 is cut in two. */
	while (text && text[len] && len && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	if (text)
		xs_note(page, a, 0, "\"%s\" is \"%.*s%s\", which is left out: expected %s", key,
			len, text, text[len] ? "…" : "", expected);
	else
		xs_note(page, a, 0, "\"%s\" is a %s, which is left out: expected %s", key,
			json_is_array(value) ? "list" : "map", expected);
}

/* A text with single spaces, none at the ends. */
static const char *fields_line(xs_arena *a, const char *text)
{
	char *line = xs_arena_dup(a, text), *to = line;
	const char *s;

	/* A block of YAML comes with the ends of its lines. */
	for (s = text; *s; s++)
		if (!isspace((unsigned char)*s))
			*to++ = *s;
		else if (to > line && to[-1] != ' ')
			*to++ = ' ';
	to -= to > line && to[-1] == ' ';
	*to = '\0';
	return line;
}

/* A list of texts as one, with spaces between; NULL: there is something else in it. */
static const char *fields_joined(xs_arena *a, const json_t *list)
{
	const char *all = "", *one;
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		one = xs_fields_text(a, json_array_get(list, i));
		/* A list or a map within has no form as a text. */
		if (!one)
			return NULL;
		all = xs_arena_printf(a, "%s%s%s", all, i ? " " : "", one);
	}
	return json_is_array(list) ? all : NULL;
}

static void fields_title(xs_page *page, xs_arena *a, json_t *values)
{
	const char *key, *text;
	json_t *value = fields_find(&key, values, fields_titles);

	if (!value)
		return;
	text = xs_fields_text(a, value);
	/* YAML makes a list of a title in brackets, such as "[Draft, second]". */
	text = text ? text : fields_joined(a, value);
	if (text)
		page->title = fields_line(a, text);
	else
		fields_wrong(page, a, key, value, "a text");
	/* What is taken goes: what stays becomes the page's metadata. */
	json_object_del(values, key);
}

static const char *fields_language(xs_page *page, xs_arena *a, json_t *values)
{
	const char *key, *text, *language;
	json_t *value = fields_find(&key, values, fields_languages);

	if (!value)
		return "";
	text = json_string_value(value);
	language = text ? xs_meta_language(a, text) : "";
	/* An empty one is what templates leave behind, and no mistake. */
	if (!*language && (!text || *text))
		fields_wrong(page, a, key, value, "the code of a language, such as en");
	json_object_del(values, key);
	return language;
}

static int fields_date_of(int64_t *out, const json_t *value, const char *language)
{
	if (json_is_number(value))
		return xs_date_number(out, json_number_value(value));
	if (json_is_string(value))
		return xs_date_parse(out, json_string_value(value), language);
	/* Docusaurus: last_update: {date: …, author: …} */
	return json_is_object(value) ? fields_date_of(out, json_object_get(value, "date"), language)
				     : XS_ENOTFOUND;
}

static int64_t fields_date(xs_page *page, xs_arena *a, json_t *values, const char *language)
{
	const char *const *name;
	const char *key;
	json_t *value;
	int64_t date = 0;

	for (name = fields_dates; *name; name++) {
		value = fields_find(&key, values, (const char *const[]){*name, NULL});
		/* "published: true" is a flag (fields_flag), and an empty text is a template's. */
		if (!value || json_is_boolean(value) ||
		    (json_is_string(value) && !json_string_length(value)))
			continue;
		/* The first that can be read counts: a bad one leaves the next name its chance. */
		if (fields_date_of(&date, value, language) == XS_OK) {
			json_object_del(values, key);
			return date;
		}
		fields_wrong(
			page, a, key, value,
			"a date that can be meant in one way, such as 2024-05-31 or 31 May 2024");
	}
	return 0;
}

/* Whether a value is true (1) or false (0); -1: neither. */
static int fields_truth(const json_t *value)
{
	static const char *const yes[] = {"true", "yes", "on", "1"}, *const no[] = {"false", "no",
										    "off", "0"};
	const char *text = json_string_value(value);
	int i;

	if (json_is_boolean(value))
		return json_is_true(value);
	/* YAML's numbers come as texts (front_yaml.c); those of TOML and JSON are numbers. */
	if (json_is_integer(value))
		return json_integer_value(value) == 1 ? 1 : json_integer_value(value) == 0 ? 0 : -1;
	for (i = 0; text && i < 4; i++)
		if (!strcasecmp(text, yes[i]) || !strcasecmp(text, no[i]))
			return !strcasecmp(text, yes[i]);
	return -1;
}

/* Whether a value of its own keeps the page out; *mine: it says so or the opposite, and no more. */
static bool fields_keeps_out(bool *mine, const json_t *value, bool out)
{
	int truth = fields_truth(value);

	*mine = truth >= 0;
	/* Material for MkDocs: search: {exclude: true}. */
	if (json_is_object(value))
		return fields_truth(json_object_get(value, "exclude")) == 1;
	return truth == out;
}

static void fields_flag(xs_page *page, xs_arena *a, json_t *values)
{
	const char *key, *robots;
	json_t *value;
	size_t i;
	bool mine;

	for (i = 0; i < sizeof fields_flags / sizeof *fields_flags; i++) {
		value = fields_find(&key, values,
				    (const char *const[]){fields_flags[i].name, NULL});
		if (!value)
			continue;
		page->noindex |= fields_keeps_out(&mine, value, fields_flags[i].out);
		if (!mine && fields_flags[i].plain)
			fields_wrong(page, a, key, value, "true or false");
		/* Where `published` is a date it stays: fields_date() comes after this. */
		if (mine || fields_flags[i].plain)
			json_object_del(values, key);
	}
	/* The words of HTML's <meta name="robots">: "none" is noindex and nofollow. */
	robots =
		json_string_value(fields_find(&key, values, (const char *const[]){"robots", NULL}));
	page->noindex |= robots && (strcasestr(robots, "noindex") || !strcasecmp(robots, "none"));
}

void xs_fields_take(xs_fields *out, xs_page *page, xs_arena *a, json_t *values)
{
	const char *language = fields_language(page, a, values);

	fields_title(page, a, values);
	/* Before the dates: `published` is a flag or a date. */
	fields_flag(page, a, values);
	out->language = language;
	out->date = fields_date(page, a, values, *language ? language : page->language);
}

void xs_fields_address(xs_page *page, xs_arena *a, json_t *values)
{
	const char *key;
	json_t *value = fields_find(&key, values, fields_addresses);

	/* All of them go, so that none becomes metadata; the first in the list counts. */
	for (; value; value = fields_find(&key, values, fields_addresses)) {
		const char *text = json_is_string(value) ? json_string_value(value) : NULL;

		if (!text)
			fields_wrong(page, a, key, value, "an address as a text");
		else if (*text && !page->address)
			page->address = fields_line(a, text);
		json_object_del(values, key);
	}
}

/* "a, b" as a list; NULL: there is no comma in it.  Docusaurus has {label: a, permalink: b} in lists: the
 * label it is. */
static json_t *fields_split(xs_arena *a, const json_t *value)
{
	const char *s = json_string_value(value), *one;
	json_t *list, *label;
	size_t n;

	for (n = 0; n < json_array_size(value); n++) {
		label = json_object_get(json_array_get(value, n), "label");
		if (json_is_string(label))
			json_array_set((json_t *)value, n, label);
	}
	if (!s || !strchr(s, ','))
		return NULL;
	list = json_array();
	for (; *s; s += n + (s[n] == ',')) {
		n = strcspn(s, ",");
		one = fields_line(a, xs_arena_dupn(a, s, n));
		if (*one)
			json_array_append_new(list, json_string(one));
	}
	return list;
}

void xs_fields_lay(xs_page *page, xs_arena *a, const xs_fields *f, json_t *values)
{
	json_t *meta = json_loads(page->meta, 0, NULL), *value, *list;
	const char *const *name;
	const char *key;
	char *text;

	/* Now, after the body: what it says of these would else stand over them. */
	if (f->date)
		page->date = f->date;
	if (*f->language)
		page->language = f->language;
	for (name = fields_lists; *name; name++) {
		value = fields_find(&key, values, (const char *const[]){*name, NULL});
		list = fields_split(a, value);
		if (list)
			json_object_set_new(values, key, list);
	}
	if (json_is_object(meta) && json_object_size(values)) {
		/* Over what the body says: these values were written for machines. */
		json_object_update(meta, values);
		/* Sorted, so that equal values are equal bytes, in whatever order they came. */
		text = json_dumps(meta, JSON_COMPACT | JSON_SORT_KEYS);
		if (text && strlen(text) <= FIELDS_META)
			page->meta = xs_arena_dup(a, text);
		else
			xs_note(page, a, 0,
				"its other values come to more than %d bytes and are left out",
				FIELDS_META);
		free(text);
	}
	json_decref(meta);
}
