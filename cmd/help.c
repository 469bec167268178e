/* SPDX-License-Identifier: GPL-2.0-or-later */
/* help.c - the command `help`: the help of a command, and words for completion. */
#include <getopt.h>
#include <stdio.h>

#include "cmd/help_text.h"
#include "cmd/option.h"

const xs_cmd_option cmd_help_options[] = {
	{"words", 0, NULL, NULL, "print words for completion, one a line"},
	{NULL, 0, NULL, NULL, NULL},
};

/* Aliases stand on one line, so that completion offers each option once.  A list of words is
 * offered as it is; a name in capitals says of what kind an argument is. */
static void help_words_of(const xs_cmd_option *row)
{
	for (; row->name; row++) {
		printf("--%s", row->name);
		if (row->letter)
			printf(",-%c", row->letter);
		if (row->arg)
			printf(" %s", row->words ? row->words : row->arg);
		putchar('\n');
	}
}

static void help_words_commands(const xs_cmd *c)
{
	for (const xs_command *row = c->commands; row->name; row++)
		puts(row->name);
}

/* What xapian-search.bash reads: lines "--option", "--option,-o" or "--option,-o WHAT", with WHAT
 * either FILE, FOLDER and the like or a|b; then what the first operand may be, alike: FOLDER, a|b,
 * or a word a line. */
static void help_words(const xs_cmd *c, const xs_command *command)
{
	const xs_conf_key *key;

	help_words_of(command ? command->options : c->options);
	help_words_of(cmd_global_options);
	if (!command || command->run == cmd_help)
		help_words_commands(c);
	else if (command->run == cmd_conf)
		/* From the table, so that a new key is completed at once. */
		for (size_t i = 0; (key = xs_conf_key_at(i)); i++)
			puts(key->name);
	else if (command->words)
		puts(command->words);
}

/* It reads no settings: help must work where the configuration is broken. */
int cmd_help(xs_cmd *c, int argc, char **argv)
{
	const xs_command *command = NULL;
	const char *arg, *nearest;
	bool words = false;
	int row;

	while ((row = option_next(&arg, c, argc, argv, cmd_help_options)) >= 0)
		words = true;
	if (row == OPTION_STOP)
		return c->rc;
	if (argc - optind > 1)
		return cmd_usage(c, "expected one command, got %d", argc - optind);
	if (optind < argc) {
		command = cmd_find(&nearest, c, argv[optind]);
		if (!command)
			return cmd_usage(c, "there is no command \"%s\"%s%s%s", argv[optind],
					 nearest ? "; did you mean \"" : "", nearest ? nearest : "",
					 nearest ? "\"?" : "");
	}
	if (words)
		help_words(c, command);
	else if (command)
		help_text_one(command);
	else
		help_text_all(c);
	return CMD_OK;
}
