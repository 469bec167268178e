/* SPDX-License-Identifier: GPL-2.0-or-later */
/* asked.c - notes questions and what was chosen in a log, for tests of commands:
 * asked FILE QUESTION URL [QUESTION URL ...] */
#include "index/query_log.h"

int main(int argc, char **argv)
{
	xs_query_log *log = argc > 1 ? xs_query_log_open(argv[1], 1000) : NULL;

	for (int i = 2; i + 1 < argc; i += 2) {
		const xs_query_entry e = {.search = (uint64_t)i,
					  .at = 1700000000 + i,
					  .query = argv[i],
					  .scope = "",
					  .results = 3,
					  .page = 1,
					  .ms = 1,
					  .rerank = "full"};

		xs_query_log_add(log, &e);
		if (*argv[i + 1])
			xs_query_log_click(log, (uint64_t)i, argv[i + 1], 1);
	}
	xs_query_log_close(log);
	return argc < 2;
}
