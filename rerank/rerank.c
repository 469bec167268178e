/* SPDX-License-Identifier: MIT */
/* rerank.c - what concerns the library as a whole: its version and its log. */
/* In <>: the quotes would find rerank/config.h. */
#include <config.h>

#include "rerank/rerank.h"

#include "base/log.h"

const char *xs_rerank_version(void)
{
	return PACKAGE_VERSION;
}

/* In librerank.so base/log.c is hidden and its state the library's own; the program xapian-search is
 * linked with the same code once, and this is its log. */
void xs_rerank_log_to(xs_log_sink *sink, void *user, xs_level lowest)
{
	xs_log_to(sink, user, lowest);
}
