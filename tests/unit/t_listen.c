/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_listen.c - sockets to listen at, those of a service manager, and what it is told; slow connections. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "serve/listen.h"
#include "serve/notify.h"
#include "serve/peers.h"

static void addresses(void **state)
{
	static const char *const wrong[] = {"",
					    "80",
					    "host:",
					    ":x",
					    "127.0.0.1:99999",
					    "::1:80",
					    "unix:",
					    "no.such.host.invalid:80",
					    "127.0.0.1:80a"};
	xs_arena *a = xs_arena_new();
	const char *url;
	int fd, again;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		assert_int_not_equal(xs_listen_open(&fd, &url, a, wrong[i]), XS_OK);
		assert_non_null(strstr(xs_error(), "serve.listen: "));
	}
	assert_int_equal(xs_listen_open(&fd, &url, a, "127.0.0.1:0"), XS_OK);
	assert_true(!strncmp(url, "http://127.0.0.1:", 17) && strcmp(url + 17, "0/"));
	/* The same place once more. */
	url = xs_arena_printf(a, "127.0.0.1:%ld", strtol(url + 17, NULL, 10));
	assert_int_equal(xs_listen_open(&again, &url, a, url), XS_EINPUT);
	xs_listen_close(fd, "127.0.0.1:0");
	xs_arena_free(a);
}

static void local_sockets(void **state)
{
	char folder[] = "t_listen.XXXXXX";
	xs_arena *a = xs_arena_new();
	const char *where, *url;
	int fd, other;
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(folder));
	where = xs_arena_printf(a, "unix:%s/s", folder);
	assert_int_equal(xs_listen_open(&fd, &url, a, where), XS_OK);
	assert_string_equal(url, where);
	assert_int_equal(xs_listen_open(&other, &url, a, where), XS_EINPUT);
	/* One that a killed process left is taken over. */
	close(fd);
	assert_int_equal(xs_listen_open(&fd, &url, a, where), XS_OK);
	xs_listen_close(fd, where);
	assert_int_not_equal(access(where + 5, F_OK), 0);
	/* A file is not. */
	f = fopen(where + 5, "w");
	fclose(f);
	assert_int_equal(xs_listen_open(&fd, &url, a, where), XS_EINPUT);
	assert_non_null(strstr(xs_error(), "is no socket"));
	unlink(where + 5);
	rmdir(folder);
	xs_arena_free(a);
}

/* In a child, since descriptor 3 has to be the socket. */
static int given_child(void)
{
	xs_arena *a = xs_arena_new();
	char pid[20];
	const char *url;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), got, rc;

	if (fd != 3) {
		dup2(fd, 3);
		close(fd);
	}
	snprintf(pid, sizeof pid, "%ld", (long)getpid());
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "1", 1);
	rc = xs_listen_open(&got, &url, a, "nonsense");
	rc = rc || got != 3;
	setenv("LISTEN_PID", "1", 1); /* meant for another process */
	rc = rc || xs_listen_open(&got, &url, a, "nonsense") == XS_OK;
	xs_arena_free(a);
	return rc;
}

static void socket_of_the_service_manager(void **state)
{
	int status;
	pid_t child = fork();

	(void)state;
	if (child == 0)
		_exit(given_child());
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void service_manager_is_told(void **state)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	char folder[] = "/tmp/t_listen.XXXXXX", text[100] = "";

	(void)state;
	unsetenv("NOTIFY_SOCKET");
	xs_notify("READY=1"); /* to nobody */
	assert_non_null(mkdtemp(folder));
	snprintf(at.sun_path, sizeof at.sun_path, "%s/n", folder);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	setenv("NOTIFY_SOCKET", at.sun_path, 1);
	xs_notify("READY=1");
	assert_true(recv(fd, text, sizeof text - 1, MSG_DONTWAIT) > 0);
	assert_true(!strncmp(text, "READY=1\nMONOTONIC_USEC=", 23));
	unsetenv("NOTIFY_SOCKET");
	close(fd);
	unlink(at.sun_path);
	rmdir(folder);
}

static void rest(int ms)
{
	const struct timespec time = {ms / 1000, ms % 1000 * 1000000L};

	nanosleep(&time, NULL);
}

static bool is_shut(int fd)
{
	char c;

	return recv(fd, &c, 1, MSG_DONTWAIT) == 0;
}

static void slow_and_gone_clients(void **state)
{
	xs_peers *p = xs_peers_new(3, 1, 60);
	int pair[5][2];
	xs_peer *peer[5];
	xs_peers_count n;
	atomic_int cancel = 0;

	(void)state;
	for (int i = 0; i < 5; i++)
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair[i]), 0);
	for (int i = 0; i < 3; i++)
		peer[i] = xs_peers_add(p, pair[i][0]);
	xs_peers_working(p, peer[0], &cancel);
	xs_peers_idle(p, peer[2]);
	/* A fourth and a fifth: first the idle one makes room, then the oldest that sends. */
	peer[3] = xs_peers_add(p, pair[3][0]);
	assert_true(is_shut(pair[2][1]) && !is_shut(pair[1][1]));
	peer[4] = xs_peers_add(p, pair[4][0]);
	assert_true(is_shut(pair[1][1]) && !is_shut(pair[0][1]));
	/* The client of the one that is worked on goes. */
	rest(120);
	assert_int_equal(cancel, 0);
	close(pair[0][1]);
	rest(200);
	assert_int_equal(cancel, 1);
	/* Who has sent no request within a second is closed. */
	rest(1000);
	assert_true(is_shut(pair[3][1]) && is_shut(pair[4][1]));
	xs_peers_counts(&n, p);
	assert_int_equal(n.open, 1);
	assert_int_equal(n.closed, 4);
	assert_int_equal(n.gone, 1);
	for (int i = 0; i < 5; i++) {
		xs_peers_remove(p, peer[i]);
		close(pair[i][0]);
		if (i)
			close(pair[i][1]);
	}
	xs_peers_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses),
		cmocka_unit_test(local_sockets),
		cmocka_unit_test(socket_of_the_service_manager),
		cmocka_unit_test(service_manager_is_told),
		cmocka_unit_test(slow_and_gone_clients),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
