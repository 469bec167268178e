/* SPDX-License-Identifier: GPL-2.0-or-later */
/* elide.c - lists of the words that elide, as Lucene's analysers and grammars of the languages have
 * them. */
#include "index/words/elide.h"

#include <stddef.h>
#include <string.h>

static const struct {
	const char *language, *words; /* between spaces */
} elide_lists[] = {
	{"fr", " l m t qu n s j d c jusqu quoiqu lorsqu puisqu presqu quelqu entr "},
	{"it", " c l all dall dell nell sull coll pell gl agl dagl degl negl sugl un m t s v d "
	       "quest quell bell sant tutt mezz senz com dov cos anch nient quand "},
	{"ca", " d l m n s t "},
	{"oc", " d l m n s t qu "},
	{"ga", " b d m "},
};

const char *xs_elide(const char *word, const char *language)
{
	const char *mark = strchr(word, '\''), *at;
	size_t i, n = mark ? (size_t)(mark - word) : 0;

	if (!n || !mark[1])
		return word;
	for (i = 0; i < sizeof elide_lists / sizeof *elide_lists; i++) {
		if (strcmp(elide_lists[i].language, language) != 0)
			continue;
		for (at = elide_lists[i].words; (at = strchr(at, ' ')); at++)
			if (!strncmp(at + 1, word, n) && at[n + 1] == ' ')
				return mark + 1;
	}
	return word;
}
