/* SPDX-License-Identifier: GPL-2.0-or-later */
/* help.c - help from the tables of commands and options. */
#include "cmd/cmd.h"

#include <stdio.h>
#include <string.h>

#include <getopt.h>

const xs_cmd_option cmd_help_options[] = {
	{"words", 0, NULL, NULL, "print words for completion, one a line"},
	{NULL, 0, NULL, NULL, NULL},
};

static void help_option(const xs_cmd_option *row)
{
	char left[64];

	snprintf(left, sizeof left, "%c%c%s --%s%s%s", row->letter ? '-' : ' ',
		 row->letter ? row->letter : ' ', row->letter ? "," : " ", row->name,
		 row->arg ? " " : "", row->arg ? row->arg : "");
	printf("  %-32s %s\n", left, row->text);
}

void cmd_help_all(void)
{
	puts("Usage: xapian-search [-c FILE] [-o KEY=VALUE] [-v | -q] COMMAND [ARGUMENT ...]\n\n"
	     "Site search with neural reranking.\n\nCommands:");
	for (const xs_command *row = cmd_table; row->name; row++)
		printf("  %-8s %s\n", row->name, row->summary);
	puts("\nOptions of every command:");
	for (const xs_cmd_option *row = cmd_global_options; row->name; row++)
		help_option(row);
	puts("\n\"xapian-search help COMMAND\" shows the options of one command, \"man xapian-search\"\n"
	     "the manual, \"xapian-search --version\" the version.");
}

void cmd_help_one(const xs_command *command)
{
	printf("Usage: xapian-search %s%s%s%s\n\nIt can %s.\n", command->name,
	       command->options->name ? " [OPTION ...]" : "", *command->synopsis ? " " : "",
	       command->synopsis, command->summary);
	if (command->options->name)
		puts("\nOptions:");
	for (const xs_cmd_option *row = command->options; row->name; row++)
		help_option(row);
	puts("\nOptions of every command:");
	for (const xs_cmd_option *row = cmd_global_options; row->name; row++)
		help_option(row);
	printf("\nThe manual: man xapian-search-%s\n", command->name);
}

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

static void help_words_commands(void)
{
	for (const xs_command *row = cmd_table; row->name; row++)
		puts(row->name);
}

/* What xapian-search.bash reads: lines "--option", "--option,-o" or "--option,-o WHAT", with WHAT
 * either FILE, FOLDER and the like or a|b; then what the first operand may be, alike: FOLDER, a|b,
 * or a word a line. */
static void help_words(const xs_command *command)
{
	const xs_conf_key *key;

	help_words_of(command ? command->options : cmd_main_options);
	help_words_of(cmd_global_options);
	if (!command || command->run == cmd_help)
		help_words_commands();
	else if (command->run == cmd_conf)
		for (size_t i = 0; (key = xs_conf_key_at(i)); i++)
			puts(key->name);
	else if (command->words)
		puts(command->words);
}

int cmd_help(xs_cmd *c, int argc, char **argv)
{
	const xs_command *command = NULL;
	const char *arg, *nearest;
	bool words = false;
	int row;

	while ((row = cmd_option_next(c, argc, argv, cmd_help_options, &arg)) >= 0)
		words = true;
	if (row == CMD_OPTIONS_STOP)
		return c->rc;
	if (argc - optind > 1)
		return cmd_usage(c, "expected one command, got %d", argc - optind);
	if (optind < argc) {
		command = cmd_find(argv[optind], &nearest);
		if (!command)
			return cmd_usage(c, "there is no command \"%s\"%s%s%s", argv[optind],
					 nearest ? "; did you mean \"" : "", nearest ? nearest : "",
					 nearest ? "\"?" : "");
	}
	if (words)
		help_words(command);
	else if (command)
		cmd_help_one(command);
	else
		cmd_help_all();
	return CMD_OK;
}
