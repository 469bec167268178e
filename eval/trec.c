/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trec.c - runs and relevance judgements, in the forms of TREC and BEIR.
 *
 * Both files are read into one list of lines, sorted by query and place, then cut into queries. */
#include "eval/trec.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

enum { TREC_FIELDS = 7 }; /* one more than a line may have */

typedef struct trec_line {
	const char *query, *doc;
	double value; /* score or grade */
	long rank;    /* of a run's line */
	size_t at;    /* place in the file, from 0; after grouping: of the query's first line */
	long line;
} trec_line;

typedef struct trec_lines {
	trec_line *items;
	size_t n, cap;
} trec_lines;

static int trec_open(xs_map *map, const char *path)
{
	int rc = xs_map_open(map, path);

	return rc == XS_ENOTFOUND ? xs_fail(XS_EINPUT, "%s: there is no such file", path) : rc;
}

/* Cuts a line at blanks and tabs; returns how many fields it has, at most TREC_FIELDS. */
static int trec_split(char **fields, char *line)
{
	char *rest = line;
	int n = 0;

	while (n < TREC_FIELDS && (fields[n] = strtok_r(n ? NULL : line, " \t\r", &rest)))
		n++;
	return n;
}

static bool trec_number(double *out, const char *text)
{
	char *end;

	/* strtod() and not a parser of ours: runs have "1e-05" and "nan", of which the first is
	 * a score. */
	*out = strtod(text, &end);
	return end != text && *end == '\0' && isfinite(*out);
}

static bool trec_rank(long *out, const char *text)
{
	char *end;

	/* strtol() would take a sign and blanks as well. */
	if (*text < '0' || *text > '9')
		return false;
	*out = strtol(text, &end, 10);
	return *end == '\0' && *out < LONG_MAX;
}

static int trec_parse_run(trec_line *l, char **fields, int n, const char *path, long line)
{
	if (n != 6)
		return xs_fail(
			XS_EINPUT,
			"%s:%ld: expected 6 fields (query Q0 document rank score tag), got %d%s",
			path, line, n, n == TREC_FIELDS ? " or more" : "");
	if (!trec_rank(&l->rank, fields[3]))
		return xs_fail(XS_EINPUT,
			       "%s:%ld: expected a whole number from 0 as rank, got \"%.40s\"",
			       path, line, fields[3]);
	if (!trec_number(&l->value, fields[4]) || fabs(l->value) > (double)FLT_MAX)
		return xs_fail(XS_EINPUT, "%s:%ld: expected a score, got \"%.40s\"", path, line,
			       fields[4]);
	l->query = fields[0];
	l->doc = fields[2];
	return XS_OK;
}

/* XS_ENOTFOUND: the line is a header. */
static int trec_parse_qrel(trec_line *l, char **fields, int n, const char *path, long line)
{
	if (n != 3 && n != 4)
		return xs_fail(XS_EINPUT,
			       "%s:%ld: expected 4 fields (query 0 document grade) or 3 (query "
			       "document grade), got %d%s",
			       path, line, n, n == TREC_FIELDS ? " or more" : "");
	if (!trec_number(&l->value, fields[n - 1]) || l->value != floor(l->value) ||
	    fabs(l->value) > 1000000) {
		/* BEIR's tables begin with "query-id corpus-id score". */
		if (line == 1 && strncmp(fields[0], "query", 5) == 0)
			return XS_ENOTFOUND;
		return xs_fail(XS_EINPUT, "%s:%ld: expected a whole number as grade, got \"%.40s\"",
			       path, line, fields[n - 1]);
	}
	l->query = fields[0];
	l->doc = fields[n - 2];
	return XS_OK;
}

typedef int trec_parse(trec_line *l, char **fields, int n, const char *path, long line);

/* Reads all lines; empty ones are passed over.  The caller frees out->items. */
static int trec_read(trec_lines *out, xs_arena *a, const char *path, trec_parse *parse)
{
	char *fields[TREC_FIELDS], *text, *next;
	xs_map map = {0};
	long line = 0;
	int rc = trec_open(&map, path);

	if (rc != XS_OK)
		return rc;
	/* Below, a NUL would end the text, and what follows would be lost in silence. */
	if (memchr(map.data, '\0', map.len))
		rc = xs_fail(XS_EINPUT, "%s: has a NUL byte, so it is no text file", path);
	/* One copy of the file, which is cut at blanks: names are borrowed from it, and none is
	 * copied. */
	text = xs_arena_dupn(a, (const char *)map.data, map.len);
	xs_map_close(&map);
	for (; rc == XS_OK && *text; text = next) {
		size_t len = strcspn(text, "\n");
		trec_line l = {0};
		int n;

		line++;
		next = text + len + (text[len] == '\n');
		text[len] = '\0';
		n = *text == '#' ? 0 : trec_split(fields, text);
		if (n == 0)
			continue;
		rc = parse(&l, fields, n, path, line);
		if (rc == XS_ENOTFOUND) {
			rc = XS_OK;
			continue;
		}
		l.at = out->n;
		l.line = line;
		out->items = xs_grow(out->items, out->n, &out->cap, sizeof l);
		out->items[out->n++] = l;
	}
	return rc;
}

static int trec_by_query(const void *left, const void *right)
{
	const trec_line *a = left, *b = right;
	int order = strcmp(a->query, b->query);

	return order ? order : (a->at > b->at) - (a->at < b->at);
}

static int trec_by_document(const void *left, const void *right)
{
	const trec_line *a = left, *b = right;
	int order = (a->at > b->at) - (a->at < b->at);

	if (order == 0)
		order = strcmp(a->doc, b->doc);
	return order ? order : (a->line > b->line) - (a->line < b->line);
}

/* Brings lines of one query together, queries in the order of their first lines, documents by
 * name; refuses a document that stands twice. */
static int trec_group(size_t *n_queries, trec_lines *all, const char *path)
{
	trec_line *items = all->items;

	*n_queries = 0;
	if (all->n == 0)
		return XS_OK;
	/* Sorted twice: by query, to find the first line of each, then by that line and the
	 * document. */
	qsort(items, all->n, sizeof *items, trec_by_query);
	for (size_t i = 0, first = 0; i < all->n; i++) {
		if (i == 0 || strcmp(items[i].query, items[i - 1].query) != 0) {
			first = items[i].at;
			++*n_queries;
		}
		items[i].at = first;
	}
	qsort(items, all->n, sizeof *items, trec_by_document);
	for (size_t i = 1; i < all->n; i++)
		if (items[i].at == items[i - 1].at && strcmp(items[i].doc, items[i - 1].doc) == 0)
			return xs_fail(
				XS_EINPUT,
				"%s:%ld: document %.60s of query %.60s stands in line %ld too",
				path, items[i].line, items[i].doc, items[i].query,
				items[i - 1].line);
	return XS_OK;
}

static int trec_by_rank(const void *left, const void *right)
{
	const trec_line *a = left, *b = right;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return (a->line > b->line) - (a->line < b->line);
}

/* Whether the ranks of a query's lines, which it puts in their order, go with the scores.  Scores
 * are compared as floats, as xs_measure_sort() does. */
static int trec_check_ranks(trec_line *lines, size_t n, const char *path)
{
	qsort(lines, n, sizeof *lines, trec_by_rank);
	/* Some tools write 0 in every line: then there are no ranks to check. */
	if (lines[n - 1].rank == 0)
		return XS_OK;
	for (size_t i = 1; i < n; i++) {
		const trec_line *a = &lines[i - 1], *b = &lines[i];

		if (a->rank == b->rank)
			return xs_fail(XS_EINPUT,
				       "%s:%ld: rank %ld of query %.60s stands in line %ld too",
				       path, b->line, b->rank, b->query, a->line);
		/* trec_eval sorts by score and does not look at ranks. Where they disagree,
		 * what is measured is not what the author of the run saw. */
		if ((float)b->value > (float)a->value)
			return xs_fail(
				XS_EINPUT,
				"%s:%ld: rank %ld of query %.60s has a higher score than rank %ld "
				"in line %ld",
				path, b->line, b->rank, b->query, a->rank, a->line);
	}
	return XS_OK;
}

/* A file's lines by query: those of query i are items[from[i]] to items[from[i + 1] - 1]. */
typedef struct trec_file {
	trec_line *items; /* malloc()ed; the rest is in an arena */
	size_t *from, n;
	xs_name_place *names; /* of the queries, to find them by */
} trec_file;

/* Reads a file and cuts it into queries.  The caller frees out->items, also after a failure. */
static int trec_file_read(trec_file *out, xs_arena *a, const char *path, trec_parse *parse)
{
	trec_lines all = {0};
	size_t n = 0;
	int rc = trec_read(&all, a, path, parse);

	if (rc == XS_OK)
		rc = trec_group(&n, &all, path);
	*out = (trec_file){.items = all.items};
	if (rc != XS_OK)
		return rc;
	out->from = xs_arena_array(a, n + 1, sizeof *out->from);
	out->names = xs_arena_array(a, n + 1, sizeof *out->names);
	for (size_t i = 0; i < all.n; i++)
		if (i == 0 || all.items[i].at != all.items[i - 1].at) {
			out->names[out->n] = (xs_name_place){all.items[i].query, out->n};
			out->from[out->n++] = i;
		}
	out->from[n] = all.n;
	xs_name_place_sort(out->names, out->n);
	return XS_OK;
}

int xs_run_read(xs_run *out, xs_arena *a, const char *path)
{
	trec_file f;
	int rc = trec_file_read(&f, a, path, trec_parse_run);

	*out = (xs_run){0};
	if (rc == XS_OK)
		*out = (xs_run){.queries = xs_arena_array(a, f.n + 1, sizeof *out->queries),
				.names = f.names,
				.n = f.n};
	for (size_t i = 0; i < out->n && rc == XS_OK; i++) {
		trec_line *lines = f.items + f.from[i];
		size_t n = f.from[i + 1] - f.from[i];
		xs_run_query *q = &out->queries[i];

		q->query = lines->query;
		q->docs = xs_arena_array(a, n, sizeof *q->docs);
		for (; q->n < n; q->n++)
			q->docs[q->n] = (xs_ranked){lines[q->n].doc, lines[q->n].value};
		xs_measure_sort(q->docs, q->n);
		rc = trec_check_ranks(lines, n, path);
	}
	free(f.items);
	return rc;
}

int xs_qrels_read(xs_qrels *out, xs_arena *a, const char *path)
{
	trec_file f;
	int rc = trec_file_read(&f, a, path, trec_parse_qrel);

	*out = (xs_qrels){0};
	if (rc == XS_OK)
		*out = (xs_qrels){.queries = xs_arena_array(a, f.n + 1, sizeof *out->queries),
				  .names = f.names,
				  .n = f.n};
	for (size_t i = 0; i < out->n; i++) {
		const trec_line *lines = f.items + f.from[i];
		size_t n = f.from[i + 1] - f.from[i];
		xs_qrels_query *q = &out->queries[i];

		q->query = lines->query;
		q->docs = xs_arena_array(a, n, sizeof *q->docs);
		for (; q->n < n; q->n++)
			q->docs[q->n] = (xs_judged){lines[q->n].doc, (int)lines[q->n].value};
	}
	free(f.items);
	return rc;
}

static bool trec_word(const char *s)
{
	return *s && !s[strcspn(s, " \t\r\n")];
}

int xs_run_write(FILE *to, const char *query, const xs_ranked *docs, size_t n, const char *tag)
{
	if (n && (!trec_word(query) || *query == '#'))
		return xs_fail(XS_EINPUT, "the query's name \"%.60s\" cannot stand in a run",
			       query);
	for (size_t i = 0; i < n; i++) {
		if (!trec_word(docs[i].doc))
			return xs_fail(XS_EINPUT,
				       "the document's name \"%.60s\" cannot stand in a run",
				       docs[i].doc);
		fprintf(to, "%s Q0 %s %zu %.9g %s\n", query, docs[i].doc, i + 1,
			(double)(float)docs[i].score, tag);
	}
	return XS_OK;
}

const xs_run_query *xs_run_find(const xs_run *run, const char *query)
{
	size_t place = xs_name_place_find(run->names, run->n, query);

	return place == (size_t)-1 ? NULL : &run->queries[place];
}

const xs_qrels_query *xs_qrels_find(const xs_qrels *qrels, const char *query)
{
	size_t place = xs_name_place_find(qrels->names, qrels->n, query);

	return place == (size_t)-1 ? NULL : &qrels->queries[place];
}
