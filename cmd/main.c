/* SPDX-License-Identifier: GPL-2.0-or-later */
/* main.c - the program: its table of commands, its signals, its end.
 *
 * Knows nothing of what a command does. */
#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/filter.h"
#include "cmd/option.h"
#include "cmd/print.h"
#include "cmd/reader.h"
#include "index/pages/filter.h"
#include "index/pages/reader.h"

/* By name, as help shows them.  Words are for completion: a command that takes new ones needs them
 * here. */
static const xs_command main_commands[] = {
	{"backup", cmd_backup, cmd_backup_options, "FOLDER", "FOLDER",
	 "copy the index to another folder, also while it is in use"},
	{"bench", cmd_bench, cmd_bench_options, "[SUBJECT ...]",
	 "memory|rerank|stages|length|pattern|precision|threads|kern|embed|meaning|search|index",
	 "measure how fast reranking, search and indexing are here"},
	{"check", cmd_check, cmd_check_options, "", NULL,
	 "test the configuration, the model and both stores"},
	{"conf", cmd_conf, cmd_conf_options, "[KEY ...]", NULL,
	 "show the settings in force, and explain keys"},
	{"embed", cmd_embed, cmd_embed_options, "", NULL, "make vectors of texts: JSON lines"},
	{"eval", cmd_eval, cmd_eval_options,
	 "--beir FOLDER | --qrels FILE --run FILE | --task classify --pairs FILE", NULL,
	 "measure rankings against judgements, or decisions about pairs"},
	{"export", cmd_export, cmd_export_options, "--queries FILE | --beir FOLDER | --log", NULL,
	 "write rows of query, text, score and rank, to train a model"},
	{"help", cmd_help, cmd_help_options, "[COMMAND]", NULL,
	 "show the commands, or the options of one"},
	{"index", cmd_index, cmd_index_options, "", NULL,
	 "read the configured sources into the index"},
	{"log", cmd_log, cmd_log_options, "[top|failing|slow|clicks]", "top|failing|slow|clicks",
	 "show questions to the server: frequent, without results, slow"},
	{"model", cmd_model, cmd_model_options, "info|verify|import|quantize|tokens [ARGUMENT ...]",
	 "info|verify|import|quantize|tokens", "show, verify, import and quantize models"},
	{"rerank", cmd_rerank, cmd_rerank_options, "", NULL,
	 "score texts against queries: JSON lines, or a TREC run"},
	{"search", cmd_search, cmd_search_options, "QUERY ...", NULL,
	 "ask the index and show reranked results"},
	{"serve", cmd_serve, cmd_serve_options, "", NULL,
	 "answer over HTTP: the search page, JSON, rerank and embedding APIs"},
	{"status", cmd_status, cmd_status_options, "", NULL,
	 "show what the index holds and what failed"},
	{"study", cmd_study, cmd_study_options, "--output FOLDER --beir FOLDER", NULL,
	 "measure windows, patterns and formats on collections, with a report"},
	{NULL, NULL, NULL, NULL, NULL, NULL},
};

static const xs_cmd_option main_options[] = {
	{"version", 'V', NULL, NULL, "show the version and end"},
	{NULL, 0, NULL, NULL, NULL},
};

/* Static, as a signal's handler can reach it in no other way. */
static xs_cmd main_state;

/* The first signal asks the command to stop; as the handler is then the default one, a second
 * signal ends the program. */
static void main_stop(int signal_number)
{
	(void)signal_number;
	atomic_store(&main_state.cancel, 1);
}

/* SA_RESTART: reads and writes go on, and commands look at c->cancel between pieces of work.
 * `rerank` takes it away, since it waits for a line. */
static void main_signals(void)
{
	struct sigaction stop = {.sa_handler = main_stop, .sa_flags = SA_RESETHAND | SA_RESTART};

	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGTERM, &stop, NULL);
	/* A reader that went away is then a write error, which main_end() tells. */
	signal(SIGPIPE, SIG_IGN);
}

static bool main_takes_colour(int fd)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	/* no-color.org: set and not empty, whatever its value.  TERM is "dumb" in editors that show
	 * an escape as signs. */
	return isatty(fd) && !(no && *no) && !(term && strcmp(term, "dumb") == 0);
}

/* What was printed must have arrived: a full disk is no success.  close(), as a network file system
 * may tell only there that it is full.  Memory is freed so that a leak checker shows nothing but
 * leaks. */
static int main_end(xs_cmd *c, int code)
{
	print_progress_clear();
	errno = 0;
	if (fflush(stdout) != 0 || ferror(stdout) || close(STDOUT_FILENO) != 0) {
		fprintf(stderr, "xapian-search: write the output: %s\n",
			errno ? strerror(errno) : "an earlier write failed");
		code = CMD_INTERNAL;
	}
	xs_conf_free(c->conf);
	xs_arena_free(c->arena);
	return code;
}

static int main_unknown(const xs_cmd *c, const char *name, const char *nearest)
{
	if (nearest)
		return cmd_usage(c, "there is no command \"%s\"; did you mean \"%s\"?", name,
				 nearest);
	return cmd_usage(c, "there is no command \"%s\"", name);
}

static int main_command(xs_cmd *c, int argc, char **argv)
{
	const char *nearest;
	const xs_command *command;

	if (argc == 0) {
		cmd_usage(c, "a command is missing");
		return CMD_INPUT;
	}
	command = cmd_find(&nearest, c, argv[0]);
	if (!command)
		return main_unknown(c, argv[0], nearest);
	c->name = command->name;
	optind = 0; /* glibc and musl: start again, on another argv */
	return command->run(c, argc, argv);
}

int main(int argc, char **argv)
{
	xs_cmd *c = &main_state;
	const char *arg;
	int code, row;

	/* For the program itself, so it is in no table; before anything that a reader of strangers'
	 * documents does not need. */
	if (argc > 1 && !strcmp(argv[1], XS_READER_COMMAND))
		return reader_main(argc, argv);
	if (argc > 1 && !strcmp(argv[1], XS_FILTER_COMMAND))
		return filter_main(argc, argv);
	/* Letters alone: numbers must have a point in JSON and in settings, whatever the language. */
	setlocale(LC_CTYPE, "");
	main_signals();
	c->commands = main_commands;
	c->options = main_options;
	c->arena = xs_arena_new();
	/* Results go to stdout and the bar to stderr, so each is asked for its own. */
	c->colour = main_takes_colour(STDOUT_FILENO);
	c->progress = isatty(STDERR_FILENO);
	/* Until cmd_settings() has read log.level. */
	print_log_level(XS_LOG_WARN);
	row = option_next(&arg, c, argc, argv, main_options);
	/* --version, the only row of that table. */
	if (row == 0) {
		printf("xapian-search %s\n", PACKAGE_VERSION);
		code = CMD_OK;
	} else if (row == OPTION_STOP) {
		code = c->rc;
	} else {
		code = main_command(c, argc - optind, argv + optind);
	}
	return main_end(c, code);
}
