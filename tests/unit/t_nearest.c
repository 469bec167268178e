/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_nearest.c - the nearest rows of a file of vectors, against the definition. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/vectors_file.h"
#include "vectors/chosen.h"
#include "vectors/layout.h"

/* The nearest by the cosines of all rows, and whether what was found is them: all of them, as few rows are
 * compared whole; else nearly all. */
static void compare_nearest(const xs_vectors *v, const xs_vector_query *q, size_t room,
			    const uint64_t *allowed, size_t rows)
{
	xs_near *found = xs_malloc((room + 1) * sizeof *found);
	size_t n, nearer = 0, last;

	found[room].row = 12345;
	xs_vectors_nearest(found, &n, room, v, q, allowed);
	assert_int_equal(found[room].row, 12345);
	assert_int_equal(n, room < rows ? room : rows);
	for (size_t i = 0; i < n; i++) {
		assert_true(!allowed || (allowed[found[i].row / 64] >> found[i].row % 64 & 1));
		assert_true(found[i].cosine == xs_vectors_cosine(v, q, found[i].row));
		assert_true(!i || found[i].cosine < found[i - 1].cosine ||
			    (found[i].cosine == found[i - 1].cosine &&
			     found[i].row > found[i - 1].row));
	}
	last = n ? n - 1 : 0;
	for (size_t row = 0; n && row < v->n; row++) {
		float cosine = xs_vectors_cosine(v, q, row);

		if (allowed && !(allowed[row / 64] >> row % 64 & 1))
			continue;
		nearer += cosine > found[last].cosine ||
			  (cosine == found[last].cosine && row < found[last].row);
	}
	/* Those that were found before the last one are nearer than it, and hardly any other. */
	assert_in_range(nearer, last, rows > 1000 ? last + room / 50 : last);
	free(found);
}

static void nearest_are_the_nearest(void **state)
{
	enum { N = 7001, DIMENSIONS = 136 };
	float *all = some_vectors(N, DIMENSIONS);
	uint64_t *allowed = xs_calloc(N / 64 + 1, sizeof *allowed);
	xs_vectors *v = normalised_file(all, N, DIMENSIONS);

	(void)state;
	for (size_t asked = 0; asked < N; asked += 999) {
		xs_vector_query *q = xs_vector_query_new(v, all + asked * DIMENSIONS);
		size_t some = 0;

		for (size_t room = 0; room <= 100; room += 50)
			compare_nearest(v, q, room, NULL, N);
		compare_nearest(v, q, N + 5, NULL, N);
		/* One in a hundred, one in two; bits beyond the rows count for nothing. */
		for (size_t row = asked % 100; row < N; row += 100, some++)
			allowed[row / 64] |= UINT64_C(1) << row % 64;
		compare_nearest(v, q, 50, allowed, some);
		memset(allowed, 0x55, (N / 64 + 1) * sizeof *allowed);
		compare_nearest(v, q, 50, allowed, (N + 1) / 2);
		memset(allowed, 0, (N / 64 + 1) * sizeof *allowed);
		compare_nearest(v, q, 50, allowed, 0);
		xs_vector_query_free(q);
	}
	xs_vectors_close(v);
	free(allowed);
	free(all);
}

/* Every variant finds the same, whatever it has to hold against. */
static void variants_agree(void **state)
{
	static const char *const variants[] = {"ref", "sse41", "avx2", "avx512vnni", "neon"};
	enum { N = 3001, DIMENSIONS = 88, ROOM = 70 };
	float *all = some_vectors(N, DIMENSIONS);
	xs_vectors *v = normalised_file(all, N, DIMENSIONS);
	xs_near near[2][ROOM];
	size_t n[2];
	bool own = false;

	(void)state;
	for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
		xs_nearest_way way = {.kern = xs_scan_find(variants[i])};

		own |= way.kern == xs_scan_get();
		for (size_t asked = 0; asked < N && way.kern; asked += 500) {
			xs_vector_query *q = xs_vector_query_of_row(v, asked);

			for (size_t chosen = 0; chosen <= 2000; chosen += 200) {
				way.chosen = chosen;
				xs_nearest_by(near[0], &n[0], ROOM, v, q, NULL, &way);
				xs_nearest_by(near[1], &n[1], ROOM, v, q, NULL,
					      &(xs_nearest_way){xs_scan_find("ref"), chosen});
				assert_int_equal(n[0], ROOM);
				assert_int_equal(near[0][0].row, asked);
				for (size_t j = 0; j < ROOM; j++)
					assert_true(near[0][j].row == near[1][j].row &&
						    near[0][j].cosine == near[1][j].cosine);
			}
			xs_vector_query_free(q);
		}
	}
	assert_true(own); /* the one that runs here is among them */
	xs_vectors_close(v);
	free(all);
}

#ifdef XS_KERN_X86
/* No variant runs on a processor that lacks its instructions, though it may have later ones. */
static void sets_have_their_variant(void **state)
{
	static const char *const names[] = {[XS_CPU_REF] = "ref",
					    [XS_CPU_SSE41] = "sse41",
					    [XS_CPU_AVX2] = "avx2",
					    [XS_CPU_AVXVNNI] = "avx2",
					    [XS_CPU_AVX512] = "avx2",
					    [XS_CPU_AVX512VNNI] = "avx512vnni",
					    [XS_CPU_AVX512BF16] = "avx512vnni"};

	(void)state;
	for (size_t set = 0; set < sizeof names / sizeof *names; set++)
		assert_string_equal(xs_scan_of((xs_cpu)set)->name, names[set]);
}
#else
static void sets_have_their_variant(void **state)
{
	(void)state;
	assert_string_equal(xs_scan_of(XS_CPU_REF)->name, "ref");
}
#endif

/* The rows that the signs choose rise, are as many as asked for, and those of fewer are among those of
 * more. */
static void chosen_rows_are_the_nearest(void **state)
{
	enum { N = 5000, DIMENSIONS = 72 };
	float *all = some_vectors(N, DIMENSIONS);
	xs_vectors *v = normalised_file(all, N, DIMENSIONS);
	xs_vector_query *q = xs_vector_query_of_row(v, 3000);
	size_t n = 0, more, *rows, *further, *before;

	(void)state;
	before = xs_chosen_rows(&n, 1, v, q, NULL, xs_scan_get());
	assert_int_equal(n, 1);
	assert_int_equal(before[0], 3000);
	for (size_t room = 2; room < 2 * N; room = room * 3 / 2) {
		rows = xs_chosen_rows(&more, room, v, q, NULL, xs_scan_get());
		assert_int_equal(more, room < N ? room : N);
		for (size_t i = 1; i < more; i++)
			assert_true(rows[i] > rows[i - 1]);
		further = rows;
		for (size_t i = 0; i < n; i++) {
			while (*further < before[i])
				further++;
			assert_int_equal(*further, before[i]);
		}
		free(before);
		before = rows;
		n = more;
	}
	free(before);
	xs_vector_query_free(q);
	xs_vectors_close(v);
	free(all);
}

/* How many of the nearest are found by the signs. */
static size_t found_by_signs(const xs_vectors *v, const xs_vector_query *q, size_t room,
			     size_t chosen)
{
	const xs_nearest_way exact = {xs_scan_get(), 0}, by_signs = {xs_scan_get(), chosen};
	xs_near *near = xs_malloc(2 * room * sizeof *near), *all = near + room;
	size_t n, n_all, found = 0;

	xs_nearest_by(all, &n_all, room, v, q, NULL, &exact);
	xs_nearest_by(near, &n, room, v, q, NULL, &by_signs);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n_all; j++)
			found += near[i].row == all[j].row;
	free(near);
	return found;
}

/* Vectors that have most of their length in common, as some embedders give them: signs alone would hardly
 * tell them apart, nor would those of the difference without its part along the common direction. */
static void common_direction_hides_nothing(void **state)
{
	enum { N = 4000, DIMENSIONS = 192, QUESTIONS = 40, ROOM = 25 };
	float *all = xs_malloc(N * DIMENSIONS * sizeof *all), common[DIMENSIONS];
	size_t found = 0;
	xs_vectors *v;

	(void)state;
	for (size_t d = 0; d < DIMENSIONS; d++)
		common[d] = noise();
	for (size_t i = 0; i < N; i++) {
		float much = 2 + noise();

		for (size_t d = 0; d < DIMENSIONS; d++)
			all[i * DIMENSIONS + d] = much * common[d] + noise();
	}
	v = normalised_file(all, N, DIMENSIONS);
	for (size_t i = 0; i < QUESTIONS; i++) {
		xs_vector_query *q = xs_vector_query_of_row(v, i * 99);

		found += found_by_signs(v, q, ROOM, 10 * ROOM);
		xs_vector_query_free(q);
	}
	assert_in_range(found, QUESTIONS * ROOM * 97 / 100, QUESTIONS * ROOM);
	xs_vectors_close(v);
	free(all);
}

static void rows_alike_are_in_order(void **state)
{
	enum { N = 3000, DIMENSIONS = 64 };
	float *all = some_vectors(1, DIMENSIONS);
	xs_vector_query *q;
	xs_near near[40];
	xs_vectors *v;
	size_t n;

	(void)state;
	all = xs_realloc(all, N * DIMENSIONS * sizeof *all);
	for (size_t i = 1; i < N; i++)
		memcpy(all + i * DIMENSIONS, all, DIMENSIONS * sizeof *all);
	write_file(all, N, DIMENSIONS);
	v = open_file();
	q = xs_vector_query_of_row(v, 2000);
	xs_vectors_nearest(near, &n, 40, v, q, NULL);
	assert_int_equal(n, 40);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(near[i].row, i);
	xs_vector_query_free(q);
	xs_vectors_close(v);
	free(all);
}

static void nothing_is_near_to_nothing(void **state)
{
	float all[3 * 8] = {0}, nothing[8] = {0};
	xs_vector_query *q;
	xs_near near[3];
	xs_vectors *v;
	size_t n;

	(void)state;
	all[9] = 1;
	all[17] = -1;
	write_file(all, 3, 8);
	v = open_file();
	assert_int_equal(xs_vectors_check(v), XS_OK);
	q = xs_vector_query_of_row(v, 1);
	xs_vectors_nearest(near, &n, 3, v, q, NULL);
	assert_int_equal(n, 3);
	assert_int_equal(near[0].row, 1);
	assert_int_equal(near[1].row, 0);
	assert_true(near[1].cosine == 0);
	assert_int_equal(near[2].row, 2);
	xs_vector_query_free(q);
	for (int i = 0; i < 2; i++) {
		q = i ? xs_vector_query_of_row(v, 0) : xs_vector_query_new(v, nothing);
		assert_true(xs_vectors_cosine(v, q, 1) == 0);
		xs_vectors_nearest(near, &n, 3, v, q, NULL);
		assert_int_equal(n, 0);
		xs_vector_query_free(q);
	}
	nothing[3] = NAN;
	q = xs_vector_query_new(v, nothing);
	assert_true(xs_vectors_cosine(v, q, 1) == 0);
	xs_vector_query_free(q);
	xs_vectors_close(v);
}

static void cosine_is_the_same_both_ways(void **state)
{
	enum { N = 20, DIMENSIONS = 72 };
	float *all = some_vectors(N, DIMENSIONS);
	xs_vectors *v = normalised_file(all, N, DIMENSIONS);

	(void)state;
	for (size_t a = 0; a < N; a++)
		for (size_t b = 0; b < N; b++) {
			xs_vector_query *qa = xs_vector_query_of_row(v, a);
			xs_vector_query *qb = xs_vector_query_of_row(v, b);

			assert_true(xs_vectors_cosine(v, qa, b) == xs_vectors_cosine(v, qb, a));
			xs_vector_query_free(qa);
			xs_vector_query_free(qb);
		}
	xs_vectors_close(v);
	free(all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nearest_are_the_nearest),
		cmocka_unit_test(variants_agree),
		cmocka_unit_test(sets_have_their_variant),
		cmocka_unit_test(chosen_rows_are_the_nearest),
		cmocka_unit_test(common_direction_hides_nothing),
		cmocka_unit_test(rows_alike_are_in_order),
		cmocka_unit_test(nothing_is_near_to_nothing),
		cmocka_unit_test(cosine_is_the_same_both_ways),
	};

	return cmocka_run_group_tests(tests, vectors_folder_make, vectors_folder_remove);
}
