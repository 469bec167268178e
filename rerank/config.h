/* SPDX-License-Identifier: MIT */
/* config.h - a model's config.json.
 *
 * Knows nothing of weights. */
#ifndef XS_RERANK_CONFIG_H
#define XS_RERANK_CONFIG_H

#include "rerank/model.h"
#include "rerank/wordpiece.h"

/* Fills the sizes, ids, patterns (in m->arena) and architecture of `m` from the text of a
 * config.json; cls and sep are -1 where it has none.  `name` is for sentences.  The attention's
 * keys are the paper's own; where they are absent, all may attend to all.
 * XS_EFORMAT: damaged, or a size that makes no sense; XS_EUNSUPPORTED: another architecture. */
int xs_config_read(xs_model *m, const char *text, size_t len, const char *name);

/* Changes what the text of a tokenizer_config.json says of case, accents and Chinese characters. */
void xs_config_wordpiece(xs_wordpiece_options *o, const char *text);

#endif
