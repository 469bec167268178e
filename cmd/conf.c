/* SPDX-License-Identifier: GPL-2.0-or-later */
/* conf.c - the command conf: settings in force, what each key means, the example. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cmd/option.h"
#include "cmd/print.h"
#include "conf/conf.h"
#include "plugin/json.h"

enum { CONF_DEFAULTS, CONF_EXAMPLE, CONF_JSON };

const xs_cmd_option cmd_conf_options[] = {
	{"defaults", 0, NULL, NULL, "show the defaults, and read no file"},
	{"example", 0, NULL, NULL, "write a commented file with every key"},
	{"json", 0, NULL, NULL, "print one JSON object"},
	{NULL, 0, NULL, NULL, NULL},
};

static json_t *conf_json_list(const xs_conf_list *list)
{
	json_t *array = json_array();

	for (size_t i = 0; i < list->n; i++)
		json_array_append_new(array, xs_json_text(list->items[i]));
	return array;
}

/* One field of the struct `base`, with its JSON type.  By type and not as text, so that a program
 * gets numbers and booleans. */
static json_t *conf_json_field(const void *base, const xs_conf_key *key)
{
	const void *field = (const char *)base + key->offset;

	switch (key->type) {
	case XS_CONF_BOOL: return json_boolean(*(const bool *)field);
	case XS_CONF_SIZE: return json_integer(*(const int64_t *)field);
	case XS_CONF_REAL: return json_real(*(const double *)field);
	case XS_CONF_STRING:
	case XS_CONF_PATH: return xs_json_text(*(const char *const *)field);
	case XS_CONF_STRINGS:
	case XS_CONF_PATHS:
	case XS_CONF_HOSTS: return conf_json_list(field);
	case XS_CONF_INT:
	case XS_CONF_ENUM:
		for (const xs_conf_word *w = key->words; w && w->word; w++) {
			/* "0" is a word where small numbers are refused. */
			if (w->value == *(const int *)field && strcmp(w->word, "0") != 0)
				return json_string(w->word);
		}
		return json_integer(*(const int *)field);
	/* Lists of maps and `stages` have functions of their own. */
	default: return NULL;
	}
}

static json_t *conf_json_map(const void *item, const xs_conf_key *maps)
{
	json_t *object = json_object();
	const xs_conf_key *key;

	for (size_t i = 0; (key = xs_conf_key_at(i)); i++) {
		if (xs_conf_maps(key) == maps)
			json_object_set_new(object, strchr(key->name, '.') + 1,
					    conf_json_field(item, key));
	}
	return object;
}

/* Settings of one stage may stand apart in the list: each is put into its stage's object. */
static json_t *conf_json_stages(const xs_conf *c)
{
	json_t *object = json_object(), *stage;

	for (size_t i = 0; i < c->stages.n; i++) {
		const xs_conf_setting *s = &c->stages.items[i];

		stage = json_object_get(object, s->stage);
		if (!stage) {
			stage = json_object();
			json_object_set_new(object, s->stage, stage);
		}
		json_object_set_new(stage, s->key, xs_json_text(s->value));
	}
	return object;
}

/* The value of a key; of `stages.NAME.KEY` its text, null where it is not set.  A key of a map has one
 * value for each map of the list, in their order. */
static json_t *conf_json_value(const xs_conf *c, const xs_conf_key *key, const char *name,
			       xs_arena *a)
{
	const xs_conf_key *maps = key->type == XS_CONF_MAPS ? key : xs_conf_maps(key);
	const void *item;
	json_t *array;

	if (key->type == XS_CONF_STAGES && strcmp(name, key->name) != 0) {
		const char *text = xs_conf_get(c, a, name);

		return text ? xs_json_text(text) : json_null();
	}
	if (key->type == XS_CONF_STAGES)
		return conf_json_stages(c);
	if (!maps)
		return conf_json_field(c, key);
	array = json_array();
	for (size_t i = 0; (item = xs_conf_item(c, maps, i)); i++)
		json_array_append_new(array, key == maps ? conf_json_map(item, maps)
							 : conf_json_field(item, key));
	return array;
}

/* The default is text as in a file: it may be a word, or have a unit such as 64M. */
static json_t *conf_json_key(const xs_conf *c, const xs_conf_key *key, const char *name,
			     xs_arena *a)
{
	json_t *object = json_object();

	json_object_set_new(object, "value", conf_json_value(c, key, name, a));
	json_object_set_new(object, "origin", xs_json_text(xs_conf_origin(c, a, name)));
	json_object_set_new(object, "default",
			    key->fallback ? json_string(key->fallback) : json_null());
	json_object_set_new(object, "expects", json_string(xs_conf_describe(key, a)));
	json_object_set_new(object, "text", json_string(key->text));
	return object;
}

/* The default stands in the sentence too, so that a changed value shows what it was. */
static void conf_say_key(const xs_cmd *c, const xs_conf *conf, const xs_conf_key *key,
			 const char *name)
{
	const char *value = xs_conf_get(conf, c->arena, name), *fallback = "";

	print_styled(c->colour, PRINT_BOLD, name);
	printf(": ");
	/* NULL: a stage's setting that is not set.  Its default is known to the stage alone. */
	print_text(stdout, !value ? "(not set)" : *value ? value : "\"\"");
	printf("  # ");
	print_text(stdout, xs_conf_origin(conf, c->arena, name));
	putchar('\n');
	print_wrapped(c->colour, 4, key->text);
	if (key->fallback)
		fallback = xs_arena_printf(c->arena, "; default: %s",
					   *key->fallback ? key->fallback : "\"\"");
	print_wrapped(c->colour, 4,
		      xs_arena_printf(c->arena, "Expects %s%s.", xs_conf_describe(key, c->arena),
				      fallback));
}

/* Shows one key: as JSON into `object`, or (NULL) as text. */
static void conf_show(const xs_cmd *c, const xs_conf *conf, const xs_conf_key *key,
		      const char *name, json_t *object)
{
	if (object)
		json_object_set_new(object, name, conf_json_key(conf, key, name, c->arena));
	else
		conf_say_key(c, conf, key, name);
}

/* Shows the key `name`, or each key of the section `name`.  `sources` is both: the key is shown,
 * then the keys of each source. */
static int conf_show_name(const xs_cmd *c, const xs_conf *conf, const char *name, json_t *object)
{
	const xs_conf_key *key = xs_conf_key_find(name);
	const char *section, *nearest;
	bool found = key != NULL;

	if (key)
		conf_show(c, conf, key, name, object);
	for (size_t i = 0; (key = xs_conf_key_at(i)); i++) {
		section = xs_conf_section(key);
		if (!section || strcmp(section, name) != 0)
			continue;
		found = true;
		conf_show(c, conf, key, key->name, object);
	}
	if (found)
		return XS_OK;
	nearest = xs_conf_nearest(name);
	return xs_fail(XS_EINPUT, "unknown key \"%s\"%s%s%s", name,
		       nearest ? "; did you mean \"" : "", nearest ? nearest : "",
		       nearest ? "\"?" : "");
}

/* Paths are written as they are resolved, so the text means the same only in this folder. */
static void conf_print(const xs_conf *conf, bool defaults)
{
	xs_buf b;

	fputs(defaults ? "# The defaults" : "# Settings in force; configuration file: ", stdout);
	if (!defaults)
		print_text(stdout, *xs_conf_file(conf) ? xs_conf_file(conf) : "none");
	puts(".\n# Relative paths start at the folder that this was written in.");
	xs_buf_init(&b);
	xs_conf_write(&b, conf);
	fputs(b.data, stdout);
	xs_buf_fini(&b);
}

/* After a wrong name no JSON is printed: half an object would look like an answer. */
static int conf_run(const xs_cmd *c, const xs_conf *conf, const bool *flags, int n, char **names)
{
	json_t *settings = flags[CONF_JSON] ? json_object() : NULL, *object;
	const xs_conf_key *key;
	int rc = XS_OK;

	for (int i = 0; i < n && rc == XS_OK; i++)
		rc = conf_show_name(c, conf, names[i], settings);
	if (n == 0 && settings) {
		for (size_t i = 0; (key = xs_conf_key_at(i)); i++)
			conf_show(c, conf, key, key->name, settings);
	} else if (n == 0) {
		conf_print(conf, flags[CONF_DEFAULTS]);
	}
	if (rc == XS_OK && settings) {
		object = json_object();
		json_object_set_new(object, "file",
				    *xs_conf_file(conf) ? xs_json_text(xs_conf_file(conf))
							: json_null());
		/* Not _new(): the reference is given back below, after a failure too. */
		json_object_set(object, "settings", settings);
		print_json(object);
	}
	json_decref(settings);
	return rc;
}

/* Text alone: it is to become a file. */
static void conf_example(void)
{
	xs_buf b;

	xs_buf_init(&b);
	xs_conf_example(&b);
	fputs(b.data, stdout);
	xs_buf_fini(&b);
}

int cmd_conf(xs_cmd *c, int argc, char **argv)
{
	bool flags[3] = {false, false, false};
	xs_conf *defaults = NULL;
	const char *arg;
	int row, rc = XS_OK;

	while ((row = option_next(&arg, c, argc, argv, cmd_conf_options)) >= 0)
		flags[row] = true;
	if (row == OPTION_STOP)
		return c->rc;
	if (flags[CONF_EXAMPLE]) {
		/* It has all keys and reads no file: other options could change nothing. */
		if (optind < argc || flags[CONF_DEFAULTS] || flags[CONF_JSON])
			return cmd_usage(c, "--example stands alone");
		conf_example();
		return CMD_OK;
	}
	/* No file is read, so this works where the file is broken. */
	if (flags[CONF_DEFAULTS])
		defaults = xs_conf_new();
	else
		rc = cmd_settings(c);
	if (rc == XS_OK)
		rc = conf_run(c, defaults ? defaults : c->conf, flags, argc - optind,
			      argv + optind);
	xs_conf_free(defaults);
	return rc == XS_OK ? CMD_OK : cmd_failed(c, rc);
}
