/* SPDX-License-Identifier: GPL-2.0-or-later */
/* meaning.c - the search among vectors against the memory that it must read.
 *
 * The vectors are made up, in groups as those of passages are: numbers without any order would have no
 * nearest rows that signs could miss.  One thread. */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "cmd/bench/bench.h"
#include "cmd/folder.h"
#include "vectors/chosen.h"
#include "vectors/kern/list.h"
#include "vectors/layout.h"
#include "vectors/nearest.h"
#include "vectors/vector.h"

enum {
	MEANING_DIMENSIONS = 384, /* the default embedder's */
	MEANING_NEAREST = 50,	  /* wanted by a question */
	MEANING_QUESTIONS = 20,
	MEANING_SUBJECT = 40, /* vectors of one subject, about */
	MEANING_BYTE = 2      /* what no byte of the memory that is read is */
};

typedef struct meaning {
	xs_vectors *v;
	size_t n;
	float *subjects; /* [n_subjects][MEANING_DIMENSIONS] */
	size_t n_subjects;
	xs_vector_query *questions[MEANING_QUESTIONS];
	xs_near exact[MEANING_QUESTIONS][MEANING_NEAREST];
	uint64_t random;
	double seconds; /* for one row */
	/* What is measured, and what it works with. */
	xs_nearest_way way;
	size_t turn, *rows;
	uint16_t *distances;
	uint64_t *near;
	int32_t *products;
	unsigned char *memory; /* as many bytes as are read */
	size_t len;
} meaning;

/* Nearly normal with deviation 1: the sum of four uniform numbers, from one step of xorshift64*. */
static float meaning_noise(meaning *m)
{
	int sum = 0;

	m->random ^= m->random >> 12;
	m->random ^= m->random << 25;
	m->random ^= m->random >> 27;
	for (uint64_t bits = m->random * 0x2545f4914f6cdd1du, i = 0; i < 4; i++, bits >>= 16)
		sum += (int)(bits & 0xffff) - 0x8000;
	return (float)sum / (0x8000 * 1.1547f); /* 4 / 12 is the variance of four in -1 … 1 */
}

/* A subject's vector and some noise, to length 1.  As much as that of passages has: half of a vector is its
 * subject's. */
static void meaning_vector(float *vector, meaning *m, size_t subject)
{
	const float *of = m->subjects + subject * MEANING_DIMENSIONS;
	double squares = 0;

	for (int d = 0; d < MEANING_DIMENSIONS; d++) {
		vector[d] = of[d] + meaning_noise(m);
		squares += (double)(vector[d] * vector[d]);
	}
	for (int d = 0; d < MEANING_DIMENSIONS; d++)
		vector[d] *= (float)(1 / sqrt(squares));
}

/* Subjects have a tenth of their length in common, and a third with others of their field. */
static void meaning_subjects(meaning *m)
{
	enum { FIELD = 50 };
	float common[MEANING_DIMENSIONS], field[MEANING_DIMENSIONS];

	m->n_subjects = m->n / MEANING_SUBJECT + 1;
	m->subjects = xs_malloc(m->n_subjects * MEANING_DIMENSIONS * sizeof *m->subjects);
	for (int d = 0; d < MEANING_DIMENSIONS; d++)
		common[d] = 0.3f * meaning_noise(m);
	for (size_t i = 0; i < m->n_subjects; i++)
		for (int d = 0; d < MEANING_DIMENSIONS; d++) {
			if (i % FIELD == 0)
				field[d] = 0.55f * meaning_noise(m);
			m->subjects[i * MEANING_DIMENSIONS + (size_t)d] =
				common[d] + field[d] + 0.78f * meaning_noise(m);
		}
}

static int meaning_write(meaning *m, const char *path, bench *b)
{
	float vector[MEANING_DIMENSIONS];
	int8_t items[MEANING_DIMENSIONS];
	xs_vectors_writer *w;
	int rc = xs_vectors_create(&w, path, 0, MEANING_DIMENSIONS);

	for (size_t i = 0; i < m->n && rc == XS_OK; i++) {
		meaning_vector(vector, m, (size_t)(m->random >> 20) % m->n_subjects);
		float scale = xs_vector_pack(items, vector, MEANING_DIMENSIONS);

		rc = xs_vectors_put(w, (xs_vector_key){i + 1, i}, items, scale);
		if (rc == XS_OK && atomic_load(&b->c->cancel))
			rc = xs_fail(XS_ECANCEL, "stopped");
	}
	if (rc == XS_OK)
		return xs_vectors_end(w);
	xs_vectors_drop(w);
	return rc;
}

/* In a file, as they would be searched; it has no name any more when it is measured. */
static int meaning_make(meaning *m, bench *b)
{
	const char *folder, *path;
	int rc = folder_make(&folder, b->c->arena);

	if (rc < 0)
		return rc;
	meaning_subjects(m);
	path = xs_file_join(b->c->arena, folder, "vectors");
	rc = meaning_write(m, path, b);
	if (rc == XS_OK)
		rc = xs_vectors_open(&m->v, path);
	/* Reads it through: pages that are not mapped yet would be counted to what comes first. */
	if (rc == XS_OK)
		rc = xs_vectors_check(m->v);
	folder_delete(folder);
	return rc;
}

/* Questions, and what is nearest to each. */
static void meaning_ask(meaning *m)
{
	const xs_nearest_way exact = {.kern = xs_scan_get()};
	float vector[MEANING_DIMENSIONS];
	size_t n;

	for (size_t i = 0; i < MEANING_QUESTIONS; i++) {
		meaning_vector(vector, m, i * m->n_subjects / MEANING_QUESTIONS);
		m->questions[i] = xs_vector_query_new(m->v, vector);
		xs_nearest_by(m->exact[i], &n, MEANING_NEAREST, m->v, m->questions[i], NULL,
			      &exact);
	}
}

/* ---- what is measured, each call for the next question */

static const xs_vector_query *meaning_next(meaning *m)
{
	return m->questions[m->turn++ % MEANING_QUESTIONS];
}

static void meaning_signs(meaning *m)
{
	m->way.kern->signs(m->distances, m->near, m->v->signs, m->v->levels, m->v->layout.groups,
			   &meaning_next(m)->signs);
}

static void meaning_products(meaning *m)
{
	m->way.kern->dots(m->products, m->v->items, MEANING_DIMENSIONS, m->rows, m->n,
			  meaning_next(m)->items);
}

static void meaning_choose(meaning *m)
{
	size_t n;

	free(xs_chosen_rows(&n, m->way.chosen, m->v, meaning_next(m), NULL, m->way.kern));
}

static void meaning_question(meaning *m)
{
	xs_near near[MEANING_NEAREST];
	size_t n;

	xs_nearest_by(near, &n, MEANING_NEAREST, m->v, meaning_next(m), NULL, &m->way);
}

/* The bound: the C library's search for a byte that is not there reads each byte once. */
static void meaning_read(meaning *m)
{
	if (memchr(m->memory, MEANING_BYTE, m->len))
		abort();
}

/* The least processor time of a call, in milliseconds: what disturbs it makes it longer. */
static double meaning_time(meaning *m, void (*call)(meaning *))
{
	int64_t begin = xs_clock_ns();
	double least = INFINITY;

	for (int round = 0; round < 3 || xs_clock_ms(begin) < m->seconds * 1000; round++) {
		double from = bench_cpu_ms();

		call(m);
		least = fmin(least, bench_cpu_ms() - from);
	}
	return least;
}

/* The processor time of a question on average: some take longer than others. */
static double meaning_mean(meaning *m, void (*call)(meaning *))
{
	double least = INFINITY;
	int64_t begin = xs_clock_ns();

	do {
		double from = bench_cpu_ms();

		for (int i = 0; i < MEANING_QUESTIONS; i++)
			call(m);
		least = fmin(least, (bench_cpu_ms() - from) / MEANING_QUESTIONS);
	} while (xs_clock_ms(begin) < m->seconds * 1000);
	return least;
}

/* The part of the nearest rows that are found. */
static double meaning_recall(meaning *m)
{
	xs_near near[MEANING_NEAREST];
	size_t n, found = 0, all = 0;

	for (size_t i = 0; i < MEANING_QUESTIONS; i++) {
		xs_nearest_by(near, &n, MEANING_NEAREST, m->v, m->questions[i], NULL, &m->way);
		all += n;
		for (size_t a = 0; a < n; a++)
			for (size_t e = 0; e < n; e++)
				found += near[a].row == m->exact[i][e].row;
	}
	return (double)found / (double)all;
}

/* ---- the table */

/* `len`: bytes that the step must read of each row. */
static json_t *meaning_row(meaning *m, const char *step, double ms, size_t len)
{
	double bytes = (double)len * (double)m->n;
	json_t *row = json_object();
	double limit;

	m->len = len * m->n;
	limit = bytes / meaning_time(m, meaning_read);
	json_object_set_new(row, "isa", json_string(m->way.kern->name));
	json_object_set_new(row, "step", json_string(step));
	json_object_set_new(row, "ms", bench_table_number(ms));
	json_object_set_new(row, "rows_per_second", bench_table_number((double)m->n / ms * 1e3));
	json_object_set_new(row, "gb_per_second", bench_table_number(bytes / ms / 1e6));
	json_object_set_new(row, "limit", bench_table_number(limit / 1e6));
	json_object_set_new(row, "share", bench_table_number(bytes / ms / limit));
	return row;
}

/* The rows of one variant.  Where the signs choose none, as rows are few, a question is the products. */
static void meaning_variant(json_t *rows, meaning *m, const xs_scan *kern)
{
	enum { SIGNS = MEANING_DIMENSIONS / 8 + sizeof(uint16_t) };
	json_t *row;

	xs_nearest_way_init(&m->way, m->v, m->n, MEANING_NEAREST);
	m->way.kern = kern;
	json_array_append_new(rows, meaning_row(m, "signs of all rows",
						meaning_time(m, meaning_signs), SIGNS));
	if (m->way.chosen)
		json_array_append_new(rows, meaning_row(m, "the nearest signs chosen",
							meaning_mean(m, meaning_choose), SIGNS));
	json_array_append_new(rows,
			      meaning_row(m, "items of all rows", meaning_time(m, meaning_products),
					  MEANING_DIMENSIONS));
	row = meaning_row(m, "a question", meaning_mean(m, meaning_question),
			  m->way.chosen ? SIGNS : MEANING_DIMENSIONS);
	json_object_set_new(row, "chosen", json_integer((json_int_t)m->way.chosen));
	json_object_set_new(row, "recall", bench_table_number(meaning_recall(m)));
	json_array_append_new(rows, row);
}

static int meaning_variants(json_t *rows, meaning *m, bench *b)
{
#define MEANING_NAME(v, cpu) #v,
	static const char *const names[] = {XS_SCAN_LIST(MEANING_NAME)};
#undef MEANING_NAME
	enum { NAMES = sizeof names / sizeof *names, MEASURED = 8 };
	size_t len = m->n * MEANING_DIMENSIONS;

	m->seconds = b->seconds / (NAMES * MEASURED);
	m->rows = xs_malloc(m->n * sizeof *m->rows);
	m->distances = xs_malloc(m->v->layout.groups * XS_SIGN_ROWS * sizeof *m->distances);
	m->near = xs_malloc(m->v->layout.groups * sizeof *m->near);
	m->products = xs_malloc(m->n * sizeof *m->products);
	m->memory = xs_large(len);
	memset(m->memory, MEANING_BYTE - 1, len);
	for (size_t i = 0; i < m->n; i++)
		m->rows[i] = i;
	for (size_t i = 0; i < NAMES; i++) {
		const xs_scan *kern = xs_scan_find(names[i]);

		if (kern)
			meaning_variant(rows, m, kern);
		if (atomic_load(&b->c->cancel))
			return xs_fail(XS_ECANCEL, "stopped");
	}
	return XS_OK;
}

static void meaning_fini(meaning *m)
{
	for (size_t i = 0; i < MEANING_QUESTIONS; i++)
		xs_vector_query_free(m->questions[i]);
	xs_vectors_close(m->v);
	free(m->subjects);
	free(m->rows);
	free(m->distances);
	free(m->near);
	free(m->products);
	free(m->memory);
}

int bench_meaning(bench *b)
{
	static const bench_column columns[] = {{"isa", "kernels", 0},
					       {"step", "step", 0},
					       {"ms", "ms", 3},
					       {"rows_per_second", "rows/s", 0},
					       {"gb_per_second", "GB/s", 1},
					       {"limit", "limit, GB/s", 1},
					       {"share", "share", 3},
					       {"chosen", "chosen", 0},
					       {"recall", "recall", 4},
					       {NULL, NULL, 0}};
	meaning m = {.n = b->vectors, .random = 0x9e3779b97f4a7c15u};
	json_t *rows = json_array();
	int rc = meaning_make(&m, b);

	if (rc == XS_OK) {
		meaning_ask(&m);
		rc = meaning_variants(rows, &m, b);
	}
	if (rc == XS_OK)
		bench_show(b, "meaning",
			   xs_arena_printf(b->c->arena,
					   "Search by meaning: the nearest %d of %zu vectors of %d "
					   "dimensions, one thread",
					   MEANING_NEAREST, m.n, MEANING_DIMENSIONS),
			   columns, rows);
	else
		json_decref(rows);
	meaning_fini(&m);
	return rc;
}
