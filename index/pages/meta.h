/* SPDX-License-Identifier: GPL-2.0-or-later */
/* meta.h - values that pages give about themselves: dates, languages, URLs. */
#ifndef XS_INDEX_PAGES_META_H
#define XS_INDEX_PAGES_META_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

/* Seconds since 1970 of "2024-05-31", "2024-05-31T10:20[:30[.5]][Z|+02:00]" (a space for the T will
 * do; no zone means UTC), of "20240531", or of a count of seconds.
 * XS_ENOTFOUND: something else. */
int xs_meta_date(int64_t *out, const char *text);

/* The ISO 639 code of a language tag or English name: "en" of "en-US", "EN_us", "eng", "English".
 * Two or three letters in lower case; "" if it is none. */
const char *xs_meta_language(xs_arena *a, const char *tag);

/* `url` put after `prefix` with one "/" between; as it is when it has a scheme or the prefix is
 * "" or NULL.  `encode` percent-encodes what a path may hold and a URL may not.  In `a`. */
const char *xs_meta_url(xs_arena *a, const char *prefix, const char *url, bool encode);

#endif
