/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query_parse.h - the syntax of a question (query.h) into a list of clauses.
 *
 * Knows nothing of Xapian: what the clauses mean for an index is its caller's. */
#ifndef XS_INDEX_QUERY_PARSE_H
#define XS_INDEX_QUERY_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

enum { XS_QUERY_WORDS = 256 }; /* different words; others are left out */

typedef enum xs_field {
	XS_FIELD_NONE,
	XS_FIELD_TITLE,
	XS_FIELD_HEADING, /* these have words */
	XS_FIELD_SITE,
	XS_FIELD_PATH,
	XS_FIELD_TYPE,
	XS_FIELD_LANG, /* these a value */
	XS_FIELD_SECTION,
	XS_FIELD_META, /* these, too */
	XS_FIELD_DATE, /* this a range */
	XS_FIELDS
} xs_field;

typedef enum xs_sign { XS_MAY, XS_MUST, XS_MUST_NOT } xs_sign;

typedef struct xs_query_word {
	const char *word;  /* as xs_words gives it */
	size_t start, end; /* where it stands in the question, bytes */
	bool extra;	   /* a form or part of the words before: ranks, but is in no phrase */
	bool part;	   /* a part: ranks less */
} xs_query_word;

/* What stands between spaces, or in quotes. */
typedef struct xs_clause {
	xs_field field;
	xs_sign sign;	      /* fields without a sign: XS_MUST */
	bool phrase;	      /* the words, as they are, one after the other; else their stems */
	const char *text;     /* as written, without sign, field and quotes; of fields that have a
			   * value: what to compare with */
	const char *name;     /* of META: which field; else "" */
	xs_query_word *words; /* of NONE, TITLE and HEADING: at least one */
	size_t n;
	int64_t from, to; /* of DATE: seconds since 1970, both included */
} xs_clause;

/* What the reader of a question asks the index for, where a sign may be a word.  NULL: nothing is known
 * there. */
typedef struct xs_query_look {
	void *user;
	/* Whether an option such as "-name" stands in the index. */
	bool (*flag)(void *user, const char *option);
	/* Whether some page meets a clause of a field. */
	bool (*meets)(void *user, const xs_clause *clause);
} xs_query_look;

typedef struct xs_parsed {
	xs_clause *clauses; /* in the order they were written */
	size_t n;
	const char *plain; /* words and phrases without signs and quotes, fields left out */
	bool cut;	   /* there were too many words */
	bool unclosed;	   /* a quote that has no end, and was taken for a space */
	const char **told; /* what was read as an operator, or was not: sentences */
	size_t n_told;
} xs_parsed;

/* Reads a question; all in `a`, `text` is not kept.  A question is text unless it clearly is more: a
 * field whose value cannot be, or that no page meets, is words; so is "-name" in a question with options
 * of commands, or where the index has such an option (`look`, may be NULL). */
int xs_query_parse(xs_parsed *out, xs_arena *a, const char *text, const xs_query_look *look);

/* Reads one filter, where all that has no sign is XS_MUST.  XS_EINPUT: the value of a field makes no
 * sense. */
int xs_query_parse_filter(xs_parsed *out, xs_arena *a, const char *text);

/* How fields are written before their colon; "" for XS_FIELD_NONE. */
extern const char *const xs_query_field_names[XS_FIELDS];

/* Reads c->text as the value of c->field, which has no words, and leaves there what to compare with.
 * XS_EINPUT: it makes no sense. */
int xs_query_value(xs_clause *c, xs_arena *a);

/* Seconds since 1970 of a range as it may follow "date:".  XS_EINPUT with a sentence. */
int xs_query_dates(int64_t *from, int64_t *to, const char *text);

/* How questions and filters were read, in a line for people: the first ranks, the others do not. */
char *xs_query_describe(xs_arena *a, const xs_parsed *queries, size_t n);

#endif
