/* SPDX-License-Identifier: GPL-2.0-or-later */
/* charset.h - bytes of a page to clean UTF-8. */
#ifndef XS_INDEX_PAGES_CHARSET_H
#define XS_INDEX_PAGES_CHARSET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

/* What is known of some bytes beforehand. */
typedef struct xs_charset_hint {
	const char *name;  /* what sentences call them: a file */
	const char *label; /* the encoding that a header of HTTP names; NULL: there is none */
	bool html;	   /* they may name it themselves (prescan.h) */
} xs_charset_hint;

/* Makes well-formed UTF-8 without NULs and byte order mark of `bytes`: *out is either `bytes`
 * themselves (from within) or in `a`.  The encoding is found as browsers find it: by the byte order
 * mark, else by the header's label, else by the page's own; the labels are those of the WHATWG's Encoding
 * Standard.  But bytes that are UTF-8 are not read as an encoding with one byte a character, whatever
 * the label says.  Where nothing is named: UTF-8 if nearly all is, else what uchardet finds, else
 * windows-1252.  Ill-formed sequences become U+FFFD.
 * *note: what was not as it should be, one sentence in `a` without the name; NULL: nothing.
 * XS_EFORMAT: more than a tenth of the first 64 KiB are control characters: no text; or an encoding
 * that browsers refuse. */
int xs_charset_utf8(const char **out, size_t *out_len, xs_arena *a, const char *bytes, size_t len,
		    const xs_charset_hint *hint, const char **note);

#endif
