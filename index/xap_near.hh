// SPDX-License-Identifier: GPL-2.0-or-later
/* xap_near.hh - passages that are near to a vector, read from the database.
 *
 * Knows nothing of words and of the order of results. */
#ifndef XS_INDEX_XAP_NEAR_HH
#define XS_INDEX_XAP_NEAR_HH

#include <functional>
#include <memory>

#include "index/xap_found.hh"

namespace xap
{

using vector_query = std::unique_ptr<xs_vector_query, void (*)(xs_vector_query *)>;

/* A vector beside those of an index. */
class nearness
{
      public:
	/* Borrows the database's file of vectors. */
	nearness(const xs_xap &x, vector_query query);

	/* Looks for the vector of a passage, once.  One of what the passage said before is none of it. */
	void look(found_match &m, const xs_record &r) const;

	/* The `room` nearest passages, nearest first, of those whose bits are set (nullptr: of all).  They
	 * are looked up as matches of what `query` makes of a list of passages.  Those that were deleted,
	 * whose text has changed since, or that lack a phrase of the plan are left out.  Their records
	 * are read, in `a`.  XS_EFORMAT: a record is damaged. */
	int nearest(std::vector<found_match> &out, xs_xap &x, const plan &p, xs_arena *a,
		    size_t room, const uint64_t *bits,
		    const std::function<Xapian::Query(const Xapian::Query &)> &query) const;

      private:
	const xs_vectors *vectors_;
	vector_query query_;
};

/* Reads the record of a match, which stays in `a`.  XS_EFORMAT: it is damaged. */
int read_record(found_match &m, xs_arena *a);

} // namespace xap

#endif
