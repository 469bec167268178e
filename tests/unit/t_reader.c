/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_reader.c - a process that reads documents and fails in all ways costs its page, and a sentence. */
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "index/pages/reader.h"

/* The program beside this one. */
static const char *faulty(xs_arena *a)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

	assert_true(n > 0);
	self[n] = '\0';
	*strrchr(self, '/') = '\0';
	return xs_arena_printf(a, "%s/faulty_reader", self);
}

static int reads(xs_page *page, xs_arena *a, const char *word)
{
	const xs_page_options o = {.max_bytes = 1 << 20,
				   .passage_words = 180,
				   .passage_overlap = 30,
				   .reader = {.program = faulty(a),
					      .seconds = 1,
					      .memory = 64 << 20}};

	*page = (xs_page){.url = "a.pdf",
			  .title = "",
			  .path = "",
			  .language = "",
			  .meta = "{}",
			  .versions = "",
			  .aside = "",
			  .place = "a.pdf"};
	return xs_reader_page(page, a, "pdf", word, strlen(word), &o);
}

static void test_read(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_page page;

	(void)state;
	assert_int_equal(XS_OK, reads(&page, a, "read"));
	assert_string_equal("Title", page.title);
	assert_int_equal(1, page.n);
	assert_string_equal("Words.", page.passages[0].text);
	assert_string_equal("page=1", page.passages[0].anchor);
	assert_int_equal(2, page.n_notes);
	assert_string_equal("a.pdf: a part is left out", page.notes[0]);
	assert_int_equal(XS_OK, reads(&page, a, "nothing"));
	assert_int_equal(1, page.n);
	xs_arena_free(a);
}

static void test_faults(void **state)
{
	static const struct {
		const char *word, *sentence;
		int rc;
	} cases[] = {
		{"refuse", "a.pdf: it is \x01not\xef\xbf\xbd for us", XS_EFORMAT},
		{"crash",
		 "a.pdf: its reader crashed (Aborted): it is damaged, or needs more than "
		 "64 MiB (index.document_memory)",
		 XS_EFORMAT},
		{"hang", "a.pdf: reading it takes more than 1 s (index.document_seconds)",
		 XS_EFORMAT},
		{"spin", "a.pdf: reading it takes more than 1 s (index.document_seconds)",
		 XS_EFORMAT},
		{"mute", "a.pdf: reading it takes more than 1 s (index.document_seconds)",
		 XS_EFORMAT},
		{"pour", "a.pdf: it unfolds to more than 1048576 bytes (index.max_page_bytes)",
		 XS_EFORMAT},
		{"", "a.pdf: its reader ended with status 1", XS_EFORMAT},
#ifndef __SANITIZE_ADDRESS__
#ifndef __SANITIZE_THREAD__
		{"grow",
		 "a.pdf: its reader crashed (Aborted): it is damaged, or needs more than "
		 "64 MiB (index.document_memory)",
		 XS_EFORMAT},
#endif
#endif
	};
	xs_arena *a = xs_arena_new();
	xs_page page;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(cases[i].rc, reads(&page, a, cases[i].word));
		assert_string_equal(cases[i].sentence, xs_error());
	}
	xs_arena_free(a);
}

/* A process that a document has taken over may read files, and say what is in them; no more. */
static void test_escape(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_page page;

	(void)state;
	assert_int_equal(XS_OK, reads(&page, a, "escape"));
	assert_string_equal("It can read files.", page.passages[0].text);
	xs_arena_free(a);
}

static void test_no_program(void **state)
{
	xs_page_options o = {.max_bytes = 1 << 20, .passage_words = 180, .passage_overlap = 30};
	xs_arena *a = xs_arena_new();
	xs_page page = {.place = "a.pdf"};

	(void)state;
	assert_int_equal(XS_EUNSUPPORTED, xs_reader_page(&page, a, "pdf", "", 0, &o));
	o.reader = (xs_reader){.program = "/nowhere/reader", .seconds = 1, .memory = 64 << 20};
	assert_int_equal(XS_EIO, xs_reader_page(&page, a, "pdf", "", 0, &o));
	assert_string_equal("a.pdf: start its reader /nowhere/reader: No such file or directory",
			    xs_error());
	xs_arena_free(a);
}

static void *read_some(void *arg)
{
	size_t *good = arg;
	xs_arena *a = xs_arena_new();
	xs_page page;
	int i;

	for (i = 0; i < 10; i++)
		*good += reads(&page, a, i % 2 ? "read" : "refuse") == (i % 2 ? XS_OK : XS_EFORMAT);
	xs_arena_free(a);
	return NULL;
}

/* No thread waits for another's process or holds its pipe open. */
static void test_threads(void **state)
{
	pthread_t threads[4];
	size_t good[4] = {0}, i;

	(void)state;
	for (i = 0; i < 4; i++)
		assert_int_equal(0, pthread_create(&threads[i], NULL, read_some, &good[i]));
	for (i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(10, good[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),	cmocka_unit_test(test_faults),
		cmocka_unit_test(test_escape),	cmocka_unit_test(test_no_program),
		cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
