/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cmd.c - what commands share: settings, messages, exit codes. */
#include "base/edits.h"
#include "cmd/cmd.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cmd/print.h"

/* A command must not take one of these letters for itself: its own row would hide the one here. */
const xs_cmd_option cmd_global_options[] = {
	{"config", 'c', "FILE", NULL, "read this configuration file"},
	{"option", 'o', "KEY=VALUE", NULL, "set one key of the configuration"},
	{"verbose", 'v', NULL, NULL, "say more on stderr; twice: even more"},
	{"quiet", 'q', NULL, NULL, "say nothing on stderr but errors"},
	{"help", 'h', NULL, NULL, "show the options and end"},
	{NULL, 0, NULL, NULL, NULL},
};

/* The one table from result codes to exit codes. */
static const struct {
	int rc, code;
} cmd_codes[] = {
	{XS_OK, CMD_OK},
	{XS_ENOTFOUND, CMD_NONE},
	{XS_EINPUT, CMD_INPUT},
	{XS_EFORMAT, CMD_INPUT},
	{XS_EUNSUPPORTED, CMD_INPUT},
	{XS_EIO, CMD_INTERNAL},
	{XS_EINTERNAL, CMD_INTERNAL},
	{XS_EBUSY, CMD_AGAIN},
	{XS_ESTALE, CMD_AGAIN},
	{XS_ECANCEL, CMD_AGAIN},
};

/* A code that is not in the table is our defect, and 70 says so.  A damaged or unknown file counts
 * as bad input, as somebody named it.  What another run may get right is 75. */
int cmd_exit_code(int rc)
{
	for (size_t i = 0; i < sizeof cmd_codes / sizeof *cmd_codes; i++)
		if (cmd_codes[i].rc == rc)
			return cmd_codes[i].code;
	return CMD_INTERNAL;
}

int cmd_failed(const xs_cmd *c, int rc)
{
	const char *sentence = xs_error();

	(void)c;
	/* The bar has no line end; a sentence behind it would be hard to read. */
	print_progress_clear();
	if (rc == XS_ECANCEL && !*sentence)
		sentence = "stopped";
	/* print_text(), as a sentence may quote a page or a file with anything in it. */
	fputs("xapian-search: ", stderr);
	print_text(stderr, *sentence ? sentence : xs_code_name(rc));
	fputc('\n', stderr);
	return cmd_exit_code(rc);
}

/* The options are not shown with it: a screen of them would push the sentence out of sight. */
int cmd_usage(const xs_cmd *c, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("xapian-search", stderr);
	if (c->name)
		fprintf(stderr, " %s", c->name);
	fputs(": ", stderr);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "\nTry \"xapian-search help%s%s\".\n", c->name ? " " : "",
		c->name ? c->name : "");
	return CMD_INPUT;
}

/* On stderr: stdout is for what was asked and may go to another program. */
void cmd_say(const xs_cmd *c, const char *format, ...)
{
	va_list args;

	if (c->verbosity < 0)
		return;
	print_progress_clear();
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

/* The list is copied each time: an arena cannot grow what it gave, and nobody types more than a
 * few. */
void cmd_override_add(xs_cmd *c, const char *pair)
{
	const char **all = xs_arena_array(c->arena, c->n_overrides + 1, sizeof *all);

	if (c->n_overrides)
		memcpy(all, c->overrides, c->n_overrides * sizeof *all);
	all[c->n_overrides++] = pair;
	c->overrides = all;
}

/* Such an option is the setting under another name, so its bounds and its sentence are those of the
 * key. */
void cmd_override_key(xs_cmd *c, const char *key, const char *value)
{
	cmd_override_add(c, xs_arena_printf(c->arena, "%s=%s", key, value));
}

/* The first = ends the key; a value may have more of them. */
static int cmd_override_apply(xs_cmd *c, const char *pair)
{
	const char *equals = strchr(pair, '=');

	if (!equals || equals == pair)
		return xs_fail(XS_EINPUT, "-o %s: expected KEY=VALUE", pair);
	return xs_conf_set(c->conf, xs_arena_dupn(c->arena, pair, (size_t)(equals - pair)),
			   equals + 1);
}

/* The level of messages is a setting itself, so it is set when all settings are known.  A conf that
 * was refused stays in c->conf and is freed at the end; no command goes on with it. */
int cmd_settings(xs_cmd *c)
{
	const char *path;
	int rc;

	/* Parts of a command may each ask for settings.  serve sets it to NULL to have them read
	 * again. */
	if (c->conf)
		return XS_OK;
	rc = xs_conf_find(&path, c->arena, c->conf_path);
	if (rc == XS_OK)
		rc = xs_conf_load(&c->conf, path);
	else if (rc == XS_ENOTFOUND) {
		/* No file anywhere is fine.  One that -c names and that is missing is refused by
		 * xs_conf_load(). */
		c->conf = xs_conf_new();
		rc = XS_OK;
	}
	/* After the file, in their order: the last -o of a key counts. */
	for (size_t i = 0; i < c->n_overrides && rc == XS_OK; i++)
		rc = cmd_override_apply(c, c->overrides[i]);
	if (rc == XS_OK)
		rc = xs_conf_check(c->conf);
	if (rc != XS_OK)
		return rc;
	/* -v and -q are stronger than log.level: who types them means this one run. */
	print_log_level(c->verbosity < 0    ? XS_LOG_ERROR
			: c->verbosity == 0 ? c->conf->log.level
			: c->verbosity == 1 ? XS_LOG_INFO
					    : XS_LOG_DEBUG);
	return XS_OK;
}

/* As many slips as a name has letters would make any word near to it. */
const xs_command *cmd_find(const char **nearest, const xs_cmd *c, const char *name)
{
	unsigned best = 3; /* more than two slips is another word */

	if (nearest)
		*nearest = NULL;
	for (const xs_command *row = c->commands; row->name; row++) {
		unsigned distance;

		if (strcmp(row->name, name) == 0)
			return row;
		distance = xs_edits(name, row->name);
		if (nearest && distance < best && distance < strlen(row->name)) {
			best = distance;
			*nearest = row->name;
		}
	}
	return NULL;
}
