/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_vectors.c - a file of vectors: written, mapped, damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <xxhash.h>

#include "base/file.h"
#include "tests/unit/vectors_file.h"
#include "vectors/layout.h"

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

static void vectors_are_kept(void **state)
{
	static const size_t sizes[] = {0, 1, 7, 8, 9, 100};
	static const int dimensions[] = {8, 72, 384, 4096};

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		for (size_t j = 0; j < sizeof dimensions / sizeof *dimensions; j++) {
			float *all = some_vectors(sizes[i], dimensions[j]);
			xs_vectors *v = normalised_file(all, sizes[i], dimensions[j]);
			xs_vectors_info info;

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
		cmocka_unit_test(rows_are_given_in_floats),
		cmocka_unit_test(old_file_stays_mapped),
		cmocka_unit_test(writer_refuses),
		cmocka_unit_test(damage_is_told),
	};

	return cmocka_run_group_tests(tests, vectors_folder_make, vectors_folder_remove);
}
