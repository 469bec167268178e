/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lines.c - standard input read by the system's calls: stdio does not tell what it holds already. */
#include "cmd/lines.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { LINES_BYTES = 1 << 16 };

/* The handler stays as it is: a second signal still ends the program. */
void lines_interruptible(void)
{
	static const int signals[] = {SIGINT, SIGTERM};

	for (size_t i = 0; i < 2; i++) {
		struct sigaction action;

		sigaction(signals[i], NULL, &action);
		action.sa_flags &= ~SA_RESTART;
		sigaction(signals[i], &action, NULL);
	}
}

void lines_init(lines_reader *r)
{
	*r = (lines_reader){.line = 0};
	xs_buf_init(&r->bytes);
	lines_interruptible();
}

void lines_fini(lines_reader *r)
{
	xs_buf_fini(&r->bytes);
}

static char *lines_end(const lines_reader *r)
{
	return memchr(r->bytes.data + r->at, '\n', r->bytes.len - r->at);
}

/* Reads what there is, at least a byte unless the input ends. */
static int lines_read(lines_reader *r, const xs_cmd *c)
{
	char bytes[LINES_BYTES];
	ssize_t n;

	/* What was given out is forgotten here, where no line is in use. */
	memmove(r->bytes.data, r->bytes.data + r->at, r->bytes.len - r->at);
	r->bytes.len -= r->at;
	r->at = 0;
	n = read(STDIN_FILENO, bytes, sizeof bytes);
	if (atomic_load(&c->cancel))
		return xs_fail(XS_ECANCEL, "stopped after line %ld", r->line);
	if (n < 0)
		return errno == EINTR ? XS_OK
				      : xs_fail(XS_EIO, "read standard input: %s", strerror(errno));
	r->end = n == 0;
	xs_buf_put(&r->bytes, bytes, (size_t)n);
	return XS_OK;
}

bool lines_ready(lines_reader *r)
{
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};

	return r->end || lines_end(r) || poll(&in, 1, 0) != 0;
}

int lines_next(char **out, size_t *len, lines_reader *r, const xs_cmd *c)
{
	char *end, *line;
	int rc;

	for (;;) {
		while (!(end = lines_end(r)) && !r->end)
			if ((rc = lines_read(r, c)) != XS_OK)
				return rc;
		/* The last line may lack its end. */
		if (!end && r->at == r->bytes.len)
			return XS_ENOTFOUND;
		line = r->bytes.data + r->at;
		*len = end ? (size_t)(end - line) : r->bytes.len - r->at;
		r->at += *len + (end != NULL);
		r->line++;
		line[*len] = '\0';
		/* One with a NUL is not blank, and gets its sentence. */
		if (line[strspn(line, " \t\r")] || strlen(line) < *len) {
			*out = line;
			return XS_OK;
		}
	}
}
