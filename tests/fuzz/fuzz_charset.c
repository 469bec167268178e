/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_charset.c - any bytes to UTF-8: the first says whether they are HTML, and the header's label.
 * What comes out must be well-formed, without NULs, which iconv tells. */
#include <iconv.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "index/pages/charset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check(const char *text, size_t len)
{
	iconv_t cd = iconv_open("UTF-16LE", "UTF-8");
	char part[1024], *to, *from = (char *)(uintptr_t)text;
	size_t room, got = 0;

	if (len && memchr(text, '\0', len))
		abort();
	while (len) {
		to = part;
		room = sizeof part;
		got = iconv(cd, &from, &len, &to, &room);
		if (got == (size_t)-1 && room > sizeof part - 8)
			abort();
	}
	iconv_close(cd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const labels[] = {NULL,	  NULL,		 NULL,	   "gb2312",
					     "shift_jis", "iso-2022-jp", "euc-kr", "windows-1255"};
	xs_charset_hint hint = {.name = "input"};
	xs_arena *a = xs_arena_new();
	const char *out, *note;
	size_t n;

	if (len) {
		hint.html = data[0] & 1;
		hint.label = labels[(data[0] >> 1) % 8];
		if (xs_charset_utf8(&out, &n, a, (const char *)data + 1, len - 1, &hint, &note) ==
		    XS_OK)
			check(out, n);
	}
	xs_arena_free(a);
	return 0;
}
