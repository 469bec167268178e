/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check.c - the command `check`: configuration, model, pipeline and stores, a line each. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "base/file.h"
#include "cmd/check_values.h"
#include "cmd/option.h"
#include "cmd/print.h"
#include "cmd/scoring.h"
#include "cmd/site.h"
#include "plugin/json.h"
#include "plugin/options.h"
#include "plugin/pipeline.h"

enum { CHECK_JSON };

const xs_cmd_option cmd_check_options[] = {
	{"json", 'j', NULL, NULL, "print JSON"},
	{NULL, 0, NULL, NULL, NULL},
};

/* Each looks at one thing: XS_OK with *what set to a few words, or a code with xs_error() set. */
typedef int check_part(xs_cmd *c, const char **what);

static bool check_runs(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

/* Whether a program can be started by that name (execvp(3)). */
static bool check_program(xs_arena *a, const char *name)
{
	const char *path = getenv("PATH");
	size_t len;

	if (strchr(name, '/'))
		return check_runs(name);
	for (; path && *path; path += len + (path[len] == ':')) {
		len = strcspn(path, ":");
		if (check_runs(xs_file_join(a, xs_arena_dupn(a, path, len), name)))
			return true;
	}
	return false;
}

static int check_filters(xs_cmd *c)
{
	for (size_t i = 0; i < c->conf->filters.n; i++) {
		const char *program = c->conf->filters.items[i].command.items[0];

		if (!check_program(c->arena, program))
			return xs_fail(XS_EINPUT,
				       "filters.command: there is no program %s that can be run",
				       program);
	}
	return XS_OK;
}

static int check_configuration(xs_cmd *c, const char **what)
{
	int rc = cmd_settings(c);

	if (rc != XS_OK)
		return rc;
	for (size_t i = 0; i < c->conf->sources.n; i++)
		if (!*c->conf->sources.items[i].crawl &&
		    access(c->conf->sources.items[i].path, R_OK) != 0)
			return xs_fail(XS_EINPUT, "source %s: %s", c->conf->sources.items[i].path,
				       strerror(errno));
	if ((rc = check_values(c->conf, c->arena)) || (rc = check_filters(c)))
		return rc;
	*what = *xs_conf_file(c->conf) ? xs_conf_file(c->conf) : "no file: defaults";
	return XS_OK;
}

/* Scores a pair: a model may open well and still give no number, as with damaged weights. */
static int check_model(xs_cmd *c, const char **what)
{
	static const int32_t ids[] = {1};
	scoring_model s = {0};
	int rc = scoring_open(&s, c);
	xs_input input = {.ids = ids, .n_ids = 1};
	xs_request *request = NULL;
	xs_score score;

	if (rc == XS_OK)
		rc = xs_request_new(&request, s.use->reranker, &input);
	if (rc == XS_OK)
		rc = xs_request_score(&score, request, &input, 1, NULL);
	if (rc == XS_OK && score.logit != score.logit)
		rc = xs_fail(XS_EFORMAT, "model %s gives a score that is not a number",
			     s.use->info.name);
	if (rc == XS_OK)
		*what = xs_arena_printf(c->arena, "%s, %s, %s", s.use->info.name,
					s.use->info.stored, print_bytes(s.use->info.bytes));
	xs_request_free(request);
	scoring_close(&s);
	return rc;
}

/* Whether anything here is to be done by meaning. */
static bool check_embeds(const xs_conf *conf)
{
	return conf->index.vectors || conf->search.meaning != XS_CONF_MEANING_OFF;
}

/* Embeds a text, for the same reason. */
static int check_embedder(xs_cmd *c, const char **what)
{
	xs_embedding_model *e = xs_embedding_model_new(c->conf, NULL);
	const xs_input text = xs_input_text("a");
	xs_embedder_info info = {0};
	xs_embedder *embedder = NULL;
	float *vector = NULL;
	int rc = check_embeds(c->conf) ? xs_embedding_model_get(&embedder, e) : XS_OK;

	*what = "index.vectors and search.meaning are off";
	if (rc == XS_OK && embedder) {
		xs_embedder_info_get(&info, embedder);
		vector = xs_arena_array(c->arena, (size_t)info.dimensions, sizeof *vector);
		rc = xs_embedder_run(vector, NULL, embedder, XS_EMBED_QUERY, &text, 1, NULL);
		*what = xs_arena_printf(c->arena, "%s, %d dimensions", xs_embedding_model_name(e),
					info.dimensions);
	}
	for (int i = 0; i < info.dimensions && rc == XS_OK; i++)
		if (!isfinite(vector[i]))
			rc = xs_fail(XS_EFORMAT, "model %s gives a vector that has no number in it",
				     xs_embedding_model_name(e));
	xs_embedding_model_free(e);
	return rc;
}

/* Opened, not only named: a plugin reads its settings when it is opened. */
static int check_pipeline(xs_cmd *c, const char **what)
{
	xs_pipeline *p = NULL;
	int rc = xs_pipeline_open(&p, c->conf);

	*what = "";
	for (size_t i = 0; rc == XS_OK && i < xs_pipeline_count(p); i++)
		*what = xs_arena_printf(c->arena, "%s%s%s", *what, i ? ", " : "",
					xs_pipeline_stage(p, i)->name);
	xs_pipeline_close(p);
	return rc;
}

/* For index/, which asks whether a passage is to have a vector. */
static bool check_reads(void *user, const char *language)
{
	return xs_embedding_model_reads(user, language);
}

/* As site_index_open(), with that question answered. */
static int check_open(xs_index **out, xs_cmd *c, xs_embedding_model *e)
{
	xs_index_options o = xs_options_index(c->conf, c->conf->index.path, c->arena);

	o.embeds = check_reads;
	o.embed_user = e;
	return xs_index_open(out, &o, XS_READ);
}

/* Lets what the last writer left undone be done, so that the stores can be compared. */
static int check_replay(xs_index **ix, xs_cmd *c, xs_embedding_model *e)
{
	xs_index_status status;
	site_writer writer;
	int rc = xs_index_status_get(&status, c->arena, *ix);

	if (rc != XS_OK || !status.pending)
		return rc;
	xs_index_close(*ix);
	*ix = NULL;
	rc = site_writer_open(&writer, c, c->conf->index.path, false);
	if (rc != XS_OK)
		return rc;
	site_writer_close(&writer);
	return check_open(ix, c, e);
}

/* Vectors of another embedder are no fault of the file, and of no use.  An embedder that cannot be
 * opened is told on its own line. */
static int check_identity(xs_cmd *c, xs_index *ix, xs_embedding_model *e)
{
	xs_index_status status;
	uint64_t identity;
	int rc = xs_index_status_get(&status, c->arena, ix);

	if (rc != XS_OK || !status.vectors || !check_embeds(c->conf) ||
	    xs_embedding_model_identity(&identity, e) != XS_OK ||
	    identity == status.vectors_identity)
		return rc;
	return xs_fail(XS_EINPUT,
		       "%s: the vectors were made by another embedder than that of the settings: "
		       "run \"xapian-search index\", which makes them anew",
		       c->conf->index.path);
}

static const char *check_found(const xs_cmd *c, const xs_index_report *r)
{
	const char *said = xs_arena_printf(c->arena, "%" PRIu64 " pages, %" PRIu64 " passages",
					   r->pages, r->passages);

	if (r->vectors)
		said = xs_arena_printf(c->arena, "%s, %" PRIu64 " with vectors", said, r->vectors);
	if (r->lacking && c->conf->index.vectors)
		said = xs_arena_printf(c->arena,
				       "%s; vectors lacking: %" PRIu64
				       " (\"xapian-search index\" makes them)",
				       said, r->lacking);
	if (r->stale)
		said = xs_arena_printf(c->arena,
				       "%s; vectors of older texts: %" PRIu64
				       " (\"xapian-search index\" takes them out)",
				       said, r->stale);
	return said;
}

static int check_stores(xs_cmd *c, const char **what)
{
	xs_embedding_model *e = xs_embedding_model_new(c->conf, NULL);
	xs_index_report report;
	xs_index *ix = NULL;
	int rc = check_open(&ix, c, e);

	if (rc == XS_OK && c->conf->index.shards.n) {
		*what = "shards answer";
		goto out;
	}
	if (rc == XS_OK)
		rc = check_replay(&ix, c, e);
	if (rc != XS_OK)
		goto out;
	rc = xs_index_check(&report, c->arena, ix);
	if (rc == XS_EFORMAT) /* what was opened well is no bad input: the stores do not agree */
		rc = XS_EINTERNAL;
	if (rc == XS_OK)
		rc = check_identity(c, ix, e);
	if (rc == XS_OK)
		*what = check_found(c, &report);
out:
	xs_index_close(ix);
	xs_embedding_model_free(e);
	return rc;
}

int cmd_check(xs_cmd *c, int argc, char **argv)
{
	static const struct {
		const char *name;
		check_part *run;
	} parts[] = {{"configuration", check_configuration},
		     {"model", check_model},
		     {"embedder", check_embedder},
		     {"pipeline", check_pipeline},
		     {"stores", check_stores}};
	bool json = false;
	json_t *out = json_object(), *one;
	const char *arg, *what;
	int row, rc, code = CMD_OK;

	while ((row = option_next(&arg, c, argc, argv, cmd_check_options)) >= 0)
		json = true;
	if (row == OPTION_STOP || optind < argc) {
		json_decref(out);
		return row == OPTION_STOP ? c->rc : cmd_usage(c, "unexpected \"%s\"", argv[optind]);
	}
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		what = "";
		/* All parts run, also after a failure: each is a different thing to mend. */
		rc = parts[i].run(c, &what);
		if (rc != XS_OK) {
			what = xs_arena_dup(c->arena, xs_error());
			if (code == CMD_OK)
				code = cmd_exit_code(rc);
		}
		one = json_pack("{s:b}", "ok", rc == XS_OK);
		json_object_set_new(one, rc == XS_OK ? "what" : "error", xs_json_text(what));
		json_object_set_new(out, parts[i].name, one);
		if (!json) {
			printf("%-14s %-4s ", parts[i].name, rc == XS_OK ? "ok" : "bad");
			print_text(stdout, what);
			putchar('\n');
		}
		if (i == 0 && !c->conf)
			break; /* nothing can be told without settings */
	}
	if (json)
		print_json(out);
	else
		json_decref(out);
	return code;
}
