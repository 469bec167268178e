/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tei.h - what the requests of Text Embeddings Inference have in common. */
#ifndef XS_SERVE_TEI_H
#define XS_SERVE_TEI_H

#include <stdbool.h>

#include <jansson.h>

/* The side that is cut off, by the field truncation_direction: *left, or "Right" without the field, which
 * keeps the beginning.  XS_EINPUT: another word. */
int xs_tei_direction(bool *left, const json_t *object);

#endif
