/* SPDX-License-Identifier: GPL-2.0-or-later */
/* paging_token.h - what a link to the next page of results carries, so that no result comes twice and none
 * is lost.
 *
 * A token names the pages that a question has brought so far, in their order, as a number of 32 bits
 * each.  The next page of results is made of those that match now and were not shown yet, whatever
 * became of the index or of the reranker's time meanwhile; those that the token names come first, in its
 * order, so that a page that is loaded again is the same.  The server keeps nothing, so any
 * process can answer, and a token shows nobody more than the question itself would.  Knows queries and
 * nothing of HTTP. */
#ifndef XS_PLUGIN_PAGING_TOKEN_H
#define XS_PLUGIN_PAGING_TOKEN_H

#include "plugin/plugin.h"

enum { XS_PAGING_TOKEN_PAGES = 2000 }; /* that a token names, at most */

/* Before a query runs, its question, filters and order set: leaves out the first `skip` results that
 * the token names, and sets the order of the others; where it names fewer, the offset skips the rest.
 * XS_EINPUT: it is no token, or of another question. */
int xs_paging_token_read(xs_query *q, const char *token, size_t skip);

/* After it ran: the token for its further pages, in the query's arena. */
const char *xs_paging_token_write(const xs_query *q);

/* The number that a page has in tokens. */
uint32_t xs_paging_token_page(uint64_t page);

#endif
