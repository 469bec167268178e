/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guard.c - paths that do not depend on where the process runs, one a line. */
#include "index/guard.h"

#include <stdlib.h>
#include <string.h>

/* Fewer pages are soon indexed again. */
enum { GUARD_FEW = 4 };

const char *xs_guard_sources(xs_arena *a, const xs_source *sources, size_t n)
{
	const char *out = "";
	char *full;
	size_t i;

	for (i = 0; i < n; i++) {
		full = realpath(sources[i].path, NULL);
		/* A source that is not there has no full path; its name as it is written still
		 * helps. */
		out = xs_arena_printf(a, "%s%s\n", out, full ? full : sources[i].path);
		free(full);
	}
	return out;
}

/* Whether a line of `of` is a line of `in`. */
static bool guard_shares(const char *of, const char *in)
{
	const char *at;
	size_t len;

	for (; *of; of += len) {
		/* With its end, so that "/a" is not found in "/a/b". */
		len = strcspn(of, "\n") + 1;
		for (at = in; *at; at += strcspn(at, "\n") + 1)
			if (!strncmp(at, of, len))
				return true;
	}
	return false;
}

int xs_guard(xs_index *ix, const xs_source *sources, size_t n, size_t gone, size_t stored)
{
	xs_arena *a = xs_arena_new();
	const char *known;
	int rc = xs_store_get(&known, a, ix->store, "sources");

	/* An index from before this list was kept knows no sources, and goes on. */
	if (rc == XS_OK && stored && *known &&
	    !guard_shares(known, xs_guard_sources(a, sources, n)))
		rc = xs_fail(
			XS_EINPUT,
			"the %zu pages of the index %s are of other sources (%.*s), and would be "
			"deleted; nothing was changed: name another index.path, or go on with "
			"--yes",
			stored, ix->options.path, (int)strcspn(known, "\n"), known);
	else if (rc == XS_OK && gone > GUARD_FEW && gone > stored / 2)
		rc = xs_fail(
			XS_EINPUT,
			"%zu of the %zu pages of the index %s are gone from its sources, and "
			"would be deleted; nothing was changed: see that the sources are whole, "
			"or go on with --yes",
			gone, stored, ix->options.path);
	xs_arena_free(a);
	return rc;
}
