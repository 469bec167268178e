// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_hits.hh - what was found, read from the database. */
#ifndef XS_INDEX_XAP_HITS_HH
#define XS_INDEX_XAP_HITS_HH

#include "index/xap_near.hh"

namespace xap
{

/* The best passage of each of the first pages, then the further ones, with their cosines where `near` is
 * not nullptr.  `plain`: the question in plain words, to be told of a hit whose name it is. */
int fill_hits(xs_search_result *out, xs_arena *a, found_all &f, const nearness *near,
	      const char *plain, const xs_search_request &request);

} // namespace xap

#endif
