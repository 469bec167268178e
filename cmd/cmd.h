/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cmd.h - what the commands of the program share.
 *
 * cmd/ is the only place that prints and decides exit codes.  One command is one file with one
 * function cmd_NAME and one table cmd_NAME_options; both stand in the table of main.c, which
 * drives dispatch, help and completion.  Everything here is for the main thread. */
#ifndef XS_CMD_CMD_H
#define XS_CMD_CMD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "conf/conf.h"

/* What the program ends with.  70 and 75 are those of sysexits(3). */
enum {
	CMD_OK = 0,	   /* found, done */
	CMD_NONE = 1,	   /* nothing found */
	CMD_INPUT = 2,	   /* bad input or usage */
	CMD_INTERNAL = 70, /* the system or our own defect */
	CMD_AGAIN = 75	   /* locked or stopped: try again */
};

/* An option of a command: `--name`, and `-letter` where letter is not 0. */
typedef struct xs_cmd_option {
	const char *name;
	char letter;
	const char *arg;   /* what its argument is called in help; NULL: a flag */
	const char *words; /* "a|b": the arguments it takes, for completion; NULL: any */
	const char *text;  /* one line of help */
} xs_cmd_option;

/* The options of every command. */
extern const xs_cmd_option cmd_global_options[];

typedef struct xs_cmd xs_cmd;

/* A row of the table of commands. */
typedef struct xs_command {
	const char *name;
	int (*run)(xs_cmd *c, int argc, char **argv); /* returns an exit code */
	const xs_cmd_option *options;
	const char *synopsis; /* what follows the name in the usage line */
	const char *words;    /* "a|b" or "FOLDER": the first operand, for completion; NULL: any */
	const char *summary;  /* one line, no full stop */
} xs_command;

/* The state of the program. */
struct xs_cmd {
	const struct xs_command *commands; /* main.c's table by name, ended by a row of NULL */
	const xs_cmd_option *options;	   /* those before a command */
	const char *name;		   /* of the running command */
	xs_arena *arena;		   /* lives as long as the program */
	const char *conf_path;		   /* -c FILE; NULL: not given */
	const char **overrides;		   /* -o KEY=VALUE, in their order */
	size_t n_overrides;
	xs_conf *conf;	   /* NULL before cmd_settings() */
	int verbosity;	   /* -1: -q; 0; 1 or more: -v */
	bool colour;	   /* stdout takes colours: a terminal, and no NO_COLOR */
	bool progress;	   /* stderr is a terminal, and not -q */
	atomic_int cancel; /* set by the first SIGINT or SIGTERM; a second one ends the program */
	int rc;		   /* CMD_INPUT: an option was refused, CMD_OK: help was shown (option.h) */
};

/* Loads the configuration once: -c, else the first file that is found, else the defaults; then
 * the overrides.  Sets c->conf and the log level. */
int cmd_settings(xs_cmd *c);

/* Adds an override "KEY=VALUE", as -o does.  The text is borrowed.  Before cmd_settings(). */
void cmd_override_add(xs_cmd *c, const char *pair);
/* The same, for options of commands that set a key. */
void cmd_override_key(xs_cmd *c, const char *key, const char *value);

/* The exit code of a result code. */
int cmd_exit_code(int rc);

/* Prints "xapian-search: SENTENCE" with xs_error() on stderr; returns cmd_exit_code(rc). */
int cmd_failed(const xs_cmd *c, int rc);

/* Prints a sentence about the usage and how to get help on stderr; returns CMD_INPUT. */
int cmd_usage(const xs_cmd *c, const char *format, ...) XS_PRINTF(2, 3);

/* Prints a line on stderr unless -q. */
void cmd_say(const xs_cmd *c, const char *format, ...) XS_PRINTF(2, 3);

/* The row of `name` in c->commands, or NULL; *nearest (may be NULL) is then the name that was
 * likely meant, or NULL. */
const xs_command *cmd_find(const char **nearest, const xs_cmd *c, const char *name);

/* The commands. */
int cmd_backup(xs_cmd *c, int argc, char **argv);
int cmd_bench(xs_cmd *c, int argc, char **argv);
int cmd_check(xs_cmd *c, int argc, char **argv);
int cmd_conf(xs_cmd *c, int argc, char **argv);
int cmd_embed(xs_cmd *c, int argc, char **argv);
int cmd_eval(xs_cmd *c, int argc, char **argv);
int cmd_export(xs_cmd *c, int argc, char **argv);
int cmd_help(xs_cmd *c, int argc, char **argv);
int cmd_index(xs_cmd *c, int argc, char **argv);
int cmd_log(xs_cmd *c, int argc, char **argv);
int cmd_model(xs_cmd *c, int argc, char **argv);
int cmd_rerank(xs_cmd *c, int argc, char **argv);
int cmd_search(xs_cmd *c, int argc, char **argv);
int cmd_serve(xs_cmd *c, int argc, char **argv);
int cmd_status(xs_cmd *c, int argc, char **argv);
int cmd_study(xs_cmd *c, int argc, char **argv);
extern const xs_cmd_option cmd_backup_options[], cmd_bench_options[], cmd_check_options[],
	cmd_conf_options[], cmd_embed_options[], cmd_eval_options[], cmd_export_options[],
	cmd_help_options[], cmd_index_options[], cmd_log_options[], cmd_model_options[],
	cmd_rerank_options[], cmd_search_options[], cmd_serve_options[], cmd_status_options[],
	cmd_study_options[];

#endif
