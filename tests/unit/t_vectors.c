/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_vectors.c - a file of vectors: written, mapped, damaged; the nearest rows against the definition. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/memory.h"
#include "vectors/chosen.h"
#include "vectors/layout.h"
#include "vectors/nearest.h"

static char vectors_folder[] = "/tmp/t_vectors.XXXXXX";
static char vectors_path[64];

static int vectors_folder_make(void **state)
{
	(void)state;
	if (!mkdtemp(vectors_folder))
		return -1;
	strcat(strcpy(vectors_path, vectors_folder), "/vectors");
	return 0;
}

static int vectors_folder_remove(void **state)
{
	(void)state;
	unlink(vectors_path);
	return rmdir(vectors_folder);
}

static int files_in_folder(void)
{
	DIR *d = opendir(vectors_folder);
	int n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n - 2;
}

/* Numbers that are the same in every run (Knuth's MMIX generator), -1 … 1. */
static float noise(void)
{
	static uint64_t seed = 1;

	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (float)(seed >> 40) / (1 << 23) - 1;
}

/* n vectors around a common direction, as those of texts are, some of them alike: row r is of docid
 * 3 r + 5, content r. */
static float *some_vectors(size_t n, int dimensions)
{
	size_t row = (size_t)dimensions;
	float *all = xs_malloc((n + 1) * row * sizeof *all);

	for (size_t i = 0; i < n; i++)
		for (size_t d = 0; d < row; d++)
			all[i * row + d] = noise() + (d % 3 ? 0.2f : -0.1f) +
					   (i > 9 ? 2 * all[i % 10 * row + d] : 0);
	return all;
}

static void write_file(const float *all, size_t n, int dimensions)
{
	xs_vectors_writer *w;
	int8_t *items = xs_malloc((size_t)dimensions);

	assert_int_equal(xs_vectors_create(&w, vectors_path, 77, dimensions), XS_OK);
	for (size_t i = 0; i < n; i++) {
		float scale = xs_vector_pack(items, all + i * (size_t)dimensions, dimensions);

		assert_int_equal(xs_vectors_put(w, (xs_vector_key){3 * i + 5, i}, items, scale),
				 XS_OK);
	}
	assert_int_equal(xs_vectors_end(w), XS_OK);
	free(items);
}

static xs_vectors *open_file(void)
{
	xs_vectors *v;

	assert_int_equal(xs_vectors_open(&v, vectors_path), XS_OK);
	return v;
}

/* The product in floats, which items of one part in 127 come near to. */
static double product(const float *a, const float *b, int dimensions)
{
	double sum = 0;

	for (int d = 0; d < dimensions; d++)
		sum += (double)a[d] * (double)b[d];
	return sum;
}

/* To length 1, as the vectors of an embedder. */
static void normalise(float *all, size_t n, int dimensions)
{
	for (size_t i = 0; i < n; i++, all += dimensions) {
		double length = sqrt(product(all, all, dimensions));

		for (int d = 0; d < dimensions; d++)
			all[d] = (float)(all[d] / length);
	}
}

static void vectors_are_kept(void **state)
{
	static const size_t sizes[] = {0, 1, 7, 8, 9, 100};
	static const int dimensions[] = {8, 72, 384, 4096};

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		for (size_t j = 0; j < sizeof dimensions / sizeof *dimensions; j++) {
			float *all = some_vectors(sizes[i], dimensions[j]);
			xs_vectors_info info;
			xs_vectors *v;

			normalise(all, sizes[i], dimensions[j]);
			write_file(all, sizes[i], dimensions[j]);
			v = open_file();
			assert_int_equal(xs_vectors_check(v), XS_OK);
			xs_vectors_info_get(&info, v);
			assert_int_equal(info.identity, 77);
			assert_int_equal(info.dimensions, dimensions[j]);
			assert_int_equal(info.n, sizes[i]);
			assert_int_equal(info.bytes, v->map.len);
			for (size_t r = 0; r < sizes[i]; r++) {
				const float *vector = all + r * (size_t)dimensions[j];
				xs_vector_query *q = xs_vector_query_new(v, all);

				assert_int_equal(xs_vectors_row(v, 3 * r + 5), r);
				assert_int_equal(xs_vectors_row(v, 3 * r + 4), -1);
				assert_int_equal(xs_vectors_key(v, r).content, r);
				assert_true(fabs((double)xs_vectors_cosine(v, q, r) -
						 product(vector, all, dimensions[j])) < 0.01);
				xs_vector_query_free(q);
			}
			assert_int_equal(xs_vectors_row(v, UINT64_MAX), -1);
			xs_vectors_close(v);
			free(all);
		}
	assert_int_equal(files_in_folder(), 1);
}

static void nothing_is_packed_of_no_numbers(void **state)
{
	float vector[16] = {1, -2, 0.5f};
	int8_t items[16];

	(void)state;
	assert_true(xs_vector_pack(items, vector, 16) == 2.0f / 127);
	assert_int_equal(items[0], 64);
	assert_int_equal(items[1], -127);
	assert_int_equal(items[2], 32);
	assert_int_equal(items[3], 0);
	vector[7] = NAN;
	assert_true(xs_vector_pack(items, vector, 16) == 0);
	assert_int_equal(items[1], 0);
	vector[7] = INFINITY;
	assert_true(xs_vector_pack(items, vector, 16) == 0);
	memset(vector, 0, sizeof vector);
	assert_true(xs_vector_pack(items, vector, 16) == 0);
	vector[0] = 1e-44f;
	assert_true(xs_vector_pack(items, vector, 16) == 0);
}

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
	xs_vectors *v;

	(void)state;
	normalise(all, N, DIMENSIONS);
	write_file(all, N, DIMENSIONS);
	v = open_file();
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
	static const char *const variants[] = {"ref", "sse41", "avx2", "avx512", "neon"};
	enum { N = 3001, DIMENSIONS = 88, ROOM = 70 };
	float *all = some_vectors(N, DIMENSIONS);
	xs_near near[2][ROOM];
	size_t n[2];
	xs_vectors *v;

	(void)state;
	normalise(all, N, DIMENSIONS);
	write_file(all, N, DIMENSIONS);
	v = open_file();
	for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
		xs_nearest_way way = {.kern = xs_scan_find(variants[i])};

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
	xs_vectors_close(v);
	free(all);
}

/* The rows that the signs choose rise, are as many as asked for, and those of fewer are among those of
 * more. */
static void chosen_rows_are_the_nearest(void **state)
{
	enum { N = 5000, DIMENSIONS = 72 };
	float *all = some_vectors(N, DIMENSIONS);
	xs_vector_query *q;
	xs_vectors *v;
	size_t n = 0, more, *rows, *further, *before;

	(void)state;
	normalise(all, N, DIMENSIONS);
	write_file(all, N, DIMENSIONS);
	v = open_file();
	q = xs_vector_query_of_row(v, 3000);
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
	normalise(all, N, DIMENSIONS);
	write_file(all, N, DIMENSIONS);
	v = open_file();
	for (size_t i = 0; i < QUESTIONS; i++) {
		xs_vector_query *q = xs_vector_query_of_row(v, i * 99);

		found += found_by_signs(v, q, ROOM, 10 * ROOM);
		xs_vector_query_free(q);
	}
	assert_in_range(found, QUESTIONS * ROOM * 97 / 100, QUESTIONS * ROOM);
	xs_vectors_close(v);
	free(all);
}

static void rows_are_given_in_floats(void **state)
{
	float all[3 * 8] = {0}, vector[8];
	xs_vectors *v;

	(void)state;
	all[9] = 0.5f;
	all[10] = -1;
	write_file(all, 3, 8);
	v = open_file();
	xs_vectors_get(vector, v, 1);
	assert_true(vector[0] == 0 && fabsf(vector[1] - 0.5f) < 0.004f && vector[2] == -1);
	xs_vectors_get(vector, v, 2);
	assert_true(vector[2] == 0);
	xs_vectors_close(v);
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
	xs_vectors *v;

	(void)state;
	normalise(all, N, DIMENSIONS);
	write_file(all, N, DIMENSIONS);
	v = open_file();
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

static void old_file_stays_mapped(void **state)
{
	float *all = some_vectors(20, 16);
	xs_vectors *old, *new;

	(void)state;
	write_file(all, 20, 16);
	old = open_file();
	write_file(all, 10, 16);
	new = open_file();
	assert_int_equal(xs_vectors_row(old, 3 * 15 + 5), 15);
	assert_int_equal(xs_vectors_row(new, 3 * 15 + 5), -1);
	assert_int_equal(xs_vectors_check(old), XS_OK);
	assert_int_equal(xs_vectors_check(new), XS_OK);
	xs_vectors_close(old);
	xs_vectors_close(new);
	free(all);
}

static void writer_refuses(void **state)
{
	xs_vectors_writer *w;
	int8_t items[8] = {1};
	float all[8] = {1};

	(void)state;
	for (int dimensions = -8; dimensions <= 5000; dimensions += 4) {
		bool fine = dimensions > 0 && dimensions % 8 == 0 && dimensions <= 4096;

		assert_int_equal(xs_vectors_create(&w, vectors_path, 1, dimensions),
				 fine ? XS_OK : XS_EINPUT);
		xs_vectors_drop(w);
	}
	write_file(all, 1, 8);
	assert_int_equal(xs_vectors_create(&w, vectors_path, 1, 8), XS_OK);
	assert_int_equal(xs_vectors_put(w, (xs_vector_key){4, 0}, items, 1), XS_OK);
	assert_int_equal(xs_vectors_put(w, (xs_vector_key){4, 0}, items, 1), XS_EINPUT);
	assert_string_equal(xs_error(), "a vector of docid 4 follows one of 4; expected rising");
	assert_int_equal(xs_vectors_put(w, (xs_vector_key){5, 0}, items, NAN), XS_EINPUT);
	assert_int_equal(xs_vectors_put(w, (xs_vector_key){5, 0}, items, -1), XS_EINPUT);
	assert_int_equal(files_in_folder(), 2);
	xs_vectors_drop(w);
	xs_vectors_drop(NULL);
	assert_int_equal(files_in_folder(), 1);
	xs_vectors *v = open_file();
	assert_int_equal(xs_vectors_row(v, 5), 0);
	xs_vectors_close(v);
	assert_int_equal(xs_vectors_create(&w, "/nowhere/vectors", 1, 8), XS_EIO);
}

/* Opens and checks the bytes; the sentence of what was wrong, without the path. */
static void expect_sentence(const unsigned char *bytes, size_t len, const char *sentence)
{
	xs_vectors *v;
	int rc;

	assert_int_equal(xs_file_write(vectors_path, bytes, len), XS_OK);
	rc = xs_vectors_open(&v, vectors_path);
	if (rc == XS_OK) {
		rc = xs_vectors_check(v);
		xs_vectors_close(v);
	} else {
		assert_null(v);
	}
	assert_int_equal(rc, XS_EFORMAT);
	assert_memory_equal(xs_error(), vectors_path, strlen(vectors_path));
	assert_string_equal(xs_error() + strlen(vectors_path), sentence);
}

/* A file of three rows of 16 dimensions, with something changed. */
enum {
	DAMAGE_N = 3,
	DAMAGE_DIMENSIONS = 16,
	DAMAGE_SCALES = 384,
	DAMAGE_CENTRE = 400,
	DAMAGE_KEYS = 464,
	DAMAGE_BYTES = 512
};

static const struct damage {
	size_t offset;
	const void *bytes;
	size_t len;
	bool hashed; /* the checksums are made anew, so that what is behind them is looked at */
	const char *sentence;
} damages[] = {
	{0, "Y", 1, true, " is not a file of vectors"},
	{8, "\2", 1, true, " is of version 2, made by another release; expected version 1"},
	{16, "\1", 1, false, " is damaged: its header has another checksum"},
	{12, "\0", 1, true, " has vectors of 0 dimensions; expected a multiple of 8 up to 4096"},
	{12, "\14", 1, true, " has vectors of 12 dimensions; expected a multiple of 8 up to 4096"},
	{12, "\x08\x10", 2, true,
	 " has vectors of 4104 dimensions; expected a multiple of 8 up to 4096"},
	{12, "\30", 1, true, " is cut short: it has 512 bytes; expected 672"},
	{24, "\2", 1, true, " has 512 bytes; expected 488"},
	{24, "\0\0\0\0\0\0\0\x80", 8, true,
	 " is cut short: it has 512 bytes; expected 9223372036854775808 vectors of 16 dimensions"},
	{24, "\0\0\0\0\0\0\0\x10", 8, true,
	 " is cut short: it has 512 bytes; expected 1152921504606846976 vectors of 16 dimensions"},
	{40, "\0\0\xc0\x7f\0\0\0\x3f", 8, true,
	 " has the range nan and the factor 0.5; expected 0 or more"},
	{70, "\x55", 1, false, " is damaged: its vectors have another checksum"},
	{DAMAGE_SCALES + 4, "\0\0\xc0\x7f", 4, true,
	 ": the scale of row 1 is nan; expected 0 or more"},
	{DAMAGE_SCALES, "\0\0\x80\xbf", 4, true, ": the scale of row 0 is -1; expected 0 or more"},
	{DAMAGE_CENTRE, "\0\0\x80\x7f", 4, true,
	 ": dimension 0 of the mean is inf; expected a number"},
	{DAMAGE_KEYS + 32, "\x08", 1, true, ": docid 8 of row 2 follows 8; expected a larger one"},
};

static void damage_is_told(void **state)
{
	float *all = some_vectors(DAMAGE_N, DAMAGE_DIMENSIONS);
	unsigned char bytes[DAMAGE_BYTES], whole[DAMAGE_BYTES];
	xs_vectors_header *h = (void *)bytes;
	xs_vectors *v;
	char sentence[100];

	(void)state;
	unlink(vectors_path);
	assert_int_equal(xs_vectors_open(&v, vectors_path), XS_ENOTFOUND);
	write_file(all, DAMAGE_N, DAMAGE_DIMENSIONS);
	v = open_file();
	assert_int_equal(v->map.len, sizeof whole);
	memcpy(whole, v->map.data, sizeof whole);
	xs_vectors_close(v);
	for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
		const struct damage *d = &damages[i];

		memcpy(bytes, whole, sizeof bytes);
		memcpy(bytes + d->offset, d->bytes, d->len);
		if (d->hashed) {
			h->body = XXH3_64bits(bytes + sizeof *h, sizeof bytes - sizeof *h);
			h->head = xs_layout_head(h);
		}
		expect_sentence(bytes, sizeof bytes, d->sentence);
	}
	for (size_t len = 0; len < sizeof whole; len += 8) {
		snprintf(sentence, sizeof sentence, " is cut short: it has %zu bytes; expected %s",
			 len, len < sizeof *h ? "64 or more" : "512");
		expect_sentence(whole, len, sentence);
	}
	free(all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors_are_kept),
		cmocka_unit_test(nothing_is_packed_of_no_numbers),
		cmocka_unit_test(nearest_are_the_nearest),
		cmocka_unit_test(variants_agree),
		cmocka_unit_test(chosen_rows_are_the_nearest),
		cmocka_unit_test(common_direction_hides_nothing),
		cmocka_unit_test(rows_are_given_in_floats),
		cmocka_unit_test(rows_alike_are_in_order),
		cmocka_unit_test(nothing_is_near_to_nothing),
		cmocka_unit_test(cosine_is_the_same_both_ways),
		cmocka_unit_test(old_file_stays_mapped),
		cmocka_unit_test(writer_refuses),
		cmocka_unit_test(damage_is_told),
	};

	return cmocka_run_group_tests(tests, vectors_folder_make, vectors_folder_remove);
}
