/* SPDX-License-Identifier: GPL-2.0-or-later */
/* call.c - one HTTP request on its way to its reply. */
#include "serve/call.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "plugin/pipeline.h"
#include "serve/keys.h"
#include "serve/metrics.h"
#include "serve/recent.h"
#include "serve/reply.h"
#include "serve/site.h"

xs_call *xs_call_new(void)
{
	xs_arena *a = xs_arena_new();
	xs_call *c = xs_arena_alloc(a, sizeof(*c));

	c->arena = a;
	c->method = c->path = c->body = c->address = c->client = "";
	c->deadline.cancel = &c->cancel;
	return c;
}

void xs_call_free(xs_call *c)
{
	if (!c)
		return;
	if (c->answer)
		xs_recent_release(xs_site_recent(c->site), c->answer);
	xs_site_release(c->site);
	free(c->reply.body);
	xs_arena_free(c->arena);
}

const char *xs_call_param(const xs_call *c, const char *name)
{
	for (size_t i = 0; i < c->n_params; i++)
		if (!strcmp(c->params[i].name, name))
			return c->params[i].value;
	return NULL;
}

const char *const *xs_call_params(size_t *n, xs_call *c, const char *name)
{
	const char **all = xs_arena_array(c->arena, c->n_params + 1, sizeof(*all));

	*n = 0;
	for (size_t i = 0; i < c->n_params; i++)
		if (!strcmp(c->params[i].name, name))
			all[(*n)++] = c->params[i].value;
	return all;
}

int xs_call_number(long *out, const xs_call *c, const char *name, long fallback, long min, long max)
{
	const char *text = xs_call_param(c, name);
	char *end;

	*out = fallback;
	if (!text || !*text)
		return XS_OK;
	errno = 0;
	*out = strtol(text, &end, 10);
	if (errno || *end || *out < min || *out > max)
		return xs_fail(XS_EINPUT,
			       "%s: expected a whole number from %ld to %ld, found \"%.40s\"", name,
			       min, max, text);
	return XS_OK;
}

int xs_call_switch(bool *out, const xs_call *c, const char *name, bool fallback)
{
	static const char *const words[] = {"off", "on", "false", "true", "0", "1", "no", "yes"};
	const char *text = xs_call_param(c, name);

	*out = fallback;
	if (!text || !*text)
		return XS_OK;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (!strcmp(text, words[i])) {
			*out = i % 2;
			return XS_OK;
		}
	}
	return xs_fail(XS_EINPUT, "%s: expected on or off, found \"%.40s\"", name, text);
}

const char *xs_call_header(const xs_call *c, const char *name)
{
	for (size_t i = 0; i < c->n_headers; i++)
		if (!strcasecmp(c->headers[i].name, name))
			return c->headers[i].value;
	return NULL;
}

int xs_call_json(json_t **out, const xs_call *c)
{
	json_error_t e;

	*out = NULL;
	if (c->body_len == 0)
		return xs_fail(XS_EINPUT, "the body is empty; expected a JSON object");
	*out = json_loadb(c->body, c->body_len, JSON_REJECT_DUPLICATES, &e);
	if (!*out)
		return xs_fail(XS_EINPUT, "the body is not JSON: line %d, column %d: %s", e.line,
			       e.column, e.text);
	if (json_is_object(*out))
		return XS_OK;
	json_decref(*out);
	*out = NULL;
	return xs_fail(XS_EINPUT, "the body is JSON, but no object");
}

const char *const *xs_call_filters(size_t *n, xs_call *c)
{
	size_t more;
	const char *const *asked = xs_call_params(&more, c, "filter");
	const char **all = xs_arena_array(c->arena, c->n_filters + more + 1, sizeof(*all));

	*n = 0;
	for (size_t i = 0; i < c->n_filters; i++)
		all[(*n)++] = c->filters[i];
	for (size_t i = 0; i < more; i++)
		if (asked[i][strspn(asked[i], " \t")])
			all[(*n)++] = asked[i];
	return all;
}

void xs_call_query(xs_call *c, xs_query *q)
{
	double budget = xs_site_conf(c->site)->rerank.budget_ms;

	q->filters = xs_call_filters(&q->n_filters, c);
	q->deadline = c->deadline;
	q->no_rerank = c->no_rerank != NULL;
	q->no_spelling = c->n_filters > 0; /* words of pages that it may not see */
	if (budget > 0)
		q->rerank_end = c->arrived + (int64_t)(budget * 1e6);
}

/* An answer that is kept.  Where the reranker is left out only because the server is busy, one that has been
 * reranked is better. */
static xs_recent_answer *call_kept(const xs_call *c, xs_query *q, uint64_t version)
{
	xs_recent *recent = xs_site_recent(c->site);
	xs_recent_answer *a = NULL;

	if (c->no_rerank && (!c->key || c->key->rerank)) {
		q->no_rerank = false;
		a = xs_recent_get(recent, q, version);
		q->no_rerank = !a;
	}
	return a ? a : xs_recent_get(recent, q, version);
}

int xs_call_search(xs_call *c, xs_query *q)
{
	xs_recent *recent = xs_site_recent(c->site);
	uint64_t version;
	bool known;
	xs_index *ix;
	int rc = xs_site_take(&ix, c->site);

	if (rc)
		return rc;
	xs_recent_release(recent, c->answer);
	known = xs_index_version(&version, ix) == XS_OK;
	c->answer = known ? call_kept(c, q, version) : NULL;
	if (c->answer) {
		xs_recent_read(q, c->answer);
		xs_reply_header(c, "X-Answer", "kept");
		xs_metrics_kept(c->metrics);
	} else {
		rc = xs_pipeline_run(xs_site_pipeline(c->site), ix, q);
	}
	xs_site_give(c->site, ix, rc);
	if (rc)
		return rc;
	if (known && !c->answer)
		xs_recent_put(recent, q, version);
	if (c->no_rerank && q->rerank.status == XS_RERANK_SKIPPED)
		q->rerank.reason = c->no_rerank;
	if (!c->answer)
		xs_metrics_search(c->metrics, q);
	return XS_OK;
}
