/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query_describe.c - a question as it was read, in a line for people. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "index/question/query_parse.h"

enum { DESCRIBED = 2000 }; /* bytes of a description, about */

const char *const xs_query_field_names[XS_FIELDS] = {
	[XS_FIELD_NONE] = "",	  [XS_FIELD_TITLE] = "title",	  [XS_FIELD_HEADING] = "heading",
	[XS_FIELD_SITE] = "site", [XS_FIELD_PATH] = "path",	  [XS_FIELD_TYPE] = "type",
	[XS_FIELD_LANG] = "lang", [XS_FIELD_SECTION] = "section", [XS_FIELD_META] = "meta",
	[XS_FIELD_DATE] = "date",
};

static void describe_day(xs_buf *b, int64_t at)
{
	time_t t = (time_t)at;
	struct tm tm;

	if (gmtime_r(&t, &tm))
		xs_buf_printf(b, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

static void describe_clause(xs_buf *b, const xs_clause *c)
{
	const char *quote = c->phrase ? "\"" : "";
	size_t i, n = 0;

	if (c->field == XS_FIELD_DATE) {
		/* An open end stays empty, as one would write it. */
		if (c->from != INT64_MIN)
			describe_day(b, c->from);
		xs_buf_puts(b, "..");
		if (c->to != INT64_MAX)
			describe_day(b, c->to);
		return;
	}
	/* These have a value and no words.  Only metadata has a name of its own. */
	if (c->field > XS_FIELD_HEADING) {
		xs_buf_printf(b, "%s%s%s", c->name, *c->name ? ":" : "", c->text);
		return;
	}
	xs_buf_puts(b, quote);
	for (i = 0; i < c->n; i++)
		/* Further forms of a word are searched for, but are no part of a phrase. */
		if (!c->words[i].extra || !c->phrase)
			xs_buf_printf(b, "%s%s", n++ ? " " : "", c->words[i].word);
	xs_buf_puts(b, quote);
}

/* One sort of clauses of a question, after `label`. */
static void describe_sort(xs_buf *b, const xs_parsed *q, xs_field field, xs_sign sign,
			  const char *label)
{
	size_t i, n = 0;

	for (i = 0; i < q->n; i++) {
		const xs_clause *c = &q->clauses[i];

		if (c->field != field || c->sign != sign)
			continue;
		xs_buf_printf(b, "%s%s", n ? ", " : b->len ? "; " : "", n ? "" : label);
		n++;
		describe_clause(b, c);
	}
}

char *xs_query_describe(xs_arena *a, const xs_parsed *queries, size_t n)
{
	xs_buf b;
	char label[32], *out;
	size_t i, shown;
	int f;

	xs_buf_init(&b);
	for (i = 0; i < n; i++) {
		/* By field and not as it was typed: what restricts alike stands together. */
		for (f = XS_FIELD_NONE; f < XS_FIELDS; f++) {
			snprintf(label, sizeof label,
				 "%s: ", f ? xs_query_field_names[f] : "any of");
			describe_sort(&b, &queries[i], (xs_field)f, XS_MAY, label);
			snprintf(label, sizeof label,
				 "%s: ", f ? xs_query_field_names[f] : "must have");
			describe_sort(&b, &queries[i], (xs_field)f, XS_MUST, label);
			snprintf(label, sizeof label, "not%s%s: ", f ? " " : "",
				 xs_query_field_names[f]);
			describe_sort(&b, &queries[i], (xs_field)f, XS_MUST_NOT, label);
		}
	}
	shown = b.len < DESCRIBED ? b.len : DESCRIBED;
	/* No character of UTF-8 is cut in two. */
	for (; shown && shown < b.len && ((unsigned char)b.data[shown] & 0xC0) == 0x80; shown--)
		;
	out = xs_arena_printf(a, "%.*s%s", (int)shown, b.data, shown < b.len ? "…" : "");
	xs_buf_fini(&b);
	return out;
}
