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
	/* As long as the text of an error in base/ may be. */
	char why[1024];
} child_note;

struct child_line {
	int fd;
};

/* How long a signal may be overlooked.  A signal ends poll() at once, unless it came just before
 * it: then it waits so long. */
enum { CHILD_POLL_MS = 200 };

/* A kB of the kernel has 1024 bytes, an MB here is 10^6 bytes, as print_bytes() has it. */
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

/* It never returns: the functions that called child_run() go on in the parent alone. */
static _Noreturn void child_begin(xs_cmd *c, child_work *work, void *user, int fd)
{
	child_line line = {fd};
	child_note note = {.last = true};

	/* The parent draws the bar, from what the child tells. */
	c->progress = false;
	note.rc = work(c, user, &line);
	if (note.rc != XS_OK)
		snprintf(note.why, sizeof note.why, "%s", xs_error());
	/* _exit(): what the parent has registered with atexit() must not run twice. */
	fflush(NULL);
	_exit(child_send(&line, &note) != XS_OK);
}

/* Reads notes until the last one or the end.  A signal is passed on to the child, once.  It gets
 * SIGTERM even if the terminal has sent SIGINT to both: its handler of SIGTERM is still there and
 * stops it in the same way. */
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
		/* Nothing came, or a signal: both lead back to the flag. */
		if (poll(&one, 1, CHILD_POLL_MS) <= 0)
			continue;
		/* The pipe's end: the child died before its last note.  child_run() tells by
		 * what. */
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
	/* Else this process would hold the pipe open itself and never see its end. */
	close(ends[1]);
	if (child < 0) {
		close(ends[0]);
		return xs_fail(XS_EIO, "start a process: %s", strerror(errno));
	}
	child_listen(&last, c, child, ends[0], watch, watch_user);
	close(ends[0]);
	/* In every case: a child that nobody waits for stays in the table of processes. */
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (atomic_load(&c->cancel))
		return xs_fail(XS_ECANCEL, "stopped");
	/* After the signal: a child that was stopped is no defect. */
	if (!last.last)
		return xs_fail(XS_EINTERNAL, "a process of this command ended by %s %d",
			       WIFSIGNALED(status) ? "signal" : "status",
			       WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	/* The sentence was set in the child's memory, so it is set here once more. */
	return last.rc == XS_OK ? XS_OK : xs_fail(last.rc, "%s", last.why);
}
