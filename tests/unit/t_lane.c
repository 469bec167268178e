/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_lane.c - turns of clients, bounded queues, rates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "serve/lane.h"
#include "serve/rate.h"

/* Workers stand before the gate until the test has filled the queue. */
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char done[100];
static int counted;

typedef struct item {
	xs_turn turn;
	char name;
} item;

static void work(xs_turn *t)
{
	char name[2] = {((item *)t)->name, '\0'};

	pthread_mutex_lock(&gate);
	pthread_mutex_unlock(&gate);
	pthread_mutex_lock(&lock);
	counted++;
	if (strlen(done) + 2 < sizeof done)
		strcat(done, name);
	pthread_mutex_unlock(&lock);
}

static void until_running(xs_lane *l)
{
	const struct timespec moment = {0, 1000000};

	while (xs_lane_running(l) == 0)
		nanosleep(&moment, NULL);
}

static void fill(item *items, const char *names, const char *clients)
{
	static const char *const who[] = {"a", "b", "c"};

	for (size_t i = 0; names[i]; i++)
		items[i] = (item){.turn = {.client = who[clients[i] - 'a']}, .name = names[i]};
}

/* A client that comes late does not wait for all that another one has asked. */
static void clients_take_turns(void **state)
{
	xs_lane *l = xs_lane_new(1, 100, work);
	item items[10];

	(void)state;
	*done = '\0';
	fill(items, "0123456789", "aaaaaabbca");
	pthread_mutex_lock(&gate);
	assert_null(xs_lane_push(l, &items[0].turn, 100));
	until_running(l);
	for (int i = 1; i < 10; i++)
		assert_null(xs_lane_push(l, &items[i].turn, 10000));
	assert_int_equal(xs_lane_waiting(l), 9);
	pthread_mutex_unlock(&gate);
	xs_lane_free(l);
	/* 1 2 3 4 5 9 are a's, 6 7 are b's, 8 is c's. */
	assert_string_equal(done, "0168273459");
}

static void full_queue_takes_from_the_longest_line(void **state)
{
	xs_lane *l = xs_lane_new(1, 3, work);
	item items[7];

	(void)state;
	*done = '\0';
	fill(items, "0123456", "aaaabba");
	pthread_mutex_lock(&gate);
	assert_null(xs_lane_push(l, &items[0].turn, 100));
	until_running(l);
	for (int i = 1; i < 4; i++)
		assert_null(xs_lane_push(l, &items[i].turn, 10000));
	/* a has three and b none: the last of a's goes. */
	assert_ptr_equal(xs_lane_push(l, &items[4].turn, 100), &items[3].turn);
	/* a has two and b one: b gets no more than a has. */
	assert_ptr_equal(xs_lane_push(l, &items[5].turn, 100), &items[5].turn);
	/* The one with the longest line is refused itself. */
	assert_ptr_equal(xs_lane_push(l, &items[6].turn, 100), &items[6].turn);
	assert_int_equal(xs_lane_waiting(l), 3);
	pthread_mutex_unlock(&gate);
	xs_lane_free(l);
	assert_string_equal(done, "0142");
}

/* With room for one, those whose turn it was before do not keep out others. */
static void last_place_changes_hands(void **state)
{
	xs_lane *l = xs_lane_new(1, 100, work);
	item items[5];

	(void)state;
	*done = '\0';
	fill(items, "01234", "aaabb");
	pthread_mutex_lock(&gate);
	assert_null(xs_lane_push(l, &items[0].turn, 1));
	until_running(l);
	assert_null(xs_lane_push(l, &items[1].turn, 1));
	assert_ptr_equal(xs_lane_push(l, &items[2].turn, 1), &items[2].turn);
	assert_ptr_equal(xs_lane_push(l, &items[3].turn, 1), &items[1].turn);
	assert_ptr_equal(xs_lane_push(l, &items[2].turn, 1), &items[2].turn);
	assert_ptr_equal(xs_lane_push(l, &items[4].turn, 1), &items[4].turn);
	assert_int_equal(xs_lane_waiting(l), 1);
	assert_int_equal(xs_lane_fit(l, 1000), 100); /* nothing is known yet */
	pthread_mutex_unlock(&gate);
	xs_lane_free(l);
	assert_string_equal(done, "03");
}

static void many_threads_do_all(void **state)
{
	enum { N = 2000 };
	xs_lane *l = xs_lane_new(4, N, work);
	item *items = calloc(N, sizeof *items);

	(void)state;
	counted = 0;
	for (int i = 0; i < N; i++)
		items[i] = (item){.turn = {.client = i % 3 ? "a" : "b"}, .name = 'x'};
	for (int i = 0; i < N; i++)
		assert_null(xs_lane_push(l, &items[i].turn, 10000));
	xs_lane_free(l);
	free(items);
	assert_int_equal(counted, N);
}

static void rates_are_kept_by_client(void **state)
{
	xs_rates *r = xs_rates_new();
	double wait;

	(void)state;
	assert_true(xs_rates_take(r, "a", 0) <= 0);
	for (int i = 0; i < 5; i++)
		assert_true(xs_rates_take(r, "a", 5) <= 0);
	wait = xs_rates_take(r, "a", 5);
	assert_true(wait > 0 && wait <= 0.2);
	assert_true(xs_rates_take(r, "b", 5) <= 0);
	/* Less than one a second: one at once. */
	assert_true(xs_rates_take(r, "c", 0.01) <= 0);
	wait = xs_rates_take(r, "c", 0.01);
	assert_true(wait > 90 && wait <= 100);
	/* Any number of clients. */
	for (int i = 0; i < 100000; i++) {
		char name[20];

		snprintf(name, sizeof name, "n%d", i);
		assert_true(xs_rates_take(r, name, 1) <= 0);
	}
	xs_rates_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clients_take_turns),
		cmocka_unit_test(full_queue_takes_from_the_longest_line),
		cmocka_unit_test(last_place_changes_hands),
		cmocka_unit_test(many_threads_do_all),
		cmocka_unit_test(rates_are_kept_by_client),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
