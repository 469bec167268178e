/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json.c - texts and times as JSON values, whatever bytes they have. */
#define _GNU_SOURCE
#include "plugin/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "base/buf.h"
#include "base/memory.h"

/* Jansson refuses text that is not UTF-8 and gives NULL, which would lose the whole reply.  Paths and
 * old pages may have any bytes: each bad one becomes U+FFFD. */
json_t *xs_json_text(const char *s)
{
	json_t *value = json_string(s ? s : "");
	size_t left = s ? strlen(s) : 0;
	utf8proc_int32_t point;
	xs_buf safe;

	if (value)
		return value;
	xs_buf_init(&safe);
	while (left > 0) {
		utf8proc_ssize_t len = utf8proc_iterate((const utf8proc_uint8_t *)s,
							(utf8proc_ssize_t)left, &point);

		if (len > 0)
			xs_buf_put(&safe, s, (size_t)len);
		else
			xs_buf_puts(&safe, "\xef\xbf\xbd");
		len = len > 0 ? len : 1;
		s += len;
		left -= (size_t)len;
	}
	value = json_string(safe.data);
	xs_buf_fini(&safe);
	return value ? value : json_string("");
}

/* Microseconds are enough; more digits are noise in replies and logs. */
json_t *xs_json_ms(double ms)
{
	return json_real(round(ms * 1000) / 1000);
}

/* The number of an escape \uXXXX that begins at s; -1: there is none. */
static long json_escape(const char *s, const char *end)
{
	static const char digits[] = "0123456789abcdef";
	long number = 0;

	if (end - s < 6 || s[0] != '\\' || s[1] != 'u')
		return -1;
	for (int i = 2; i < 6; i++) {
		const char *at = memchr(digits, s[i] | (s[i] >= 'A' && s[i] <= 'F' ? 32 : 0), 16);

		if (!at)
			return -1;
		number = number << 4 | (at - digits);
	}
	return number;
}

/* Makes U+FFFD of escapes that are no character.  Of the same length, so that the places in errors
 * stay true. */
static void json_mend(char *s, size_t len)
{
	const char *end = s + len;

	while ((s = memchr(s, '\\', (size_t)(end - s)))) {
		long unit = json_escape(s, end);

		if (unit < 0) {
			/* Another escape: two bytes, or the first of them at the very end. */
			s += end - s > 1 ? 2 : 1;
			continue;
		}
		if (unit >= 0xD800 && unit < 0xDC00) {
			long low = json_escape(s + 6, end);

			if (low >= 0xDC00 && low < 0xE000) {
				s += 12;
				continue;
			}
		}
		if (unit == 0 || (unit >= 0xD800 && unit < 0xE000))
			memcpy(s, "\\ufffd", 6);
		s += 6;
	}
}

json_t *xs_json_parse(const char *bytes, size_t len, size_t flags, json_error_t *error)
{
	char *copy;
	json_t *value;

	/* Most texts have no such escape, and need no copy. */
	if (!memmem(bytes, len, "\\u", 2))
		return json_loadb(bytes, len, flags, error);
	copy = xs_malloc(len + 1);
	memcpy(copy, bytes, len);
	json_mend(copy, len);
	value = json_loadb(copy, len, flags, error);
	free(copy);
	return value;
}
