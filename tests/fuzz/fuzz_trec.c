/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_trec.c - files of evaluations: the first byte says which, r a run, q judgements, p pairs, m names
 * of measures, e a run and judgements with a NUL between them that are measured, else a corpus. */
#define _GNU_SOURCE
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "eval/beir.h"
#include "eval/pairs.h"
#include "eval/trec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was read can be written, and is read again as it was. */
static void fuzz_again(xs_arena *a, const xs_run *run)
{
	int fd = memfd_create("again", 0);
	FILE *f = fdopen(fd, "w+");
	xs_run again;
	int rc = XS_OK;

	if (!f)
		abort();
	for (size_t i = 0; i < run->n && rc == XS_OK; i++)
		rc = xs_run_write(f, run->queries[i].query, run->queries[i].docs, run->queries[i].n,
				  "t");
	if (fflush(f) != 0)
		abort();
	if (rc == XS_OK) {
		if (xs_run_read(&again, a, xs_arena_printf(a, "/proc/self/fd/%d", fd)) != XS_OK ||
		    again.n != run->n)
			abort();
		for (size_t i = 0; i < run->n; i++)
			for (size_t k = 0; k < run->queries[i].n; k++)
				if (strcmp(run->queries[i].docs[k].doc,
					   again.queries[i].docs[k].doc) != 0)
					abort();
	}
	fclose(f);
}

static void fuzz_run(xs_arena *a, const char *path)
{
	xs_run run;

	if (xs_run_read(&run, a, path) != XS_OK)
		return;
	for (size_t i = 0; i < run.n; i++)
		if (xs_run_find(&run, run.queries[i].query) != &run.queries[i])
			abort();
	fuzz_again(a, &run);
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

static void fuzz_pairs(xs_arena *a, const char *path)
{
	xs_pairs pairs;
	size_t positive = 0, len = 0;

	if (xs_pairs_read(&pairs, a, path) != XS_OK)
		return;
	for (size_t i = 0; i < pairs.n; i++) {
		positive += pairs.rows[i].label;
		len += strlen(pairs.rows[i].a) + strlen(pairs.rows[i].b);
	}
	if (pairs.n == 0 || positive != pairs.positive || len == SIZE_MAX)
		abort();
}

static const char *const all =
	"nDCG@10 nDCG RR RR(rel=2)@3 R@5 R P@5 P AP AP(rel=2)@7 Judged Judged@2 "
	"Success Success@1";

/* Whether every value of every measure is a share. */
static void fuzz_values(const xs_measure *metrics, size_t n, const xs_run_query *q,
			const xs_qrels_query *j)
{
	for (size_t i = 0; i < n; i++) {
		double value = xs_measure_of(&metrics[i], q->docs, q->n, j->docs, j->n);

		if (!(value >= 0 && value <= 1 + 1e-9))
			abort();
	}
}

static void fuzz_names(xs_arena *a, const uint8_t *data, size_t size)
{
	static xs_ranked docs[] = {{"a", 2}, {"b", 1}};
	static xs_judged judged[] = {{"a", 2}, {"c", -1}};
	const xs_run_query q = {"q", docs, 2};
	const xs_qrels_query j = {"q", judged, 2};
	xs_measure *metrics;
	size_t n;

	if (xs_measure_parse(&metrics, &n, a, xs_arena_dupn(a, (const char *)data, size)) == XS_OK)
		fuzz_values(metrics, n, &q, &j);
}

static const char *fuzz_file(xs_arena *a, int fd, const uint8_t *data, size_t size)
{
	if (write(fd, data, size) != (ssize_t)size)
		abort();
	return xs_arena_printf(a, "/proc/self/fd/%d", fd);
}

static void fuzz_measure(xs_arena *a, const uint8_t *data, size_t size)
{
	const uint8_t *nul = memchr(data, '\0', size);
	size_t first = nul ? (size_t)(nul - data) : size;
	int one = memfd_create("run", 0), two = memfd_create("qrels", 0);
	xs_measure *metrics;
	xs_qrels qrels;
	xs_run run;
	size_t n;

	if (xs_measure_parse(&metrics, &n, a, all) != XS_OK)
		abort();
	if (xs_run_read(&run, a, fuzz_file(a, one, data, first)) == XS_OK &&
	    xs_qrels_read(&qrels, a,
			  fuzz_file(a, two, data + first + (nul != NULL),
				    size - first - (nul != NULL))) == XS_OK)
		for (size_t i = 0; i < run.n; i++) {
			const xs_qrels_query *j = xs_qrels_find(&qrels, run.queries[i].query);

			if (j)
				fuzz_values(metrics, n, &run.queries[i], j);
		}
	close(one);
	close(two);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	xs_arena *a = xs_arena_new();
	int fd = memfd_create("input", 0);
	const char *path = size ? fuzz_file(a, fd, data + 1, size - 1) : NULL;

	switch (size ? *data : 0) {
	case 0: break;
	case 'r': fuzz_run(a, path); break;
	case 'q': fuzz_qrels(a, path); break;
	case 'p': fuzz_pairs(a, path); break;
	case 'm': fuzz_names(a, data + 1, size - 1); break;
	case 'e': fuzz_measure(a, data + 1, size - 1); break;
	default: fuzz_corpus(a, path);
	}
	close(fd);
	xs_arena_free(a);
	return 0;
}
