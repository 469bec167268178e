/* SPDX-License-Identifier: GPL-2.0-or-later */
/* serve.c - the command `serve`: the web page, the JSON API and the rerank API over HTTP. */
#include "cmd/option.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "cmd/print.h"
#include "serve/keys.h"
#include "serve/notify.h"
#include "serve/server.h"

enum { SERVE_LISTEN, SERVE_MAKE_KEY };

const xs_cmd_option cmd_serve_options[] = {
	{"listen", 'l', "ADDRESS", NULL, "where: host:port (port 0: any), or unix:PATH"},
	{"make-key", 'k', "NAME", NULL,
	 "print a new API key, and its line for the file serve.keys"},
	{NULL, 0, NULL, NULL, NULL},
};

/* The settings as they are now in the file, with the same overrides.  cmd_settings() reads only
 * where there is no conf, so it is taken away before.  The server owns what it got: requests under
 * way keep the old settings until they end. */
static int serve_load(xs_conf **out, void *user)
{
	xs_cmd *c = user;
	int rc;

	c->conf = NULL;
	rc = cmd_settings(c);
	*out = c->conf;
	c->conf = NULL; /* the server's now */
	if (rc != XS_OK) {
		xs_conf_free(*out);
		*out = NULL;
	}
	return rc;
}

/* A file that is mapped, as a model's is, was cut short in place: what it held is gone, and no
 * answer could be right.  Whoever keeps the server running starts it again (systemd's Restart=).
 * Only write() and _exit() are safe in such a handler. */
static void serve_lost(int number)
{
	static const char sentence[] =
		"xapian-search: a file in use, as a model's, was cut short in place: it has to be "
		"replaced by renaming; the server ends\n";
	ssize_t n = write(STDERR_FILENO, sentence, sizeof sentence - 1);

	(void)number;
	(void)n;
	_exit(CMD_AGAIN);
}

/* Signals are waited for; as the first one to stop is taken, a second one ends the program. */
static void serve_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGHUP);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, set, NULL);
}

/* A wrong configuration is reported, and the server goes on with the old one.  READY=1 also after a
 * failure: until it comes, the service manager counts the reload as unfinished. */
static void serve_reload(const xs_cmd *c, xs_server *server)
{
	xs_notify("RELOADING=1");
	if (xs_server_reload(server) == XS_OK)
		cmd_say(c, "xapian-search: the configuration was read again");
	else
		cmd_failed(c, XS_EINPUT);
	xs_notify("READY=1");
}

static void serve_until_stopped(const xs_cmd *c, xs_server *server, const sigset_t *set)
{
	int number = 0;

	while (number != SIGINT && number != SIGTERM) {
		if (sigwait(set, &number) != 0)
			break;
		if (number == SIGHUP)
			serve_reload(c, server);
	}
	/* Before the server stops: requests may take until serve.timeout_ms, and a second signal is
	 * for those who do not wait. */
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	pthread_sigmask(SIG_UNBLOCK, set, NULL);
}

/* The secret is for the client, the line for the file; neither is kept here. */
static int serve_make_key(const xs_cmd *c, const char *name)
{
	const char *secret, *line;
	int rc = xs_keys_make(&secret, &line, c->arena, name);

	if (rc != XS_OK)
		return cmd_failed(c, rc);
	printf("%s\n%s\n", secret, line);
	return CMD_OK;
}

int cmd_serve(xs_cmd *c, int argc, char **argv)
{
	xs_server *server;
	const char *arg;
	sigset_t set;
	int row, rc;

	while ((row = option_next(&arg, c, argc, argv, cmd_serve_options)) >= 0) {
		/* No settings are read: a key can be made before there is a site. */
		if (row == SERVE_MAKE_KEY)
			return serve_make_key(c, arg);
		cmd_override_key(c, "serve.listen", arg);
	}
	if (row == OPTION_STOP)
		return c->rc;
	if (optind < argc)
		return cmd_usage(c, "unexpected argument \"%s\"", argv[optind]);
	/* Before any thread starts: threads inherit the mask, and sigwait() must be the only taker. */
	serve_signals(&set);
	signal(SIGBUS, serve_lost);
	/* The settings are not read here but by serve_load(), at the start as with each reload. */
	rc = xs_server_start(&server, serve_load, c);
	if (rc != XS_OK)
		return cmd_failed(c, rc);
	/* After the start: who waits for this line may connect at once. */
	cmd_say(c, "xapian-search: serving at %s", xs_server_url(server));
	xs_notify("READY=1");
	serve_until_stopped(c, server, &set);
	xs_notify("STOPPING=1");
	xs_server_stop(server);
	return CMD_OK;
}
