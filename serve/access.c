/* SPDX-License-Identifier: GPL-2.0-or-later */
/* access.c - the access log. */
#include "serve/access.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "plugin/json.h"
#include "serve/keys.h"

struct xs_access {
	pthread_mutex_t lock;
	int fd; /* -1: nothing is written */
	bool addresses;
	unsigned long long lost;
};

static int access_file(int *fd, const char *path)
{
	*fd = -1;
	/* O_APPEND: several processes, and a tool that rotates by copying, may share the file.
	 * 0640: a log of requests is not for everybody on the machine. */
	if (*path)
		*fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
	if (*path && *fd < 0)
		return xs_fail(XS_EINPUT, "serve.access_log: open %s: %s", path, strerror(errno));
	return XS_OK;
}

int xs_access_open(xs_access **out, const char *path, bool addresses)
{
	xs_access *a;
	int fd, rc = access_file(&fd, path);

	*out = NULL;
	if (rc != XS_OK)
		return rc;
	a = xs_calloc(1, sizeof *a);
	pthread_mutex_init(&a->lock, NULL);
	a->fd = fd;
	a->addresses = addresses;
	*out = a;
	return XS_OK;
}

void xs_access_close(xs_access *a)
{
	if (!a)
		return;
	if (a->fd >= 0)
		close(a->fd);
	pthread_mutex_destroy(&a->lock);
	free(a);
}

/* The new file is opened before the old one is closed: if that fails, the log goes on as it was. */
int xs_access_reopen(xs_access *a, const char *path, bool addresses)
{
	int fd, rc = access_file(&fd, path);

	if (rc != XS_OK)
		return rc;
	pthread_mutex_lock(&a->lock);
	if (a->fd >= 0)
		close(a->fd);
	a->fd = fd;
	a->addresses = addresses;
	pthread_mutex_unlock(&a->lock);
	return XS_OK;
}

static json_t *access_time(void)
{
	char text[40], whole[64];
	struct timespec now;
	struct tm utc;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
	/* In UTC and with milliseconds: lines of several machines can be put in order. */
	snprintf(whole, sizeof whole, "%s.%03ldZ", text, now.tv_nsec / 1000000 % 1000);
	return json_string(whole);
}

static json_t *access_line(const xs_access *a, const xs_call *c, bool complete)
{
	json_t *line = json_object();

	json_object_set_new(line, "time", access_time());
	json_object_set_new(line, "method", xs_json_text(c->method));
	/* Without the query string, which has the question and perhaps a key. */
	json_object_set_new(line, "path", xs_json_text(c->path));
	json_object_set_new(line, "status", json_integer(c->reply.status));
	json_object_set_new(line, "bytes", json_integer((json_int_t)c->reply.len));
	json_object_set_new(line, "ms", xs_json_ms(xs_clock_ms(c->arrived)));
	json_object_set_new(line, "wait_ms", xs_json_ms(c->wait_ms));
	json_object_set_new(line, "work_ms", xs_json_ms(c->work_ms));
	if (c->key)
		json_object_set_new(line, "key", xs_json_text(c->key->name));
	if (a->addresses)
		json_object_set_new(line, "address", xs_json_text(c->address));
	if (c->no_rerank)
		json_object_set_new(line, "no_rerank", xs_json_text(c->no_rerank));
	if (!complete)
		json_object_set_new(line, "gone", json_true());
	return line;
}

/* One write() a line, so that lines of several processes do not mix. A line that could not be
 * written whole is lost: the rest of it would be taken for a line of its own. The operator is
 * told of the first one; the metrics count all. */
static void access_put(xs_access *a, const char *text, size_t len)
{
	ssize_t n = write(a->fd, text, len);

	if (n == (ssize_t)len)
		return;
	if (a->lost++ == 0)
		xs_log(XS_LOG_WARN, "the access log cannot be written: %s; lines are lost",
		       n < 0 ? strerror(errno) : "the disk is full");
}

/* Under the lock from the beginning, as reopen() may change what is written while the line is
 * made. */
void xs_access_write(xs_access *a, const xs_call *c, bool complete)
{
	json_t *line;
	char *text;
	size_t len;

	pthread_mutex_lock(&a->lock);
	if (a->fd >= 0) {
		line = access_line(a, c, complete);
		text = json_dumps(line, JSON_COMPACT | JSON_REAL_PRECISION(9));
		json_decref(line);
		if (text) {
			len = strlen(text);
			text[len] = '\n'; /* in place of the NUL */
			access_put(a, text, len + 1);
		}
		free(text);
	}
	pthread_mutex_unlock(&a->lock);
}

unsigned long long xs_access_lost(xs_access *a)
{
	unsigned long long n;

	pthread_mutex_lock(&a->lock);
	n = a->lost;
	pthread_mutex_unlock(&a->lock);
	return n;
}
