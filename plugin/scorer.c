/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scorer.c - the reranker that the settings describe, opened when first needed. */
#include "config.h"
#include "plugin/scorer.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/memory.h"
#include "conf/conf.h"
#include "plugin/pace.h"
#include "plugin/setting.h"
#include "plugin/step.h"
#include "rerank/kern/kern.h"

/* Rises when the same model and options come to give another score: a change of the text that is
 * made of a passage, or of the computation by more than rounding. */
enum { SCORER_FORM = 3 };

struct xs_scorer {
	const xs_host *host;
	xs_score_cache *cache; /* where the identity is remembered; NULL: nowhere */
	/* Settings. */
	const char *folder;
	char *name;
	int threads, pattern, window, switches[XS_PATTERN_SWITCHES];
	xs_rerank_options options;
	/* Made under the lock; read-only afterwards. */
	pthread_mutex_t lock;
	xs_step opened, identified, ready, paced;
	xs_model *model;
	xs_pool *pool;
	xs_pattern chosen;
	xs_scoring scoring;
	double pace_ns; /* 0: not asked for yet.  Changed under the lock */
};

/* rerank.cls_query and its like, as librerank names the switches. */
static int scorer_read_switches(int *switches, const xs_host *host)
{
	char key[64];
	int rc = XS_OK;

	for (int i = 0; i < XS_PATTERN_SWITCHES && rc == XS_OK; i++) {
		snprintf(key, sizeof key, "rerank.%s", xs_pattern_switch_name(i));
		rc = xs_setting_int(&switches[i], host, key);
	}
	return rc;
}

static int scorer_read(xs_scorer *s, const xs_host *host)
{
	int precision, how, rc;

	if ((rc = xs_setting_text(&s->folder, host, "rerank.model")) ||
	    (rc = xs_setting_int(&s->threads, host, "rerank.threads")) ||
	    (rc = xs_setting_int(&s->pattern, host, "rerank.pattern")) ||
	    (rc = xs_setting_int(&s->window, host, "rerank.window")) ||
	    (rc = xs_setting_int(&s->options.positions, host, "rerank.positions")) ||
	    (rc = xs_setting_int(&s->options.query_tokens, host, "rerank.query_tokens")) ||
	    (rc = xs_setting_int(&s->options.max_tokens, host, "rerank.max_tokens")) ||
	    (rc = xs_setting_int(&precision, host, "rerank.precision")) ||
	    (rc = xs_setting_int(&how, host, "rerank.overlong")) ||
	    (rc = scorer_read_switches(s->switches, host)))
		return rc;
	/* What is short of time is known for each query (stage_rerank.c). */
	if (s->options.max_tokens == XS_CONF_TOKENS_AUTO)
		s->options.max_tokens = 0;
	/* conf/ turns words such as int8 into librerank's numbers, so no table stands here. */
	s->options.precision = (xs_precision)precision;
	s->options.overlong = (xs_overlong)how;
	return rc;
}

/* The model's name as librerank gives it: the last part of the folder's path, or "default". */
static char *scorer_name(const char *folder)
{
	size_t len;
	const char *base = xs_file_base(&len, *folder ? folder : "default");
	char *name;

	name = xs_strdup(base);
	name[len] = '\0';
	return name;
}

int xs_scorer_new(xs_scorer **out, const xs_host *host, xs_score_cache *cache)
{
	xs_scorer *s = xs_calloc(1, sizeof *s);
	int rc;

	*out = NULL;
	s->host = host;
	s->cache = cache;
	pthread_mutex_init(&s->lock, NULL);
	rc = scorer_read(s, host);
	if (rc != XS_OK) {
		xs_scorer_free(s);
		return rc;
	}
	s->scoring.name = s->name = scorer_name(s->folder);
	*out = s;
	return XS_OK;
}

void xs_scorer_free(xs_scorer *s)
{
	if (!s)
		return;
	/* In this order: the reranker uses the pool and the model. */
	xs_reranker_free(s->scoring.reranker);
	xs_pool_free(s->pool);
	xs_model_close(s->model);
	pthread_mutex_destroy(&s->lock);
	free(s->name);
	xs_step_fini(&s->opened);
	xs_step_fini(&s->identified);
	xs_step_fini(&s->ready);
	xs_step_fini(&s->paced);
	free(s);
}

/* The pattern that the settings ask for; options.pattern stays NULL for the model's own. */
static int scorer_choose_pattern(xs_scorer *s, const xs_model_info *info)
{
	bool own = s->pattern == XS_PATTERN_MODEL, changed = s->window != XS_WINDOW_MODEL;

	for (int i = 0; i < XS_PATTERN_SWITCHES; i++)
		changed = changed || s->switches[i] != XS_SWITCH_MODEL;
	if (own && !changed)
		return XS_OK;
	/* A window or a switch is set for all layers: there must be one pattern to change. */
	for (int i = 1; own && i < info->layers; i++)
		if (!xs_pattern_equal(&info->patterns[i], &info->patterns[0]))
			return xs_fail(
				XS_EINPUT,
				"model %s has a pattern of its own in each layer; rerank.window "
				"and the switches need rerank.pattern: sparse or full with it",
				info->name);
	s->chosen = own				      ? info->patterns[0]
		    : s->pattern == XS_PATTERN_SPARSE ? xs_pattern_sparse
						      : xs_pattern_full;
	if (s->window != XS_WINDOW_MODEL)
		s->chosen.window = s->window;
	for (int i = 0; i < XS_PATTERN_SWITCHES; i++)
		if (s->switches[i] != XS_SWITCH_MODEL)
			xs_pattern_switch_set(&s->chosen, i, s->switches[i] == XS_SWITCH_ON);
	s->options.pattern = &s->chosen;
	return XS_OK;
}

/* NULL: the model that is built in. */
static const char *scorer_folder(const xs_scorer *s)
{
	return *s->folder ? s->folder : NULL;
}

static int scorer_open(void *arg)
{
	xs_scorer *s = arg;
	int rc = xs_model_open(&s->model, scorer_folder(s));

	/* librerank does not know by which setting it came to this folder. */
	if (rc == XS_ENOTFOUND)
		rc = xs_fail(XS_EINPUT, "rerank.model: there is no model folder %s", s->folder);
	if (rc != XS_OK)
		return rc;
	xs_model_info_get(&s->scoring.info, s->model);
	s->scoring.model = s->model;
	s->scoring.options = &s->options;
	return scorer_choose_pattern(s, &s->scoring.info);
}

/* Release, kernels and options.  Threads and batches change no score.  The kernels' instruction set
 * does: in int8 and bf16 rounding grows through the layers (ref and avx512 differ by up to 0.14 and
 * 0.014 in the logit on texts of 300 tokens), and the scores of one answer are to be of one kind. */
static void scorer_describe(xs_buf *b, const xs_scorer *s)
{
	const xs_rerank_options *o = &s->options;

	xs_buf_printf(b, "%s %d %s %d %d %d %d %d", PACKAGE_VERSION, SCORER_FORM,
		      xs_kern_get()->name, (int)o->precision, (int)o->overlong, o->positions,
		      o->query_tokens, o->max_tokens);
}

/* All that changes a score, but the pair. */
static uint64_t scorer_identity(const xs_scorer *s)
{
	const xs_pattern *one = s->options.pattern;
	uint64_t identity;
	xs_buf b;

	xs_buf_init(&b);
	scorer_describe(&b, s);
	for (int i = 0; i < s->scoring.info.layers; i++) {
		xs_pattern p = one ? *one : s->scoring.info.patterns[i];

		xs_buf_printf(&b, " %d", p.window);
		for (int k = 0; k < XS_PATTERN_SWITCHES; k++)
			xs_buf_printf(&b, ",%d", xs_pattern_switch_get(&p, k));
	}
	identity = XXH3_64bits_withSeed(b.data, b.len, xs_model_hash(s->model));
	xs_buf_fini(&b);
	return identity;
}

/* A key under which the cache remembers `what` of the settings as they are, and of the state of the model's
 * files. */
static xs_score_key scorer_memo(const xs_scorer *s, uint64_t stamp, const char *what)
{
	xs_score_key key;
	xs_buf b;

	xs_buf_init(&b);
	scorer_describe(&b, s);
	xs_buf_printf(&b, " %d %d", s->pattern, s->window);
	for (int k = 0; k < XS_PATTERN_SWITCHES; k++)
		xs_buf_printf(&b, ",%d", s->switches[k]);
	xs_buf_puts(&b, what);
	key = xs_score_key_of(stamp, (const char *const *)&b.data, 1);
	xs_buf_fini(&b);
	return key;
}

/* The identity is kept as an entry whose two numbers of tokens are its halves, so that a process
 * whose scores are all known need not even open the model. */
static int scorer_identify(void *arg)
{
	xs_scorer *s = arg;
	uint64_t stamp = xs_model_stamp(scorer_folder(s)), *identity = &s->scoring.identity;
	xs_score_entry e = {.key = scorer_memo(s, stamp, "")};
	int rc;

	if (stamp)
		xs_score_cache_get(s->cache, &e, 1);
	if (e.known) {
		*identity =
			(uint64_t)(uint32_t)e.score.tokens << 32 | (uint32_t)e.score.tokens_scored;
	} else {
		rc = xs_step_run(&s->opened, scorer_open, s);
		if (rc != XS_OK)
			return rc;
		*identity = scorer_identity(s);
		e.score.tokens = (int)(uint32_t)(*identity >> 32);
		e.score.tokens_scored = (int)(uint32_t)*identity;
		/* Without a stamp nothing would tell that the model's files have changed. */
		e.fresh = stamp != 0;
	}
	xs_score_cache_put(s->cache, &e, 1);
	return XS_OK;
}

static int scorer_make_ready(void *arg)
{
	xs_scorer *s = arg;
	int rc = xs_step_run(&s->opened, scorer_open, s);

	if (rc != XS_OK)
		return rc;
	/* Not before: a process whose scores are all known starts no threads. */
	s->pool = xs_pool_new((unsigned)s->threads);
	s->scoring.pool = s->pool;
	return xs_reranker_new(&s->scoring.reranker, s->model, &s->options, s->pool);
}

/* The entry that the pace is kept in, as its logit: of this machine, for an index may be carried to another one.
 * Without a stamp nothing would tell that the model is another: *kept is false. */
static xs_score_entry scorer_pace_entry(bool *kept, const xs_scorer *s)
{
	uint64_t stamp = xs_model_stamp(scorer_folder(s));
	char host[256] = "", what[320];
	xs_score_entry e = {0};

	gethostname(host, sizeof host - 1);
	snprintf(what, sizeof what, " pace %s %ld %d", host, sysconf(_SC_NPROCESSORS_ONLN),
		 s->threads);
	e.key = scorer_memo(s, stamp, what);
	*kept = stamp != 0;
	if (*kept)
		xs_score_cache_get(s->cache, &e, 1);
	return e;
}

static void scorer_keep_pace(xs_scorer *s, xs_score_entry *e, bool kept, double ns)
{
	s->pace_ns = xs_pace_step(ns);
	e->score.logit = (float)ns;
	e->fresh = kept;
	xs_score_cache_put(s->cache, e, 1);
}

static int scorer_find_pace(void *arg)
{
	xs_scorer *s = arg;
	bool kept;
	xs_score_entry e = scorer_pace_entry(&kept, s);
	double ns;
	int rc;

	if (e.known) {
		s->pace_ns = xs_pace_step((double)e.score.logit);
		xs_score_cache_put(s->cache, &e, 1);
		return XS_OK;
	}
	rc = xs_step_run(&s->ready, scorer_make_ready, s);
	if (rc == XS_OK)
		rc = xs_pace_measure(&ns, s->scoring.reranker, s->scoring.info.vocabulary);
	if (rc == XS_OK)
		scorer_keep_pace(s, &e, kept, ns);
	return rc;
}

static int scorer_take(const xs_scoring **out, xs_scorer *s, xs_step *step, int (*run)(void *),
		       double *opening_ms)
{
	int64_t begin = s->host->clock();
	int rc;

	pthread_mutex_lock(&s->lock);
	rc = xs_step_run(step, run, s);
	pthread_mutex_unlock(&s->lock);
	/* To wait for another thread that opens it is a part of opening. */
	*opening_ms = (double)(s->host->clock() - begin) / 1e6;
	*out = &s->scoring;
	return rc != XS_OK ? s->host->fail(rc, "%s", xs_error()) : XS_OK;
}

int xs_scorer_identify(const xs_scoring **out, xs_scorer *s, double *opening_ms)
{
	return scorer_take(out, s, &s->identified, scorer_identify, opening_ms);
}

int xs_scorer_get(const xs_scoring **out, xs_scorer *s, double *opening_ms)
{
	return scorer_take(out, s, &s->ready, scorer_make_ready, opening_ms);
}

int xs_scorer_pace(double *ns, xs_scorer *s, double *opening_ms)
{
	const xs_scoring *scoring;
	int rc = scorer_take(&scoring, s, &s->paced, scorer_find_pace, opening_ms);

	pthread_mutex_lock(&s->lock); /* xs_scorer_took() changes it */
	*ns = s->pace_ns;
	pthread_mutex_unlock(&s->lock);
	return rc;
}

void xs_scorer_took(xs_scorer *s, double ns, uint64_t tokens)
{
	bool kept;

	if (!tokens)
		return;
	ns /= (double)tokens;
	pthread_mutex_lock(&s->lock);
	if (xs_pace_step(ns) < s->pace_ns) {
		xs_score_entry e = scorer_pace_entry(&kept, s);

		scorer_keep_pace(s, &e, kept, ns);
	}
	pthread_mutex_unlock(&s->lock);
}

const char *xs_scorer_name(const xs_scorer *s)
{
	return s->name;
}
