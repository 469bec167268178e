/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_unpack.c - packed bytes, whole and byte by byte, cut off, damaged and very large when unpacked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "crawl/unpack.h"

/* "The kettle boils water. " forty times, by gzip(1), brotli(1) and zstd(1). */
static const char sentence[] = "The kettle boils water. ";
enum { TIMES = 40, WHOLE = TIMES * (sizeof sentence - 1) };

static const unsigned char packed_gzip[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
					    0x03, 0x0b, 0xc9, 0x48, 0x55, 0xc8, 0x4e, 0x2d, 0x29,
					    0xc9, 0x49, 0x55, 0x48, 0xca, 0xcf, 0xcc, 0x29, 0x56,
					    0x28, 0x4f, 0x2c, 0x49, 0x2d, 0xd2, 0x53, 0x08, 0x19,
					    0x15, 0x1f, 0x15, 0x1f, 0x15, 0x1f, 0xf4, 0xe2, 0x00,
					    0x3d, 0xc3, 0x74, 0xe4, 0xc0, 0x03, 0x00, 0x00};
static const unsigned char packed_br[] = {0xa1, 0xf8, 0x1d, 0xc0, 0xef, 0x4c, 0xb0, 0x63, 0x21,
					  0x93, 0x51, 0x84, 0x1d, 0xf2, 0x9a, 0xaa, 0x0c, 0xed,
					  0x4d, 0x89, 0xad, 0x35, 0x48, 0x1a, 0x1b, 0x9d, 0x2e,
					  0x63, 0x9b, 0xa3, 0x53, 0x0b, 0x15, 0x56, 0x27, 0xc8,
					  0x44, 0x92, 0xbe, 0x60, 0xab, 0x7e, 0x8a, 0x05};
static const unsigned char packed_zstd[] = {0x28, 0xb5, 0x2f, 0xfd, 0x64, 0xc0, 0x02, 0x05,
					    0x01, 0x00, 0xc0, 0x54, 0x68, 0x65, 0x20, 0x6b,
					    0x65, 0x74, 0x74, 0x6c, 0x65, 0x20, 0x62, 0x6f,
					    0x69, 0x6c, 0x73, 0x20, 0x77, 0x61, 0x74, 0x65,
					    0x72, 0x2e, 0x20, 0x01, 0x00, 0x94, 0xde, 0x6a,
					    0x8e, 0x01, 0x90, 0xff, 0x3f, 0x46};

static const struct {
	const char *coding;
	const unsigned char *bytes;
	size_t len;
	bool follows; /* two behind each other are one text */
} forms[] = {{"gzip", packed_gzip, sizeof packed_gzip, true},
	     {"x-gzip", packed_gzip, sizeof packed_gzip, true},
	     {"br", packed_br, sizeof packed_br, false},
	     {"zstd", packed_zstd, sizeof packed_zstd, true}};
enum { FORMS = sizeof forms / sizeof *forms };

/* Unpacks in pieces of so many bytes; returns whether the stream came to its end. */
static bool unpack(xs_buf *out, int *rc, size_t form, const void *bytes, size_t len, size_t piece,
		   size_t max)
{
	xs_unpack *u = xs_unpack_new(forms[form].coding);
	bool whole;

	*rc = XS_OK;
	xs_buf_reset(out);
	for (size_t at = 0; at < len && *rc == XS_OK; at += piece)
		*rc = xs_unpack_put(out, u, (const char *)bytes + at,
				    len - at < piece ? len - at : piece, max);
	whole = xs_unpack_whole(u);
	xs_unpack_free(u);
	return whole;
}

static void is_text(const xs_buf *out, size_t times)
{
	assert_int_equal(out->len, times * (sizeof sentence - 1));
	for (size_t i = 0; i < times; i++)
		assert_memory_equal(out->data + i * (sizeof sentence - 1), sentence,
				    sizeof sentence - 1);
}

static void test_pieces(void **state)
{
	xs_buf out;
	int rc;

	(void)state;
	xs_buf_init(&out);
	for (size_t f = 0; f < FORMS; f++)
		for (size_t piece = 1; piece <= forms[f].len; piece++) {
			assert_true(
				unpack(&out, &rc, f, forms[f].bytes, forms[f].len, piece, 1 << 20));
			assert_int_equal(rc, XS_OK);
			is_text(&out, TIMES);
		}
	xs_buf_fini(&out);
}

/* Whatever is there when it ends is no whole text. */
static void test_cut(void **state)
{
	xs_buf out;
	int rc;

	(void)state;
	xs_buf_init(&out);
	for (size_t f = 0; f < FORMS; f++)
		for (size_t len = 0; len < forms[f].len; len++)
			assert_false(unpack(&out, &rc, f, forms[f].bytes, len, 7, 1 << 20));
	xs_buf_fini(&out);
}

static void test_behind(void **state)
{
	unsigned char two[2 * sizeof packed_gzip];
	xs_buf out;
	int rc;

	(void)state;
	xs_buf_init(&out);
	for (size_t f = 0; f < FORMS; f++) {
		memcpy(two, forms[f].bytes, forms[f].len);
		memcpy(two + forms[f].len, forms[f].bytes, forms[f].len);
		for (size_t piece = 1; piece < 60; piece += 9) {
			assert_true(unpack(&out, &rc, f, two, 2 * forms[f].len, piece, 1 << 20));
			assert_int_equal(rc, XS_OK);
			is_text(&out, forms[f].follows ? 2 * TIMES : TIMES);
		}
		/* A second one that is cut off, or what is none. */
		if (forms[f].follows)
			assert_false(unpack(&out, &rc, f, two, 2 * forms[f].len - 5, 16, 1 << 20));
		memset(two + forms[f].len, 0, forms[f].len);
		assert_true(unpack(&out, &rc, f, two, 2 * forms[f].len, 16, 1 << 20));
		assert_int_equal(rc, XS_OK);
		is_text(&out, TIMES);
	}
	xs_buf_fini(&out);
}

static void test_wrong(void **state)
{
	xs_buf out;
	int rc;

	(void)state;
	xs_buf_init(&out);
	assert_null(xs_unpack_new("deflate"));
	assert_null(xs_unpack_new(""));
	for (size_t f = 0; f < FORMS; f++) {
		unpack(&out, &rc, f, "\xff\xff\xff\xff no packed bytes at all", 30, 30, 1 << 20);
		assert_int_equal(rc, XS_EFORMAT);
		/* Little more than the limit, however much there is. */
		unpack(&out, &rc, f, forms[f].bytes, forms[f].len, 30, 10);
		assert_int_equal(rc, XS_OK);
		assert_true(out.len > 10 && out.len <= WHOLE);
	}
	xs_buf_fini(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_behind),
		cmocka_unit_test(test_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
