// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_allowed.hh - which rows of the file of vectors a question may bring.
 *
 * Knows nothing of how near they are. */
#ifndef XS_INDEX_XAP_ALLOWED_HH
#define XS_INDEX_XAP_ALLOWED_HH

#include "index/xap_plan.hh"

namespace xap
{

/* A bit a row, as xs_vectors_nearest() has them, of the passages that meet what the plan requires;
 * nullptr: it requires nothing.  Kept with the database: a key's conditions are the same in each of its
 * questions.  Valid until the next call. */
const uint64_t *allowed_rows(xs_xap &x, const plan &p);

/* Sets or clears the bits of the passages that a query matches. */
void mark_rows(std::vector<uint64_t> &bits, xs_xap &x, const Xapian::Query &query, bool set);

} // namespace xap

#endif
