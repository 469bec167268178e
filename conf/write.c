/* SPDX-License-Identifier: GPL-2.0-or-later */
/* write.c - settings as text: one value, the effective file, the commented example. */
#include <string.h>

#include "conf/origin.h"
#include "conf/maps.h"
#include "conf/table.h"
#include "conf/value.h"

/* In one line, as `-o` takes it. */
static void write_list(xs_buf *out, const xs_conf_list *list, xs_arena *a)
{
	xs_buf_putc(out, '[');
	for (size_t i = 0; i < list->n; i++)
		xs_buf_printf(out, "%s%s", i ? ", " : "", xs_value_yaml(list->items[i], true, a));
	xs_buf_putc(out, ']');
}

/* The value of any key but MAPS and STAGES, as YAML.  With `flow` the value stands within [ ] or
 * { }, where more signs have a meaning. */
static void write_value(xs_buf *out, const void *base, const xs_conf_key *key, bool flow,
			xs_arena *a)
{
	if (xs_value_is_list(key))
		write_list(out, (const void *)((const char *)base + key->offset), a);
	else
		xs_buf_puts(out, xs_value_yaml(xs_value_text(base, key, a), flow, a));
}

/* The comment that says where a key's value came from.  A line end in it would end the comment, and
 * what follows would be read as settings. */
static void write_origin(xs_buf *out, const xs_conf *c, xs_arena *a, const char *key)
{
	xs_buf_puts(out, "  # ");
	/* A file's name may hold anything but NUL. */
	for (const char *s = xs_conf_origin(c, a, key); *s; s++)
		xs_buf_putc(out, (unsigned char)*s < 0x20 || *s == 0x7f ? '?' : *s);
}

/* All items of a list of maps in one line; with `only`, that key of each.  The whole has the form that
 * -o takes. */
static void write_maps(xs_buf *out, const xs_conf *c, const xs_conf_key *maps,
		       const xs_conf_key *only, xs_arena *a)
{
	const xs_conf_key *key;
	const void *item;

	xs_buf_putc(out, '[');
	for (size_t i = 0; (item = xs_conf_item(c, maps, i)); i++) {
		const char *joint = i ? ", {" : "{";

		if (only) {
			xs_buf_puts(out, i ? ", " : "");
			write_value(out, item, only, true, a);
			continue;
		}
		for (size_t k = 0; (key = xs_conf_key_at(k)); k++) {
			if (xs_conf_maps(key) != maps)
				continue;
			/* A row's name has its section, "sources.path"; in an item the key stands
			 * alone. */
			xs_buf_printf(out, "%s%s: ", joint, strchr(key->name, '.') + 1);
			write_value(out, item, key, true, a);
			joint = ", ";
		}
		xs_buf_putc(out, '}');
	}
	xs_buf_putc(out, ']');
}

/* Whether the stage of setting i was met before it.  Settings of one stage may lie apart, since -o
 * adds at the end; but a YAML map may have each stage once only. */
static bool write_seen(const xs_conf *c, size_t i)
{
	for (size_t j = 0; j < i; j++) {
		if (strcmp(c->stages.items[j].stage, c->stages.items[i].stage) == 0)
			return true;
	}
	return false;
}

/* The settings of all stages: in one line, or (block) a line each, with their places. */
static void write_stages(xs_buf *out, const xs_conf *c, bool block, xs_arena *a)
{
	const xs_conf_setting *items = c->stages.items;

	xs_buf_puts(out, block ? "" : "{");
	for (size_t i = 0, stages = 0; i < c->stages.n; i++) {
		const char *joint = "";

		if (write_seen(c, i))
			continue;
		xs_buf_printf(out, block ? "\n  %s%s:" : "%s%s: {", block || !stages++ ? "" : ", ",
			      xs_value_yaml(items[i].stage, true, a));
		for (size_t j = i; j < c->stages.n; j++) {
			if (strcmp(items[j].stage, items[i].stage) != 0)
				continue;
			xs_buf_printf(out, block ? "\n    %s%s: %s" : "%s%s: %s", joint,
				      xs_value_yaml(items[j].key, true, a),
				      xs_value_yaml(items[j].value, true, a));
			if (block)
				write_origin(out, c, a,
					     xs_arena_printf(a, "stages.%s.%s", items[i].stage,
							     items[j].key));
			joint = block ? "" : ", ";
		}
		xs_buf_puts(out, block ? "" : "}");
	}
	xs_buf_puts(out, block ? "" : "}");
}

/* As text, because stages of plugins ask by name and know no C type of ours. */
const char *xs_conf_get(const xs_conf *c, xs_arena *a, const char *name)
{
	const xs_conf_key *key = xs_conf_key_find(name);
	const char *text = NULL, *dot;
	xs_buf b;

	if (!key)
		return NULL;
	if (key->type == XS_CONF_STAGES && name[6] == '.') {
		/* xs_conf_key_find() has found both dots. */
		dot = strchr(name + 7, '.');
		return xs_conf_stage(c, xs_arena_dupn(a, name + 7, (size_t)(dot - name - 7)),
				     dot + 1);
	}
	xs_buf_init(&b);
	if (xs_conf_maps(key))
		write_maps(&b, c, xs_conf_maps(key), key, a);
	else if (key->type == XS_CONF_MAPS)
		write_maps(&b, c, key, NULL, a);
	else if (key->type == XS_CONF_STAGES)
		write_stages(&b, c, false, a);
	else if (xs_value_is_list(key))
		write_value(&b, c, key, true, a);
	else
		text = xs_value_text(c, key, a);
	/* A text of the conf is given as it is; what was composed must outlive the buffer. */
	text = text ? text : xs_arena_dup(a, b.data);
	xs_buf_fini(&b);
	return text;
}

/* A list of maps, one key a line. */
static void write_maps_block(xs_buf *out, const xs_conf *c, const xs_conf_key *maps, xs_arena *a)
{
	const xs_conf_key *key;
	const void *item;

	for (size_t i = 0; (item = xs_conf_item(c, maps, i)); i++) {
		const char *indent = "  - ";

		for (size_t k = 0; (key = xs_conf_key_at(k)); k++) {
			if (xs_conf_maps(key) != maps)
				continue;
			xs_buf_printf(out, "\n%s%s: ", indent, strchr(key->name, '.') + 1);
			write_value(out, item, key, false, a);
			indent = "    ";
		}
	}
}

/* What it writes can be read back: `conf` of that file shows the same values (t_conf).  Rows of one
 * section stand together in the table; otherwise a section would be opened twice, and the file
 * would be refused. */
void xs_conf_write(xs_buf *out, const xs_conf *c)
{
	xs_arena *a = xs_arena_new();
	const xs_conf_key *key;
	const char *section = NULL;

	for (size_t i = 0; (key = xs_conf_key_at(i)); i++) {
		const char *own = xs_conf_section(key);

		if (xs_conf_maps(key))
			continue;
		/* Names of sections are static, so equal ones have equal addresses. */
		if (own && own != section)
			xs_buf_printf(out, "%s:\n", own);
		section = own;
		xs_buf_printf(out, "%s%s:", own ? "  " : "",
			      own ? key->name + strlen(own) + 1 : key->name);
		if (key->type == XS_CONF_MAPS && xs_conf_item(c, key, 0)) {
			write_origin(out, c, a, key->name);
			write_maps_block(out, c, key, a);
		} else if (key->type == XS_CONF_STAGES && c->stages.n) {
			write_stages(out, c, true, a);
		} else {
			xs_buf_putc(out, ' ');
			if (key->type == XS_CONF_MAPS || key->type == XS_CONF_STAGES)
				xs_buf_puts(out, key->fallback);
			else
				write_value(out, c, key, false, a);
			write_origin(out, c, a, key->name);
		}
		xs_buf_putc(out, '\n');
	}
	xs_arena_free(a);
}

/* A comment, broken at 80 columns. */
static void write_comment(xs_buf *out, const char *indent, const char *text)
{
	size_t room = 80 - strlen(indent) - 2;

	while (*text) {
		size_t len = strlen(text);

		if (len > room) {
			len = room;
			/* Words of the table are shorter than a line.  Two blanks stand between
			 * sentences, and a line must not end in one of them. */
			while (len > 1 && (text[len] != ' ' || text[len - 1] == ' '))
				len--;
		}
		xs_buf_printf(out, "%s# %.*s\n", indent, (int)len, text);
		text += len;
		text += strspn(text, " ");
	}
}

/* Of a key without a default, something that a reader will see must be changed. */
static const char *write_example_value(const xs_conf_key *key)
{
	static const char *const values[][2] = {
		{"sources.path", "./docs"},
		{"filters.include", "[\"*.org\"]"},
		{"filters.command", "[my-program, \"{file}\"]"},
	};

	for (size_t i = 0; !key->fallback && i < sizeof values / sizeof *values; i++)
		if (strcmp(key->name, values[i][0]) == 0)
			return values[i][1];
	return key->fallback;
}

/* The lines of one key in the example: commented out, but for sources and their path. */
static void write_example_key(xs_buf *out, const xs_conf_key *key, xs_arena *a)
{
	const char *dot = strchr(key->name, '.'), *name = dot ? dot + 1 : key->name;
	const char *indent = xs_conf_maps(key) ? "    " : dot ? "  " : "";
	const char *value = write_example_value(key);
	const char *text = key->text;

	/* For a map the sentence of the table says what it takes. */
	if (key->type != XS_CONF_MAPS && key->type != XS_CONF_STAGES)
		text = xs_arena_printf(a, "%s  Expects %s.", text, xs_conf_describe(key, a));
	write_comment(out, indent, text);
	if (!xs_value_is_list(key) && key->type != XS_CONF_STAGES)
		value = xs_value_yaml(value, false, a);
	if (key->type == XS_CONF_MAPS)
		xs_buf_printf(out, "%s:\n  %s-\n", name, xs_maps_is_sources(key) ? "" : "#");
	else
		xs_buf_printf(out, "%s%s%s: %s\n", indent,
			      strcmp(key->name, "sources.path") ? "#" : "", name, value);
}

/* From the table alone, so that no key can be missing in it. */
void xs_conf_example(xs_buf *out)
{
	xs_arena *a = xs_arena_new();
	const xs_conf_key *key;
	const char *section = NULL;

	xs_buf_puts(
		out,
		"# xapian-search.yaml - settings of xapian-search; the manual page is\n"
		"# xapian-search.yaml(5).  `xapian-search conf` shows what is in force.\n"
		"#\n"
		"# Only the path of a source has to be given.  Behind #key: stands each key's\n"
		"# default; remove the # to change it.  Relative paths start at this file's\n"
		"# folder.  ${NAME} and ${NAME:-default} come from the environment, $$ is a $.\n");
	for (size_t i = 0; (key = xs_conf_key_at(i)); i++) {
		const char *own = xs_conf_section(key);

		if (!own || own != section)
			xs_buf_puts(out, xs_conf_maps(key) ? "" : "\n");
		if (own && own != section && !xs_conf_maps(key))
			xs_buf_printf(out, "%s:\n", own);
		section = own;
		write_example_key(out, key, a);
	}
	xs_arena_free(a);
}
