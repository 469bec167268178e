/* SPDX-License-Identifier: MIT */
/* pattern.c - the patterns of attention that have names, and the one table of the switches.
 *
 * Who needs all switches walks this table: configurations, options, answers in JSON, identities of
 * scores.  A further switch is a field in rerank.h, a row here, and what the kernels make of it. */
#include <assert.h>

#include "rerank/rerank.h"

/* The order is part of kept scores' identity (plugin/scorer.c): new rows go to the end. */
static const struct {
	const char *name;
	size_t offset;
} pattern_switches[XS_PATTERN_SWITCHES] = {
	{"cls_query", offsetof(xs_pattern, cls_query)},
	{"cls_doc", offsetof(xs_pattern, cls_doc)},
	{"query_cls", offsetof(xs_pattern, query_cls)},
	{"query_doc", offsetof(xs_pattern, query_doc)},
	{"doc_cls", offsetof(xs_pattern, doc_cls)},
	{"doc_query", offsetof(xs_pattern, doc_query)},
};

/* arXiv 2312.17649 finds a window of 4, and a query that attends to itself alone, as effective as
 * full attention. */
const xs_pattern xs_pattern_sparse = {
	.window = 4, .cls_query = true, .cls_doc = true, .doc_cls = true, .doc_query = true};

const xs_pattern xs_pattern_full = {.window = -1,
				    .cls_query = true,
				    .cls_doc = true,
				    .query_cls = true,
				    .query_doc = true,
				    .doc_cls = true,
				    .doc_query = true};

const char *xs_pattern_switch_name(int i)
{
	return i >= 0 && i < XS_PATTERN_SWITCHES ? pattern_switches[i].name : NULL;
}

bool xs_pattern_switch_get(const xs_pattern *p, int i)
{
	assert(i >= 0 && i < XS_PATTERN_SWITCHES);
	return *(const bool *)((const char *)p + pattern_switches[i].offset);
}

void xs_pattern_switch_set(xs_pattern *p, int i, bool on)
{
	assert(i >= 0 && i < XS_PATTERN_SWITCHES);
	*(bool *)((char *)p + pattern_switches[i].offset) = on;
}

/* Field by field: between them a struct may hold bytes of no meaning. */
bool xs_pattern_equal(const xs_pattern *a, const xs_pattern *b)
{
	for (int i = 0; i < XS_PATTERN_SWITCHES; i++)
		if (xs_pattern_switch_get(a, i) != xs_pattern_switch_get(b, i))
			return false;
	return a->window == b->window;
}
