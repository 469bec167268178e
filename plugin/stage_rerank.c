/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stage_rerank.c - the stage that scores candidates with the model, best first, while time lasts.
 *
 * Built twice: into the program, and as the plugin rerank.so. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/memory.h"
#include "conf/conf.h"
#include "plugin/candidate_input.h"
#include "plugin/order.h"
#include "plugin/pace.h"
#include "plugin/registry.h"
#include "plugin/score_cache.h"
#include "plugin/scorer.h"
#include "plugin/setting.h"

typedef struct rerank_state {
	bool enabled, cache_tokens;
	int depth, batch, max_tokens;
	double budget_ms;
	char *languages; /* that the model reads, " en de "; NULL: any */
	xs_scorer *scorer;
	xs_score_cache *cache; /* NULL: switched off */
} rerank_state;

/* A candidate that the cache does not know. */
typedef struct rerank_pair {
	xs_candidate *candidate;
	xs_score_entry *entry;
} rerank_pair;

/* One query's work. */
typedef struct rerank_job {
	rerank_state *state;
	const xs_host *host;
	xs_query *q;
	const xs_scoring *scoring;
	xs_request *request;
	xs_deadline deadline;
	size_t depth; /* candidates to score */
	xs_candidate_reader reader;
	double opening_ms;	 /* of the model; not the query's time */
	bool budget;		 /* the deadline is the budget's, not the caller's */
	xs_score_entry *entries; /* of the question (its tokens alone), then of the candidates */
	size_t n_entries;
	rerank_pair *pending; /* best first */
	size_t n;
	xs_input *inputs; /* room for a batch */
	xs_candidate_part *parts;
	xs_score *scores;
	char why[512]; /* why one had no score; "" */
} rerank_job;

static void rerank_close(void *state)
{
	rerank_state *s = state;

	xs_scorer_free(s->scorer);
	xs_score_cache_free(s->cache);
	free(s->languages);
	free(s);
}

/* The file scores.db beside the index. */
static int rerank_open_cache(xs_score_cache **out, const xs_host *host)
{
	const char *folder;
	xs_arena *a;
	int entries, rc = xs_setting_int(&entries, host, "rerank.cache_entries");

	if (rc == XS_OK)
		rc = xs_setting_text(&folder, host, "index.path");
	if (rc != XS_OK || entries < 1)
		return rc;
	a = xs_arena_new();
	*out = xs_score_cache_new(host, xs_file_join(a, folder, "scores.db"), (size_t)entries);
	xs_arena_free(a);
	return XS_OK;
}

/* The setting's "[model, de]" as " en de ".  A model's files do not say what it was trained with, so
 * that only of the one that is built in is it known. */
static int rerank_open_languages(char **out, const xs_host *host)
{
	const char *list, *model, *word;
	size_t len;
	int rc = xs_setting_text(&list, host, "rerank.languages");

	if (rc == XS_OK)
		rc = xs_setting_text(&model, host, "rerank.model");
	if (rc != XS_OK)
		return rc;
	*out = xs_calloc(2 * strlen(list) + 2, 1);
	strcpy(*out, " ");
	for (; *(list += strspn(list, "[], ")); list += len) {
		len = strcspn(list, "[], ");
		word = len == 5 && strncmp(list, "model", len) == 0 ? *model ? "all" : "en" : NULL;
		strncat(*out, word ? word : list, word ? strlen(word) : len);
		strcat(*out, " ");
	}
	if (strcmp(*out, " ") == 0 || strstr(*out, " all ")) {
		free(*out);
		*out = NULL;
	}
	return XS_OK;
}

static int rerank_open(void **state, const xs_host *host)
{
	rerank_state *s = xs_calloc(1, sizeof *s);
	int rc;

	if ((rc = xs_setting_bool(&s->enabled, host, "rerank.enabled")) ||
	    (rc = xs_setting_int(&s->depth, host, "rerank.depth")) ||
	    (rc = xs_setting_int(&s->batch, host, "rerank.batch")) ||
	    (rc = xs_setting_int(&s->max_tokens, host, "rerank.max_tokens")) ||
	    (rc = xs_setting_real(&s->budget_ms, host, "rerank.budget_ms")) ||
	    (rc = xs_setting_bool(&s->cache_tokens, host, "rerank.cache_tokens")) ||
	    (rc = rerank_open_languages(&s->languages, host)) ||
	    (rc = rerank_open_cache(&s->cache, host)) ||
	    (rc = xs_scorer_new(&s->scorer, host, s->cache))) {
		rerank_close(s);
		return rc;
	}
	*state = s;
	return XS_OK;
}

static int rerank_skip(xs_query *q, const char *reason)
{
	q->rerank.status = XS_RERANK_SKIPPED;
	q->rerank.reason = reason;
	q->rerank.skipped = q->n_candidates;
	return XS_OK;
}

static bool rerank_reads(const rerank_state *s, const char *language)
{
	char word[16];

	if (!s->languages || !*language)
		return true;
	snprintf(word, sizeof word, " %s ", language);
	return strstr(s->languages, word) != NULL;
}

/* Why not to score; NULL: most of the candidates are in languages that the model reads.  A question has a
 * few words and seldom tells its language; what it found does. */
static const char *rerank_foreign(const rerank_state *s, const xs_host *host, xs_query *q)
{
	size_t depth = (size_t)xs_conf_depth(s->depth), others = 0;
	size_t n = q->n_candidates < depth ? q->n_candidates : depth;
	const char *language = "";
	char *reason;

	for (size_t i = n; i-- > 0;)
		if (!rerank_reads(s, q->candidates[i]->language)) {
			language = q->candidates[i]->language;
			others++;
		}
	if (2 * others <= n)
		return NULL;
	reason = host->alloc(q, 160);
	snprintf(reason, 160,
		 "%zu of %zu candidates are in languages that the model does not read (%.8s); see "
		 "rerank.languages",
		 others, n, language);
	return reason;
}

/* A score that is no number (a damaged model) counts as none. */
static void rerank_take(rerank_job *job, xs_candidate *c, const xs_score *score, bool cached)
{
	xs_rerank_record *r = &job->q->rerank;

	if (!isfinite(score->logit)) {
		snprintf(job->why, sizeof job->why, "the model gave a score that is not a number");
		return;
	}
	c->scored = true;
	c->cached = cached;
	c->logit = score->logit;
	c->score = score->logit;
	c->probability = score->score;
	c->tokens = score->tokens;
	c->tokens_scored = score->tokens_scored;
	c->truncated = score->truncated;
	c->best_window = score->best_window;
	c->best_first = score->best_first;
	c->best_tokens = score->best_tokens;
	r->scored++;
	r->cache_hits += cached;
	r->truncated += score->truncated;
	r->tokens += (uint64_t)score->tokens;
	r->tokens_scored += (uint64_t)score->tokens_scored;
}

/* Asks the cache for the question and the candidates within the depth. */
static void rerank_look_up(rerank_job *job)
{
	const xs_query *q = job->q;
	uint64_t identity = job->scoring->identity;

	job->entries[0].key = xs_score_key_of(identity, &q->question, 1);
	for (size_t i = 1; i < job->n_entries; i++) {
		const xs_candidate *c = q->candidates[i - 1];
		const char *const texts[] = {q->question, c->title, c->heading, c->text, "part"};

		/* A score of a part is another one. */
		job->entries[i].key =
			xs_score_key_of(identity, texts,
					job->reader.most && xs_candidate_is_long(c) ? 5 : 4);
	}
	xs_score_cache_get(job->state->cache, job->entries, job->n_entries);
}

/* Takes what is known from the cache and lists the rest. */
static void rerank_collect(rerank_job *job)
{
	const xs_query *q = job->q;

	job->n_entries = job->depth + 1;
	job->entries = job->host->alloc(job->q, job->n_entries * sizeof *job->entries);
	job->pending = job->host->alloc(job->q, job->n_entries * sizeof *job->pending);
	if (job->state->cache)
		rerank_look_up(job);
	for (size_t i = 0; i < job->depth; i++) {
		xs_score_entry *e = &job->entries[i + 1];

		if (e->known)
			rerank_take(job, q->candidates[i], &e->score, true);
		else
			job->pending[job->n++] = (rerank_pair){q->candidates[i], e};
	}
}

/* Tells a part's place in the whole. */
static void rerank_widen(xs_score *score, const xs_candidate_part *part)
{
	if (!part->tokens)
		return;
	score->tokens = (int)part->tokens;
	score->truncated = true;
	score->best_first = (int)part->first;
	score->best_tokens = (int)part->n;
}

/* Scores pending[first … first+n-1].  XS_ECANCEL: the deadline came. */
static int rerank_batch(rerank_job *job, size_t first, size_t n)
{
	int64_t begin = job->host->clock();
	uint64_t tokens = 0;
	int rc;

	for (size_t i = 0; i < n; i++)
		job->inputs[i] = xs_candidate_input(&job->parts[i], &job->reader,
						    job->pending[first + i].candidate);
	rc = xs_request_score(job->scores, job->request, job->inputs, n, &job->deadline);
	if (rc != XS_OK && rc != XS_ECANCEL && rc != XS_EINPUT)
		return rc;
	if (rc == XS_EINPUT)
		snprintf(job->why, sizeof job->why, "%s", xs_error());
	for (size_t i = 0; i < n; i++) {
		const rerank_pair *p = &job->pending[first + i];

		if (job->scores[i].rc)
			continue;
		rerank_widen(&job->scores[i], &job->parts[i]);
		rerank_take(job, p->candidate, &job->scores[i], false);
		p->entry->score = job->scores[i];
		p->entry->fresh = p->candidate->scored;
		tokens += (uint64_t)job->scores[i].tokens_scored;
	}
	xs_scorer_took(job->state->scorer, (double)(job->host->clock() - begin), tokens);
	return rc == XS_EINPUT ? XS_OK : rc;
}

/* Batches, best first.  After the first, one that would not fit by the mean time of a text so far
 * is not begun.  XS_ECANCEL: the time ended before all were scored. */
static int rerank_batches(rerank_job *job)
{
	int64_t begin = job->host->clock();
	size_t room = (size_t)job->state->batch;
	int rc = XS_OK;

	job->inputs = job->host->alloc(job->q, room * sizeof *job->inputs);
	job->parts = job->host->alloc(job->q, room * sizeof *job->parts);
	job->scores = job->host->alloc(job->q, room * sizeof *job->scores);
	xs_candidate_reader_begin(&job->reader);
	for (size_t i = 0; i < job->n && rc == XS_OK; i += room) {
		size_t n = job->n - i < room ? job->n - i : room;
		int64_t now = job->host->clock();
		double need = i ? (double)(now - begin) / (double)i * (double)n : 0;
		if (job->deadline.at && (double)(job->deadline.at - now) < need)
			return XS_ECANCEL;
		rc = rerank_batch(job, i, n);
	}
	return rc;
}

/* The earlier of the budget's end and the caller's deadline.  Opening the model happens once a
 * process and is not the query's time. */
static void rerank_set_deadline(rerank_job *job)
{
	const xs_query *q = job->q;
	double budget = job->state->budget_ms;
	int64_t end = q->rerank_end;

	job->deadline = q->deadline;
	if (!end && budget > 0)
		end = q->started + (int64_t)(budget * 1e6);
	if (!end)
		return;
	end += (int64_t)(job->opening_ms * 1e6);
	job->budget = !q->deadline.at || end < q->deadline.at;
	if (job->budget)
		job->deadline.at = end;
}

/* Tells what was done; `rc` is that of rerank_batches(). */
static void rerank_tell(rerank_job *job, int rc)
{
	xs_query *q = job->q;
	xs_rerank_record *r = &q->rerank;
	char reason[640];
	char *text;

	r->skipped = q->n_candidates - r->scored;
	if (rc == XS_OK && !*job->why) {
		r->status = XS_RERANK_FULL;
		return;
	}
	r->status = r->scored ? XS_RERANK_PARTIAL : XS_RERANK_SKIPPED;
	if (rc == XS_OK)
		snprintf(reason, sizeof reason, "some could not be scored: %s", job->why);
	else if (job->budget)
		snprintf(reason, sizeof reason, "the budget of %g ms ended%s",
			 job->state->budget_ms,
			 job->state->depth == XS_CONF_DEPTH_AUTO ? "; the machine is busy" : "");
	else
		snprintf(reason, sizeof reason, "the time for this query ended");
	text = job->host->alloc(q, strlen(reason) + 1);
	r->reason = strcpy(text, reason);
	if (rc == XS_OK) {
		job->host->log(XS_LOG_WARN, "rerank: %s", reason);
		job->host->warn(q, "rerank: %s", reason);
	}
}

/* Makes the model ready if it is not, encodes the question, scores what is pending. */
static int rerank_pending(rerank_job *job)
{
	xs_input question = xs_input_text(job->q->question);
	xs_score *counts = &job->entries[0].score;
	double opening_ms;
	int rc = xs_scorer_get(&job->scoring, job->state->scorer, &opening_ms);

	if (rc == XS_OK && !job->scoring->info.tokenizer)
		rc = xs_fail(XS_EUNSUPPORTED,
			     "model %s has no vocabulary, so it cannot read questions",
			     job->scoring->name);
	if (rc == XS_OK)
		rc = xs_request_new(&job->request, job->scoring->reranker, &question);
	if (rc != XS_OK)
		return rc;
	job->opening_ms += opening_ms;
	rerank_set_deadline(job);
	xs_request_query(&counts->tokens, &counts->tokens_scored, job->request);
	job->entries[0].fresh = !job->entries[0].known;
	rc = rerank_batches(job);
	xs_request_free(job->request);
	return rc;
}

/* Whether it matters how long some candidate is. */
static bool rerank_has_long(const rerank_job *job)
{
	for (size_t i = 0; i < job->depth; i++)
		if (xs_candidate_is_long(job->q->candidates[i]))
			return true;
	return false;
}

/* How many candidates are scored, and how much of each. */
static int rerank_choose(rerank_job *job)
{
	const rerank_state *s = job->state;
	bool counts = s->depth == XS_CONF_DEPTH_AUTO, parts = s->max_tokens == XS_CONF_TOKENS_AUTO;
	int most = xs_conf_depth(s->depth), tokens = parts ? 0 : s->max_tokens, rc;
	double opening_ms = 0, ns;
	size_t fit;

	job->reader = (xs_candidate_reader){.host = job->host,
					    .q = job->q,
					    .scoring = job->scoring,
					    .keep_tokens = s->cache_tokens};
	job->depth = xs_pace_fit(job->q, (size_t)most, 0, 0, tokens);
	parts = parts && rerank_has_long(job);
	if (s->budget_ms <= 0 || !(counts || parts))
		return XS_OK;
	rc = xs_scorer_pace(&ns, s->scorer, &opening_ms);
	job->opening_ms += opening_ms;
	fit = xs_pace_fit(job->q, (size_t)most, ns, s->budget_ms, tokens);
	if (parts && fit < job->depth) {
		job->reader.most = XS_PART_TOKENS;
		fit = xs_pace_fit(job->q, (size_t)most, ns, s->budget_ms, XS_PART_TOKENS);
	}
	if (counts)
		job->depth = fit;
	return rc;
}

/* When the cache knows all, the model has nothing to do. */
static int rerank_query(rerank_job *job)
{
	xs_query *q = job->q;
	xs_rerank_record *r = &q->rerank;
	int rc = rerank_choose(job);

	if (rc != XS_OK)
		return rc;
	rerank_collect(job);
	if (job->n || !job->entries[0].known)
		rc = rerank_pending(job);
	if (rc != XS_OK && rc != XS_ECANCEL)
		return rc;
	xs_score_cache_put(job->state->cache, job->entries, job->n_entries);
	r->query_tokens = job->entries[0].score.tokens;
	r->query_tokens_used = job->entries[0].score.tokens_scored;
	if (r->query_tokens_used < r->query_tokens)
		job->host->warn(q, "the question has %d tokens; the model read the first %d",
				r->query_tokens, r->query_tokens_used);
	rerank_tell(job, rc);
	xs_order_scored(q->candidates, q->n_candidates);
	return XS_OK;
}

static int rerank_run(void *state, const xs_host *host, xs_query *q)
{
	rerank_job job = {.state = state, .host = host, .q = q};
	int64_t begin = host->clock();
	const char *foreign;
	char *name;
	int rc;

	q->rerank = (xs_rerank_record){0};
	if (!job.state->enabled)
		return rerank_skip(q, "rerank.enabled is false");
	if (q->no_rerank)
		return rerank_skip(q, "it was switched off for this query");
	if (q->n_candidates == 0)
		return rerank_skip(q, "nothing was found");
	if (!q->question || !*q->question)
		return rerank_skip(q, "the query has no words to read");
	foreign = rerank_foreign(job.state, host, q);
	if (foreign)
		return rerank_skip(q, foreign);
	rc = (job.state->cache ? xs_scorer_identify
			       : xs_scorer_get)(&job.scoring, job.state->scorer, &job.opening_ms);
	if (rc != XS_OK)
		return rc;
	name = host->alloc(q, strlen(job.scoring->name) + 1);
	q->rerank.model = strcpy(name, job.scoring->name);
	rc = rerank_query(&job);
	q->rerank.ms = (double)(host->clock() - begin) / 1e6;
	/* As a plugin, this stage has a thread's error sentence of its own. */
	return rc != XS_OK ? host->fail(rc, "%s", xs_error()) : XS_OK;
}

xs_scorer *xs_scorer_of_stage(void *state)
{
	rerank_state *s = state;

	return s->scorer;
}

const xs_stage xs_stage_rerank = {
	.abi = XS_PLUGIN_ABI,
	.size = sizeof(xs_stage),
	.name = "rerank",
	.summary = "scores the best candidates with a cross-encoder",
	.open = rerank_open,
	.close = rerank_close,
	.run = rerank_run,
	.optional = true,
	.needs = XS_CANDIDATES,
};
