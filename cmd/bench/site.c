/* SPDX-License-Identifier: GPL-2.0-or-later */
/* site.c - the tables of searching and indexing the configured site. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/memory.h"
#include "cmd/bench/bench.h"
#include "cmd/folder.h"
#include "cmd/print.h"
#include "cmd/site.h"
#include "index/store.h"
#include "plugin/json.h"
#include "plugin/pipeline.h"

/* Questions made of the index, and their words. */
enum { SITE_QUESTIONS = 100, SITE_WORDS = 4, SITE_LINE = 10000, SITE_STAGES = 32, SITE_ROUNDS = 3 };

/* ---- search */

/* How a question is asked, in the order of the table. */
enum { ASK_PLAIN, ASK_FIRST, ASK_AGAIN, ASKS };

typedef struct site_search {
	bench *b;
	char **questions;
	size_t n, cap;
	uint64_t seen; /* passages; for choosing among them */
	xs_pipeline *pipeline;
	xs_index *index;
	const char *scores; /* a folder for the scores that are kept */
	samples ms[ASKS], stages[ASKS][SITE_STAGES];
	size_t asked, found,
		cached; /* counted ones; of the first asking, and hits of the second that were known */
} site_search;

/* A few words in a row from the middle of a passage; NULL: it has too few. */
static char *site_question(const char *text)
{
	size_t len = strlen(text);
	const char *p = text + len / 2;
	unsigned words = 0;
	xs_buf out;

	xs_buf_init(&out);
	/* From the middle, as passages of a site often begin alike; and from the beginning of a
	 * word. */
	p += strcspn(p, " \n");
	while (*p && words < SITE_WORDS) {
		size_t n;

		p += strspn(p, " \n\t.,;:()[]{}\"'`<>=+-*/\\|#&!?");
		n = strcspn(p, " \n\t.,;:()[]{}\"'`<>=+-*/\\|#&!?");
		/* Shorter words are articles and the like, longer ones are addresses. */
		if (n > 2 && n < 30) {
			if (words++)
				xs_buf_putc(&out, ' ');
			xs_buf_put(&out, p, n);
		}
		p += n;
	}
	if (words == SITE_WORDS)
		return xs_buf_take(&out);
	xs_buf_fini(&out);
	return NULL;
}

/* Keeps every passage with the same chance (reservoir sampling, Vitter 1985), from a fixed seed. */
static int site_see(void *user, const xs_record *r)
{
	site_search *s = user;
	char *question = site_question(r->text);
	uint64_t place;

	if (!question)
		return XS_OK;
	place = s->seen++;
	if (s->n < SITE_QUESTIONS) {
		s->questions = xs_grow(s->questions, s->n, &s->cap, sizeof *s->questions);
		s->questions[s->n++] = question;
		return XS_OK;
	}
	/* A hash of the number in place of a random one: the same index gives the same
	 * questions. */
	place = (place * 0x9e3779b97f4a7c15u ^ place << 7) % s->seen;
	if (place < SITE_QUESTIONS) {
		free(s->questions[place]);
		s->questions[place] = question;
	} else {
		free(question);
	}
	return XS_OK;
}

static int site_questions_made(site_search *s)
{
	xs_cmd *c = s->b->c;
	xs_store *store = NULL;
	int rc;

	/* Only one store is read here; a choice from the first shard alone would be no fair one. */
	if (c->conf->index.shards.n)
		return xs_fail(XS_EINPUT,
			       "with index.shards the questions cannot be made of the index: give "
			       "a file with --queries");
	rc = xs_store_open(&store, xs_file_join(c->arena, c->conf->index.path, "site.db"), false);
	if (rc == XS_ENOTFOUND)
		rc = xs_fail(XS_EINPUT, "there is no index in %s yet: run \"xapian-search index\"",
			     c->conf->index.path);
	if (rc == XS_OK)
		rc = xs_store_records(store, site_see, s);
	xs_store_close(store);
	return rc;
}

/* As they are, also those that find nothing: they are the user's own. */
static int site_questions_read(site_search *s, const char *path)
{
	FILE *in = fopen(path, "re");
	char *line = NULL;
	size_t cap = 0;
	int rc = XS_OK;

	if (!in)
		return xs_fail(XS_EINPUT, "open %s: %s", path, strerror(errno));
	while (getline(&line, &cap, in) > 0) {
		line[strcspn(line, "\r\n")] = '\0';
		/* An empty line is no question, and would be told as wrong input. */
		if (!line[strspn(line, " \t")])
			continue;
		s->questions = xs_grow(s->questions, s->n, &s->cap, sizeof *s->questions);
		s->questions[s->n++] = xs_strdup(line);
	}
	/* getline() tells its end and a failure in the same way. */
	if (ferror(in))
		rc = xs_fail(XS_EIO, "read %s: %s", path, strerror(errno));
	fclose(in);
	free(line);
	return rc;
}

static int site_open(site_search *s)
{
	bench *b = s->b;
	const char *path = b->c->conf->index.path;
	int rc = b->queries ? site_questions_read(s, b->queries) : site_questions_made(s);

	if (rc == XS_OK && s->n == 0)
		rc = xs_fail(XS_EINPUT, "%s: there is no question in it",
			     b->queries ? b->queries : b->c->conf->index.path);
	if (rc == XS_OK) /* every candidate is to be scored, or times would tell of the budget */
		rc = xs_conf_set(b->c->conf, "rerank.budget_ms", "0");
	/* Whatever is configured: two of the three ways to ask are reranked. */
	if (rc == XS_OK)
		rc = xs_conf_set(b->c->conf, "rerank.enabled", "true");
	if (rc == XS_OK)
		rc = site_index_open(&s->index, b->c);
	/* Scores are kept where the index is said to be; in a new folder none is known at first. */
	if (rc == XS_OK)
		rc = folder_make(&s->scores, b->c->arena);
	if (rc == XS_OK)
		rc = xs_conf_set(b->c->conf, "index.path", s->scores);
	if (rc == XS_OK)
		rc = xs_pipeline_open(&s->pipeline, b->c->conf);
	if (rc == XS_OK)
		/* Set back: what is opened later must find the real index. */
		rc = xs_conf_set(b->c->conf, "index.path", path);
	return rc;
}

static int site_ask(site_search *s, const char *question, int how, bool counted)
{
	xs_query *q = xs_query_new();
	int64_t begin = xs_clock_ns();
	int rc;

	q->text = question;
	/* By the query and not by a setting, so that one pipeline serves all three ways. */
	q->no_rerank = how == ASK_PLAIN;
	q->deadline.cancel = &s->b->c->cancel;
	rc = xs_pipeline_run(s->pipeline, s->index, q);
	if (rc == XS_EINPUT) /* no words to search for */
		rc = XS_OK;
	if (counted) {
		samples_add(&s->ms[how], xs_clock_ms(begin));
		for (size_t i = 0; i < q->n_timings && i < SITE_STAGES; i++)
			samples_add(&s->stages[how][i], q->timings[i].ms);
		s->asked += how == ASK_FIRST;
		s->found += how == ASK_FIRST && q->n_groups > 0;
		s->cached += how == ASK_AGAIN ? q->rerank.cache_hits : 0;
	}
	xs_query_free(q);
	return rc;
}

/* Each question is asked in all ways before the next one is; the first, with which the model is
 * opened, counts only if it is the only one. */
static int site_ask_all(site_search *s)
{
	int rc = XS_OK;

	for (size_t i = 0; i < s->n && rc == XS_OK; i++) {
		if (s->b->c->progress)
			print_progress(i, s->n, "questions");
		for (int how = 0; how < ASKS && rc == XS_OK; how++)
			rc = site_ask(s, s->questions[i], how, i > 0 || s->n == 1);
	}
	print_progress_clear();
	return rc;
}

static void site_show_times(site_search *s)
{
	static const bench_column columns[] = {
		{"how", "asked", 0},	 {"questions", "questions", 0},
		{"p50", "p50 ms", 2},	 {"p95", "p95 ms", 2},
		{"p99", "p99 ms", 2},	 {"max", "max ms", 2},
		{"ratio", "x plain", 2}, {NULL, NULL, 0}};
	static const char *const names[ASKS] = {"without reranking", "reranked",
						"reranked, scores known"};
	static const double percents[] = {50, 95, 99, 100};
	json_t *rows = json_array();

	for (int how = 0; how < ASKS; how++) {
		json_t *row = json_object();

		/* Without kept scores (rerank.cache_entries: 0) the second asking is the first
		 * one again. */
		if (how == ASK_AGAIN && !s->cached) {
			json_decref(row);
			continue;
		}
		json_object_set_new(row, "how", json_string(names[how]));
		json_object_set_new(row, "questions", json_integer((json_int_t)s->asked));
		for (int i = 0; i < 4; i++)
			json_object_set_new(row, columns[2 + i].key,
					    bench_table_number(
						    samples_percentile(&s->ms[how], percents[i])));
		json_object_set_new(row, "ratio",
				    bench_table_number(samples_median(&s->ms[how]) /
						       samples_median(&s->ms[ASK_PLAIN])));
		json_array_append_new(rows, row);
	}
	bench_show(s->b, "search",
		   xs_arena_printf(s->b->c->arena,
				   "Search: %zu of %zu questions have results, %d candidates",
				   s->found, s->asked, xs_conf_depth(s->b->c->conf->rerank.depth)),
		   columns, rows);
}

static void site_show_stages(site_search *s)
{
	static const bench_column columns[] = {
		{"stage", "stage", 0}, {"plain", "plain, ms", 3}, {"first", "reranked, ms", 3},
		{"share", "share", 3}, {"again", "known, ms", 3}, {NULL, NULL, 0}};
	static const char *const keys[ASKS] = {"plain", "first", "again"};
	size_t n = xs_pipeline_count(s->pipeline);
	json_t *rows = json_array();
	double all = 0;

	for (size_t i = 0; i < n && i < SITE_STAGES; i++)
		all += s->stages[ASK_FIRST][i].n ? samples_median(&s->stages[ASK_FIRST][i]) : 0;
	for (size_t i = 0; i < n && i < SITE_STAGES; i++) {
		json_t *row = json_object();

		json_object_set_new(row, "stage",
				    xs_json_text(xs_pipeline_stage(s->pipeline, i)->name));
		for (int how = 0; how < (s->cached ? ASKS : ASK_AGAIN); how++)
			if (s->stages[how][i].n)
				json_object_set_new(row, keys[how],
						    bench_table_number(
							    samples_median(&s->stages[how][i])));
		if (s->stages[ASK_FIRST][i].n && all > 0)
			json_object_set_new(
				row, "share",
				bench_table_number(samples_median(&s->stages[ASK_FIRST][i]) / all));
		json_array_append_new(rows, row);
	}
	bench_show(s->b, "search_stages", "Search: the stages of a question, medians", columns,
		   rows);
}

int bench_search(bench *b)
{
	site_search s = {.b = b};
	int rc = site_open(&s);

	if (rc == XS_OK)
		rc = site_ask_all(&s);
	if (rc == XS_OK) {
		site_show_times(&s);
		site_show_stages(&s);
	}
	xs_index_close(s.index);
	xs_pipeline_close(s.pipeline);
	folder_delete(s.scores);
	for (int how = 0; how < ASKS; how++) {
		samples_fini(&s.ms[how]);
		for (int i = 0; i < SITE_STAGES; i++)
			samples_fini(&s.stages[how][i]);
	}
	for (size_t i = 0; i < s.n; i++)
		free(s.questions[i]);
	free(s.questions);
	return rc;
}

/* ---- index */

/* What is measured, in the order of the table. */
enum { INDEX_NEW, INDEX_SAME, INDEX_REBUILT, INDEXINGS };

typedef struct site_index {
	bench *b;
	const xs_source *sources;
	size_t n_sources;
	samples ms[INDEXINGS], cpu[INDEXINGS];
	size_t pages, passages;
	uint64_t bytes;
} site_index;

/* One run of one kind over an open index. */
static int site_index_run(site_index *s, xs_index *ix, int what)
{
	xs_deadline stop = {.cancel = &s->b->c->cancel};
	int64_t begin = xs_clock_ns();
	double cpu = bench_cpu_ms();
	xs_index_summary summary = {0};
	xs_arena *a = xs_arena_new();
	int rc;

	if (what == INDEX_REBUILT)
		rc = xs_index_rebuild(NULL, ix, NULL, NULL, &stop);
	else
		rc = xs_index_update(&summary, a, ix, s->sources, s->n_sources, true, NULL, NULL,
				     &stop);
	samples_add(&s->ms[what], xs_clock_ms(begin));
	samples_add(&s->cpu[what], bench_cpu_ms() - cpu);
	/* Only this run sees all pages: the others find nothing new. */
	if (what == INDEX_NEW) {
		s->pages = summary.added;
		s->passages = summary.passages;
		s->bytes = summary.bytes;
	}
	xs_arena_free(a);
	return rc;
}

/* Indexes the site in a folder that is empty before and gone after. */
static int site_index_round(site_index *s)
{
	site_writer writer = {0};
	const char *folder;
	int rc = folder_make(&folder, s->b->c->arena);

	if (rc == XS_OK)
		rc = site_writer_open(&writer, s->b->c, folder, false);
	/* In this order: the second kind needs the pages of the first, the third what both
	 * wrote. */
	for (int what = 0; what < INDEXINGS && rc == XS_OK; what++)
		rc = site_index_run(s, writer.index, what);
	site_writer_close(&writer);
	folder_delete(folder);
	return rc;
}

static json_t *site_index_rows(site_index *s)
{
	static const char *const names[INDEXINGS] = {"all pages are new", "no page has changed",
						     "Xapian's part built anew"};
	json_t *rows = json_array();

	for (int what = 0; what < INDEXINGS; what++) {
		double ms = samples_median(&s->ms[what]);
		json_t *row = json_object();

		json_object_set_new(row, "what", json_string(names[what]));
		json_object_set_new(row, "ms", bench_table_number(ms));
		json_object_set_new(row, "spread",
				    bench_table_number(samples_spread(&s->ms[what])));
		json_object_set_new(row, "cpu_ms",
				    bench_table_number(samples_median(&s->cpu[what])));
		json_object_set_new(row, "pages_per_second",
				    bench_table_number((double)s->pages / ms * 1000));
		/* Where no page has changed nothing is cut into passages. */
		if (what != INDEX_SAME)
			json_object_set_new(row, "passages_per_second",
					    bench_table_number((double)s->passages / ms * 1000));
		if (what == INDEX_NEW)
			json_object_set_new(row, "mb_per_second",
					    bench_table_number((double)s->bytes / 1e6 / ms * 1000));
		json_object_set_new(row, "runs", json_integer((json_int_t)s->ms[what].n));
		json_array_append_new(rows, row);
	}
	return rows;
}

int bench_index(bench *b)
{
	static const bench_column columns[] = {{"what", "indexing", 0},
					       {"ms", "ms", 1},
					       {"spread", "+-", 3},
					       {"cpu_ms", "CPU ms", 1},
					       {"pages_per_second", "pages/s", 1},
					       {"passages_per_second", "passages/s", 1},
					       {"mb_per_second", "MB/s", 2},
					       {"runs", "runs", 0},
					       {NULL, NULL, 0}};
	site_index s = {.b = b};
	int64_t begin = xs_clock_ns();
	int rc = XS_OK;

	rc = site_sources(&s.sources, &s.n_sources, b->c);
	for (int round = 0;
	     rc == XS_OK && (round < SITE_ROUNDS || xs_clock_ms(begin) < b->seconds * 1000);
	     round++)
		rc = site_index_round(&s);
	if (rc == XS_OK)
		bench_show(b, "index",
			   xs_arena_printf(b->c->arena, "Index: %zu pages, %zu passages, %s",
					   s.pages, s.passages, print_bytes(s.bytes)),
			   columns, site_index_rows(&s));
	for (int what = 0; what < INDEXINGS; what++) {
		samples_fini(&s.ms[what]);
		samples_fini(&s.cpu[what]);
	}
	return rc;
}
