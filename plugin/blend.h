/* SPDX-License-Identifier: GPL-2.0-or-later */
/* blend.h - one order from two: the reranker's logit and the index's BM25. */
#ifndef XS_PLUGIN_BLEND_H
#define XS_PLUGIN_BLEND_H

#include "plugin/plugin.h"

/* Sets `blend` of the scored candidates to
 *
 *	weight × z(logit) + (1 - weight) × z(bm25)
 *
 * and sorts by it; z is taken over the scored candidates (mean 0, variance 1; all 0 where they
 * are all alike).  Candidates without a logit follow in the order of the index.  `keep_exact`:
 * exact hits that the index had on top, before any other hit, stay on top, in the order of their
 * blend; their `score` is lifted above the others', their `blend` is not.  With no scored
 * candidate nothing changes. */
void xs_blend(xs_candidate **candidates, size_t n, double weight, bool keep_exact);

#endif
