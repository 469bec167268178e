/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan.c - the grid of a study, from the words of its options. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "eval/beir.h"
#include "cmd/study/plan.h"
#include "cmd/argument.h"

/* More cells than a person reads. */
enum { STUDY_MOST = 64 };

/* Cuts "a,b,c" into words; refuses empty ones, those that stand twice, and more than STUDY_MOST. */
static int plan_words(const char *const **out, size_t *n, xs_arena *a, const char *list,
		      const char *option)
{
	const char **words = xs_arena_array(a, STUDY_MOST, sizeof *words);
	char *rest = xs_arena_dup(a, list), *word;

	*n = 0;
	/* strsep() and not strtok_r(): "4,,1" has an empty word, which is a mistake and not a
	 * separator. */
	while ((word = strsep(&rest, ","))) {
		for (size_t i = 0; i < *n; i++)
			if (strcmp(words[i], word) == 0)
				return xs_fail(XS_EINPUT, "%s %s: %s stands twice", option, list,
					       word);
		if (!*word || *n == STUDY_MOST)
			return xs_fail(XS_EINPUT,
				       "%s %s: expected at most %d words with a comma between "
				       "two",
				       option, list, STUDY_MOST);
		words[(*n)++] = word;
	}
	*out = words;
	return XS_OK;
}

static int plan_numbers(const long **out, size_t *n, xs_arena *a, const char *list, long max,
			const char *option, const char *zero)
{
	const char *const *words;
	long *numbers = NULL;
	int rc = plan_words(&words, n, a, list, option);

	if (rc == XS_OK)
		numbers = xs_arena_array(a, *n, sizeof *numbers);
	for (size_t i = 0; i < *n && rc == XS_OK; i++) {
		/* "all" of --lengths: rerank.max_tokens has 0 for it. */
		if (zero && strcmp(words[i], zero) == 0)
			numbers[i] = 0;
		else
			rc = argument_int(&numbers[i], words[i], 1, max, option);
		/* As numbers: "10" and "010" are two words and one depth. */
		for (size_t k = 0; k < i && rc == XS_OK; k++)
			if (numbers[k] == numbers[i])
				rc = xs_fail(XS_EINPUT, "%s %s: %ld stands twice", option, list,
					     numbers[i]);
	}
	*out = numbers;
	return rc;
}

static int plan_by_number(const void *left, const void *right)
{
	long a = *(const long *)left, b = *(const long *)right;

	return (a > b) - (a < b);
}

/* "cls_query, cls_doc, … and doc_query". */
static const char *plan_switch_names(xs_arena *a)
{
	const char *all = xs_pattern_switch_name(0);

	for (int i = 1; i < XS_PATTERN_SWITCHES; i++)
		all = xs_arena_printf(a, "%s%s%s", all,
				      i + 1 < XS_PATTERN_SWITCHES ? ", " : " and ",
				      xs_pattern_switch_name(i));
	return all;
}

/* One sign and the name of a switch, "+query_cls"; moves *at behind it. */
static int plan_switch(study_pattern *out, xs_arena *a, const char **at)
{
	/* Names of switches have no sign in them, so the next one ends it. */
	size_t len = strcspn(*at + 1, "+-");
	const char *name = xs_arena_dupn(a, *at + 1, len);

	for (int i = 0; i < XS_PATTERN_SWITCHES; i++)
		if (strcmp(name, xs_pattern_switch_name(i)) == 0) {
			out->switches[i] = **at == '+' ? "on" : "off";
			*at += 1 + len;
			return XS_OK;
		}
	return xs_fail(XS_EINPUT, "--patterns %s: there is no switch %s; there are %s", out->name,
		       *name ? name : "\"\"", plan_switch_names(a));
}

static int plan_pattern(study_pattern *out, xs_arena *a, const char *word)
{
	size_t len = strcspn(word, "+-");
	const char *at = word + len;
	int number, rc = XS_OK;

	/* Switches that are not named stay as the model has them. */
	*out = (study_pattern){.name = word, .base = xs_arena_dupn(a, word, len)};
	for (int i = 0; i < XS_PATTERN_SWITCHES; i++)
		out->switches[i] = "model";
	if (!xs_conf_number(&number, "rerank.pattern", out->base))
		return xs_fail(
			XS_EINPUT,
			"--patterns %s: expected %s, and maybe switches as in full-query_doc", word,
			xs_conf_expected(xs_conf_key_find("rerank.pattern"), a));
	while (*at && rc == XS_OK)
		rc = plan_switch(out, a, &at);
	return rc;
}

static int plan_patterns(study_plan *p, xs_cmd *c, const char *list)
{
	const char *const *words;
	int rc = plan_words(&words, &p->n_patterns, c->arena, list, "--patterns");
	study_pattern *patterns;

	if (rc != XS_OK)
		return rc;
	p->patterns = patterns = xs_arena_array(c->arena, p->n_patterns, sizeof *patterns);
	for (size_t i = 0; i < p->n_patterns && rc == XS_OK; i++)
		rc = plan_pattern(&patterns[i], c->arena, words[i]);
	return rc;
}

/* Words that are values of a setting. */
static int plan_settings(const char *const **out, size_t *n, xs_arena *a, const char *list,
			 const char *option, const char *key)
{
	int number, rc = plan_words(out, n, a, list, option);

	for (size_t i = 0; i < *n && rc == XS_OK; i++)
		/* Now, as a wrong word in the last list would else be found after hours. */
		if (!xs_conf_number(&number, key, (*out)[i]))
			rc = xs_fail(XS_EINPUT, "%s %s: expected %s", option, (*out)[i],
				     xs_conf_expected(xs_conf_key_find(key), a));
	return rc;
}

static int plan_retrievals(study_plan *p, xs_cmd *c, const char *list)
{
	const char *const *words;
	int rc = plan_words(&words, &p->n_retrievals, c->arena,
			    list ? list : retrieval_names[retrieval_configured(c)], "--retrievals");
	retrieval *to;

	if (rc != XS_OK)
		return rc;
	p->retrievals = to = xs_arena_array(c->arena, p->n_retrievals, sizeof *to);
	for (size_t i = 0; i < p->n_retrievals && rc == XS_OK; i++)
		rc = retrieval_parse(&to[i], words[i], "--retrievals");
	return rc;
}

static void plan_ways(study_plan *p, xs_arena *a)
{
	/* In the order of the options' words, patterns outermost: --baseline takes the first cell
	 * that fits, and reports keep this order. */
	study_way *ways =
		xs_arena_array(a, p->n_patterns * p->n_windows * p->n_precisions * p->n_lengths,
			       sizeof *ways);

	for (size_t i = 0; i < p->n_patterns; i++)
		for (size_t w = 0; w < p->n_windows; w++)
			for (size_t f = 0; f < p->n_precisions; f++)
				for (size_t l = 0; l < p->n_lengths; l++) {
					study_way *way = &ways[p->n_ways++];
					char *file;

					*way = (study_way){.pattern = &p->patterns[i],
							   .window = p->windows[w],
							   .precision = p->precisions[f],
							   .length = p->lengths[l]};
					way->name = xs_arena_printf(
						a, "%s/%s/%s/%s", way->pattern->name, way->window,
						way->precision,
						way->length ? xs_arena_printf(a, "%ld", way->length)
							    : "all");
					way->file = file = xs_arena_dup(a, way->name);
					/* A name of a way is a part of a file's name. */
					while ((file = strchr(file, '/')))
						*file = '.';
				}
	p->ways = ways;
}

size_t study_cells(const study_plan *p)
{
	return p->n_ways * p->n_depths;
}

const study_way *study_cell_way(const study_plan *p, size_t cell)
{
	/* A way is scored once: its depths are cut from the same scores. */
	return &p->ways[cell / p->n_depths];
}

long study_cell_depth(const study_plan *p, size_t cell)
{
	return p->depths[cell % p->n_depths];
}

const char *study_cell_name(const study_plan *p, xs_arena *a, size_t cell)
{
	return xs_arena_printf(a, "%s/%ld", study_cell_way(p, cell)->name,
			       study_cell_depth(p, cell));
}

/* The first cell whose name begins with the words; those that are left out are the first of their
 * lists.  Without any words: full attention with no window, if there is such a cell. */
static int plan_baseline(study_plan *p, xs_arena *a, const char *words)
{
	const char *wanted = words ? words : "full/none";
	size_t len = strlen(wanted), best = study_cells(p);

	for (size_t i = 0; i < study_cells(p); i++) {
		const char *name = study_cell_name(p, a, i);

		/* At a slash or the end: "sparse/1" must not find "sparse/16". */
		if (strncmp(name, wanted, len) == 0 && (name[len] == '/' || !name[len]) &&
		    best == study_cells(p))
			best = i;
	}
	if (best == study_cells(p) && words)
		return xs_fail(XS_EINPUT, "--baseline %s: there is no such cell; the first is %s",
			       words, study_cell_name(p, a, 0));
	/* Without such a cell the first one: there has to be one to compare with. */
	p->baseline = best == study_cells(p) ? 0 : best;
	return XS_OK;
}

/* The last part of a path, of a file without its ending, in letters that every file system takes, with
 * `suffix`; not that of another source. */
static const char *plan_name(const study_plan *p, xs_arena *a, const char *path, bool file,
			     const char *suffix)
{
	/* "." and "collection/" have no name of their own; the folder behind them has. */
	char *real = realpath(path, NULL), *name = xs_arena_dup(a, real ? real : path), *slash,
	     *dot;
	const char *free_name;
	int count = 1;

	free(real);
	while ((slash = strrchr(name, '/')) && !slash[1])
		*slash = '\0';
	name = slash ? slash + 1 : name;
	/* A folder's name may have dots of its own, and a hidden file begins with one. */
	if ((dot = strrchr(name, '.')) && dot > name && file)
		*dot = '\0';
	for (char *s = name; *s; s++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", *s))
			*s = '_';
	free_name = name = xs_arena_printf(a, "%s%s", *name ? name : "collection", suffix);
	for (size_t i = 0; i < p->n_sources; i++)
		if (strcmp(p->sources[i].name, free_name) == 0) {
			free_name = xs_arena_printf(a, "%s-%d", name, ++count);
			/* From the beginning again (the loop adds one): the new name may be
			 * taken, too. */
			i = (size_t)-1;
		}
	return free_name;
}

/* Adds a collection: a source for each retrieval, or one that has its run. */
static void plan_add(study_plan *p, xs_arena *a, study_source *sources, const study_source *one,
		     const char *path, bool file)
{
	size_t times = one->run ? 1 : p->n_retrievals;

	for (size_t i = 0; i < times; i++) {
		study_source *to = &sources[p->n_sources];
		const char *by = retrieval_names[p->retrievals[i]];

		*to = *one;
		to->by = p->retrievals[i];
		to->name =
			plan_name(p, a, path, file, times > 1 ? xs_arena_printf(a, "-%s", by) : "");
		/* One by one: plan_name() looks at those before. */
		p->n_sources++;
	}
}

static int plan_beir(study_plan *p, xs_arena *a, study_source *sources, const char *folder,
		     const char *run)
{
	xs_beir_files files = {0};
	/* The split that results on BEIR are told of. */
	int rc = xs_beir_folder(&files, a, folder, "test");
	const study_source one = {.corpus = files.corpus,
				  .queries = files.queries,
				  .qrels = files.qrels,
				  .run = run ? xs_file_join(a, folder, run) : NULL};

	if (rc == XS_OK)
		plan_add(p, a, sources, &one, folder, false);
	return rc;
}

/* What is given by single files, or of the configured index.  A collection is whole or not there:
 * pages with queries and judgements, or the log, which brings both. */
static int plan_single(study_plan *p, xs_cmd *c, const study_words *w, study_source *sources)
{
	const char *site = *c->conf->site.name ? c->conf->site.name : "site";
	const study_source one = {.corpus = w->corpus,
				  .queries = w->queries,
				  .qrels = w->qrels,
				  .run = w->site || w->log ? NULL : w->run,
				  .site = w->site || w->log,
				  .log = w->log};

	if (w->log ? w->corpus || w->queries || w->qrels
		   : !w->queries || !w->qrels || !w->site == !w->corpus)
		return xs_fail(XS_EINPUT,
			       "expected --beir, --pairs or --log, or --queries and --qrels with "
			       "--corpus or --site");
	if (w->run && !w->n_beir && (w->site || w->log))
		return xs_fail(XS_EINPUT, "--run is of a collection, --site and --log are not");
	plan_add(p, c->arena, sources, &one, w->corpus ? w->corpus : site, w->corpus);
	return XS_OK;
}

static int plan_sources(study_plan *p, xs_cmd *c, const study_words *w)
{
	study_source *sources =
		xs_arena_array(c->arena, (w->n_beir + 1) * p->n_retrievals + w->n_pairs,
			       sizeof *sources);
	int rc = XS_OK;

	p->sources = sources;
	for (size_t i = 0; i < w->n_beir && rc == XS_OK; i++)
		rc = plan_beir(p, c->arena, sources, w->beir[i], w->run);
	for (size_t i = 0; i < w->n_pairs && rc == XS_OK; i++, p->n_sources++)
		sources[p->n_sources] =
			(study_source){.name = plan_name(p, c->arena, w->pairs[i], true, ""),
				       .pairs = w->pairs[i]};
	if (rc != XS_OK ||
	    (!w->corpus && !w->queries && !w->qrels && !w->site && !w->log && p->n_sources))
		return rc;
	return plan_single(p, c, w, sources);
}

int study_plan_make(study_plan *out, xs_cmd *c, const study_words *w)
{
	xs_arena *a = c->arena;
	const char *depths =
		w->depths ? w->depths
			  : xs_arena_printf(a, "%d", xs_conf_depth(c->conf->rerank.depth));
	study_plan *p = out;
	int rc;

	*p = (study_plan){.folder = w->folder,
			  .max_queries = w->max_queries,
			  .sweep = w->sweep,
			  .attention = w->attention};
	if ((rc = plan_patterns(p, c, w->patterns)) != XS_OK ||
	    (rc = plan_settings(&p->windows, &p->n_windows, a, w->windows, "--windows",
				"rerank.window")) != XS_OK ||
	    (rc = plan_settings(&p->precisions, &p->n_precisions, a, w->precisions, "--precisions",
				"rerank.precision")) != XS_OK ||
	    (rc = plan_numbers(&p->depths, &p->n_depths, a, depths, 1000, "--depths", NULL)) !=
		    XS_OK ||
	    (rc = plan_numbers(&p->lengths, &p->n_lengths, a, w->lengths, 1000000, "--lengths",
			       "all")) != XS_OK ||
	    (rc = plan_retrievals(p, c, w->retrievals)) != XS_OK)
		return rc;
	/* The greatest last: it decides how many documents are scored, and the others are cut
	 * from it. */
	qsort((void *)(uintptr_t)p->depths, p->n_depths, sizeof *p->depths, plan_by_number);
	plan_ways(p, a);
	rc = plan_baseline(p, a, w->baseline);
	return rc == XS_OK ? plan_sources(p, c, w) : rc;
}
