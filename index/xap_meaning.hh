// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_meaning.hh - what is near to a question in meaning, put among what its words found.
 *
 * Knows nothing of how a question's vector was made. */
#ifndef XS_INDEX_XAP_MEANING_HH
#define XS_INDEX_XAP_MEANING_HH

#include "index/xap_near.hh"

namespace xap
{

/* Adds the nearest passages to those that were found by words (search_all(), at least `m.depth` pages, if
 * there are so many), and orders pages by both.
 *
 * Candidates are the best passages of the first m.depth pages, and the m.depth nearest passages.  A page has
 * the score of its best candidate,
 *
 *	(1 - weight) z(bm25) + weight z(cosine)
 *
 * z taken over the candidates (mean 0, variance 1), and z(bm25) where one has no cosine.  The pages that
 * were found by words further down follow as they are.  So the order of the first pages is the same, however
 * many pages are asked for.  A passage that has none of the words must be as near as m.floor, or as
 * two thirds of it where words found something.
 *
 * *state: DONE, or FOREIGN or WORDS, and then nothing was changed.  `most`: passages of a page.  XS_EFORMAT: a record
 * is damaged. */
int add_meaning(found_all &f, xs_meaning_state *state, xs_xap &x, const plan &p, xs_arena *a,
		const xs_meaning &m, const nearness &near, size_t most);

/* A question's vector beside those of the index. */
nearness nearness_of(const xs_xap &x, const xs_meaning &m);

} // namespace xap

#endif
