/* SPDX-License-Identifier: GPL-2.0-or-later */
/* language.h - the language that a text is written in, by cld2. */
#ifndef XS_INDEX_PAGES_LANGUAGE_H
#define XS_INDEX_PAGES_LANGUAGE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The code of the language (ISO 639, perhaps with a script, "zh-Hant") of UTF-8 text; static.  "" where the
 * text does not tell it surely: it is short, of several languages, or mostly a program.  `likely` is the
 * code of the one that is expected, "" for none.  Any number of threads. */
const char *xs_language_of(const char *text, size_t len, const char *likely);

#ifdef __cplusplus
}
#endif
#endif
