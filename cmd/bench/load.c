/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load.c - what is scored in a measurement: a query and texts of known lengths. */
#include "cmd/bench/load.h"

#include <string.h>

/* xorshift64* (Vigna 2016), from a fixed seed: every run measures the same. */
static uint32_t load_below(uint64_t *state, uint32_t n)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return (uint32_t)((*state * 0x2545f4914f6cdd1du >> 32) % n);
}

/* Any number; it must stay, so that measurements of different days are of the same texts. */
enum { LOAD_SEED = 20231219 };

/* Lengths of texts: strata of the range, shuffled. */
static int *load_lengths(bench_load *load, xs_arena *a, uint64_t *state, int tokens, bool even)
{
	int *lengths = xs_arena_array(a, load->n + 1, sizeof *lengths);

	for (size_t i = 0; i < load->n; i++) {
		/* Spread evenly rather than drawn: a small number of texts has long and short
		 * ones, too. */
		double place = even ? 0.5 : ((double)i + 0.5) / (double)load->n;

		lengths[i] = (int)((0.5 + place) * tokens + 0.5);
	}
	/* Fisher and Yates. Sorted lengths would spare the engine its own sorting. */
	for (size_t i = load->n; i > 1; i--) {
		size_t other = load_below(state, (uint32_t)i);
		int kept = lengths[i - 1];

		lengths[i - 1] = lengths[other];
		lengths[other] = kept;
	}
	for (size_t i = 0; i < load->n; i++) {
		load->tokens += (size_t)lengths[i];
		load->longest = lengths[i] > load->longest ? lengths[i] : load->longest;
	}
	return lengths;
}

static xs_input load_ids(xs_arena *a, uint64_t *state, const xs_model_info *m, int n)
{
	int32_t *ids = xs_arena_array(a, (size_t)n + 1, sizeof *ids);

	for (int i = 0; i < n; i++)
		do
			ids[i] = (int32_t)load_below(state, (uint32_t)m->vocabulary);
		/* Special tokens in a text would be counted as its bounds. */
		while (ids[i] == m->cls || ids[i] == m->sep);
	return (xs_input){.ids = ids, .n_ids = (size_t)n};
}

static void load_init(bench_load *out, xs_arena *a, size_t n)
{
	*out = (bench_load){.n = n};
	out->texts = xs_arena_array(a, n + 1, sizeof *out->texts);
	out->scores = xs_arena_array(a, n + 1, sizeof *out->scores);
}

void bench_load_ids(bench_load *out, xs_arena *a, const xs_model_info *m, size_t n, int tokens,
		    bool even)
{
	uint64_t state = LOAD_SEED;
	int *lengths;

	load_init(out, a, n);
	lengths = load_lengths(out, a, &state, tokens, even);
	out->query = load_ids(a, &state, m, BENCH_QUERY);
	for (size_t i = 0; i < n; i++)
		out->texts[i] = load_ids(a, &state, m, lengths[i]);
}

static xs_input load_words(xs_arena *a, uint64_t *state, int n)
{
	/* Common and rare words, of one token and of several, as in pages of documentation. */
	static const char *const words[] = {
		"the",	   "a",		  "of",		 "to",	       "and",	    "in",
		"is",	   "for",	  "with",	 "on",	       "page",	    "file",
		"search",  "data",	  "system",	 "number",     "order",	    "table",
		"value",   "index",	  "query",	 "result",     "first",	    "second",
		"between", "when",	  "every",	 "reading",    "written",   "certificate",
		"renewed", "database",	  "transaction", "checkpoint", "configure", "installation",
		"readers", "concurrency", "timeout",	 "2024",
	};
	char *text = xs_arena_alloc(a, (size_t)n * 16 + 1);
	size_t len = 0;

	for (int i = 0; i < n; i++) {
		const char *word = words[load_below(state, sizeof words / sizeof *words)];

		if (i)
			text[len++] = ' ';
		memcpy(text + len, word, strlen(word));
		len += strlen(word);
	}
	return (xs_input){.text = text, .len = len};
}

void bench_load_words(bench_load *out, xs_arena *a, size_t n, int tokens)
{
	uint64_t state = LOAD_SEED;
	int *lengths;

	load_init(out, a, n);
	lengths = load_lengths(out, a, &state, tokens, false);
	out->query = load_words(a, &state, BENCH_QUERY);
	for (size_t i = 0; i < n; i++)
		out->texts[i] = load_words(a, &state, lengths[i]);
}

double bench_load_operations(const bench_load *load, const xs_model_info *m,
			     const xs_pattern *patterns)
{
	double h = m->hidden, square = h * h, feed = h * m->inner;
	double query = m->query_cls + BENCH_QUERY + 1, rows, own, text = 0;
	/* The last layer is for CLS alone, unless means of all tokens are wanted. */
	int whole = m->similarity > 0 ? m->layers : m->layers - 1;
	bool shared = true;

	for (int i = 0; i < m->layers; i++)
		shared = shared && !patterns[i].query_cls && !patterns[i].query_doc;
	/* A query that does not look at the document is computed once for all texts. */
	own = shared ? 0 : query;
	for (size_t i = 0; i < load->n; i++) {
		rows = 1 + own + (double)load->texts[i].n_ids + 1; /* CLS and SEP */
		text += whole * rows * (4 * square + 2 * feed);
		text += (m->layers - whole) * (4 * square + 2 * feed);
		text += square; /* the pooler */
	}
	if (shared)
		text += whole * query * (4 * square + 2 * feed);
	/* A multiplication and an addition are two operations. */
	return 2 * text;
}
