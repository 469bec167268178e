/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_trec.c - runs, judgements and corpora: both forms, and what is said of bad lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "eval/beir.h"
#include "eval/trec.h"

static char folder[] = "t_trec_XXXXXX";
static xs_arena *arena;

static int setup(void **state)
{
	(void)state;
	arena = xs_arena_new();
	return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	unlink(xs_file_join(arena, folder, "f"));
	rmdir(folder);
	xs_arena_free(arena);
	return 0;
}

static const char *file_of(const char *text)
{
	const char *path = xs_file_join(arena, folder, "f");

	assert_int_equal(xs_file_write(path, text, strlen(text)), XS_OK);
	return path;
}

static void assert_error(int rc, const char *part)
{
	assert_int_equal(rc, XS_EINPUT);
	if (!strstr(xs_error(), part))
		fail_msg("\"%s\" lacks \"%s\"", xs_error(), part);
}

static void test_run(void **state)
{
	const xs_run_query *q;
	xs_run run;

	(void)state;
	assert_int_equal(xs_run_read(&run, arena,
				     file_of("q2 Q0 a 1 1.5 x\n\n# q0\nq1 Q0 b 1 2 x\r\n"
					     "q2\tQ0\tc\t2\t1.5\tx\nq2 Q0 d 3 -3e2 x")),
			 XS_OK);
	assert_int_equal(run.n, 2);
	assert_string_equal(run.queries[0].query, "q2");
	q = xs_run_find(&run, "q2");
	assert_int_equal(q->n, 3);
	assert_string_equal(q->docs[0].doc, "c");
	assert_string_equal(q->docs[1].doc, "a");
	assert_true(q->docs[2].score == -300);
	assert_string_equal(xs_run_find(&run, "q1")->docs[0].doc, "b");
	assert_null(xs_run_find(&run, "q3"));
	assert_int_equal(xs_run_read(&run, arena, file_of("")), XS_OK);
	assert_int_equal(run.n, 0);
	assert_null(xs_run_find(&run, "q1"));
}

static void test_bad_run(void **state)
{
	xs_run run;

	(void)state;
	assert_error(xs_run_read(&run, arena, file_of("q Q0 a 1 1 x\nq Q0 b 1\n")),
		     "f:2: expected 6 fields");
	assert_error(xs_run_read(&run, arena, file_of("q Q0 a 1 one x\n")),
		     "f:1: expected a score");
	assert_error(xs_run_read(&run, arena, file_of("q Q0 a 1 nan x\n")),
		     "f:1: expected a score");
	assert_error(xs_run_read(&run, arena, file_of("q Q0 a 1 -1e39 x\n")),
		     "f:1: expected a score");
	assert_error(xs_run_read(&run, arena,
				 file_of("q Q0 a 1 2 x\np Q0 a 1 2 x\nq Q0 a 2 1 x\n")),
		     "f:3: document a of query q stands in line 1 too");
	assert_error(xs_run_read(&run, arena, file_of("q Q0 a 0x1 2 x\n")),
		     "f:1: expected a whole number from 0 as rank");
	assert_error(xs_run_read(&run, arena, file_of("q Q0 a 99999999999999999999 2 x\n")),
		     "f:1: expected a whole");
	assert_error(xs_run_read(&run, arena,
				 file_of("q Q0 a 1 2 x\np Q0 a 1 2 x\nq Q0 b 1 2 x\n")),
		     "f:3: rank 1 of query q stands in line 1 too");
	assert_error(xs_run_read(&run, arena, file_of("q Q0 a 5 2 x\nq Q0 b 7 2.5 x\n")),
		     "f:2: rank 7 of query q has a higher score than rank 5 in line 1");
	assert_error(xs_run_read(&run, arena, "t_trec_nowhere"), "there is no such file");
}

static void test_ranks(void **state)
{
	xs_run run;

	(void)state;
	/* Gaps, another beginning in each query, equal scores in any order; zeros mean no ranks. */
	assert_int_equal(
		xs_run_read(&run, arena,
			    file_of("q Q0 a 9 1 x\nq Q0 b 4 2 x\nq Q0 c 7 1 x\np Q0 a 0 9 x\n"
				    "p Q0 b 1 8 x\nr Q0 a 0 1 x\nr Q0 b 0 2 x\n")),
		XS_OK);
	assert_int_equal(run.n, 3);
	assert_string_equal(xs_run_find(&run, "r")->docs[0].doc, "b");
	assert_string_equal(xs_run_find(&run, "q")->docs[1].doc, "c");
}

static void test_run_write(void **state)
{
	const xs_ranked docs[] = {{"c", 1.0 / 3}, {"a", 1.0 / 3 - 1e-12}, {"b", -7e-30}};
	const xs_ranked blank[] = {{"a b", 1}}, empty[] = {{"", 1}};
	const char *path = xs_file_join(arena, folder, "f");
	xs_run run;
	FILE *f = fopen(path, "w");

	(void)state;
	assert_non_null(f);
	assert_int_equal(xs_run_write(f, "q", docs, 3, "t"), XS_OK);
	assert_int_equal(xs_run_write(f, "#", NULL, 0, "t"), XS_OK);
	assert_error(xs_run_write(f, "q", blank, 1, "t"), "\"a b\" cannot stand in a run");
	assert_error(xs_run_write(f, "q", empty, 1, "t"), "cannot stand in a run");
	assert_error(xs_run_write(f, "q r", docs, 1, "t"), "the query's name \"q r\"");
	assert_error(xs_run_write(f, "#1", docs, 1, "t"), "the query's name");
	assert_int_equal(fclose(f), 0);
	assert_int_equal(xs_run_read(&run, arena, path), XS_OK);
	assert_int_equal(run.n, 1);
	for (int i = 0; i < 3; i++) {
		assert_string_equal(run.queries[0].docs[i].doc, docs[i].doc);
		assert_true((float)run.queries[0].docs[i].score == (float)docs[i].score);
	}
}

static void test_qrels(void **state)
{
	xs_qrels qrels;

	(void)state;
	assert_int_equal(xs_qrels_read(&qrels, arena, file_of("q1 0 b 2\nq1 0 a -1\nq0 0 a 1\n")),
			 XS_OK);
	assert_int_equal(qrels.n, 2);
	assert_string_equal(qrels.queries[0].query, "q1");
	assert_string_equal(qrels.queries[0].docs[0].doc, "a");
	assert_int_equal(qrels.queries[0].docs[0].grade, -1);
	assert_int_equal(xs_qrels_read(&qrels, arena,
				       file_of("query-id\tcorpus-id\tscore\nq1\tb\t2\n")),
			 XS_OK);
	assert_int_equal(qrels.n, 1);
	assert_int_equal(xs_qrels_find(&qrels, "q1")->docs[0].grade, 2);
	assert_error(xs_qrels_read(&qrels, arena, file_of("q b 1\nq c much\n")),
		     "f:2: expected a whole number");
	assert_error(xs_qrels_read(&qrels, arena, file_of("q b 1.5\n")),
		     "f:1: expected a whole number");
	assert_error(xs_qrels_read(&qrels, arena, file_of("q b\n")), "f:1: expected 4 fields");
}

static void test_beir(void **state)
{
	xs_beir file;

	(void)state;
	assert_int_equal(
		xs_beir_read(
			&file, arena,
			file_of("{\"_id\": \"b\", \"title\": \"T\", \"text\": \"x\"}\n\r\n"
				"{\"_id\": 7, \"title\": \"Why?\", \"text\": \"y\", \"more\": []}\n"
				"{\"_id\": \"c\", \"title\": null, \"text\": \"z\"}")),
		XS_OK);
	assert_int_equal(file.n, 3);
	assert_string_equal(xs_beir_text(xs_beir_find(&file, "b"), arena), "T. x");
	assert_string_equal(xs_beir_text(xs_beir_find(&file, "7"), arena), "Why? y");
	assert_string_equal(xs_beir_text(xs_beir_find(&file, "c"), arena), "z");
	assert_null(xs_beir_find(&file, "d"));
	assert_error(xs_beir_read(&file, arena,
				  file_of("{\"_id\": \"a\", \"text\": \"x\"}\n{\"_id\"\n")),
		     "f:2: expected a JSON object");
	assert_error(xs_beir_read(&file, arena, file_of("[1]\n")), "f:1: expected a JSON object");
	assert_error(xs_beir_read(&file, arena, file_of("{\"text\": \"x\"}\n")),
		     "f:1: expected the texts");
	assert_error(xs_beir_read(&file, arena, file_of("{\"_id\": \"a\", \"text\": 5.5}\n")),
		     "f:1: expected");
	assert_error(
		xs_beir_read(
			&file, arena,
			file_of("{\"_id\": 1, \"text\": \"\"}\n{\"_id\": \"1\", \"text\": \"\"}")),
		"the id \"1\" stands twice");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_run),   cmocka_unit_test(test_bad_run),
		cmocka_unit_test(test_ranks), cmocka_unit_test(test_run_write),
		cmocka_unit_test(test_qrels), cmocka_unit_test(test_beir),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
