/* SPDX-License-Identifier: GPL-2.0-or-later */
/* child.c - the process of one document: its start, its output, its end. */
#define _GNU_SOURCE
#include "index/pages/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

/* Bytes that are taken from a pipe at once, as much as it holds (pipe(7)); bytes of messages that are kept;
 * milliseconds between two looks at a process that writes no more. */
enum { CHILD_PIECE = 64 << 10, CHILD_ERRORS = 400, CHILD_LOOK = 2 };

/* Why the process was killed. */
typedef enum child_end { CHILD_ENDED, CHILD_LATE, CHILD_LARGE } child_end;

void xs_child_init(xs_child *c)
{
	xs_buf_init(&c->out);
	xs_buf_init(&c->errors);
}

void xs_child_fini(xs_child *c)
{
	xs_buf_fini(&c->out);
	xs_buf_fini(&c->errors);
}

/* The document as a file in memory, so that the process can have it all at once. */
static int child_file(int *out, const char *place, const char *bytes, size_t len)
{
	size_t at = 0;
	ssize_t put = 0;
	int fd = memfd_create("document", MFD_CLOEXEC);

	while (fd >= 0 && at < len && put >= 0) {
		put = write(fd, bytes + at, len - at);
		if (put < 0 && errno == EINTR)
			put = 0;
		at += put > 0 ? (size_t)put : 0;
	}
	if (fd < 0 || at < len || lseek(fd, 0, SEEK_SET) != 0) {
		int error = errno;

		if (fd >= 0)
			close(fd);
		return xs_fail(XS_EIO, "%s: copy it for its reader: %s", place, strerror(error));
	}
	*out = fd;
	return XS_OK;
}

/* In a group of its own, so that Ctrl-C ends the run in its order and not this one page, and that all it has started
 * can be ended with it. */
static int child_spawn(pid_t *pid, const xs_child *c, int in, int out, int errors)
{
	const char *program = c->o->reader.program;
	posix_spawn_file_actions_t files;
	posix_spawnattr_t set;
	sigset_t none, all;
	int error;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_init(&set);
	posix_spawnattr_setflags(&set, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF |
					       POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigdefault(&set, &all);
	posix_spawnattr_setsigmask(&set, &none);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&files, errors, STDERR_FILENO);
	posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
	error = posix_spawn(pid, program, &files, &set, c->argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&set);
	return error ? xs_fail(XS_EIO, "%s: start its %s %s: %s", c->place, c->what, program,
			       strerror(error))
		     : XS_OK;
}

/* Takes a piece that has come; false: too much.  At the end of the pipe its number becomes -1, which poll(2) passes
 * over. */
static bool child_take(xs_buf *to, struct pollfd *from, size_t most, bool keeps)
{
	char piece[CHILD_PIECE];
	ssize_t got = read(from->fd, piece, sizeof piece);
	size_t n = got > 0 ? (size_t)got : 0, room = most - to->len;

	if (got == 0 || (got < 0 && errno != EINTR))
		from->fd = -1;
	xs_buf_put(to, piece, n < room ? n : room);
	return keeps || n <= room;
}

/* Takes what the process writes, until it ends or has to. */
static child_end child_listen(xs_child *c, int out, int errors, int64_t end)
{
	struct pollfd both[] = {{.fd = out, .events = POLLIN}, {.fd = errors, .events = POLLIN}};
	int64_t left;

	while (both[0].fd >= 0 || both[1].fd >= 0) {
		left = (end - xs_clock_ns()) / 1000000 + 1;
		if (left <= 0)
			return CHILD_LATE;
		if (poll(both, 2, (int)left) <= 0)
			continue;
		if (both[0].revents && !child_take(&c->out, &both[0], c->o->max_bytes, false))
			return CHILD_LARGE;
		/* Of messages the first will do, but one who writes more must not have to wait. */
		if (both[1].revents)
			child_take(&c->errors, &both[1], CHILD_ERRORS, true);
	}
	return CHILD_ENDED;
}

/* Waits for the end of a process that writes no more: it may have closed its output and go on. */
static child_end child_wait(pid_t pid, int64_t end)
{
	const struct timespec look = {.tv_nsec = CHILD_LOOK * 1000000};
	siginfo_t info = {0};

	/* It stays a zombie, so that its number, by which its group is killed, is given to no other. */
	while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && !info.si_pid) {
		if (xs_clock_ns() > end)
			return CHILD_LATE;
		nanosleep(&look, NULL);
	}
	return CHILD_ENDED;
}

/* Whether it ended by itself. */
static int child_verdict(const xs_child *c, child_end why)
{
	const xs_reader *limits = &c->o->reader;
	int status = c->status;

	if (why == CHILD_LARGE)
		return xs_fail(XS_EFORMAT,
			       "%s: it unfolds to more than %zu bytes (index.max_page_bytes)",
			       c->place, c->o->max_bytes);
	if (why == CHILD_LATE || (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU))
		return xs_fail(XS_EFORMAT,
			       "%s: reading it takes more than %d s (index.document_seconds)",
			       c->place, limits->seconds);
	if (WIFSIGNALED(status))
		return xs_fail(
			XS_EFORMAT,
			"%s: its %s crashed (%s): it is damaged, or needs more than %lld MiB "
			"(index.document_memory)",
			c->place, c->what, strsignal(WTERMSIG(status)),
			(long long)(limits->memory >> 20));
	return XS_OK;
}

static int child_attend(xs_child *c, pid_t pid, int out, int errors)
{
	const int64_t end = xs_clock_ns() + (int64_t)c->o->reader.seconds * 1000000000;
	child_end why = child_listen(c, out, errors, end);
	int rc;

	if (why == CHILD_ENDED)
		why = child_wait(pid, end);
	kill(-pid, SIGKILL);
	while (waitpid(pid, &c->status, 0) < 0 && errno == EINTR)
		;
	rc = child_verdict(c, why);
	c->status = WEXITSTATUS(c->status);
	return rc;
}

/* With the pipes open: its output's two ends, then its messages'. */
static int child_start(xs_child *c, int in, int *ends)
{
	pid_t pid;
	int rc = child_spawn(&pid, c, in, ends[1], ends[3]);

	/* Else this process would hold the pipes open itself and never see their end. */
	close(ends[1]);
	close(ends[3]);
	return rc == XS_OK ? child_attend(c, pid, ends[0], ends[2]) : rc;
}

static int child_pipes(int *ends, const xs_child *c)
{
	if (pipe2(ends, O_CLOEXEC) == 0) {
		if (pipe2(ends + 2, O_CLOEXEC) == 0)
			return XS_OK;
		close(ends[0]);
		close(ends[1]);
	}
	return xs_fail(XS_EIO, "%s: open a pipe: %s", c->place, strerror(errno));
}

int xs_child_run(xs_child *c, const char *bytes, size_t len)
{
	int in = -1, ends[4], rc;

	if (!c->o->reader.program)
		return xs_fail(XS_EUNSUPPORTED, "%s: there is no program that reads documents",
			       c->place);
	rc = child_file(&in, c->place, bytes, len);
	if (rc < 0)
		return rc;
	rc = child_pipes(ends, c);
	if (rc == XS_OK) {
		rc = child_start(c, in, ends);
		close(ends[0]);
		close(ends[2]);
	}
	close(in);
	return rc;
}
