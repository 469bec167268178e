/* SPDX-License-Identifier: GPL-2.0-or-later */
/* help_text.c - help as text, from the tables of commands and options. */
#include "cmd/help_text.h"

#include <stdio.h>

/* 32 columns for the name: the longest fits, and the sentence still has 45 on a line of 80. */
static void help_text_option(const xs_cmd_option *row)
{
	char left[64];

	/* Blanks for a letter that is missing keep long names below one another. */
	snprintf(left, sizeof left, "%c%c%s --%s%s%s", row->letter ? '-' : ' ',
		 row->letter ? row->letter : ' ', row->letter ? "," : " ", row->name,
		 row->arg ? " " : "", row->arg ? row->arg : "");
	printf("  %-32s %s\n", left, row->text);
}

/* Sorted as the table is, by name. */
void help_text_all(const xs_cmd *c)
{
	puts("Usage: xapian-search [-c FILE] [-o KEY=VALUE] [-v | -q] COMMAND [ARGUMENT ...]\n\n"
	     "Site search with neural reranking.\n\nCommands:");
	for (const xs_command *row = c->commands; row->name; row++)
		printf("  %-8s %s\n", row->name, row->summary);
	puts("\nOptions of every command:");
	for (const xs_cmd_option *row = cmd_global_options; row->name; row++)
		help_text_option(row);
	puts("\n\"xapian-search help COMMAND\" shows the options of one command, \"man xapian-search\"\n"
	     "the manual, \"xapian-search --version\" the version.");
}

/* A summary begins with a verb for the list of commands, so "It can" makes a sentence of it. */
void help_text_one(const xs_command *command)
{
	printf("Usage: xapian-search %s%s%s%s\n\nIt can %s.\n", command->name,
	       command->options->name ? " [OPTION ...]" : "", *command->synopsis ? " " : "",
	       command->synopsis, command->summary);
	if (command->options->name)
		puts("\nOptions:");
	for (const xs_cmd_option *row = command->options; row->name; row++)
		help_text_option(row);
	puts("\nOptions of every command:");
	for (const xs_cmd_option *row = cmd_global_options; row->name; row++)
		help_text_option(row);
	printf("\nThe manual: man xapian-search-%s\n", command->name);
}
