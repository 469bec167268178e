/* SPDX-License-Identifier: GPL-2.0-or-later */
/* charset.c - which encoding bytes are in, and iconv.
 *
 * What a label means is in encoding_labels.c, where a page says it in prescan.c. */
#define _GNU_SOURCE
#include "index/pages/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <uchardet.h>

#include "base/buf.h"
#include "index/pages/encoding_labels.h"
#include "index/pages/prescan.h"

/* Bytes that are looked at to tell text from binary; to detect, and of them before the first high one;
 * high bytes from which on an encoding of Latin script may be told from another; how many well-formed
 * sequences there are for an ill-formed one in text that is UTF-8; how many of them prove it against
 * an encoding of many bytes: in GBK, a character looks like one by chance once in ten times. */
enum {
	CHARSET_SAMPLE = 65536,
	CHARSET_DETECT = 1 << 18,
	CHARSET_BEFORE = 256,
	CHARSET_LATIN = 32,
	CHARSET_MOST = 4,
	CHARSET_SURE = 8
};

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

/* Bytes whose encoding is to be found. */
typedef struct charset_look {
	const unsigned char *s;
	size_t len, good, bad, nuls; /* bytes; well-formed sequences of several; ill-formed ones */
	char label[XS_LABEL];	     /* as declared; "" if nothing is */
	const char *note;
} charset_look;

/* Counts well-formed sequences of several bytes, bytes that are ill-formed, and NULs. */
static void charset_count(charset_look *c)
{
	size_t i = 0, n;

	for (; (i += charset_ascii(c->s + i, c->len - i)) < c->len; i += n ? n : 1) {
		n = c->s[i] ? charset_sequence(c->s + i, c->len - i) : 1;
		++*(!c->s[i] ? &c->nuls : n ? &c->good : &c->bad);
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
	/* iconv() takes a pointer that is not const, but writes nothing there. */
	char *in = (char *)(uintptr_t)s, part[4096], *to;
	size_t left = len, room, got;

	if (cd == (iconv_t)-1)
		return false;
	while (left) {
		to = part;
		room = sizeof part;
		got = iconv(cd, &in, &left, &to, &room);
		xs_buf_put(b, part, sizeof part - room);
		/* The last character is cut off: nothing can be made of it. */
		if (got == (size_t)-1 && errno == EINVAL)
			break;
		if (got == (size_t)-1 && errno == EILSEQ) {
			xs_buf_puts(b, "\xef\xbf\xbd");
			in++;
			left--;
		}
	}
	/* Where marks may follow a letter, iconv holds the last one back. */
	to = part;
	room = sizeof part;
	iconv(cd, NULL, NULL, &to, &room);
	xs_buf_put(b, part, sizeof part - room);
	iconv_close(cd);
	return true;
}

static bool charset_is_binary(const unsigned char *s, size_t len)
{
	size_t i, n = 0;

	/* The beginning tells; a large file is not gone through for it. */
	if (len > CHARSET_SAMPLE)
		len = CHARSET_SAMPLE;
	for (i = 0; i < len; i++)
		/* Not ESC: the encodings of ISO 2022 have it in their texts. */
		n += s[i] < ' ' && !(s[i] >= '\t' && s[i] <= '\r') && s[i] != 0x1b;
	return n * 10 > len;
}

/* How the high bytes stand. */
typedef struct charset_high {
	size_t n, together; /* all; those beside another */
	size_t first;	    /* where the first is */
} charset_high;

static charset_high charset_count_high(const unsigned char *s, size_t len)
{
	charset_high h = {.first = len};
	size_t i;

	for (i = 0; i < len; i++) {
		if (s[i] < 0x80)
			continue;
		h.first = h.n++ ? h.first : i;
		h.together += (i && s[i - 1] >= 0x80) || (i + 1 < len && s[i + 1] >= 0x80);
	}
	return h;
}

/* What uchardet takes the bytes for; NULL: nothing that can be trusted.  In Latin script most letters
 * above ASCII stand alone, and some of them are no measure: of short texts uchardet makes any
 * language.  In other scripts they stand together, and a word is enough. */
static const xs_encoding *charset_detect(const unsigned char *s, size_t len)
{
	charset_high h = charset_count_high(s, len);
	size_t from = h.first > CHARSET_BEFORE ? h.first - CHARSET_BEFORE : 0, n = len - from;
	const xs_encoding *found = NULL;
	bool latin = h.together * 2 < h.n;
	const char *name;
	uchardet_t u;

	/* ESC $ goes to the signs of ISO 2022, whose bytes are all ASCII. */
	if (h.n == 0 && !memmem(s, len, "\x1b$", 2))
		return NULL;
	from = h.n ? from : 0;
	n = len - from < CHARSET_DETECT ? len - from : CHARSET_DETECT;
	u = uchardet_new();
	if (uchardet_handle_data(u, (const char *)s + from, n) == 0) {
		uchardet_data_end(u);
		name = uchardet_get_charset(u);
		name = strcmp(name, "UHC") ? name : "euc-kr"; /* by Microsoft's name */
		found = xs_encoding_find(name, strlen(name));
	}
	uchardet_delete(u);
	if (!found || found->kind == XS_ENCODING_UTF8 || found->kind == XS_ENCODING_UTF16 ||
	    found->kind == XS_ENCODING_REFUSED)
		return NULL;
	if (h.n && latin && (found->kind != XS_ENCODING_ONE || h.n < CHARSET_LATIN))
		return NULL;
	return found;
}

static const xs_encoding *charset_named(const char *name)
{
	return xs_encoding_find(name, strlen(name));
}

/* The encoding when none is declared, or none that is known. */
static const xs_encoding *charset_guess(charset_look *c, xs_arena *a)
{
	/* A part of a page may be damaged, or come from elsewhere. */
	bool utf8 = c->good >= c->bad * CHARSET_MOST;
	const xs_encoding *e = utf8 && c->good ? NULL : charset_detect(c->s, c->len);

	e = e ? e : charset_named(utf8 ? "utf-8" : "windows-1252");
	if (e->kind != XS_ENCODING_UTF8 && !*c->label)
		c->note =
			xs_arena_printf(a, "the encoding is not named and is not UTF-8; read as %s",
					e->iconv);
	return e;
}

/* The encoding to read the bytes in; never NULL. */
static const xs_encoding *charset_choose(charset_look *c, xs_arena *a)
{
	const xs_encoding *e = charset_named(c->label);
	size_t least;

	if (!e) {
		e = charset_guess(c, a);
		if (*c->label)
			c->note = xs_arena_printf(a, "\"%s\" names no encoding; read as %s",
						  c->label, e->iconv);
		return e;
	}
	/* Who could read the label was no wide encoding, so the standard takes UTF-8 there. */
	if (e->kind == XS_ENCODING_UTF16)
		return charset_named("utf-8");
	/* A text in two bytes a sign may look like UTF-8 in a place or two. */
	least = e->kind == XS_ENCODING_MANY ? CHARSET_SURE : 1;
	if (e->kind != XS_ENCODING_UTF8 && e->kind != XS_ENCODING_REFUSED && c->good >= least &&
	    !c->bad) {
		c->note = xs_arena_printf(a, "the page says %s and is UTF-8; read as UTF-8",
					  c->label);
		return charset_named("utf-8");
	}
	return e;
}

/* Sets the label that is declared, "" if none. */
static void charset_declared(charset_look *c, const xs_charset_hint *hint)
{
	if (hint->label && *hint->label && strlen(hint->label) < XS_LABEL)
		strcpy(c->label, hint->label);
	else if (!hint->html || !xs_prescan(c->label, (const char *)c->s, c->len))
		*c->label = '\0';
}

/* Converts from an encoding that is not UTF-8. */
static int charset_read(const char **out, size_t *out_len, xs_arena *a, const char *from,
			const unsigned char *s, size_t len)
{
	xs_buf b;
	bool known;

	xs_buf_init(&b);
	known = charset_convert(&b, from, (const char *)s, len);
	if (known)
		*out = charset_clean(out_len, a, (const unsigned char *)b.data, b.len);
	xs_buf_fini(&b);
	return known ? XS_OK
		     : xs_fail(XS_EUNSUPPORTED, "iconv of this system does not know %s", from);
}

/* Bytes without a byte order mark. */
static int charset_unmarked(const char **out, size_t *out_len, xs_arena *a, charset_look *c,
			    const xs_charset_hint *hint)
{
	const xs_encoding *e = charset_named("utf-8");

	/* Escape sequences are ASCII, too. */
	if (c->good || c->bad || memchr(c->s, 0x1b, c->len)) {
		charset_declared(c, hint);
		e = charset_choose(c, a);
	}
	if (e->kind == XS_ENCODING_REFUSED)
		return xs_fail(XS_EFORMAT,
			       "%s says that it is in %s, which browsers refuse to read; expected "
			       "another encoding, such as UTF-8",
			       hint->name, c->label);
	if (e->kind != XS_ENCODING_UTF8)
		return charset_read(out, out_len, a, e->iconv, c->s, c->len);
	*out = (const char *)c->s;
	*out_len = c->len;
	if (c->bad || c->nuls)
		*out = charset_clean(out_len, a, c->s, c->len);
	if (c->bad && !c->note)
		c->note = xs_arena_printf(a, "%zu bytes are no UTF-8; read as U+FFFD", c->bad);
	return XS_OK;
}

int xs_charset_utf8(const char **out, size_t *out_len, xs_arena *a, const char *bytes, size_t len,
		    const xs_charset_hint *hint, const char **note)
{
	charset_look c = {.s = (const unsigned char *)bytes, .len = len};
	bool wide = len >= 2 && (!memcmp(bytes, "\xff\xfe", 2) || !memcmp(bytes, "\xfe\xff", 2));
	int rc;

	*note = NULL;
	/* A byte order mark goes before all that is declared, as in browsers. */
	if (wide)
		return charset_read(out, out_len, a, c.s[0] == 0xff ? "UTF-16LE" : "UTF-16BE",
				    c.s + 2, len - 2);
	if (charset_is_binary(c.s, len))
		return xs_fail(XS_EFORMAT, "%s is binary: expected text", hint->name);
	if (len >= 3 && !memcmp(bytes, "\xef\xbb\xbf", 3)) {
		*out = charset_clean(out_len, a, c.s + 3, len - 3);
		return XS_OK;
	}
	charset_count(&c);
	rc = charset_unmarked(out, out_len, a, &c, hint);
	*note = c.note;
	return rc;
}
