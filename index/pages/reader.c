/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reader.c - the process that reads a document: its start, its output, its end. */
#define _GNU_SOURCE
#include "index/pages/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "index/pages/charset.h"
#include "index/pages/html.h"
#include "index/pages/note.h"

/* Bytes that are taken from the pipe at once, as much as it holds (pipe(7)); a sentence of the process. */
enum { READER_PIECE = 64 << 10, READER_SENTENCE = 400 };

typedef struct reader {
	const xs_page *page;
	const char *format;
	const xs_page_options *o;
	xs_buf out;
	bool late, large; /* the process was killed for that */
} reader;

/* The document as a file in memory, so that the process can have it all at once. */
static int reader_file(int *out, const reader *r, const char *bytes, size_t len)
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
		return xs_fail(XS_EIO, "%s: copy it for its reader: %s", r->page->place,
			       strerror(error));
	}
	*out = fd;
	return XS_OK;
}

/* In a group of its own, so that Ctrl-C ends the run in its order and not this one page.  Its messages are
 * those of libraries, and go nowhere: what is wrong it writes to its output. */
static int reader_spawn(pid_t *child, const reader *r, int in, int out)
{
	const xs_reader *limits = &r->o->reader;
	char seconds[32], memory[32];
	char *argv[] = {(char *)limits->program,
			(char *)XS_READER_COMMAND,
			(char *)r->format,
			seconds,
			memory,
			NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t set;
	sigset_t none, all;
	int error;

	snprintf(seconds, sizeof seconds, "%d", limits->seconds);
	snprintf(memory, sizeof memory, "%lld", (long long)limits->memory);
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
	posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
	error = posix_spawn(child, limits->program, &files, &set, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&set);
	return error ? xs_fail(XS_EIO, "%s: start its reader %s: %s", r->page->place,
			       limits->program, strerror(error))
		     : XS_OK;
}

/* Takes what the process writes, until it ends or has to. */
static void reader_listen(reader *r, int fd)
{
	const int64_t end = xs_clock_ns() + (int64_t)r->o->reader.seconds * 1000000000;
	struct pollfd one = {.fd = fd, .events = POLLIN};
	char piece[READER_PIECE];
	int64_t left;
	ssize_t got;

	for (;;) {
		left = (end - xs_clock_ns()) / 1000000 + 1;
		r->late = left <= 0;
		if (r->late)
			return;
		if (poll(&one, 1, (int)left) <= 0)
			continue;
		got = read(fd, piece, sizeof piece);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return;
		r->large = r->out.len + (size_t)got > r->o->max_bytes;
		if (r->large)
			return;
		xs_buf_put(&r->out, piece, (size_t)got);
	}
}

/* What the process said of the document: it may be anything. */
static int reader_refused(const reader *r, xs_arena *a)
{
	const xs_charset_hint hint = {.name = r->page->place, .label = "utf-8"};
	size_t len = r->out.len < READER_SENTENCE ? r->out.len : READER_SENTENCE;
	const char *clean, *note;
	int rc = xs_charset_utf8(&clean, &len, a, r->out.data, len, &hint, &note);

	return rc < 0 ? rc : xs_fail(XS_EFORMAT, "%s: %.*s", r->page->place, (int)len, clean);
}

/* Whether all went well; else the sentence. */
static int reader_verdict(const reader *r, xs_arena *a, int status)
{
	const xs_reader *limits = &r->o->reader;

	if (r->large)
		return xs_fail(XS_EFORMAT,
			       "%s: it unfolds to more than %zu bytes (index.max_page_bytes)",
			       r->page->place, r->o->max_bytes);
	if (r->late || (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU))
		return xs_fail(XS_EFORMAT,
			       "%s: reading it takes more than %d s (index.document_seconds)",
			       r->page->place, limits->seconds);
	if (WIFSIGNALED(status))
		return xs_fail(
			XS_EFORMAT,
			"%s: its reader crashed (%s): it is damaged, or needs more than %lld MiB "
			"(index.document_memory)",
			r->page->place, strsignal(WTERMSIG(status)),
			(long long)(limits->memory >> 20));
	if (WEXITSTATUS(status) == XS_READER_REFUSED)
		return reader_refused(r, a);
	if (WEXITSTATUS(status) != 0)
		return xs_fail(XS_EFORMAT, "%s: its reader ended with status %d", r->page->place,
			       WEXITSTATUS(status));
	return XS_OK;
}

/* Runs the process; its output is then in r->out. */
static int reader_run(reader *r, xs_arena *a, const char *bytes, size_t len)
{
	int in = -1, ends[2], status = 0, rc = reader_file(&in, r, bytes, len);
	pid_t child;

	if (rc < 0)
		return rc;
	if (pipe2(ends, O_CLOEXEC) != 0) {
		close(in);
		return xs_fail(XS_EIO, "%s: open a pipe: %s", r->page->place, strerror(errno));
	}
	rc = reader_spawn(&child, r, in, ends[1]);
	/* Else this process would hold the pipe open itself and never see its end. */
	close(ends[1]);
	close(in);
	if (rc == XS_OK) {
		reader_listen(r, ends[0]);
		if (r->late || r->large)
			kill(child, SIGKILL);
		while (waitpid(child, &status, 0) < 0 && errno == EINTR)
			;
		rc = reader_verdict(r, a, status);
	}
	close(ends[0]);
	return rc;
}

/* Takes the lines with notes off the output, and reads the rest. */
static int reader_take(xs_page *page, xs_arena *a, const reader *r)
{
	const xs_charset_hint hint = {.name = page->place, .label = "utf-8"};
	xs_page_options o = *r->o;
	xs_arena *own = xs_arena_new();
	const char *html, *note;
	size_t len, line;
	int rc = xs_charset_utf8(&html, &len, own, r->out.data, r->out.len, &hint, &note);

	while (rc == XS_OK && len && *html == '!') {
		line = strcspn(html, "\n");
		line = line < len ? line : len - 1;
		xs_note(page, a, 0, "%.*s", (int)line - 1, html + 1);
		html += line + 1;
		len -= line + 1;
	}
	/* They are for pages that are HTML themselves. */
	o.keep = o.drop = NULL;
	if (rc == XS_OK)
		rc = xs_html_page(page, a, html, len, false, &o);
	xs_arena_free(own);
	return rc;
}

int xs_reader_page(xs_page *page, xs_arena *a, const char *format, const char *bytes, size_t len,
		   const xs_page_options *o)
{
	reader r = {.page = page, .format = format, .o = o};
	int rc;

	if (!o->reader.program)
		return xs_fail(XS_EUNSUPPORTED, "%s: there is no program that reads documents",
			       page->place);
	xs_buf_init(&r.out);
	rc = reader_run(&r, a, bytes, len);
	if (rc == XS_OK)
		rc = reader_take(page, a, &r);
	xs_buf_fini(&r.out);
	return rc;
}
