/* SPDX-License-Identifier: GPL-2.0-or-later */
/* segment.h - words of scripts without spaces, by the dictionaries of ICU.
 *
 * For Thai, Lao, Burmese and Khmer (letters.h, xs_letters_segmented()).  Knows nothing of indexes. */
#ifndef XS_INDEX_WORDS_SEGMENT_H
#define XS_INDEX_WORDS_SEGMENT_H

#include <stddef.h>

/* Bytes of a run that are cut at once.  What a dictionary says depends on a few words around. */
enum { XS_SEGMENT_RUN = 1024, XS_SEGMENT_WORDS = 64 };

/* Cuts the first bytes of a run into words: fills `ends` with the offset of each word's end, at most
 * XS_SEGMENT_WORDS, and returns how many there are: at least one, where `len` is not 0.  The words
 * reach the end of `text`, or more than half of XS_SEGMENT_RUN; the caller goes on behind the last.
 * Where ICU has no dictionary, the run is one word.  Any thread; each keeps an iterator of its own
 * until it ends. */
size_t xs_segment(unsigned short ends[XS_SEGMENT_WORDS], const char *text, size_t len);

#endif
