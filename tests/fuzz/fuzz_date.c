/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_date.c - any bytes as a date: the first chooses the language. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "index/pages/date.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const languages[] = {"",   "en", "de", "fr", "es", "ru",  "ja", "ko",
						"hu", "th", "ar", "he", "xx", "tlh", "zh", "pt"};
	xs_arena *a = xs_arena_new();
	int64_t seconds = 0;
	double number;

	if (len > 0 &&
	    xs_date_parse(&seconds, xs_arena_dupn(a, (const char *)data + 1, len - 1),
			  languages[data[0] % 16]) == XS_OK &&
	    (seconds < -30610224000 || seconds >= 253402300800))
		abort();
	if (len >= sizeof number) {
		memcpy(&number, data, sizeof number);
		if (xs_date_number(&seconds, number) == XS_OK &&
		    (seconds < -30610224000 || seconds >= 253402300800))
			abort();
	}
	xs_arena_free(a);
	return 0;
}
