/* SPDX-License-Identifier: GPL-2.0-or-later */
/* child.c - work in a process of its own, whose memory is that of this work alone. */
#include "cmd/child.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* One write to the pipe: less than PIPE_BUF, so it comes whole. */
typedef struct child_note {
	size_t done;
	bool last;
	int rc;
	char why[1024];
} child_note;

struct child_line {
	int fd;
};

/* How long a signal may be overlooked. */
enum { CHILD_POLL_MS = 200 };

double child_memory(const char *name)
{
	FILE *f = fopen("/proc/self/status", "re");
	size_t len = strlen(name);
	char line[128];
	double kb = 0;

	while (f && fgets(line, sizeof line, f))
		if (strncmp(line, name, len) == 0 && line[len] == ':')
			kb = strtod(line + len + 1, NULL);
	if (f)
		fclose(f);
	return kb * 1024 / 1e6;
}

/* A pipe that nobody reads gives EPIPE, as SIGPIPE is ignored: then this process is to end. */
static int child_send(child_line *line, const child_note *note)
{
	return write(line->fd, note, sizeof *note) == (ssize_t)sizeof *note ? XS_OK : XS_ECANCEL;
}

int child_tell(child_line *line, size_t done)
{
	child_note note = {.done = done};

	return child_send(line, &note);
}

static _Noreturn void child_begin(xs_cmd *c, child_work *work, void *user, int fd)
{
	child_line line = {fd};
	child_note note = {.last = true};

	c->progress = false;
	note.rc = work(c, user, &line);
	if (note.rc != XS_OK)
		snprintf(note.why, sizeof note.why, "%s", xs_error());
	/* _exit(): what the parent has registered with atexit() must not run twice. */
	fflush(NULL);
	_exit(child_send(&line, &note) != XS_OK);
}

/* Reads notes until the last one or the end.  A signal is passed on to the child, once. */
static void child_listen(child_note *last, xs_cmd *c, pid_t child, int fd, child_watch *watch,
			 void *user)
{
	struct pollfd one = {.fd = fd, .events = POLLIN};
	bool told = false;
	child_note note;

	while (!last->last) {
		if (atomic_load(&c->cancel) && !told) {
			kill(child, SIGTERM);
			told = true;
		}
		if (poll(&one, 1, CHILD_POLL_MS) <= 0)
			continue;
		if (read(fd, &note, sizeof note) != (ssize_t)sizeof note)
			return;
		if (note.last)
			*last = note;
		else if (watch)
			watch(user, note.done);
	}
}

int child_run(xs_cmd *c, child_work *work, void *user, child_watch *watch, void *watch_user)
{
	child_note last = {.last = false};
	int ends[2], status = 0;
	pid_t child;

	if (pipe(ends) != 0)
		return xs_fail(XS_EIO, "open a pipe: %s", strerror(errno));
	/* Else what waits in a buffer would be written by both. */
	fflush(NULL);
	child = fork();
	if (child == 0) {
		close(ends[0]);
		child_begin(c, work, user, ends[1]);
	}
	close(ends[1]);
	if (child < 0) {
		close(ends[0]);
		return xs_fail(XS_EIO, "start a process: %s", strerror(errno));
	}
	child_listen(&last, c, child, ends[0], watch, watch_user);
	close(ends[0]);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (atomic_load(&c->cancel))
		return xs_fail(XS_ECANCEL, "stopped");
	if (!last.last)
		return xs_fail(XS_EINTERNAL, "a process of this command ended by %s %d",
			       WIFSIGNALED(status) ? "signal" : "status",
			       WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	return last.rc == XS_OK ? XS_OK : xs_fail(last.rc, "%s", last.why);
}
