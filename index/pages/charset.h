/* SPDX-License-Identifier: GPL-2.0-or-later */
/* charset.h - bytes of a page to clean UTF-8. */
#ifndef XS_INDEX_PAGES_CHARSET_H
#define XS_INDEX_PAGES_CHARSET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

/* Makes well-formed UTF-8 without NULs and byte order mark of `bytes`: *out is either `bytes`
 * themselves (from within) or in `a`.  The character set is the byte order mark's, else the one
 * `html` declares in its first 2 KiB (html true; the labels of ISO 8859-1 mean windows-1252, as in
 * all browsers), else UTF-8 if most of its sequences are well formed, else windows-1252.
 * Ill-formed sequences become U+FFFD.
 * XS_EFORMAT: more than a tenth of the first 64 KiB are control characters: no text.  The
 * sentence names `name`. */
int xs_charset_utf8(const char **out, size_t *out_len, xs_arena *a, const char *bytes, size_t len,
		    bool html, const char *name);

#endif
