/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_charset.c - labels of encodings, where pages name them, and bytes in many of them. */
#define _GNU_SOURCE
#include <iconv.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "index/pages/charset.h"
#include "index/pages/encoding_labels.h"
#include "index/pages/prescan.h"

static const xs_encoding *named(const char *label)
{
	return xs_encoding_find(label, strlen(label));
}

static void test_labels(void **state)
{
	/* From the standard's table, not from ours. */
	static const struct {
		const char *label, *iconv;
	} cases[] = {
		{"utf8", "UTF-8"},
		{" UTF-8\n", "UTF-8"},
		{"ISO-8859-1", "WINDOWS-1252"},
		{"latin1", "WINDOWS-1252"},
		{"us-ascii", "WINDOWS-1252"},
		{"x-user-defined", "WINDOWS-1252"},
		{"gb2312", "GB18030"},
		{"GBK", "GB18030"},
		{"iso-8859-9", "WINDOWS-1254"},
		{"tis-620", "WINDOWS-874"},
		{"Shift_JIS", "CP932"},
		{"windows-31j", "CP932"},
		{"ks_c_5601-1987", "CP949"},
		{"euc-kr", "CP949"},
		{"big5", "BIG5-HKSCS"},
		{"x-euc-jp", "EUC-JP-MS"},
		{"logical", "ISO-8859-8"},
		{"x-mac-ukrainian", "MAC-UK"},
		{"koi8-ru", "KOI8-U"},
		{"unicode", "UTF-16LE"},
		{"unicodefffe", "UTF-16BE"},
		{"hz-gb-2312", ""},
		{"iso-2022-cn-ext", ""},
		{"replacement", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_non_null(named(cases[i].label));
		assert_string_equal(cases[i].iconv, named(cases[i].label)->iconv);
	}
	assert_null(named(""));
	assert_null(named(" "));
	assert_null(named("utf"));
	assert_null(named("latin1 l1"));
	assert_null(named("windows-125"));
}

/* What is read with them must be there: each encoding is opened and gives ASCII for ASCII. */
static void test_iconv(void **state)
{
	static const char *const labels[] = {"866",	    "latin2",	 "latin3",	   "latin4",
					     "cyrillic",    "arabic",	 "greek",	   "hebrew",
					     "latin6",	    "iso885913", "iso885914",	   "l9",
					     "iso-8859-16", "koi8",	 "koi8-u",	   "mac",
					     "dos-874",	    "cp1250",	 "cp1251",	   "cp1252",
					     "cp1253",	    "cp1254",	 "cp1255",	   "cp1256",
					     "cp1257",	    "cp1258",	 "x-mac-cyrillic", "gbk",
					     "big5",	    "euc-jp",	 "sjis",	   "korean",
					     "iso-2022-jp"};
	char in[] = "plain", out[32], *from, *to;
	size_t left, room;
	iconv_t cd;

	(void)state;
	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
		cd = iconv_open("UTF-8", named(labels[i])->iconv);
		assert_true(cd != (iconv_t)-1);
		from = in;
		to = out;
		left = 5;
		room = sizeof out;
		assert_int_equal(0, iconv(cd, &from, &left, &to, &room));
		assert_memory_equal("plain", out, 5);
		iconv_close(cd);
	}
}

static void test_prescan(void **state)
{
	static const struct {
		const char *page, *label; /* "": none */
	} cases[] = {
		{"<meta charset=utf-8>", "utf-8"},
		{"<META CHARSET='x-sjis'>", "x-sjis"},
		{"<meta http-equiv=Content-Type content='text/html; charset=gb2312'>", "gb2312"},
		{"<meta content=\"text/html;charset = 'koi8-r' \" http-equiv=\"content-type\">",
		 "koi8-r"},
		{"<!-- <meta charset=koi8-r> --><meta charset=big5>", "big5"},
		{"<script>x = '<meta charset=koi8-r>'</script><meta charset=big5>", "big5"},
		{"<title>charset=koi8-r</title><p data-charset=koi8-r charset=koi8-r>", ""},
		{"<meta name=description content='charset=koi8-r'>", ""},
		{"<a href='?charset=koi8-r'>", ""},
		{"<?xml version='1.0' encoding='windows-1251'?><html>", "windows-1251"},
		{"<meta charset=nonsense><meta charset=big5>", "big5"},
		{"<meta charset=nonsense>", "nonsense"},
		{"<p>\xff\xfe\xe9<meta charset=big5>", "big5"},
		{"", ""},
	};
	char label[XS_LABEL], late[1100];
	bool found;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		found = xs_prescan(label, cases[i].page, strlen(cases[i].page));
		if (found != (*cases[i].label != '\0') ||
		    (found && strcmp(label, cases[i].label) != 0))
			fail_msg("%s: found %s", cases[i].page, found ? label : "nothing");
	}
	memset(late, ' ', sizeof late);
	memcpy(late + 1060, "<meta charset=big5>", 19);
	assert_false(xs_prescan(label, late, sizeof late));
}

/* "Fairly plain words, said in other scripts", as iconv writes them: detected without any label. */
static void test_detected(void **state)
{
	static const struct {
		const char *set, *text;
	} cases[] = {
		{"WINDOWS-1251", "Привет, мир! Это обычный русский текст."},
		{"KOI8-R", "Привет, мир! Это обычный русский текст."},
		{"CP932", "これは日本語のテキストです。漢字とカナ。"},
		{"EUC-JP", "これは日本語のテキストです。"},
		{"ISO-2022-JP", "これは日本語のテキストです。"},
		{"GB18030", "这是一个简体中文的文本文件，用来测试编码。"},
		{"BIG5", "這是一個繁體中文的文字檔案，用來測試編碼。"},
		{"UHC", "이것은 한국어 텍스트 파일입니다. 인코딩을 시험합니다."},
		{"ISO-8859-7", "Αυτό είναι ένα ελληνικό κείμενο για δοκιμή."},
		{"WINDOWS-1255", "זהו טקסט בעברית לבדיקת הקידוד של הקובץ"},
		{"WINDOWS-1252", "Le café est très bon, voilà."},
		{"WINDOWS-1252", "Übersicht: Größe, Maße und Füße."},
		{"UTF-8", "Übersicht — これは"},
	};
	static const xs_charset_hint hint = {.name = "text"};
	xs_arena *a = xs_arena_new();
	const char *out, *note;
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		iconv_t cd = iconv_open(cases[i].set, "UTF-8");
		char bytes[256], *to = bytes, *from = xs_arena_dup(a, cases[i].text);
		size_t left = strlen(from), room = sizeof bytes;

		assert_true(cd != (iconv_t)-1);
		assert_int_equal(0, iconv(cd, &from, &left, &to, &room));
		assert_int_equal(0, iconv(cd, NULL, NULL, &to, &room));
		iconv_close(cd);
		assert_int_equal(XS_OK, xs_charset_utf8(&out, &len, a, bytes, sizeof bytes - room,
							&hint, &note));
		out = xs_arena_dupn(a, out, len);
		if (strcmp(out, cases[i].text) != 0)
			fail_msg("%s: %s (%s)", cases[i].set, out, note ? note : "no note");
		/* What is guessed is told. */
		assert_int_equal(strcmp(cases[i].set, "UTF-8") != 0, note != NULL);
	}
	xs_arena_free(a);
}

/* A header comes before the page's own word, and after the byte order mark. */
static void test_header(void **state)
{
	static const char page[] = "<meta charset=koi8-r><p>\xcf\xf0", /* "Пр" in windows-1251 */
		marked[] = "\xef\xbb\xbf<p>\xd0\x9f";
	const xs_charset_hint hint = {.name = "page", .label = "windows-1251", .html = true},
			      refused = {.name = "page", .label = "iso-2022-kr"};
	xs_arena *a = xs_arena_new();
	const char *out, *note;
	size_t len;

	(void)state;
	assert_int_equal(XS_OK,
			 xs_charset_utf8(&out, &len, a, page, sizeof page - 1, &hint, &note));
	assert_string_equal("<meta charset=koi8-r><p>Пр", xs_arena_dupn(a, out, len));
	assert_null(note);
	assert_int_equal(XS_OK,
			 xs_charset_utf8(&out, &len, a, marked, sizeof marked - 1, &hint, &note));
	assert_string_equal("<p>П", xs_arena_dupn(a, out, len));
	assert_int_equal(XS_EFORMAT,
			 xs_charset_utf8(&out, &len, a, page, sizeof page - 1, &refused, &note));
	xs_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_labels),	cmocka_unit_test(test_iconv),
		cmocka_unit_test(test_prescan), cmocka_unit_test(test_detected),
		cmocka_unit_test(test_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
