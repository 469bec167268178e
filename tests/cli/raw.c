/* SPDX-License-Identifier: GPL-2.0-or-later */
/* raw.c - sends bytes to a server and shows what comes back, for tests of what no client sends:
 * raw PORT [PAUSE] <BYTES
 *
 * The bytes go out as they are; with PAUSE the line "--" stands for that many milliseconds.  Prints all that comes
 * within three seconds, then "closed" or "open" in a line of its own. */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { RAW_MOST = 1 << 21, RAW_WAIT_MS = 3000 };

static int raw_connect(const char *port)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to)) {
		perror("raw: connect");
		exit(2);
	}
	return fd;
}

/* The server may close before all is sent. */
static void raw_send(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

		if (n <= 0)
			return;
		bytes += n;
		len -= (size_t)n;
	}
}

static void raw_send_parts(int fd, char *bytes, size_t len, long pause)
{
	static const char mark[] = "\n--\n";
	const struct timespec time = {pause / 1000, pause % 1000 * 1000000};
	char *cut;

	while (pause && (cut = strstr(bytes, mark))) {
		raw_send(fd, bytes, (size_t)(cut + 1 - bytes));
		len -= (size_t)(cut + 4 - bytes);
		bytes = cut + 4;
		nanosleep(&time, NULL);
	}
	raw_send(fd, bytes, len);
}

/* True: the server closed the connection. */
static int raw_show(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char bytes[65536];
	ssize_t n;

	while (poll(&p, 1, RAW_WAIT_MS) > 0) {
		n = read(fd, bytes, sizeof bytes);
		if (n <= 0)
			return 1;
		fwrite(bytes, 1, (size_t)n, stdout);
	}
	return 0;
}

int main(int argc, char **argv)
{
	char *bytes = calloc(1, RAW_MOST + 1);
	size_t len;
	int fd;

	if (argc < 2 || !bytes)
		return 2;
	len = fread(bytes, 1, RAW_MOST, stdin);
	fd = raw_connect(argv[1]);
	raw_send_parts(fd, bytes, len, argc > 2 ? atol(argv[2]) : 0);
	puts(raw_show(fd) ? "\nclosed" : "\nopen");
	free(bytes);
	return 0;
}
