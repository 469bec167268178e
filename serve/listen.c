/* SPDX-License-Identifier: GPL-2.0-or-later */
/* listen.c - the socket that connections come in by. */
#define _GNU_SOURCE
#include "serve/listen.h"

#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* The system cuts the first to net.core.somaxconn. The second is SD_LISTEN_FDS_START of
 * sd_listen_fds(3). */
enum { LISTEN_BACKLOG = 1024, LISTEN_FIRST_FD = 3 };

/* sd_listen_fds(3): the first socket of the service manager; -1: there is none. */
static int listen_given(void)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");

	/* LISTEN_PID tells a child that the socket is not for it. */
	if (!pid || !fds || strtol(pid, NULL, 10) != (long)getpid() || strtol(fds, NULL, 10) < 1)
		return -1;
	return LISTEN_FIRST_FD;
}

static const char *listen_path(const char *where)
{
	return strncmp(where, "unix:", 5) ? NULL : where + 5;
}

/* What getsockname(2) says, as a URL. */
static const char *listen_url(int fd, xs_arena *a)
{
	struct sockaddr_storage at = {0};
	socklen_t len = sizeof at;
	char host[NI_MAXHOST], port[NI_MAXSERV];

	if (getsockname(fd, (struct sockaddr *)&at, &len))
		return "an unknown socket";
	/* Such a path need not end in a NUL: its length is what getsockname(2) gave. */
	if (at.ss_family == AF_UNIX)
		return xs_arena_printf(a, "unix:%.*s",
				       (int)(len - offsetof(struct sockaddr_un, sun_path)),
				       ((struct sockaddr_un *)&at)->sun_path);
	if (getnameinfo((struct sockaddr *)&at, len, host, sizeof host, port, sizeof port,
			NI_NUMERICHOST | NI_NUMERICSERV))
		return "an unknown socket";
	return xs_arena_printf(a, strchr(host, ':') ? "http://[%s]:%s/" : "http://%s:%s/", host,
			       port);
}

/* Whether somebody listens at a local socket; a path left by a process that was killed is taken over. */
static bool listen_alive(const struct sockaddr_un *at)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool alive = fd >= 0 && !connect(fd, (const struct sockaddr *)at, sizeof *at);

	if (fd >= 0)
		close(fd);
	return alive;
}

static int listen_unix(int *out, const char *path)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	struct stat st;
	int fd;

	if (!*path || strlen(path) >= sizeof at.sun_path)
		return xs_fail(XS_EINPUT,
			       "serve.listen: expected unix:PATH with a path of 1 to %zu bytes",
			       sizeof at.sun_path - 1);
	strcpy(at.sun_path, path);
	/* Never delete what is no socket: the path may be mistyped. */
	if (!lstat(path, &st) && !S_ISSOCK(st.st_mode))
		return xs_fail(XS_EINPUT, "serve.listen: %s is there and is no socket", path);
	if (listen_alive(&at))
		return xs_fail(XS_EINPUT, "serve.listen: another process listens at %s", path);
	unlink(path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	/* As with an address of this machine, who may enter the folder may ask. */
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) || chmod(path, 0666) ||
	    listen(fd, LISTEN_BACKLOG)) {
		int why = errno;

		if (fd >= 0)
			close(fd);
		return xs_fail(XS_EIO, "serve.listen: listen at %s: %s", path, strerror(why));
	}
	*out = fd;
	return XS_OK;
}

static int listen_one(const struct addrinfo *ai)
{
	int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), yes = 1,
	    no = 0;

	if (fd < 0)
		return -1;
	/* Without it a server that is started again waits a minute for connections of the last
	 * one. */
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	/* One socket for both: "[::]:8080" takes IPv4, too, whatever the system's default is. */
	if (ai->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
	if (!bind(fd, ai->ai_addr, ai->ai_addrlen) && !listen(fd, LISTEN_BACKLOG))
		return fd;
	close(fd);
	return -1;
}

/* "host:port", "[v6]:port"; the host is a copy in `a`.  NULL: something else. */
static const char *listen_split(const char **host, xs_arena *a, const char *where)
{
	const char *colon = strrchr(where, ':');
	size_t len;

	if (!colon || !colon[1] || strspn(colon + 1, "0123456789") != strlen(colon + 1) ||
	    strlen(colon + 1) > 5 || strtol(colon + 1, NULL, 10) > 65535)
		return NULL;
	len = (size_t)(colon - where);
	if (len > 1 && *where == '[' && where[len - 1] == ']')
		*host = xs_arena_dupn(a, where + 1, len - 2);
	else
		*host = len ? xs_arena_dupn(a, where, len) : NULL;
	/* An IPv6 address must be in brackets: "::1:80" has two readings. */
	return *host && strchr(*host, ':') && *where != '[' ? NULL : colon + 1;
}

static int listen_host(int *out, xs_arena *a, const char *where)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE}, *all = NULL;
	const char *host = NULL, *port = listen_split(&host, a, where);
	int rc, fd = -1, why;

	if (!port)
		return xs_fail(XS_EINPUT,
			       "serve.listen: expected host:port or unix:PATH, found \"%.100s\"",
			       where);
	rc = getaddrinfo(host, port, &hints, &all);
	if (rc != 0)
		return xs_fail(XS_EINPUT, "serve.listen: %s: %s", where, gai_strerror(rc));
	/* The first address of a name that can be used; one socket is what the library takes. */
	for (struct addrinfo *ai = all; ai && fd < 0; ai = ai->ai_next)
		fd = listen_one(ai);
	/* Before freeaddrinfo(), which may change it. */
	why = errno;
	freeaddrinfo(all);
	if (fd < 0)
		return xs_fail(XS_EINPUT, "serve.listen: listen at %s: %s", where, strerror(why));
	*out = fd;
	return XS_OK;
}

int xs_listen_open(int *fd, const char **url, xs_arena *a, const char *where)
{
	const char *path = listen_path(where);
	int rc = XS_OK;

	/* The service manager's socket counts before the settings: the manager knows who waits
	 * at it. */
	*fd = listen_given();
	if (*fd < 0)
		rc = path ? listen_unix(fd, path) : listen_host(fd, a, where);
	if (rc == XS_OK)
		*url = listen_url(*fd, a);
	return rc;
}

void xs_listen_close(int fd, const char *where)
{
	const char *path;

	if (fd < 0)
		return;
	path = listen_path(where);
	close(fd);
	/* A socket of the service manager is left for the next process. */
	if (path && listen_given() < 0)
		unlink(path);
}
