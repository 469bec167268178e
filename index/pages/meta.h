/* SPDX-License-Identifier: GPL-2.0-or-later */
/* meta.h - values that pages give about themselves: languages, URLs. */
#ifndef XS_INDEX_PAGES_META_H
#define XS_INDEX_PAGES_META_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"

/* The ISO 639 code of a language tag or English name: "en" of "en-US", "EN_us", "eng", "English".
 * Two or three letters in lower case; "" if it is none. */
const char *xs_meta_language(xs_arena *a, const char *tag);

/* `url` put after `prefix` with one "/" between; as it is when it has a scheme or the prefix is
 * "" or NULL.  `encode` percent-encodes what a path may hold and a URL may not.  In `a`. */
const char *xs_meta_url(xs_arena *a, const char *prefix, const char *url, bool encode);

#endif
