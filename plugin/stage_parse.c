/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stage_parse.c - the stage that reads the question: trims it, checks its syntax, and finds the
 * plain words that a model reads. */
#include <string.h>

#include "index/question/query_parse.h"
#include "plugin/query.h"
#include "plugin/registry.h"

static int parse_run(void *state, const xs_host *host, xs_query *q)
{
	static const char blanks[] = " \t\r\n\f\v";
	xs_parsed parsed;
	size_t len;
	char *text;
	int rc;

	(void)state;
	if (!q->text)
		return host->fail(XS_EINPUT, "the question is missing");
	/* Trimmed before all else: the log, the cache and a paging token must see one text. */
	q->text += strspn(q->text, blanks);
	for (len = strlen(q->text); len && strchr(blanks, q->text[len - 1]);)
		len--;
	if (!len)
		return host->fail(XS_EINPUT, "the question is empty");
	text = host->alloc(q, len + 1);
	memcpy(text, q->text, len);
	q->text = text;
	rc = xs_query_parse(&parsed, xs_query_arena(q), text, NULL);
	if (rc == XS_OK)
		/* A question of conditions alone has no plain words; then a model reads it as typed. */
		q->question = *parsed.plain ? parsed.plain : text;
	return rc;
}

const xs_stage xs_stage_parse = {
	.abi = XS_PLUGIN_ABI,
	.size = sizeof(xs_stage),
	.name = "parse",
	.summary = "reads the question",
	.run = parse_run,
};
