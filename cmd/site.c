/* SPDX-License-Identifier: GPL-2.0-or-later */
/* site.c - settings made into what index/ takes. */
#define _GNU_SOURCE
#include "cmd/site.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "plugin/options.h"
#include "plugin/passage_text.h"

/* Shards, where there are any, take the place of the folder. */
int site_index_open(xs_index **out, xs_cmd *c)
{
	xs_index_options o = xs_options_index(c->conf, c->conf->index.path, c->arena);

	return xs_index_open(out, &o, XS_READ);
}

/* Commands that copy or measure a folder mean that folder, whatever shards are configured. */
int site_index_open_at(xs_index **out, xs_cmd *c, const char *path)
{
	xs_index_options o = xs_options_index(c->conf, path, c->arena);

	o.shards = NULL;
	return xs_index_open(out, &o, XS_READ);
}

/* index/ takes the word, so it needs to know nothing of the settings. */
static const char *site_type(int type)
{
	return xs_conf_key_find("sources.type")->words[type].word;
}

/* What a variable of the environment has: secrets do not stand in the file, which `conf` shows. */
static int site_secret(const char **out, const char *key, const char *name)
{
	*out = getenv(name);
	if (*out && **out)
		return XS_OK;
	return xs_fail(XS_EINPUT, "%s names %s, which is not in the environment, or empty", key,
		       name);
}

static int site_headers(xs_crawl_settings *to, xs_cmd *c, const xs_conf_source *s)
{
	const char **headers = xs_arena_array(c->arena, s->headers.n + 1, sizeof *headers);
	int rc = XS_OK;

	for (size_t i = 0; i < s->headers.n && rc == XS_OK; i++) {
		rc = site_secret(&headers[i], "sources.headers", s->headers.items[i]);
		if (rc == XS_OK && (!strchr(headers[i], ':') || strpbrk(headers[i], "\r\n")))
			rc = xs_fail(
				XS_EINPUT,
				"the variable %s, which sources.headers names: expected one line "
				"such as \"Authorization: Bearer TOKEN\"",
				s->headers.items[i]);
	}
	to->headers = headers;
	return rc;
}

/* How one site is crawled. */
static int site_crawl(const xs_crawl_settings **out, xs_cmd *c, const xs_conf_source *s)
{
	const xs_conf *conf = c->conf;
	xs_crawl_settings *to = xs_arena_alloc(c->arena, sizeof *to);
	int rc = XS_OK;

	*to = (xs_crawl_settings){
		.start = s->crawl,
		.hosts = s->hosts.items,
		.include = s->include.items,
		.exclude = s->exclude.items,
		.drop = conf->crawl.drop.items,
		.sort_query = conf->crawl.sort_query,
		.contact = conf->crawl.contact,
		.sitemaps = conf->crawl.sitemaps,
		.private_peers = conf->crawl.private_addresses,
		.depth = conf->crawl.max_depth,
		.pages = conf->crawl.max_pages,
		.variants = conf->crawl.variants,
		.chain = conf->crawl.chain,
		.delay_ms = conf->crawl.delay_ms,
		.connections = conf->crawl.connections,
		.timeout_s = conf->crawl.timeout,
		.tries = conf->crawl.tries,
		.patience_s = conf->crawl.patience,
		.keep_s = (int64_t)conf->crawl.keep_days * 86400,
		.max_bytes = (size_t)conf->index.max_page_bytes,
	};
	if (*s->login)
		rc = site_secret(&to->login, "sources.login", s->login);
	if (rc == XS_OK)
		rc = site_headers(to, c, s);
	*out = to;
	return rc;
}

static const xs_filter *site_filters(xs_cmd *c)
{
	const xs_conf *conf = c->conf;
	xs_filter *out = xs_arena_array(c->arena, conf->filters.n, sizeof *out);

	for (size_t i = 0; i < conf->filters.n; i++) {
		const xs_conf_filter *f = &conf->filters.items[i];

		out[i] = (xs_filter){
			.include = f->include.items,
			.types = f->types.items,
			.command = f->command.items,
			.output = xs_conf_key_find("filters.output")->words[f->output].word,
		};
	}
	return out;
}

/* What a source leaves open is settled here, as index/ knows no settings of the whole site.
 * `apart`: the index may lie in a source, and is no page of it. */
int site_sources(const xs_source **list, size_t *n, xs_cmd *c)
{
	const xs_conf *conf = c->conf;
	xs_source *out = xs_arena_array(c->arena, conf->sources.n + 1, sizeof *out);
	const xs_filter *filters = site_filters(c);
	int rc = XS_OK;

	for (size_t i = 0; i < conf->sources.n && rc == XS_OK; i++) {
		const xs_conf_source *s = &conf->sources.items[i];

		out[i] = (xs_source){
			.path = *s->crawl ? s->crawl : s->path,
			.type = site_type(s->type),
			.url = *s->url ? s->url : conf->site.url,
			.language = *s->language ? s->language : conf->index.language,
			/* Where words are not to be stemmed, a language that is found would have
			 * them stemmed. */
			.guess_language =
				!*s->language && strcmp(conf->index.language, "none") != 0,
			.strip_extension = s->strip_extension,
			.index_folders = s->index_folders,
			.trust_canonical = s->canonical == XS_CANONICAL_TRUST,
			.apart = conf->index.path,
			.file_date = s->date == XS_DATE_FILE,
			.include = s->include.n ? s->include.items : NULL,
			.exclude = s->exclude.n ? s->exclude.items : NULL,
			.keep_elements = s->keep_elements.n ? s->keep_elements.items : NULL,
			.drop_elements = s->drop_elements.n ? s->drop_elements.items : NULL,
			.filters = filters,
			.n_filters = conf->filters.n,
		};
		if (*s->crawl)
			rc = site_crawl(&out[i].crawl, c, s);
	}
	*list = out;
	*n = conf->sources.n;
	/* An empty list would delete every page of the index. */
	if (!*n)
		rc = xs_fail(XS_EINPUT, "there are no sources: list folders or files below "
					"\"sources:\" in xapian-search.yaml");
	return rc;
}

/* For index/, which knows no model: this one is its `user`. */
static int64_t site_tokenize(void *user, const char *text, size_t len, int32_t *ids, size_t room)
{
	return xs_model_tokenize(ids, room, user, text, len);
}

/* Words are found without vectors, so an embedder that does not open costs no more than these. */
static void site_embedding_open(site_writer *out, xs_index_options *o, const xs_cmd *c)
{
	out->embedding = xs_embedding_model_new(c->conf, NULL);
	if (xs_embedding_model_options(o, out->embedding) == XS_OK)
		return;
	xs_log(XS_LOG_WARN, "pages are indexed without vectors: %s", xs_error());
	xs_embedding_model_free(out->embedding);
	out->embedding = NULL;
}

/* Token ids only save time when searching, so a model that does not open costs them and not the
 * index. */
int site_writer_open(site_writer *out, xs_cmd *c, const char *path, bool embeds)
{
	xs_index_options o = xs_options_index(c->conf, path, c->arena);
	xs_model_info info = {0};
	int rc;

	*out = (site_writer){0};
	o.shards = NULL; /* what is written is this machine's own */
	/* The file that runs, also when an upgrade has put another one in its place. */
	o.page.reader.program = "/proc/self/exe";
	if (c->conf->rerank.cache_tokens) {
		const char *folder = c->conf->rerank.model;

		if (xs_model_open(&out->model, *folder ? folder : NULL) != XS_OK)
			xs_log(XS_LOG_WARN, "pages are indexed without token ids: %s", xs_error());
		else
			xs_model_info_get(&info, out->model);
	}
	if (info.joins) { /* else ids kept for a text alone are not those it has in a pair */
		o.tokenize = site_tokenize;
		o.tokenize_user = out->model;
		o.vocabulary = info.vocabulary_hash;
	}
	if (embeds)
		site_embedding_open(out, &o, c);
	rc = xs_index_open(&out->index, &o, XS_WRITE);
	if (rc != XS_OK)
		site_writer_close(out);
	return rc;
}

void site_writer_close(site_writer *w)
{
	/* First, as it may still use the models. */
	xs_index_close(w->index);
	xs_embedding_model_free(w->embedding);
	xs_model_close(w->model);
	*w = (site_writer){0};
}

/* Counted first and then written, as xs_passage_text() knows no arena. */
const char *site_passage_text(xs_arena *a, const xs_candidate *k)
{
	size_t len = xs_passage_text(NULL, k->title, k->heading, k->text);
	char *out = xs_arena_alloc(a, len + 1);

	xs_passage_text(out, k->title, k->heading, k->text);
	return out;
}
