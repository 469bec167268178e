/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_words.c - the words of texts (tests/data/words.test), what is elided, and bad input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/file.h"
#include "index/words/elide.h"
#include "index/words/fold.h"
#include "index/words/words.h"

static xs_words words;

/* The words of a text in one line, as the file of tests has them. */
static void list(xs_buf *out, const char *text, const char *language)
{
	char plain[4 * XS_WORD_ROOM + 17];

	xs_words_init(&words, text, strlen(text), language);
	while (xs_words_next(&words)) {
		xs_buf_printf(out, "%s%s%s", out->len ? " " : "",
			      !words.extra ? ""
			      : words.part ? "-"
					   : "+",
			      words.word);
		xs_fold_marks(plain, sizeof plain, words.word, words.n, "");
		if (strcmp(plain, words.word) != 0)
			xs_buf_printf(out, " (%s)", plain);
		assert_true(words.start < words.end && words.end <= strlen(text));
		assert_int_equal(words.n, strlen(words.word));
	}
}

static void check(const char *text, const char *language, const char *want, int line)
{
	xs_buf got;

	xs_buf_init(&got);
	list(&got, text, language);
	xs_buf_putc(&got, '\0');
	if (strcmp(got.data, want) != 0)
		fail_msg("line %d: %s: \"%s\", expected \"%s\"", line, text, got.data, want);
	xs_buf_fini(&got);
}

static void lines(void **state)
{
	const char *top = getenv("top_srcdir");
	xs_arena *a = xs_arena_new();
	char *text, *line, *next, *arrow;
	size_t len;
	int number = 1;

	(void)state;
	assert_int_equal(XS_OK,
			 xs_file_read(&text, &len, a,
				      xs_file_join(a, top ? top : ".", "tests/data/words.test"),
				      1 << 20));
	for (line = text; line && *line; line = next, number++) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (*line == '#')
			continue;
		arrow = strstr(line, " -> ");
		assert_non_null(arrow);
		*arrow = '\0';
		check(line, "en", arrow + 4, number);
	}
	assert_true(number > 20);
	xs_arena_free(a);
}

static void languages(void **state)
{
	char out[64];

	(void)state;
	check("ISI İstanbul", "en", "isi istanbul", 0);
	check("ISI İstanbul", "tr", "ısı (isi) istanbul", 0);
	assert_string_equal("information", xs_elide("l'information", "fr"));
	assert_string_equal("aujourd'hui", xs_elide("aujourd'hui", "fr"));
	assert_string_equal("l'information", xs_elide("l'information", "en"));
	assert_string_equal("arte", xs_elide("dell'arte", "it"));
	assert_string_equal("l'", xs_elide("l'", "fr"));
	xs_fold_marks(out, sizeof out, "får", 4, xs_fold_letters("sv"));
	assert_string_equal("får", out);
	xs_fold_marks(out, sizeof out, "får", 4, xs_fold_letters("fr"));
	assert_string_equal("far", out);
	xs_fold_marks(out, sizeof out, "мой ёж", 11, "");
	assert_string_equal("мой еж", out);
	/* Vowels of Thai and Devanagari are marks, and stay. */
	xs_fold_marks(out, sizeof out, "ที่हिन्दी", strlen("ที่हिन्दी"), "");
	assert_string_equal("ที่हिन्दी", out);
}

/* Long words, long runs without spaces and bytes that are no UTF-8. */
static void extremes(void **state)
{
	xs_buf text;
	size_t n = 0;

	(void)state;
	xs_buf_init(&text);
	for (int i = 0; i < 3000; i++)
		xs_buf_puts(&text, i % 3 ? "ข้อมูล" : "ฐาน");
	xs_buf_puts(&text, "\xff\xfe\xe0\xb8 a_b_c_d_e_f_g_h_i_j_k_l_m_n_o_p_q_r_s_t ");
	for (int i = 0; i < 500; i++)
		xs_buf_puts(&text, "aB_");
	for (int i = 0; i < 500; i++)
		xs_buf_puts(&text, "x.");
	for (int i = 0; i < 500; i++)
		xs_buf_puts(&text, "서");
	xs_words_init(&words, text.data, text.len, "");
	while (xs_words_next(&words)) {
		assert_true(words.n < XS_WORD_ROOM);
		assert_true(words.end <= text.len);
		n++;
	}
	assert_true(n > 3000);
	xs_buf_fini(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
		cmocka_unit_test(languages),
		cmocka_unit_test(extremes),
	};

	return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
