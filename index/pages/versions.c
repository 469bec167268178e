/* SPDX-License-Identifier: GPL-2.0-or-later */
/* versions.c - lines of versions. */
#include "index/pages/versions.h"

#include <stdio.h>
#include <string.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

#include "index/pages/meta.h"

void xs_versions_read(xs_version **out, size_t *n, xs_arena *a, const char *lines, const char *url,
		      const char *language)
{
	size_t room = 0, len;
	bool found = false;
	const char *at;

	for (at = lines ? lines : ""; *at; at++)
		room += *at == '\n';
	*out = xs_arena_array(a, room + 1, sizeof **out);
	for (*n = 0, at = lines ? lines : ""; *n < room; at += len + 1) {
		xs_version *v = &(*out)[*n];
		size_t tag = strcspn(at, " \n");

		len = strcspn(at, "\n");
		if (tag == len)
			tag = 0; /* damaged: an address without a language */
		v->tag = xs_arena_dupn(a, at, tag);
		v->url = xs_arena_dupn(a, at + tag + (tag > 0), len - tag - (tag > 0));
		v->own = !strcmp(v->url, url);
		found |= v->own;
		++*n;
	}
	for (size_t i = 0; i < *n && !found; i++)
		(*out)[i].own = !strcmp(xs_meta_language(a, (*out)[i].tag), language);
}

void xs_language_name(char *out, size_t size, const char *tag)
{
	char locale[ULOC_FULLNAME_CAPACITY];
	UErrorCode error = U_ZERO_ERROR;
	UChar name[64];

	snprintf(out, size, "%s", tag);
	uloc_forLanguageTag(tag, locale, sizeof locale, NULL, &error);
	uloc_getDisplayName(locale, locale, name, sizeof name / sizeof *name, &error);
	/* By default the name is the code itself. */
	if (U_SUCCESS(error) && error != U_USING_DEFAULT_WARNING && *name)
		u_strToUTF8(out, (int32_t)size, NULL, name, -1, &error);
	if (U_FAILURE(error))
		snprintf(out, size, "%s", tag);
}
