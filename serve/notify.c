/* SPDX-License-Identifier: GPL-2.0-or-later */
/* notify.c - tells the service manager what the server does. */
#define _GNU_SOURCE
#include "serve/notify.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"

void xs_notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	size_t len = path ? strlen(path) : 0;
	char text[80];
	int fd;

	if (len < 2 || len >= sizeof at.sun_path || (*path != '/' && *path != '@'))
		return;
	memcpy(at.sun_path, path, len);
	if (*path == '@') /* a socket without a file */
		at.sun_path[0] = '\0';
	snprintf(text, sizeof text, "%s\nMONOTONIC_USEC=%lld", state,
		 (long long)(xs_clock_ns() / 1000));
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	/* Nobody to hear it is no failure of ours. */
	(void)!sendto(fd, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&at,
		      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
	close(fd);
}
