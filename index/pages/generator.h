/* SPDX-License-Identifier: GPL-2.0-or-later */
/* generator.h - pages that generators of sites make beside what people wrote: their search forms, error
 * pages, indexes; and how they write titles.
 *
 * A generator is known by its <meta name=generator>, "Doxygen 1.9.4", or by files that only it has.  A page that people
 * wrote may have any name ("search.html" on searching), so a name counts only where the generator leaves it to nobody
 * else. */
#ifndef XS_INDEX_PAGES_GENERATOR_H
#define XS_INDEX_PAGES_GENERATOR_H

#include "base/arena.h"

/* What a page is to its readers. */
typedef enum xs_generated {
	XS_GENERATED_TEXT,  /* what they look for */
	XS_GENERATED_INDEX, /* lists of names, with links */
	XS_GENERATED_TOOL   /* a form, an error page: nothing to be found */
} xs_generated;

/* What the page at `path` of its source is ("api/files.html"); `generator` may be "". */
xs_generated xs_generator_page(const char *generator, const char *path);

/* The title without the name of the site, which some generators put around it; as it is where they do not.  In
 * `a`. */
const char *xs_generator_title(xs_arena *a, const char *generator, const char *title);

#endif
