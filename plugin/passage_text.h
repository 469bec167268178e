/* SPDX-License-Identifier: GPL-2.0-or-later */
/* passage_text.h - the text that the model reads of a passage: "title. heading. text".
 *
 * Scores depend on every byte of it: with another text, kept scores are for nothing (SCORER_FORM in
 * scorer.c) and models must be measured anew.  The stage `rerank`, `export` and `study` all take it
 * from here, so that a model is trained on what it will read.  Any thread. */
#ifndef XS_PLUGIN_PASSAGE_TEXT_H
#define XS_PLUGIN_PASSAGE_TEXT_H

#include <stddef.h>

/* Writes the text and a NUL to `out`, and returns its bytes without the NUL.  `out` NULL only counts
 * them.  What is "" is left out with its ". ", and so is a heading that repeats the title.  With ""
 * for `text` it is the beginning, which the text's own token ids may follow. */
size_t xs_passage_text(char *out, const char *title, const char *heading, const char *text);

#endif
