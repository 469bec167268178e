/* SPDX-License-Identifier: GPL-2.0-or-later */
/* question_vector.c - one encoding a question. */
#include "plugin/question_vector.h"

#include <stdlib.h>

#include "base/memory.h"
#include "plugin/host.h"
#include "plugin/query.h"
#include "plugin/setting.h"

struct xs_question_vector {
	bool wanted; /* search.meaning: on; else it is left out in silence where there is nothing wrong */
	int depth;
	double weight, floor;
	xs_embedding_model *model;
};

static int vector_settings(xs_question_vector *v, const xs_host *host)
{
	double bm25, meaning;
	int rc;

	if ((rc = xs_setting_int(&v->depth, host, "search.meaning_depth")) ||
	    (rc = xs_setting_real(&v->floor, host, "search.meaning_floor")) ||
	    (rc = xs_setting_real(&bm25, host, "blend.weights.bm25")) ||
	    (rc = xs_setting_real(&meaning, host, "blend.weights.meaning")))
		return rc;
	/* As blend weighs the two beside each other. */
	v->weight = bm25 + meaning > 0 ? meaning / (bm25 + meaning) : 0;
	return XS_OK;
}

int xs_question_vector_new(xs_question_vector **out, const xs_host *host)
{
	xs_question_vector *v;
	int when, rc = xs_setting_int(&when, host, "search.meaning");

	*out = NULL;
	if (rc != XS_OK || when == XS_CONF_MEANING_OFF)
		return rc;
	v = xs_calloc(1, sizeof *v);
	v->wanted = when == XS_CONF_MEANING_ON;
	rc = vector_settings(v, host);
	if (rc != XS_OK) {
		xs_question_vector_free(v);
		return rc;
	}
	v->model = xs_embedding_model_new(xs_host_conf(host), NULL);
	*out = v;
	return XS_OK;
}

void xs_question_vector_free(xs_question_vector *v)
{
	if (!v)
		return;
	xs_embedding_model_free(v->model);
	free(v);
}

xs_embedding_model *xs_question_vector_model(xs_question_vector *v)
{
	return v ? v->model : NULL;
}

/* Something is wrong that somebody should mend: told whatever the setting is. */
static const xs_meaning *vector_fails(const xs_host *host, xs_query *q, const char *why)
{
	q->meaning = xs_arena_dup(xs_query_arena(q), why);
	host->warn(q, "meaning was left out: %s", q->meaning);
	return NULL;
}

/* Why the index is not searched by meaning; in silence where it just has no vectors and nobody asked for
 * it. */
static const xs_meaning *vector_lacks(const xs_question_vector *v, const xs_host *host, xs_query *q,
				      xs_meaning_state state, const char *error)
{
	const char *why;

	switch (state) {
	case XS_MEANING_ABSENT:
		why = "the index has no vectors; \"xapian-search index\" makes them, where "
		      "index.vectors is true";
		break;
	case XS_MEANING_OTHER:
		why = "the vectors of the index are of another embedder, or were made with other "
		      "settings of embed; \"xapian-search index\" makes them anew";
		break;
	case XS_MEANING_FOREIGN:
		why = "most of what was found is in languages that the embedder does not read; see "
		      "embed.languages";
		break;
	case XS_MEANING_WORDS:
		q->meaning = "the question is one word or a name, and pages have it";
		return NULL;
	default:
		/* A reply is for anybody: names of files are for the log. */
		host->log(XS_LOG_WARN, "meaning was left out: %s", error);
		why = "the vectors of the index are damaged; \"xapian-search index\" makes them anew";
	}
	if (v->wanted || state == XS_MEANING_OTHER || state == XS_MEANING_DAMAGED)
		return vector_fails(host, q, why);
	q->meaning = why;
	return NULL;
}

/* Opens the embedder.  As with the reranker's model, that is once a process and none of the query's time. */
static int vector_open(xs_embedder **out, uint64_t *identity, xs_question_vector *v,
		       const xs_host *host, xs_query *q)
{
	int64_t begin = host->clock(), took;
	int rc = xs_embedding_model_get(out, v->model);

	if (rc == XS_OK)
		rc = xs_embedding_model_identity(identity, v->model);
	took = host->clock() - begin;
	q->started += took;
	if (q->rerank_end)
		q->rerank_end += took;
	return rc;
}

static bool vector_reads(void *user, const char *language)
{
	return xs_embedding_model_reads(user, language);
}

/* The least number of words by which a question is searched for in meaning too, and from how many on meaning
 * has its whole weight.  A single word or a name says all by itself: pages that have it are wanted, and
 * before others.  (Of the hundred questions of bench/questions.sh as many have their page among the first three
 * with and without this, as few are so short; of 1285 small checks of words and names, 49 fail without.) */
enum { VECTOR_LEAST = 2, VECTOR_WHOLE = 4 };

/* What a question of so many words weighs; by words alone, unless it is to be searched by meaning always. */
static void vector_weigh(xs_meaning *m, xs_query *q, const xs_question_vector *v, size_t words)
{
	if (!v->wanted && words < VECTOR_LEAST)
		m->last = true;
	if (!v->wanted && words >= VECTOR_LEAST && words < VECTOR_WHOLE)
		q->meaning_share = (double)words / VECTOR_WHOLE;
	m->weight = v->weight * q->meaning_share / (v->weight * q->meaning_share + 1 - v->weight);
}

const xs_meaning *xs_question_vector_get(xs_question_vector *v, const xs_host *host, xs_query *q,
					 const char *text)
{
	xs_input input = xs_input_text(text);
	xs_embedder_info info;
	xs_meaning_state state;
	xs_embedder *embedder;
	xs_meaning *m;
	const char *error;
	float *vector;
	int64_t begin;
	int rc;

	q->meaning = NULL;
	q->meaning_share = 1;
	if (!v || q->newest)
		return NULL;
	/* Before the model is opened: most that have no vectors never need it. */
	state = xs_index_meaning(&error, xs_query_index(q));
	if (state != XS_MEANING_DONE)
		return vector_lacks(v, host, q, state, error);
	m = host->alloc(q, sizeof *m);
	rc = vector_open(&embedder, &m->identity, v, host, q);
	if (rc != XS_OK)
		return vector_fails(host, q, xs_error());
	xs_embedder_info_get(&info, embedder);
	vector = host->alloc(q, (size_t)info.dimensions * sizeof *vector);
	begin = host->clock();
	rc = xs_embedder_run(vector, NULL, embedder, XS_EMBED_QUERY, &input, 1, &q->deadline);
	q->meaning_encode_ms += (double)(host->clock() - begin) / 1e6;
	if (rc != XS_OK)
		return vector_fails(host, q, xs_error());
	m->vector = vector;
	m->dimensions = info.dimensions;
	m->depth = (size_t)v->depth;
	m->floor = v->floor;
	m->reads = vector_reads;
	m->user = v->model;
	vector_weigh(m, q, v, xs_embedding_model_words(v->model, text));
	return m;
}

void xs_question_vector_tell(const xs_question_vector *v, const xs_host *host, xs_query *q,
			     const xs_search_result *found)
{
	q->meaning_search_ms = found->meaning_ms;
	q->meaning_alone = found->meaning_alone;
	xs_query_set_added(q, found->added, found->n_added);
	if (found->meaning == XS_MEANING_DONE)
		q->meaning = "";
	else if (v && found->meaning != XS_MEANING_OFF)
		vector_lacks(v, host, q, found->meaning, found->meaning_error);
}
