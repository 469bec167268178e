/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_trec.c - files of evaluations: the first byte says which, r a run, q judgements, else a corpus. */
#define _GNU_SOURCE
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cmd/beir.h"
#include "cmd/trec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_run(xs_arena *a, const char *path)
{
	xs_run run;

	if (xs_run_read(&run, a, path) != XS_OK)
		return;
	for (size_t i = 0; i < run.n; i++)
		if (xs_run_find(&run, run.queries[i].query) != &run.queries[i])
			abort();
}

static void fuzz_qrels(xs_arena *a, const char *path)
{
	xs_qrels qrels;

	if (xs_qrels_read(&qrels, a, path) != XS_OK)
		return;
	for (size_t i = 0; i < qrels.n; i++)
		if (xs_qrels_find(&qrels, qrels.queries[i].query) != &qrels.queries[i])
			abort();
}

static void fuzz_corpus(xs_arena *a, const char *path)
{
	xs_beir corpus;

	if (xs_beir_read(&corpus, a, path) != XS_OK)
		return;
	for (size_t i = 0; i < corpus.n; i++)
		if (xs_beir_find(&corpus, corpus.rows[i].id) != &corpus.rows[i] ||
		    !xs_beir_text(&corpus.rows[i], a))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	xs_arena *a = xs_arena_new();
	int fd = memfd_create("input", 0);
	const char *path = xs_arena_printf(a, "/proc/self/fd/%d", fd);

	if (size && write(fd, data + 1, size - 1) == (ssize_t)(size - 1)) {
		if (*data == 'r')
			fuzz_run(a, path);
		else if (*data == 'q')
			fuzz_qrels(a, path);
		else
			fuzz_corpus(a, path);
	}
	close(fd);
	xs_arena_free(a);
	return 0;
}
