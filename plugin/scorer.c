/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scorer.c - the reranker that the settings describe, opened when first needed. */
#include "config.h"
#include "plugin/scorer.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/buf.h"
#include "base/memory.h"
#include "plugin/setting.h"

enum { SCORER_AS_MODEL = -2, SCORER_SWITCHES = 6 };

/* Rises when the same model and options come to give another score: a change of the text that is
 * made of a passage, or of the computation by more than rounding. */
enum { SCORER_FORM = 1 };

/* What is done once; a failure is kept. */
typedef struct scorer_step {
	bool done;
	int rc;
	char *why;
} scorer_step;

struct xs_scorer {
	const xs_host *host;
	/* Settings. */
	const char *folder;
	int threads, pattern, window, switches[SCORER_SWITCHES];
	xs_rerank_options options;
	/* Made under the lock; read-only afterwards. */
	pthread_mutex_t lock;
	scorer_step opened, identified, ready;
	xs_model *model;
	xs_pool *pool;
	xs_pattern chosen;
	xs_scoring scoring;
};

static const char *const scorer_switch_keys[SCORER_SWITCHES] = {
	"rerank.cls_query", "rerank.cls_doc", "rerank.query_cls",
	"rerank.query_doc", "rerank.doc_cls", "rerank.doc_query",
};

static bool *scorer_switch(xs_pattern *p, int i)
{
	bool *const fields[SCORER_SWITCHES] = {&p->cls_query, &p->cls_doc, &p->query_cls,
					       &p->query_doc, &p->doc_cls, &p->doc_query};

	return fields[i];
}

static int scorer_read_window(int *window, const xs_host *host)
{
	const char *text;
	int rc = xs_setting_text(&text, host, "rerank.window");

	if (rc)
		return rc;
	if (!strcmp(text, "model"))
		*window = SCORER_AS_MODEL;
	else if (!strcmp(text, "none"))
		*window = -1;
	else
		rc = xs_setting_int(window, host, "rerank.window");
	return rc;
}

static int scorer_read(xs_scorer *s, const xs_host *host)
{
	static const char *const patterns[] = {"model", "sparse", "full", NULL};
	static const char *const switches[] = {"off", "on", "model", NULL};
	static const char *const overlong[] = {"windows", "cut", NULL};
	static const char *const precisions[] = {"f32", "bf16", "int8", NULL}; /* as xs_precision */
	int precision, how, rc;

	if ((rc = xs_setting_text(&s->folder, host, "rerank.model")) ||
	    (rc = xs_setting_int(&s->threads, host, "rerank.threads")) ||
	    (rc = xs_setting_word(&s->pattern, host, "rerank.pattern", patterns)) ||
	    (rc = scorer_read_window(&s->window, host)) ||
	    (rc = xs_setting_int(&s->options.positions, host, "rerank.positions")) ||
	    (rc = xs_setting_int(&s->options.query_tokens, host, "rerank.query_tokens")) ||
	    (rc = xs_setting_int(&s->options.max_tokens, host, "rerank.max_tokens")) ||
	    (rc = xs_setting_word(&precision, host, "rerank.precision", precisions)) ||
	    (rc = xs_setting_word(&how, host, "rerank.overlong", overlong)))
		return rc;
	for (int i = 0; i < SCORER_SWITCHES && !rc; i++)
		rc = xs_setting_word(&s->switches[i], host, scorer_switch_keys[i], switches);
	s->options.precision = (xs_precision)precision;
	s->options.overlong = how == 1 ? XS_CUT : XS_WINDOWS;
	return rc;
}

int xs_scorer_new(xs_scorer **out, const xs_host *host)
{
	xs_scorer *s = xs_calloc(1, sizeof(*s));
	int rc;

	*out = NULL;
	s->host = host;
	pthread_mutex_init(&s->lock, NULL);
	rc = scorer_read(s, host);
	if (rc)
		xs_scorer_free(s);
	else
		*out = s;
	return rc;
}

void xs_scorer_free(xs_scorer *s)
{
	if (!s)
		return;
	xs_reranker_free(s->scoring.reranker);
	xs_pool_free(s->pool);
	xs_model_close(s->model);
	pthread_mutex_destroy(&s->lock);
	free(s->opened.why);
	free(s->identified.why);
	free(s->ready.why);
	free(s);
}

static bool scorer_same(const xs_pattern *a, const xs_pattern *b)
{
	return a->window == b->window && a->cls_query == b->cls_query && a->cls_doc == b->cls_doc &&
	       a->query_cls == b->query_cls && a->query_doc == b->query_doc &&
	       a->doc_cls == b->doc_cls && a->doc_query == b->doc_query;
}

/* The pattern that the settings ask for; options.pattern stays NULL for the model's own. */
static int scorer_choose_pattern(xs_scorer *s, const xs_model_info *info)
{
	bool own = s->pattern == 0, changed = s->window != SCORER_AS_MODEL;

	for (int i = 0; i < SCORER_SWITCHES; i++)
		changed = changed || s->switches[i] != 2;
	if (own && !changed)
		return XS_OK;
	for (int i = 1; own && i < info->layers; i++)
		if (!scorer_same(&info->patterns[i], &info->patterns[0]))
			return xs_fail(XS_EINPUT,
				       "model %s has a pattern of its own in each layer; rerank.window "
				       "and the switches need rerank.pattern: sparse or full with it",
				       info->name);
	s->chosen = own ? info->patterns[0] : s->pattern == 1 ? xs_pattern_sparse : xs_pattern_full;
	if (s->window != SCORER_AS_MODEL)
		s->chosen.window = s->window;
	for (int i = 0; i < SCORER_SWITCHES; i++)
		if (s->switches[i] != 2)
			*scorer_switch(&s->chosen, i) = s->switches[i] == 1;
	s->options.pattern = &s->chosen;
	return XS_OK;
}

static int scorer_open(xs_scorer *s)
{
	int rc = xs_model_open(&s->model, *s->folder ? s->folder : NULL);

	if (rc == XS_ENOTFOUND)
		rc = xs_fail(XS_EINPUT, "rerank.model: there is no model folder %s", s->folder);
	if (rc)
		return rc;
	xs_model_info_get(&s->scoring.info, s->model);
	s->scoring.model = s->model;
	s->scoring.options = &s->options;
	return scorer_choose_pattern(s, &s->scoring.info);
}

/* All that changes a score, but the pair.  Threads and batches do not; nor does the instruction set:
 * its kernels agree within rounding, far below what orders two texts, and an index that moves to
 * another machine keeps its scores. */
static int scorer_identify(xs_scorer *s)
{
	const xs_rerank_options *o = &s->options;
	const xs_model_info *info = &s->scoring.info;
	xs_buf b;

	xs_buf_init(&b);
	xs_buf_printf(&b, "%s %d %" PRIx64 " %d %d %d %d %d", PACKAGE_VERSION, SCORER_FORM,
		      xs_model_hash(s->model), (int)o->precision, (int)o->overlong, o->positions,
		      o->query_tokens, o->max_tokens);
	for (int i = 0; i < info->layers; i++) {
		xs_pattern p = o->pattern ? *o->pattern : info->patterns[i];

		xs_buf_printf(&b, " %d", p.window);
		for (int k = 0; k < SCORER_SWITCHES; k++)
			xs_buf_printf(&b, ",%d", *scorer_switch(&p, k));
	}
	s->scoring.identity = XXH3_64bits(b.data, b.len);
	xs_buf_fini(&b);
	return XS_OK;
}

static int scorer_make_ready(xs_scorer *s)
{
	s->pool = xs_pool_new((unsigned)s->threads);
	s->scoring.pool = s->pool;
	return xs_reranker_new(&s->scoring.reranker, s->model, &s->options, s->pool);
}

static int scorer_once(xs_scorer *s, scorer_step *step, int (*run)(xs_scorer *))
{
	if (!step->done) {
		step->rc = run(s);
		step->done = true;
		if (step->rc)
			step->why = xs_strdup(xs_error());
	}
	return step->rc ? s->host->fail(step->rc, "%s", step->why) : XS_OK;
}

/* Opens the model, then takes the step. */
static int scorer_take(const xs_scoring **out, xs_scorer *s, scorer_step *step, int (*run)(xs_scorer *),
		       double *opening_ms)
{
	int64_t begin = s->host->clock();
	int rc;

	pthread_mutex_lock(&s->lock);
	rc = scorer_once(s, &s->opened, scorer_open);
	if (!rc)
		rc = scorer_once(s, step, run);
	pthread_mutex_unlock(&s->lock);
	*opening_ms = (double)(s->host->clock() - begin) / 1e6;
	*out = &s->scoring;
	return rc;
}

int xs_scorer_identify(const xs_scoring **out, xs_scorer *s, double *opening_ms)
{
	return scorer_take(out, s, &s->identified, scorer_identify, opening_ms);
}

int xs_scorer_get(const xs_scoring **out, xs_scorer *s, double *opening_ms)
{
	return scorer_take(out, s, &s->ready, scorer_make_ready, opening_ms);
}
