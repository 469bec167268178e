/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_interruption.c - runs that are stopped, killed or fail, and damaged files: no vector is made twice. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "tests/unit/meaning/embed_site.h"
#include "tests/unit/shared/folder.h"
#include "vectors/vectors.h"

static void what_was_stopped_goes_on(void **state)
{
	xs_embed_summary s;
	size_t first;

	(void)state;
	long_page("long.md", 0);
	model.stop_at = 2;
	assert_int_equal(run(&s), XS_ECANCEL);
	first = s.embedded;
	assert_true(first > 0 && first < MANY);
	assert_int_equal(model.texts, first);
	/* What is embedded serves at once. */
	is_whole("index", first);
	model.stop_at = 0;
	runs(MANY - first, first);
	is_whole("index", MANY);
}

static size_t log_lines(void)
{
	struct stat st;

	assert_int_equal(fstat(model.log, &st), 0);
	return (size_t)st.st_size / sizeof(fake_line);
}

/* Embeds in a process of its own, which is killed some time after its `calls`-th batch, and never gets
 * further than to the next but one.  Whether it came to its end before. */
static bool killed_run(size_t calls, useconds_t later)
{
	/* Batches grow from 64 on, as this embedder is quick. */
	size_t before = log_lines(), batches = 64 * (((size_t)1 << calls) - 1);
	pid_t pid = fork(), done = 0;
	xs_embed_summary s;
	int status = 0;

	model.die_at = pid ? 0 : calls + 2;
	if (pid == 0)
		_exit(run(&s) == XS_OK ? 0 : 1);
	assert_true(pid > 0);
	while (!(done = waitpid(pid, &status, WNOHANG)) && log_lines() < before + batches)
		usleep(200);
	if (!done) {
		usleep(later);
		assert_int_equal(kill(pid, SIGKILL), 0);
		assert_int_equal(waitpid(pid, &status, 0), pid);
	}
	assert_true(status == 0 || WIFSIGNALED(status));
	return status == 0;
}

/* What a run embedded before its last batch is never embedded again. */
static void a_kill_costs_one_batch(void **state)
{
	enum { PAGES = 6 };
	xs_arena *a = xs_arena_new();
	fake_line *lines;
	size_t n, kills = 0;
	char *bytes;

	(void)state;
	srand(1);
	for (int i = 0; i < PAGES; i++)
		long_page(xs_arena_printf(a, "long%d.md", i), i);
	model.log = open(place(a, "log"), O_RDWR | O_CREAT | O_APPEND, 0600);
	assert_true(model.log >= 0);
	for (model.run = 0; !killed_run((size_t)rand() % 3, (useconds_t)rand() % 10000);
	     model.run++) {
		xs_index_report r;

		kills++;
		/* Killed before there was an index, it left none. */
		if (log_lines() && check(&r, a, "index") != XS_OK)
			fail_msg("%s", xs_error());
	}
	assert_true(kills >= 3);
	assert_int_equal(xs_file_read(&bytes, &n, a, place(a, "log"), 1 << 24), XS_OK);
	lines = (fake_line *)(void *)bytes;
	n /= sizeof *lines;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			if (lines[k].content == lines[i].content) {
				/* Embedded before: in the last batch of a run that was killed. */
				assert_true(lines[k].run < lines[i].run);
				for (size_t m = k; m < n && lines[m].run == lines[k].run; m++)
					assert_int_equal(lines[m].call, lines[k].call);
			}
	close(model.log);
	model.log = 0;
	is_whole("index", (size_t)PAGES * MANY);
	runs(0, (size_t)PAGES * MANY);
	xs_arena_free(a);
}

static void a_failure_loses_one_batch(void **state)
{
	xs_embed_summary s;
	size_t first;

	(void)state;
	long_page("long.md", 0);
	model.fail_at = 3;
	assert_int_equal(run(&s), XS_EIO);
	assert_string_equal(xs_error(), "the model is tired");
	first = s.embedded;
	assert_int_equal(model.texts, first);
	model.fail_at = 0;
	runs(MANY - first, first);
	is_whole("index", MANY);
}

/* Runs after the file was damaged, which makes it anew and embeds nothing. */
static void mends(const char *sentence)
{
	xs_arena *a = xs_arena_new();
	xs_index_report r;

	assert_int_equal(check(&r, a, "index"), XS_EFORMAT);
	if (!strstr(r.sentence, sentence))
		fail_msg("\"%s\" does not say \"%s\"", r.sentence, sentence);
	runs(0, 3);
	is_whole("index", 3);
	xs_arena_free(a);
}

static void a_damaged_file_is_made_anew(void **state)
{
	xs_arena *a = xs_arena_new();
	const char *path = place(a, "index/vectors");
	xs_vectors_writer *w;
	int8_t items[8] = {1};
	xs_file *left;
	char *bytes;
	size_t len;

	(void)state;
	page("one.md", "# One\n\nFirst text.\n\n## Below\n\nSecond text.\n");
	page("two.md", "# Two\n\nThird text.\n");
	runs(3, 0);
	assert_int_equal(xs_file_read(&bytes, &len, a, path, 1 << 20), XS_OK);
	assert_int_equal(xs_file_write(path, bytes, len - 1), XS_OK);
	mends("vectors");
	bytes[len / 2] ^= 1;
	assert_int_equal(xs_file_write(path, bytes, len), XS_OK);
	mends("index again");
	assert_int_equal(xs_file_write(path, "", 0), XS_OK);
	mends("vectors");
	/* Of another embedder, and of other dimensions: well made, and no fault. */
	for (uint64_t other = 1; other < 3; other++) {
		assert_int_equal(xs_vectors_create(&w, path, other, 8), XS_OK);
		assert_int_equal(xs_vectors_put(w, (xs_vector_key){1, 1}, items, 1), XS_OK);
		assert_int_equal(xs_vectors_end(w), XS_OK);
		runs(0, 3);
		is_whole("index", 3);
	}
	assert_int_equal(unlink(path), 0);
	/* What a killed run left of its file. */
	assert_int_equal(xs_file_begin(&left, path), XS_OK);
	runs(0, 3);
	is_whole("index", 3);
	assert_int_equal(xs_file_end(left, XS_OK), XS_EIO);
	xs_arena_free(a);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, site_set_up, folder_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_stopped_goes_on),
		TEST(a_kill_costs_one_batch),
		TEST(a_failure_loses_one_batch),
		TEST(a_damaged_file_is_made_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
