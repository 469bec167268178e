/* SPDX-License-Identifier: GPL-2.0-or-later */
/* faulty_reader.c - a reader of documents that does what the document says, for t_reader.c. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "index/documents/confine.h"
#include "index/pages/reader.h"

static void hang(void)
{
	for (;;)
		sleep(1);
}

/* Optimized away it would be none. */
static void spin(void)
{
	for (volatile unsigned i = 0;; i++)
		;
}

static void grow(void)
{
	const size_t piece = 1 << 20;
	char *p;

	while ((p = malloc(piece)))
		memset(p, 1, piece);
	abort();
}

static void pour(void)
{
	while (puts("<p>more and more"))
		;
}

/* Writes no more, and goes on. */
static void mute(void)
{
	close(STDOUT_FILENO);
	hang();
}

/* Says which of the things that it must not do it can do. */
static void escape(void)
{
	pid_t child;

	printf("<p>It can");
	if (open("/dev/null", O_WRONLY) >= 0 || open("new", O_RDWR | O_CREAT, 0600) >= 0)
		printf(" write");
	if (unlink("old") == 0 || mkdir("folder", 0700) == 0)
		printf(" change");
	if (socket(AF_INET, SOCK_STREAM, 0) >= 0 || socket(AF_UNIX, SOCK_STREAM, 0) >= 0)
		printf(" call");
	child = fork();
	if (child == 0)
		_exit(0);
	if (child > 0)
		printf(" fork");
	execl("/bin/true", "true", NULL);
	if (open("/dev/null", O_RDONLY) >= 0)
		printf(" read");
	printf(" files.");
}

int main(int argc, char **argv)
{
	static const struct {
		const char *word;
		void (*act)(void);
	} acts[] = {{"hang", hang}, {"spin", spin},   {"grow", grow},	 {"pour", pour},
		    {"mute", mute}, {"crash", abort}, {"escape", escape}};
	char word[16] = "";
	int code = 0;

	if (argc != 5 || strcmp(argv[1], XS_READER_COMMAND) != 0 || strcmp(argv[2], "pdf") != 0 ||
	    !fgets(word, sizeof word, stdin) || xs_confine(atoi(argv[3]), atoll(argv[4])) < 0)
		return 1;
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
		if (!strcmp(word, acts[i].word))
			acts[i].act();
	if (!strcmp(word, "refuse")) {
		printf("it is \x01not\xff for us");
		code = XS_READER_REFUSED;
	}
	if (!strcmp(word, "read"))
		printf("!a part is left out\n!another\n<title>Title</title><main><hr id=\"page=1\"><p>Words.");
	fflush(stdout);
	_exit(code); /* as cmd/reader.c does */
}
