/* SPDX-License-Identifier: GPL-2.0-or-later */
/* option.c - options of commands from their tables, and the values they take. */
#include "cmd/cmd.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPTION_MAX = 48, OPTION_VAL = 256, OPTION_GLOBAL = 1024 };

const xs_cmd_option cmd_global_options[] = {
	{"config", 'c', "FILE", NULL, "read this configuration file"},
	{"option", 'o', "KEY=VALUE", NULL, "set one key of the configuration"},
	{"verbose", 'v', NULL, NULL, "say more on stderr; twice: even more"},
	{"quiet", 'q', NULL, NULL, "say nothing on stderr but errors"},
	{"help", 'h', NULL, NULL, "show the options and end"},
	{NULL, 0, NULL, NULL, NULL},
};

/* Adds the rows of a table to what getopt_long(3) reads; returns how many. */
static size_t option_add(struct option *longs, char *letters, const xs_cmd_option *rows, int first)
{
	size_t n = 0, at = strlen(letters);

	for (; rows[n].name; n++) {
		longs[n] =
			(struct option){rows[n].name, rows[n].arg ? required_argument : no_argument,
					NULL, first + (int)n};
		if (rows[n].letter) {
			letters[at++] = rows[n].letter;
			if (rows[n].arg)
				letters[at++] = ':';
		}
	}
	letters[at] = '\0';
	return n;
}

/* The row that a value of getopt_long() stands for: a number, or a letter; NULL if none. */
static const xs_cmd_option *option_row(int value, const xs_cmd_option *rows, int first, int count)
{
	if (value >= first && value < first + count)
		return &rows[value - first];
	for (; value > 0 && value < OPTION_VAL && rows->name; rows++)
		if (rows->letter == value)
			return rows;
	return NULL;
}

static const char *option_nearest(const char *name, const xs_cmd_option *options)
{
	const xs_cmd_option *tables[] = {options, cmd_global_options};
	const char *nearest = NULL;
	unsigned best = 3;

	for (size_t t = 0; t < 2; t++)
		for (const xs_cmd_option *row = tables[t]; row->name; row++) {
			unsigned distance = cmd_distance(name, row->name);

			if (distance < best && distance < strlen(row->name)) {
				best = distance;
				nearest = row->name;
			}
		}
	return nearest;
}

static int option_unknown(xs_cmd *c, const char *given, const xs_cmd_option *options)
{
	const char *nearest = NULL;

	if (optopt > 0 && optopt < OPTION_VAL) {
		c->rc = cmd_usage(c, "there is no option -%c", optopt);
		return CMD_OPTIONS_STOP;
	}
	if (optopt >= OPTION_VAL) {
		c->rc = cmd_usage(c, "%s takes no argument", given);
		return CMD_OPTIONS_STOP;
	}
	if (strncmp(given, "--", 2) == 0)
		nearest =
			option_nearest(xs_arena_dupn(c->arena, given + 2, strcspn(given + 2, "=")),
				       options);
	if (nearest)
		c->rc = cmd_usage(c, "there is no option %s; did you mean --%s?", given, nearest);
	else
		c->rc = cmd_usage(c, "there is no option %s, or it is cut too short", given);
	return CMD_OPTIONS_STOP;
}

static void option_override(xs_cmd *c, const char *pair)
{
	const char **all = xs_arena_array(c->arena, c->n_overrides + 1, sizeof *all);

	if (c->n_overrides)
		memcpy(all, c->overrides, c->n_overrides * sizeof *all);
	all[c->n_overrides++] = pair;
	c->overrides = all;
}

void cmd_override_add(xs_cmd *c, const char *key, const char *value)
{
	option_override(c, xs_arena_printf(c->arena, "%s=%s", key, value));
}

/* Follows an option that every command has; whether the command ends here. */
static bool option_global(xs_cmd *c, char letter)
{
	switch (letter) {
	case 'c': c->conf_path = optarg; return false;
	case 'o': option_override(c, optarg); return false;
	case 'v': c->verbosity++; return false;
	case 'q':
		c->verbosity = -1;
		c->progress = false;
		return false;
	default:
		if (c->name)
			cmd_help_one(cmd_find(c->name, NULL));
		else
			cmd_help_all();
		c->rc = CMD_OK;
		return true;
	}
}

int cmd_option_next(xs_cmd *c, int argc, char **argv, const xs_cmd_option *options,
		    const char **arg)
{
	struct option longs[OPTION_MAX + 8] = {{NULL, 0, NULL, 0}};
	/* ':' asks for a code of its own where an argument is missing; '+' stops at the command. */
	char letters[4 * OPTION_MAX] = ":";
	const xs_cmd_option *row;
	size_t n, n_global;
	int value;

	if (!c->name)
		strcpy(letters, "+:");
	n = option_add(longs, letters, options, OPTION_VAL);
	n_global = option_add(longs + n, letters, cmd_global_options, OPTION_GLOBAL);
	opterr = 0;
	for (;;) {
		const char *given = argv[optind ? optind : 1];

		value = getopt_long(argc, argv, letters, longs, NULL);
		if (value == -1)
			return CMD_OPTIONS_END;
		if (value == ':') {
			c->rc = cmd_usage(c, "%s needs an argument", argv[optind - 1]);
			return CMD_OPTIONS_STOP;
		}
		if (value == '?')
			return option_unknown(c, argv[optind - 1] ? argv[optind - 1] : given,
					      options);
		*arg = optarg;
		row = option_row(value, options, OPTION_VAL, (int)n);
		if (row)
			return (int)(row - options);
		row = option_row(value, cmd_global_options, OPTION_GLOBAL, (int)n_global);
		if (option_global(c, row->letter))
			return CMD_OPTIONS_STOP;
	}
}

int cmd_parse_int(long *out, const char *text, long min, long max, const char *what)
{
	char *end;

	errno = 0;
	*out = strtol(text, &end, 10);
	if (errno || end == text || *end || *out < min || *out > max)
		return xs_fail(XS_EINPUT, "%s: expected a whole number from %ld to %ld, got \"%s\"",
			       what, min, max, text);
	return XS_OK;
}

int cmd_parse_real(double *out, const char *text, double min, double max, const char *what)
{
	char *end;

	*out = strtod(text, &end);
	if (end == text || *end || !isfinite(*out) || *out < min || *out > max)
		return xs_fail(XS_EINPUT, "%s: expected a number from %g to %g, got \"%s\"", what,
			       min, max, text);
	return XS_OK;
}

int cmd_parse_word(bool *out, const char *text, const char *first, const char *second,
		   const char *what)
{
	*out = strcmp(text, first) == 0;
	if (!*out && strcmp(text, second) != 0)
		return xs_fail(XS_EINPUT, "%s: expected %s or %s, got \"%s\"", what, first, second,
			       text);
	return XS_OK;
}

int cmd_parse_switch(bool *out, const char *text, const char *what)
{
	return cmd_parse_word(out, text, "on", "off", what);
}

/* Optimal string alignment: Levenshtein's table of three rows, with swaps of neighbours. */
unsigned cmd_distance(const char *a, const char *b)
{
	unsigned rows[3][64];
	size_t m = strnlen(a, 63), n = strnlen(b, 63);

	for (size_t j = 0; j <= n; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= m; i++) {
		unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *two = rows[(i + 1) % 3];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= n; j++) {
			unsigned best = above[j - 1] + (a[i - 1] != b[j - 1]);

			if (above[j] + 1 < best)
				best = above[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    two[j - 2] + 1 < best)
				best = two[j - 2] + 1;
			row[j] = best;
		}
	}
	return rows[m % 3][n];
}
