/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json.c - texts and times as JSON values, whatever bytes they have. */
#include "plugin/json.h"

#include <math.h>
#include <string.h>

#include <utf8proc.h>

#include "base/buf.h"

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
