/* SPDX-License-Identifier: GPL-2.0-or-later */
/* passage_text.c - by hand: the functions of stdio end at 2 GiB. */
#include "plugin/passage_text.h"

#include <string.h>

size_t xs_passage_text(char *out, const char *title, const char *heading, const char *text)
{
	/* A page's first passage often has its title for a heading: to read it twice costs tokens. */
	const char *below = strcmp(title, heading) ? heading : "";
	const char *const parts[] = {title, *title ? ". " : "", below, *below ? ". " : "", text};
	size_t len = 0;

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		size_t n = strlen(parts[i]);

		if (out)
			memcpy(out + len, parts[i], n);
		len += n;
	}
	if (out)
		out[len] = '\0';
	return len;
}
