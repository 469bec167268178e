/* SPDX-License-Identifier: MIT */
/* edits.c - how far a mistyped word is from one that was likely meant. */
#include "base/edits.h"

#include <string.h>

/* Optimal string alignment: Levenshtein's table of three rows, with swaps of neighbours.  Three
 * rows and no whole table: a swap looks back two rows, nothing looks farther. */
unsigned xs_edits(const char *a, const char *b)
{
	unsigned rows[3][64];
	/* Bounded, as the words are typed by somebody; names of ours are shorter. */
	size_t m = strnlen(a, 63), n = strnlen(b, 63);

	for (size_t j = 0; j <= n; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= m; i++) {
		unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *two = rows[(i + 1) % 3];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= n; j++) {
			unsigned best = above[j - 1] + (a[i - 1] != b[j - 1]);

			if (above[j] + 1 < best)
				best = above[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    two[j - 2] + 1 < best)
				best = two[j - 2] + 1;
			row[j] = best;
		}
	}
	return rows[m % 3][n];
}
