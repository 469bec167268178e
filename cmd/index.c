/* SPDX-License-Identifier: GPL-2.0-or-later */
/* index.c - the command `index`: sources into the stores, with a bar or lines, and a summary. */
#include <getopt.h>
#include <malloc.h>
#include <stdio.h>

#include <jansson.h>

#include "base/clock.h"
#include "cmd/argument.h"
#include "cmd/option.h"
#include "cmd/print.h"
#include "cmd/site.h"
#include "plugin/json.h"

enum { INDEX_REBUILD, INDEX_VECTORS, INDEX_YES, INDEX_JSON };

/* Freed memory that is kept for what comes next, and how much is asked for at once. */
enum { INDEX_KEPT_BYTES = 128 << 20, INDEX_STEP_BYTES = 8 << 20 };

const xs_cmd_option cmd_index_options[] = {
	{"rebuild", 0, NULL, NULL, "build Xapian's index again from the store; reads no source"},
	{"vectors", 0, "WHEN", "now|later",
	 "make the vectors of passages that lack them, or leave that to a later run"},
	{"yes", 'y', NULL, NULL,
	 "also delete more than half of the pages, or all of other sources"},
	{"json", 'j', NULL, NULL, "print the summary as JSON"},
	{NULL, 0, NULL, NULL, NULL},
};

/* Failures and warnings that are listed on a terminal; `status` and --json have more. */
enum { INDEX_FAILURES = 10, INDEX_NOTES = 20, INDEX_LINE_MS = 5000 };

typedef struct index_watch {
	xs_cmd *c;
	double told;  /* when the last plain line was printed, milliseconds since the run began */
	double begun; /* when the phase of embedding did */
} index_watch;

/* What a run is asked for. */
typedef struct index_wish {
	bool rebuild, sure, json;
	bool vectors; /* --vectors was given, which sets its key */
} index_wish;

/* ", 96/s, 12 s left": a model and a site on the web take long, and at an even pace. */
static void index_pace(char *out, size_t room, const index_watch *w, const xs_index_progress *p)
{
	double ms = p->ms - w->begun, each = p->done ? ms / (double)p->done : 0;

	if (each > 0 && p->done < p->total)
		snprintf(out, room, ", %.0f/s, %s left", 1000 / each,
			 print_duration(each * (double)(p->total - p->done)));
}

/* A bar on a terminal; elsewhere a line every few seconds. */
static void index_progress(void *user, const xs_index_progress *p)
{
	static const char *const verbs[] = {"fetching pages", "listing sources", "reading pages",
					    "writing passages", "embedding"};
	index_watch *w = user;
	char text[160];
	size_t n;

	n = (size_t)snprintf(text, sizeof text, "%s: %zu of %zu", verbs[p->phase], p->done,
			     p->total);
	if (p->failed)
		n += (size_t)snprintf(text + n, sizeof text - n, ", %zu failed", p->failed);
	if (!p->done && (p->phase == XS_PHASE_EMBED || p->phase == XS_PHASE_CRAWL))
		w->begun = p->ms;
	if (p->phase == XS_PHASE_EMBED || p->phase == XS_PHASE_CRAWL)
		index_pace(text + n, sizeof text - n, w, p);
	if (w->c->progress) {
		print_progress(p->done, p->total, text);
	} else if (p->ms - w->told >= INDEX_LINE_MS) {
		w->told = p->ms;
		cmd_say(w->c, "%s, %s", text, print_duration(p->ms));
	}
}

/* Key and sentence apart: a key may hold any character, so a program could not cut the sentence. */
static json_t *index_failures(const xs_index_failure *failures, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++) {
		json_t *one = json_object();

		json_object_set_new(one, "key", xs_json_text(failures[i].key));
		json_object_set_new(one, "error", xs_json_text(failures[i].error));
		json_array_append_new(list, one);
	}
	return list;
}

/* What crawls did; null: no source was a site on the web. */
static json_t *index_crawl(const xs_index_summary *s)
{
	const xs_crawl_summary *k = &s->crawl;
	const struct {
		const char *key;
		uint64_t value;
	} counts[] = {
		{"requests", k->requests},   {"fetched", k->fetched},
		{"same", k->same},	     {"not_modified", k->not_modified},
		{"redirects", k->redirects}, {"gone", k->gone},
		{"failed", k->failed},	     {"dropped", k->dropped},
		{"robots", k->robots},	     {"others", k->others},
		{"canonical", k->canonical}, {"repeated", k->tries},
		{"bounded", k->bounded},     {"bytes", k->bytes},
	};
	json_t *out;

	if (!s->crawled)
		return json_null();
	out = json_object();
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		json_object_set_new(out, counts[i].key, json_integer((json_int_t)counts[i].value));
	json_object_set_new(out, "resumed", json_boolean(k->resumed));
	json_object_set_new(out, "ms", xs_json_ms(k->ms));
	return out;
}

static json_t *index_notes(const xs_index_summary *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->n_notes && i < XS_INDEX_NOTES; i++)
		json_array_append_new(list, xs_json_text(s->notes[i]));
	return list;
}

static json_t *index_others(const xs_source_others *others)
{
	json_t *out = json_object();

	for (size_t i = 0; i < others->n; i++)
		json_object_set_new(out, others->list[i].extension,
				    json_integer((json_int_t)others->list[i].files));
	return out;
}

static void index_say_others(xs_cmd *c, const xs_source_others *others)
{
	const char *list = "";

	for (size_t i = 0; i < others->n; i++)
		list = xs_arena_printf(c->arena, "%s%s%zu .%s", list, i ? ", " : "",
				       others->list[i].files, others->list[i].extension);
	if (others->files)
		cmd_say(c, "%zu files of other kinds were left out: %s", others->files, list);
}

/* Of what was embedded; null: this run was not to, or could not. */
static json_t *index_vectors(const xs_embed_summary *v)
{
	json_t *out;

	if (!v)
		return json_null();
	out = json_pack("{s:I, s:I, s:I, s:I, s:I}", "passages", (json_int_t)v->passages,
			"embedded", (json_int_t)v->embedded, "kept", (json_int_t)v->kept, "foreign",
			(json_int_t)v->foreign, "bytes", (json_int_t)v->bytes);
	json_object_set_new(out, "ms", xs_json_ms(v->ms));
	return out;
}

/* Also after a signal, with `stopped`: what was committed until then stays. */
static void index_json(const xs_index_summary *s, const xs_embed_summary *v, const char *stopped)
{
	const struct {
		const char *key;
		uint64_t value;
	} counts[] = {
		{"seen", s->seen},	     {"added", s->added},     {"changed", s->changed},
		{"unchanged", s->unchanged}, {"noindex", s->noindex}, {"failed", s->failed},
		{"duplicate", s->duplicate}, {"deleted", s->deleted}, {"passages", s->passages},
		{"bytes", s->bytes},	     {"stubs", s->stubs},     {"alike", s->alike},
	};
	json_t *out = json_object();

	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		json_object_set_new(out, counts[i].key, json_integer((json_int_t)counts[i].value));
	json_object_set_new(out, "others", index_others(&s->others));
	json_object_set_new(out, "crawl", index_crawl(s));
	json_object_set_new(out, "ms", xs_json_ms(s->ms));
	json_object_set_new(out, "failures", index_failures(s->failures, s->n_failures));
	json_object_set_new(out, "notes", index_notes(s));
	json_object_set_new(out, "n_notes", json_integer((json_int_t)s->n_notes));
	json_object_set_new(out, "vectors", index_vectors(v));
	if (stopped)
		json_object_set_new(out, "stopped", xs_json_text(stopped));
	print_json(out);
}

static void index_say_notes(xs_cmd *c, const xs_index_summary *s)
{
	for (size_t i = 0; i < s->n_notes && i < INDEX_NOTES; i++) {
		fprintf(stderr, "warning: ");
		print_text(stderr, s->notes[i]);
		fputc('\n', stderr);
	}
	if (s->n_notes > INDEX_NOTES)
		cmd_say(c, "and %zu more warnings; --json lists the first %d",
			s->n_notes - INDEX_NOTES, XS_INDEX_NOTES);
}

static void index_say_crawl(xs_cmd *c, const xs_crawl_summary *k)
{
	cmd_say(c,
		"%zu requests%s: %zu pages new or changed, %zu the same, %zu redirects, %zu gone, %zu failed; %s",
		k->requests, k->resumed ? " to go on with a crawl" : "", k->fetched, k->same,
		k->redirects, k->gone, k->failed, print_duration(k->ms));
	if (k->robots || k->others || k->canonical || k->bounded)
		cmd_say(c,
			"not taken: %zu that robots.txt forbids, %zu of other kinds, %zu that name another "
			"page as theirs, %zu links beyond the limits of crawl",
			k->robots, k->others, k->canonical, k->bounded);
	if (k->dropped)
		cmd_say(c, "%zu pages have failed for too long and were removed", k->dropped);
}

/* On stderr: stdout is for what a program may read. */
static void index_say(xs_cmd *c, const xs_index_summary *s)
{
	cmd_say(c, "%zu pages: %zu added, %zu changed, %zu unchanged, %zu deleted%s", s->seen,
		s->added, s->changed, s->unchanged, s->deleted, s->failed ? "" : ", none failed");
	if (s->crawled)
		index_say_crawl(c, &s->crawl);
	if (s->noindex || s->duplicate || s->stubs)
		cmd_say(c,
			"left out: %zu not to be indexed, %zu that only lead to another, "
			"%zu listed twice",
			s->noindex, s->stubs, s->duplicate);
	if (s->alike)
		cmd_say(c, "%zu are the same as another page, which is shown for them", s->alike);
	index_say_others(c, &s->others);
	cmd_say(c, "%zu passages written, %s read, %s", s->passages, print_bytes(s->bytes),
		print_duration(s->ms));
	for (size_t i = 0; i < s->n_failures && i < INDEX_FAILURES; i++) {
		fprintf(stderr, "failed: ");
		print_text(stderr, s->failures[i].error);
		fputc('\n', stderr);
	}
	if (s->failed)
		cmd_say(c, "%zu failed, tried again next time%s", s->failed,
			s->failed > INDEX_FAILURES ? "; \"xapian-search status\" lists them" : "");
	index_say_notes(c, s);
}

static void index_say_vectors(xs_cmd *c, const xs_embed_summary *v)
{
	cmd_say(c, "%zu passages embedded, %zu had their vectors, %s, %s", v->embedded, v->kept,
		print_bytes(v->bytes), print_duration(v->ms));
	if (v->foreign)
		cmd_say(c, "%zu passages are in languages that the embedder does not read",
			v->foreign);
}

/* After the words, which are searchable meanwhile.  *done: it came so far that there is something to
 * tell. */
static int index_embed(xs_embed_summary *out, bool *done, xs_cmd *c, xs_index *ix,
		       const xs_deadline *stop)
{
	index_watch watch = {.c = c};
	int rc = xs_index_embed(out, ix, index_progress, &watch, stop);

	print_progress_clear();
	*done = rc == XS_OK || rc == XS_ECANCEL;
	return rc;
}

static int index_update(xs_cmd *c, site_writer *w, const xs_deadline *stop, const index_wish *wish)
{
	index_watch watch = {.c = c};
	xs_index_summary summary = {0};
	xs_embed_summary vectors = {0};
	bool embedded = false;
	const xs_source *sources;
	size_t n;
	int rc = site_sources(&sources, &n, c);

	if (rc != XS_OK)
		return cmd_failed(c, rc);
	/* A page that fails is counted; only what concerns the whole index ends the run. */
	rc = xs_index_update(&summary, c->arena, w->index, sources, n, wish->sure, index_progress,
			     &watch, stop);
	print_progress_clear();
	if (rc != XS_OK && rc != XS_ECANCEL)
		return cmd_failed(c, rc);
	if (!wish->json)
		index_say(c, &summary);
	if (rc == XS_OK && w->embedding)
		rc = index_embed(&vectors, &embedded, c, w->index, stop);
	if (wish->json)
		index_json(&summary, embedded ? &vectors : NULL,
			   rc == XS_ECANCEL ? "signal" : NULL);
	else if (embedded)
		index_say_vectors(c, &vectors);
	return rc == XS_OK ? CMD_OK : cmd_failed(c, rc);
}

/* Ends whole or not at all: the index in use stays until the new one takes its place. */
static int index_rebuild(xs_cmd *c, xs_index *ix, const xs_deadline *stop, bool json)
{
	index_watch watch = {.c = c};
	int64_t begin = xs_clock_ns();
	size_t passages = 0;
	int rc = xs_index_rebuild(&passages, ix, index_progress, &watch, stop);
	json_t *out;

	print_progress_clear();
	if (rc != XS_OK)
		return cmd_failed(c, rc);
	if (json) {
		out = json_object();
		json_object_set_new(out, "passages", json_integer((json_int_t)passages));
		json_object_set_new(out, "ms", xs_json_ms(xs_clock_ms(begin)));
		print_json(out);
	} else {
		cmd_say(c, "%zu passages written, %s", passages,
			print_duration(xs_clock_ms(begin)));
	}
	return CMD_OK;
}

/* XS_OK, or XS_EINPUT with a sentence. */
static int index_option(index_wish *out, xs_cmd *c, int row, const char *arg)
{
	bool now;

	switch (row) {
	case INDEX_REBUILD: out->rebuild = true; return XS_OK;
	case INDEX_YES: out->sure = true; return XS_OK;
	case INDEX_JSON: out->json = true; return XS_OK;
	default:
		if (argument_word(&now, arg, "now", "later", "--vectors") != XS_OK)
			return XS_EINPUT;
		cmd_override_key(c, "index.vectors", now ? "true" : "false");
		out->vectors = true;
		return XS_OK;
	}
}

/* Documents of Xapian are many small pieces, freed in batches.  As it comes, the C library gives a
 * batch's pages back to the system, and takes as many for the next one. */
static void index_keep_memory(void)
{
	mallopt(M_TRIM_THRESHOLD, INDEX_KEPT_BYTES);
	mallopt(M_TOP_PAD, INDEX_STEP_BYTES);
	/* Larger than any batch's table, or else these are mapped and unmapped each time. */
	mallopt(M_MMAP_THRESHOLD, INDEX_STEP_BYTES);
}

int cmd_index(xs_cmd *c, int argc, char **argv)
{
	xs_deadline stop = {.cancel = &c->cancel};
	index_wish wish = {0};
	site_writer writer;
	const char *arg;
	int row, code;

	while ((row = option_next(&arg, c, argc, argv, cmd_index_options)) >= 0)
		if (index_option(&wish, c, row, arg) != XS_OK)
			return cmd_failed(c, XS_EINPUT);
	if (row == OPTION_STOP)
		return c->rc;
	if (optind < argc)
		return cmd_usage(c, "unexpected \"%s\": sources are listed in the configuration",
				 argv[optind]);
	if (wish.rebuild && wish.vectors)
		return cmd_usage(c, "--rebuild makes no vectors, so --vectors means nothing there");
	index_keep_memory();
	code = cmd_settings(c);
	if (code == XS_OK)
		code = site_writer_open(&writer, c, c->conf->index.path,
					c->conf->index.vectors && !wish.rebuild);
	if (code != XS_OK)
		return cmd_failed(c, code);
	code = wish.rebuild ? index_rebuild(c, writer.index, &stop, wish.json)
			    : index_update(c, &writer, &stop, &wish);
	site_writer_close(&writer);
	return code;
}
