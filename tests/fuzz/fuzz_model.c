/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_model.c - any bytes as a model's config.json.
 *
 * What is accepted has sizes that the encoder can work with. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "rerank/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	xs_model m = {.arena = xs_arena_new()};
	char *text = xs_arena_dupn(m.arena, (const char *)data, size);
	xs_wordpiece_options options = xs_wordpiece_uncased;

	xs_config_wordpiece(&options, text);
	if (xs_config_read(&m, text, strlen(text), "input") == XS_OK) {
		if (m.layers < 1 || m.heads < 1 || m.hidden < 1 || m.hidden % m.heads ||
		    m.inner < 1 || m.positions < 1 || m.vocabulary < 1 || !m.architecture)
			abort();
		for (int i = 0; i < m.layers; i++)
			if (m.patterns[i].window < -1)
				abort();
	} else if (!*xs_error()) {
		abort();
	}
	xs_arena_free(m.arena);
	return 0;
}
