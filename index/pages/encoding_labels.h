/* SPDX-License-Identifier: GPL-2.0-or-later */
/* encoding_labels.h - what names of encodings mean on the web. */
#ifndef XS_INDEX_PAGES_ENCODING_LABELS_H
#define XS_INDEX_PAGES_ENCODING_LABELS_H

#include <stddef.h>

typedef enum xs_encoding_kind {
	XS_ENCODING_UTF8,
	XS_ENCODING_UTF16,
	XS_ENCODING_ONE,    /* a byte a character */
	XS_ENCODING_MANY,   /* one or more bytes a character, some above 0x7F */
	XS_ENCODING_SHIFT,  /* seven bits, with escape sequences */
	XS_ENCODING_REFUSED /* browsers refuse to read it */
} xs_encoding_kind;

typedef struct xs_encoding {
	const char *iconv; /* its name for iconv(3); "" if refused */
	xs_encoding_kind kind;
	const char *labels; /* in lower case, spaces between */
} xs_encoding;

/* The encoding that a label of `len` bytes names in the WHATWG's Encoding Standard, spaces around it and
 * case apart; NULL: it is none.  Static. */
const xs_encoding *xs_encoding_find(const char *label, size_t len);

#endif
