/* SPDX-License-Identifier: GPL-2.0-or-later */
/* charset.c - byte order marks, declarations, a count of ill-formed sequences; iconv for the rest. */
#define _GNU_SOURCE
#include "index/pages/charset.h"

#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

enum { CHARSET_LOOK = 2048, CHARSET_SAMPLE = 65536, CHARSET_LABEL = 40 };

/* Length of the well-formed sequence at `s` (RFC 3629, section 4), 0 if it is ill-formed. */
static size_t charset_sequence(const unsigned char *s, size_t len)
{
	size_t n = s[0] < 0x80	 ? 1
		   : s[0] < 0xc2 ? 0
		   : s[0] < 0xe0 ? 2
		   : s[0] < 0xf0 ? 3
		   : s[0] < 0xf5 ? 4
				 : 0;
	size_t i;

	if (n > len)
		return 0;
	for (i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

/* Bytes from `s` on that are ASCII and not NUL. */
static size_t charset_ascii(const unsigned char *s, size_t len)
{
	size_t i = 0;
	uint64_t w;

	for (; i + 8 <= len; i += 8) {
		memcpy(&w, s + i, 8);
		/* A high bit set, or a zero byte (the borrow test of Hacker's Delight, 6-1). */
		if ((w | ((w - 0x0101010101010101u) & ~w)) & 0x8080808080808080u)
			break;
	}
	while (i < len && s[i] && s[i] < 0x80)
		i++;
	return i;
}

/* Counts well-formed sequences of several bytes, and bytes that are ill-formed or NUL. */
static void charset_count(size_t *good, size_t *bad, const unsigned char *s, size_t len)
{
	size_t i = 0, n;

	for (*good = *bad = 0; (i += charset_ascii(s + i, len - i)) < len; i += n ? n : 1) {
		n = s[i] ? charset_sequence(s + i, len - i) : 0;
		++*(n ? good : bad);
	}
}

static char *charset_clean(size_t *out_len, xs_arena *a, const unsigned char *s, size_t len)
{
	size_t i = 0, n;
	xs_buf b;
	char *copy;

	for (xs_buf_init(&b); i < len; i += n) {
		n = charset_ascii(s + i, len - i);
		if (!n && s[i])
			n = charset_sequence(s + i, len - i);
		if (n)
			xs_buf_put(&b, s + i, n);
		else if (s[i])
			xs_buf_puts(&b, "\xef\xbf\xbd");
		n = n ? n : 1;
	}
	*out_len = b.len;
	copy = xs_arena_dupn(a, b.data, b.len);
	xs_buf_fini(&b);
	return copy;
}

/* Converts with iconv into `b`; false if the set is unknown. */
static bool charset_convert(xs_buf *b, const char *from, const char *s, size_t len)
{
	iconv_t cd = iconv_open("UTF-8", from);
	char *in = (char *)(uintptr_t)s, part[4096], *to;
	size_t left = len, room, got;

	if (cd == (iconv_t)-1)
		return false;
	while (left) {
		to = part;
		room = sizeof part;
		got = iconv(cd, &in, &left, &to, &room);
		xs_buf_put(b, part, sizeof part - room);
		if (got == (size_t)-1 && errno == EINVAL)
			break;
		if (got == (size_t)-1 && errno == EILSEQ) {
			xs_buf_puts(b, "\xef\xbf\xbd");
			in++;
			left--;
		}
	}
	iconv_close(cd);
	return true;
}

/* The name after "charset=" or "encoding=" in the first bytes; false: none. */
static bool charset_declared(char label[CHARSET_LABEL], const char *s, size_t len)
{
	static const char *const keys[] = {"charset", "encoding"};
	const char *end = s + (len < CHARSET_LOOK ? len : CHARSET_LOOK), *p;
	size_t i, n;

	for (i = 0; i < 2; i++)
		for (p = s; p < end - strlen(keys[i]); p++) {
			if (strncasecmp(p, keys[i], strlen(keys[i])) != 0)
				continue;
			p += strlen(keys[i]);
			while (p < end && isspace((unsigned char)*p))
				p++;
			if (p == end || *p != '=')
				continue;
			for (p++;
			     p < end && (isspace((unsigned char)*p) || *p == '"' || *p == '\'');)
				p++;
			for (n = 0;
			     p + n < end && n < CHARSET_LABEL - 1 &&
			     (isalnum((unsigned char)p[n]) || (p[n] && strchr("-_:.", p[n])));)
				n++;
			memcpy(label, p, n);
			label[n] = '\0';
			if (n)
				return true;
		}
	return false;
}

static bool charset_is_binary(const unsigned char *s, size_t len)
{
	size_t i, n = 0;

	if (len > CHARSET_SAMPLE)
		len = CHARSET_SAMPLE;
	for (i = 0; i < len; i++)
		n += s[i] < ' ' && !(s[i] >= '\t' && s[i] <= '\r') && s[i] != 0x1b;
	return n * 10 > len;
}

/* What to convert from; NULL: it is UTF-8. */
static const char *charset_guess(char label[CHARSET_LABEL], const char *bytes, size_t len,
				 bool html, size_t good, size_t bad)
{
	static const char *const latin[] = {"iso-8859-1", "iso8859-1", "iso_8859-1", "latin1",
					    "latin-1",	  "ascii",     "us-ascii",   "l1"};
	size_t i;

	if (html && charset_declared(label, bytes, len)) {
		if (!strcasecmp(label, "utf-8") || !strcasecmp(label, "utf8"))
			return NULL;
		for (i = 0; i < sizeof latin / sizeof *latin; i++)
			if (!strcasecmp(label, latin[i]))
				return "WINDOWS-1252";
		/* Seen declared in pages whose bytes show that it cannot be. */
		return strncasecmp(label, "utf-16", 6) && strncasecmp(label, "utf-32", 6) ? label
											  : NULL;
	}
	return good >= bad ? NULL : "WINDOWS-1252";
}

int xs_charset_utf8(const char **out, size_t *out_len, xs_arena *a, const char *bytes, size_t len,
		    bool html, const char *name)
{
	const unsigned char *s = (const unsigned char *)bytes;
	char label[CHARSET_LABEL];
	const char *from = NULL;
	size_t good, bad, mark = 0;
	xs_buf b;

	if (len >= 3 && !memcmp(s, "\xef\xbb\xbf", 3))
		mark = 3;
	else if (len >= 2 && (!memcmp(s, "\xff\xfe", 2) || !memcmp(s, "\xfe\xff", 2)))
		mark = 2;
	if (mark != 2 && charset_is_binary(s, len))
		return xs_fail(XS_EFORMAT, "%s is binary: expected text", name);
	charset_count(&good, &bad, s + mark, len - mark);
	if (mark == 2)
		from = s[0] == 0xff ? "UTF-16LE" : "UTF-16BE";
	else if (!mark && (good || bad))
		from = charset_guess(label, bytes, len, html, good, bad);
	*out = bytes + mark;
	*out_len = len - mark;
	if (!from && !bad)
		return XS_OK;
	xs_buf_init(&b);
	if (from && charset_convert(&b, from, bytes + mark, len - mark))
		*out = charset_clean(out_len, a, (const unsigned char *)b.data, b.len);
	else
		*out = charset_clean(out_len, a, s + mark, len - mark);
	xs_buf_fini(&b);
	return XS_OK;
}
