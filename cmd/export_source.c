/* SPDX-License-Identifier: GPL-2.0-or-later */
/* export_source.c - queries and documents to be exported: of a collection, or of the site. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "cmd/eval.h"
#include "cmd/export.h"
#include "cmd/export_log.h"
#include "cmd/site.h"
#include "plugin/pipeline.h"

struct export_source {
	xs_cmd *c;
	export_query *queries; /* in the command's arena */
	size_t n;
	xs_beir corpus;
	xs_qrels qrels;
	xs_run run;
	export_log log;
	eval_site *
		site; /* the index of the corpus; NULL: there is a run, or the configured index is asked */
	xs_pipeline *pipeline; /* of the configured index */
	xs_index *index;
};

/* The queries of a file of lines, numbered by their lines.  Empty lines count, so that a number is
 * found again in the file.  More than 1 GiB is no list of questions. */
static int source_lines(export_source *s, const char *path)
{
	char *text;
	size_t len, most = 1;
	int rc = xs_file_read(&text, &len, s->c->arena, path, (size_t)1 << 30);

	if (rc != XS_OK)
		return rc == XS_ENOTFOUND ? xs_fail(XS_EINPUT, "%s: there is no such file", path)
					  : rc;
	/* The loops below end at a NUL, and would leave out the rest without a word. */
	if (memchr(text, '\0', len))
		return xs_fail(XS_EINPUT, "%s: has a NUL byte, so it is no text file", path);
	for (const char *p = text; (p = strchr(p, '\n')); p++)
		most++;
	s->queries = xs_arena_array(s->c->arena, most, sizeof *s->queries);
	for (size_t line = 1; *text; line++) {
		size_t end = strcspn(text, "\n");
		char *next = text + end + (text[end] == '\n');

		text[strcspn(text, "\r\n")] = '\0';
		if (text[strspn(text, " \t")])
			s->queries[s->n++] =
				(export_query){xs_arena_printf(s->c->arena, "%zu", line), text, 0};
		text = next;
	}
	return XS_OK;
}

/* `title` of a query is ignored: a question has none. */
static int source_jsonl(export_source *s, const char *path)
{
	xs_beir file;
	int rc = xs_beir_read(&file, s->c->arena, path);

	if (rc != XS_OK)
		return rc;
	s->queries = xs_arena_array(s->c->arena, file.n + 1, sizeof *s->queries);
	for (s->n = 0; s->n < file.n; s->n++)
		s->queries[s->n] = (export_query){file.rows[s->n].id, file.rows[s->n].text, 0};
	return XS_OK;
}

/* JSON lines as in BEIR, or a question a line.  A question does not begin with a brace, a line of
 * JSON always does.  The file is mapped for that one byte, so nothing else is read twice. */
static int source_queries(export_source *s, const char *path)
{
	xs_map map = {0};
	int rc = xs_map_open(&map, path);
	bool json = rc == XS_OK && map.len && *map.data == '{';

	xs_map_close(&map);
	if (rc != XS_OK)
		return rc == XS_ENOTFOUND ? xs_fail(XS_EINPUT, "%s: there is no such file", path)
					  : rc;
	rc = json ? source_jsonl(s, path) : source_lines(s, path);
	if (rc == XS_OK && s->n == 0)
		rc = xs_fail(XS_EINPUT, "%s: there is no query in it", path);
	return rc;
}

/* The questions of the site's log, numbered.  No log is a wrong setting here; 1 is for an export
 * without rows. */
static int source_log(export_source *s, const export_options *o)
{
	xs_arena *a = s->c->arena;
	const char *path = xs_file_join(a, s->c->conf->index.path, "queries.db");
	int rc = export_log_read(&s->log, a, path, o->since);

	if (rc != XS_OK)
		return rc == XS_ENOTFOUND ? XS_EINPUT : rc;
	s->queries = xs_arena_array(a, s->log.n + 1, sizeof *s->queries);
	for (s->n = 0; s->n < s->log.n; s->n++)
		s->queries[s->n] = (export_query){xs_arena_printf(a, "%zu", s->n + 1),
						  s->log.queries[s->n], s->log.times[s->n]};
	return XS_OK;
}

/* Leaves the queries that the judgements and the run have, where there are such.  A query that
 * nobody judged has no grades, and one that the run lacks has no documents. */
static int source_choose(export_source *s, const export_options *o)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		const char *id = s->queries[i].id;

		if (o->max_queries && n == (size_t)o->max_queries)
			break;
		if ((!o->files.qrels || xs_qrels_find(&s->qrels, id)) &&
		    (!o->run || xs_run_find(&s->run, id)))
			s->queries[n++] = s->queries[i];
	}
	s->n = n;
	return n ? XS_OK
		 : xs_fail(XS_EINPUT, "no query of %s is in %s", o->files.queries,
			   o->run ? o->run : o->files.qrels);
}

/* The index is built last, as it takes minutes: what is wrong with the files is told before. */
static int source_collection(export_source *s, const export_options *o)
{
	/* By words: `first` is BM25, and vectors of a corpus take long. */
	const eval_site_options site = {.depth = (size_t)xs_conf_depth(s->c->conf->rerank.depth)};
	int rc = xs_beir_read(&s->corpus, s->c->arena, o->files.corpus);

	if (rc == XS_OK && o->run)
		rc = xs_run_read(&s->run, s->c->arena, o->run);
	if (rc == XS_OK && o->files.qrels)
		rc = xs_qrels_read(&s->qrels, s->c->arena, o->files.qrels);
	if (rc == XS_OK)
		rc = source_choose(s, o);
	if (rc == XS_OK && !o->run)
		rc = eval_site_open(&s->site, s->c, &s->corpus, &site);
	return rc;
}

/* Without rerank and blend: a teacher's rows must be those that retrieval gives to any model. */
static int source_site(export_source *s, const export_options *o)
{
	int rc = xs_conf_set(s->c->conf, "pipeline", "[parse, retrieve, group]");

	if (o->max_queries && s->n > (size_t)o->max_queries)
		s->n = (size_t)o->max_queries;
	if (rc == XS_OK)
		rc = xs_pipeline_open(&s->pipeline, s->c->conf);
	if (rc == XS_OK)
		rc = site_index_open(&s->index, s->c);
	return rc == XS_ENOTFOUND ? XS_EINPUT : rc; /* no index is a wrong setting here */
}

/* Queries come first: they are read quickly, and without one nothing else is needed. */
int export_source_open(export_source **out, xs_cmd *c, const export_options *o)
{
	export_source *s = xs_calloc(1, sizeof *s);
	int rc;

	*out = NULL;
	s->c = c;
	rc = o->log ? source_log(s, o) : source_queries(s, o->files.queries);
	if (rc == XS_OK)
		rc = o->files.corpus ? source_collection(s, o) : source_site(s, o);
	if (rc == XS_OK)
		*out = s;
	else
		export_source_close(s);
	return rc;
}

void export_source_close(export_source *s)
{
	if (!s)
		return;
	eval_site_close(s->site);
	xs_pipeline_close(s->pipeline);
	xs_index_close(s->index);
	free(s);
}

const export_query *export_source_queries(size_t *n, const export_source *s)
{
	*n = s->n;
	return s->queries;
}

/* Asks the configured index; a document is a passage.  Its id has the page's anchor, since a page
 * gives several rows. */
static int source_find_passages(export_doc **docs, size_t *n, xs_arena *a, export_source *s,
				const char *text)
{
	xs_query *q = xs_query_new();
	size_t depth = (size_t)xs_conf_depth(s->c->conf->rerank.depth);
	int rc;

	q->text = text;
	q->n = depth;
	q->deadline.cancel = &s->c->cancel;
	rc = xs_pipeline_run(s->pipeline, s->index, q);
	*n = rc == XS_OK ? q->n_candidates : 0;
	*n = *n < depth ? *n : depth;
	*docs = xs_arena_array(a, *n + 1, sizeof **docs);
	for (size_t i = 0; i < *n; i++) {
		const xs_candidate *k = q->candidates[i];

		(*docs)[i] = (export_doc){.id = xs_arena_printf(a, "%s%s%s", k->url,
								*k->anchor ? "#" : "", k->anchor),
					  .text = site_passage_text(a, k),
					  .first = k->bm25,
					  .rank = i + 1,
					  .teacher = NAN,
					  .clicks = export_log_clicks(&s->log, text, k->url)};
	}
	xs_query_free(q);
	return rc;
}

/* Adds a document of the collection.  NAN and rank 0 until the caller sets them: a document that is
 * judged only was not found by the index. */
static int source_add(export_doc *docs, size_t *n, xs_arena *a, const export_source *s,
		      const char *id)
{
	const xs_beir_row *row = xs_beir_find(&s->corpus, id);

	if (!row)
		return XS_ENOTFOUND;
	docs[(*n)++] =
		(export_doc){.id = id, .text = xs_beir_text(row, a), .first = NAN, .teacher = NAN};
	return XS_OK;
}

/* Marks what is judged among the documents, and adds what is relevant and not among them.  What is
 * judged irrelevant and was not found stays out: wrong answers to learn from are those that
 * retrieval brings. */
static void source_judge(export_doc *docs, size_t *n, xs_arena *a, const export_source *s,
			 const xs_qrels_query *judged)
{
	for (size_t i = 0; i < judged->n; i++) {
		const xs_judged *j = &judged->docs[i];
		size_t k = 0;

		while (k < *n && strcmp(docs[k].id, j->doc) != 0)
			k++;
		if (k == *n && (j->grade <= 0 || source_add(docs, n, a, s, j->doc) != XS_OK))
			continue; /* what is judged and not in the corpus has no text */
		docs[k].judged = true;
		docs[k].grade = j->grade;
	}
}

/* What the index of the corpus finds. */
static int source_ask(eval_ranking *out, xs_arena *a, const export_source *s, const char *text)
{
	xs_query *q;
	int rc = eval_site_ask(&q, s->site, RETRIEVAL_WORDS, false, text);

	if (rc == XS_OK)
		eval_site_rank(out, a, s->site, q, true);
	xs_query_free(q);
	return rc;
}

/* The collection's documents: of the run, or of the corpus's index. */
static int source_find_documents(export_doc **docs, size_t *n, xs_arena *a, export_source *s,
				 const export_query *query)
{
	const xs_qrels_query *judged = xs_qrels_find(&s->qrels, query->id);
	size_t depth = (size_t)xs_conf_depth(s->c->conf->rerank.depth), n_found;
	const xs_run_query *run = xs_run_find(&s->run, query->id);
	eval_ranking found = {0};
	int rc = XS_OK;

	if (run)
		found = (eval_ranking){.docs = run->docs, .n = run->n};
	else
		rc = source_ask(&found, a, s, query->text);
	n_found = found.n < depth ? found.n : depth;
	*n = 0;
	/* Room for what source_judge() adds. */
	*docs = xs_arena_array(a, n_found + (judged ? judged->n : 0) + 1, sizeof **docs);
	for (size_t i = 0; rc == XS_OK && i < n_found; i++) {
		/* Only a run can name what the corpus lacks: the index was built of the corpus. */
		if (source_add(*docs, n, a, s, found.docs[i].doc) != XS_OK)
			return xs_fail(
				XS_EINPUT,
				"the run's document %.80s for query %.80s is not in the corpus",
				found.docs[i].doc, query->id);
		(*docs)[i].first = found.docs[i].score;
		(*docs)[i].rank = i + 1;
	}
	if (rc == XS_OK && judged)
		source_judge(*docs, n, a, s, judged);
	return rc;
}

int export_source_find(export_doc **docs, size_t *n, xs_arena *a, export_source *s,
		       const export_query *query)
{
	/* A collection's index is inside s->site, so this is the site's. */
	if (s->index)
		return source_find_passages(docs, n, a, s, query->text);
	return source_find_documents(docs, n, a, s, query);
}
