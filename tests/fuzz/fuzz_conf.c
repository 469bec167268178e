/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_conf.c - a configuration file, then (after a line "%%") one key=value a line as -o.
 *
 * What is accepted must be written such that it is accepted again with the same values. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "conf/conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_options(xs_conf *c, xs_arena *a, char *lines)
{
	for (char *line; (line = strsep(&lines, "\n"));) {
		char *equals = strchr(line, '=');

		if (!equals)
			continue;
		*equals = '\0';
		if (xs_conf_set(c, line, equals + 1) == XS_OK &&
		    (!xs_conf_get(c, a, line) || strcmp(xs_conf_origin(c, a, line), "-o") != 0))
			abort();
	}
}

static void fuzz_write(const xs_conf *c, xs_arena *a)
{
	const xs_conf_key *key;
	xs_conf *again;
	xs_buf b;

	xs_buf_init(&b);
	xs_conf_write(&b, c);
	if (xs_conf_parse(&again, "again", b.data, b.len) != XS_OK)
		abort();
	for (size_t i = 0; (key = xs_conf_key_at(i)); i++) {
		if (strcmp(xs_conf_get(c, a, key->name), xs_conf_get(again, a, key->name)) != 0)
			abort();
	}
	xs_conf_free(again);
	xs_buf_fini(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	xs_arena *a = xs_arena_new();
	char *text = xs_arena_dupn(a, (const char *)data, size), *end = NULL;
	xs_conf *c;

	if (size >= 4)
		end = memmem(text, size, "\n%%\n", 4);
	if (xs_conf_parse(&c, "f", text, end ? (size_t)(end + 1 - text) : size) == XS_OK) {
		if (end)
			fuzz_options(c, a, end + 4);
		if (xs_conf_check(c) == XS_OK)
			fuzz_write(c, a);
		xs_conf_free(c);
	} else if (c || !*xs_error()) {
		abort();
	}
	xs_arena_free(a);
	return 0;
}
