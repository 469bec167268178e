/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mangle.c - a bad client, for tests of the server.
 *
 *	mangle PORT send N SEED	N connections, each with requests that were damaged at random
 *	mangle PORT hold N S	N connections that send a part of a request, for S seconds
 *
 * Prints how many there were, and how many had an answer; for `hold` how many were closed. */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char *const seeds[] = {
	"GET /search?q=certificate&n=3&filter=type:html&rerank=off HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET /suggest?q=cert HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
	"GET /?q=%3Cscript%3E&page=2 HTTP/1.0\r\nAccept: text/html\r\nCookie: a=b; c=d\r\n\r\n",
	"POST /v1/rerank HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 64\r\n\r\n"
	"{\"query\":\"renew\",\"documents\":[\"a\",{\"text\":\"b\"}],\"top_n\":1,\"x\":1}  ",
	"POST /rerank HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
	"1c\r\n{\"query\":\"a\",\"texts\":[\"b\"],\r\n13\r\n\"raw_scores\":true}  \r\n0\r\n\r\n",
	"POST /click?s=0123456789abcdef&u=http://a/&r=1 HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
	"Content-Length: 0\r\n\r\n",
	"OPTIONS /search HTTP/1.1\r\nHost: a\r\nOrigin: https://a\r\n\r\n",
};

static unsigned mangle_state;

/* Numerical Recipes' generator: the same damage with the same seed, on every machine. */
static unsigned mangle_random(unsigned below)
{
	mangle_state = mangle_state * 1664525u + 1013904223u;
	return (mangle_state >> 8) % below;
}

/* Damages `text` of *len bytes in place; there is room for one more byte a time. */
static void mangle_once(char *text, size_t *len)
{
	static const char special[] = "\0\r\n %&=?:/\"{}[]\\<>\xff\xc3\x80\t0";
	size_t at = mangle_random((unsigned)*len), n = 1 + mangle_random(9);

	switch (mangle_random(5)) {
	case 0: text[at] = (char)mangle_random(256); break;
	case 1: text[at] = special[mangle_random(sizeof special - 1)]; break;
	case 2: /* cut out */
		n = n < *len - at ? n : *len - at - 1;
		memmove(text + at, text + at + n, *len - at - n);
		*len -= n;
		break;
	case 3: /* put in */
		memmove(text + at + 1, text + at, *len - at);
		text[at] = special[mangle_random(sizeof special - 1)];
		++*len;
		break;
	default: *len = at + 1; break; /* cut off */
	}
}

static int mangle_connect(int port)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || connect(fd, (struct sockaddr *)&at, sizeof at)) {
		perror("connect");
		exit(1);
	}
	return fd;
}

/* Whether something came back within a moment; a request that lacks its end has no answer. */
static int mangle_answer(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char reply[65536];

	return poll(&p, 1, 30) == 1 && recv(fd, reply, sizeof reply, 0) > 0;
}

static void mangle_send(int port, int n)
{
	int answered = 0;

	for (int i = 0; i < n; i++) {
		const char *seed = seeds[mangle_random(sizeof seeds / sizeof *seeds)];
		int fd = mangle_connect(port), times = 1 + (int)mangle_random(4);
		size_t len = strlen(seed);
		char text[1024];

		memcpy(text, seed, len);
		while (times-- > 0 && len > 0)
			mangle_once(text, &len);
		if (send(fd, text, len, MSG_NOSIGNAL) > 0) {
			/* With no more to come, half of the clients hang up before the answer. */
			if (mangle_random(2))
				answered += mangle_answer(fd);
		}
		close(fd);
	}
	printf("%d sent, %d answered\n", n, answered);
}

static void mangle_hold(int port, int n, int seconds)
{
	static const char part[] = "GET /search?q=a HTTP/1.1\r\nX-Slow: ";
	struct rlimit r = {(rlim_t)n + 64, (rlim_t)n + 64};
	const struct timespec time = {seconds, 0};
	int *fds = calloc((size_t)n, sizeof *fds), closed = 0;
	char c;

	setrlimit(RLIMIT_NOFILE, &r);
	for (int i = 0; i < n; i++) {
		fds[i] = mangle_connect(port);
		if (i % 2) /* the others send nothing at all */
			send(fds[i], part, sizeof part - 1, MSG_NOSIGNAL);
	}
	printf("%d held\n", n);
	fflush(stdout);
	nanosleep(&time, NULL);
	for (int i = 0; i < n; i++) {
		ssize_t got = recv(fds[i], &c, 1, MSG_DONTWAIT);

		closed += got == 0 || (got > 0) ||
			  (got < 0 && recv(fds[i], &c, 1, MSG_DONTWAIT) == 0);
		close(fds[i]);
	}
	printf("%d closed\n", closed);
	free(fds);
}

int main(int argc, char **argv)
{
	int port = argc > 4 ? atoi(argv[1]) : 0, n = argc > 4 ? atoi(argv[3]) : 0;

	if (port < 1 || n < 1)
		return 2;
	mangle_state = (unsigned)atoi(argv[4]);
	if (!strcmp(argv[2], "send"))
		mangle_send(port, n);
	else
		mangle_hold(port, n, atoi(argv[4]));
	return 0;
}
