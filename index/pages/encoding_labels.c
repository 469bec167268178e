/* SPDX-License-Identifier: GPL-2.0-or-later */
/* encoding_labels.c - the table of labels of the WHATWG's Encoding Standard (section 4.2).
 *
 * The meanings are those of browsers: pages that say ISO-8859-1 are written in windows-1252, those
 * that say gb2312 in all of GB 18030, and so on.  Where glibc has a fuller form of an encoding under
 * another name, as browsers read it, that name stands here. */
#include "index/pages/encoding_labels.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* clang-format off: a row's labels stay together */
static const xs_encoding encoding_rows[] = {
	{"UTF-8", XS_ENCODING_UTF8,
	 "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8"},
	{"IBM866", XS_ENCODING_ONE, "866 cp866 csibm866 ibm866"},
	{"ISO-8859-2", XS_ENCODING_ONE,
	 "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 "
	 "iso_8859-2:1987 l2 latin2"},
	{"ISO-8859-3", XS_ENCODING_ONE,
	 "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 "
	 "iso_8859-3:1988 l3 latin3"},
	{"ISO-8859-4", XS_ENCODING_ONE,
	 "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 "
	 "iso_8859-4:1988 l4 latin4"},
	{"ISO-8859-5", XS_ENCODING_ONE,
	 "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 "
	 "iso_8859-5 iso_8859-5:1988"},
	{"ISO-8859-6", XS_ENCODING_ONE,
	 "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 "
	 "iso-8859-6 iso-8859-6-e iso-8859-6-i iso-ir-127 iso8859-6 iso88596 "
	 "iso_8859-6 iso_8859-6:1987"},
	{"ISO-8859-7", XS_ENCODING_ONE,
	 "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 "
	 "iso8859-7 iso88597 iso_8859-7 iso_8859-7:1987 sun_eu_greek"},
	{"ISO-8859-8", XS_ENCODING_ONE,
	 "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 "
	 "iso8859-8 iso88598 iso_8859-8 iso_8859-8:1988 visual csiso88598i "
	 "iso-8859-8-i logical"},
	{"ISO-8859-10", XS_ENCODING_ONE,
	 "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6"},
	{"ISO-8859-13", XS_ENCODING_ONE, "iso-8859-13 iso8859-13 iso885913"},
	{"ISO-8859-14", XS_ENCODING_ONE, "iso-8859-14 iso8859-14 iso885914"},
	{"ISO-8859-15", XS_ENCODING_ONE,
	 "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9"},
	{"ISO-8859-16", XS_ENCODING_ONE, "iso-8859-16"},
	{"KOI8-R", XS_ENCODING_ONE, "cskoi8r koi koi8 koi8-r koi8_r"},
	{"KOI8-U", XS_ENCODING_ONE, "koi8-ru koi8-u"},
	{"MACINTOSH", XS_ENCODING_ONE, "csmacintosh mac macintosh x-mac-roman"},
	{"WINDOWS-874", XS_ENCODING_ONE,
	 "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874"},
	{"WINDOWS-1250", XS_ENCODING_ONE, "cp1250 windows-1250 x-cp1250"},
	{"WINDOWS-1251", XS_ENCODING_ONE, "cp1251 windows-1251 x-cp1251"},
	{"WINDOWS-1252", XS_ENCODING_ONE,
	 "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 "
	 "iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii "
	 "windows-1252 x-cp1252 x-user-defined"},
	{"WINDOWS-1253", XS_ENCODING_ONE, "cp1253 windows-1253 x-cp1253"},
	{"WINDOWS-1254", XS_ENCODING_ONE,
	 "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 "
	 "iso_8859-9:1989 l5 latin5 windows-1254 x-cp1254"},
	{"WINDOWS-1255", XS_ENCODING_ONE, "cp1255 windows-1255 x-cp1255"},
	{"WINDOWS-1256", XS_ENCODING_ONE, "cp1256 windows-1256 x-cp1256"},
	{"WINDOWS-1257", XS_ENCODING_ONE, "cp1257 windows-1257 x-cp1257"},
	{"WINDOWS-1258", XS_ENCODING_ONE, "cp1258 windows-1258 x-cp1258"},
	{"MAC-UK", XS_ENCODING_ONE, "x-mac-cyrillic x-mac-ukrainian"},
	{"GB18030", XS_ENCODING_MANY,
	 "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 "
	 "x-gbk gb18030"},
	/* Browsers refuse these: ASCII bytes mean other signs in them, and could hide marks of
	 * HTML. */
	{"", XS_ENCODING_REFUSED,
	 "csiso2022kr hz-gb-2312 iso-2022-cn iso-2022-cn-ext iso-2022-kr replacement"},
	{"BIG5-HKSCS", XS_ENCODING_MANY, "big5 big5-hkscs cn-big5 csbig5 x-x-big5"},
	{"EUC-JP-MS", XS_ENCODING_MANY, "cseucpkdfmtjapanese euc-jp x-euc-jp"},
	{"ISO-2022-JP", XS_ENCODING_SHIFT, "csiso2022jp iso-2022-jp"},
	{"CP932", XS_ENCODING_MANY,
	 "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis"},
	{"CP949", XS_ENCODING_MANY,
	 "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 "
	 "ks_c_5601-1989 ksc5601 ksc_5601 windows-949"},
	{"UTF-16BE", XS_ENCODING_UTF16, "unicodefffe utf-16be"},
	{"UTF-16LE", XS_ENCODING_UTF16,
	 "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le"},
};
/* clang-format on */

/* Whether a label is one of a row's. */
static bool encoding_has(const char *labels, const char *label, size_t len)
{
	size_t n;

	for (; *labels; labels += n + (labels[n] == ' ')) {
		n = strcspn(labels, " ");
		/* The standard compares labels in any case; all of them are ASCII. */
		if (n == len && !strncasecmp(labels, label, len))
			return true;
	}
	return false;
}

const xs_encoding *xs_encoding_find(const char *label, size_t len)
{
	size_t i;

	while (len && isspace((unsigned char)*label))
		label++, len--;
	while (len && isspace((unsigned char)label[len - 1]))
		len--;
	for (i = 0; len && i < sizeof encoding_rows / sizeof *encoding_rows; i++)
		if (encoding_has(encoding_rows[i].labels, label, len))
			return &encoding_rows[i];
	return NULL;
}
