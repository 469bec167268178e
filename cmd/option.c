/* SPDX-License-Identifier: GPL-2.0-or-later */
/* option.c - the options of a command line, stepped through by the tables of their rows. */
#include "base/edits.h"
#include "cmd/option.h"

#include <getopt.h>
#include <string.h>

#include "cmd/help_text.h"

/* What getopt_long() returns says by itself what it is: below 256 a letter, from 256 on a row of
 * the command, from 1024 on a row of the global ones.  48 rows are more than any command has. */
enum { OPTION_MAX = 48, OPTION_VAL = 256, OPTION_GLOBAL = 1024 };

/* Adds the rows of a table to what getopt_long(3) reads; returns how many.  `first` is the number
 * of the first row, by which option_row() finds each row again. */
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

/* Two slips at most, and fewer than the name has letters: else -x would be near to everything. */
static const char *option_nearest(const char *name, const xs_cmd_option *options)
{
	const xs_cmd_option *tables[] = {options, cmd_global_options};
	const char *nearest = NULL;
	unsigned best = 3;

	for (size_t t = 0; t < 2; t++)
		for (const xs_cmd_option *row = tables[t]; row->name; row++) {
			unsigned distance = xs_edits(name, row->name);

			if (distance < best && distance < strlen(row->name)) {
				best = distance;
				nearest = row->name;
			}
		}
	return nearest;
}

/* getopt_long() has no message of ours: it says only '?' and leaves what it knows in optopt.
 * That is 0 for a long name that nobody knows, and a row's value where a flag was given an
 * argument. */
static int option_unknown(xs_cmd *c, const char *given, const xs_cmd_option *options)
{
	const char *nearest = NULL;

	if (optopt > 0 && optopt < OPTION_VAL) {
		c->rc = cmd_usage(c, "there is no option -%c", optopt);
		return OPTION_STOP;
	}
	if (optopt >= OPTION_VAL) {
		c->rc = cmd_usage(c, "%s takes no argument", given);
		return OPTION_STOP;
	}
	if (strncmp(given, "--", 2) == 0)
		nearest =
			option_nearest(xs_arena_dupn(c->arena, given + 2, strcspn(given + 2, "=")),
				       options);
	if (nearest)
		c->rc = cmd_usage(c, "there is no option %s; did you mean --%s?", given, nearest);
	else
		c->rc = cmd_usage(c, "there is no option %s, or it is cut too short", given);
	return OPTION_STOP;
}

/* Follows an option that every command has; whether the command ends here.  The last case is -h. */
static bool option_global(xs_cmd *c, char letter)
{
	switch (letter) {
	case 'c': c->conf_path = optarg; return false;
	case 'o': cmd_override_add(c, optarg); return false;
	case 'v': c->verbosity++; return false;
	case 'q':
		c->verbosity = -1;
		c->progress = false;
		return false;
	default:
		if (c->name)
			help_text_one(cmd_find(NULL, c, c->name));
		else
			help_text_all(c);
		c->rc = CMD_OK;
		return true;
	}
}

/* The tables are given to getopt anew for each option, so nothing is kept between calls but what
 * getopt keeps. */
int option_next(const char **arg, xs_cmd *c, int argc, char **argv, const xs_cmd_option *options)
{
	struct option longs[OPTION_MAX + 8] = {{NULL, 0, NULL, 0}};
	/* ':' asks for a code of its own where an argument is missing; '+' stops at the command. */
	char letters[4 * OPTION_MAX] = ":";
	const xs_cmd_option *row;
	size_t n, n_global;
	int value;

	/* Before a command it must stop at the first operand: what follows is the command's. */
	if (!c->name)
		strcpy(letters, "+:");
	n = option_add(longs, letters, options, OPTION_VAL);
	n_global = option_add(longs + n, letters, cmd_global_options, OPTION_GLOBAL);
	/* Messages are printed here, in the program's own form. */
	opterr = 0;
	for (;;) {
		/* optind is 0 before a command's first option (main_command()). */
		const char *given = argv[optind ? optind : 1];

		value = getopt_long(argc, argv, letters, longs, NULL);
		if (value == -1)
			return OPTION_END;
		if (value == ':') {
			/* The argument is missing, so the word before optind is the option. */
			c->rc = cmd_usage(c, "%s needs an argument", argv[optind - 1]);
			return OPTION_STOP;
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
			return OPTION_STOP;
	}
}
