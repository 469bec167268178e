/* SPDX-License-Identifier: GPL-2.0-or-later */
/* conf.h - every setting, checked, in one struct.
 *
 * Filled from one table of keys (table.c), one YAML file and the command line's `-o key=value`.
 * Knows what a value may be, and nothing of what it is used for.  A conf is changed by one
 * thread; once nobody changes it, any number of threads may read it.  All strings and lists live
 * as long as the conf, and none is NULL. */
#ifndef XS_CONF_CONF_H
#define XS_CONF_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/log.h"

typedef struct xs_conf_list {
	const char **items; /* n, then a NULL */
	size_t n;
} xs_conf_list;

typedef enum xs_conf_canonical { XS_CANONICAL_OWN, XS_CANONICAL_TRUST } xs_conf_canonical;
typedef enum xs_conf_date { XS_DATE_PAGE, XS_DATE_FILE } xs_conf_date;

/* One entry of `sources`. */
typedef struct xs_conf_source {
	const char *
		path; /* folder or file, made absolute or relative to the process; "": `crawl` is set */
	const char *crawl;    /* where a site on the web begins; "": `path` is set */
	xs_conf_list hosts;   /* further ones of that site */
	const char *login;    /* names the variable that has "name:password"; "": none */
	xs_conf_list headers; /* name the variables that have "Name: value" */
	int type;	 /* what its files are: a place in the words of sources.type, 0: auto */
	const char *url; /* put before the path of a page; "": site.url */
	const char *language;	     /* "": index.language */
	bool strip_extension;	     /* of a page's address */
	bool index_folders;	     /* the address of index.html is its folder's */
	xs_conf_canonical canonical; /* which canonical links give the address */
	xs_conf_date date;	     /* of pages that give none */
	xs_conf_list include;	     /* glob patterns; none: every file of its type */
	xs_conf_list exclude;	     /* glob patterns, stronger than include */
	xs_conf_list keep_elements;  /* XPath: what alone is text in HTML */
	xs_conf_list drop_elements;  /* XPath: what is none */
} xs_conf_source;

typedef enum xs_conf_output {
	XS_CONF_OUTPUT_TEXT,
	XS_CONF_OUTPUT_MARKDOWN,
	XS_CONF_OUTPUT_HTML
} xs_conf_output;

/* One entry of `filters`. */
typedef struct xs_conf_filter {
	xs_conf_list include;  /* glob patterns of its files, and */
	xs_conf_list types;    /* their MIME types; one of both is not empty */
	xs_conf_list command;  /* program and arguments */
	xs_conf_output output; /* what it writes */
} xs_conf_filter;

typedef enum xs_conf_pattern {
	XS_PATTERN_MODEL,
	XS_PATTERN_SPARSE,
	XS_PATTERN_FULL
} xs_conf_pattern;
typedef enum xs_conf_switch { XS_SWITCH_OFF, XS_SWITCH_ON, XS_SWITCH_MODEL } xs_conf_switch;
typedef enum xs_conf_precision {
	XS_CONF_PRECISION_F32,
	XS_CONF_PRECISION_BF16,
	XS_CONF_PRECISION_INT8
} xs_conf_precision;
typedef enum xs_conf_pooling {
	XS_CONF_POOLING_MODEL,
	XS_CONF_POOLING_MEAN,
	XS_CONF_POOLING_CLS,
	XS_CONF_POOLING_LAST
} xs_conf_pooling;
typedef enum xs_conf_meaning {
	XS_CONF_MEANING_AUTO,
	XS_CONF_MEANING_ON,
	XS_CONF_MEANING_OFF
} xs_conf_meaning;
typedef enum xs_conf_overlong {
	XS_CONF_OVERLONG_MAX,
	XS_CONF_OVERLONG_FIRST,
	XS_CONF_OVERLONG_MEAN
} xs_conf_overlong;

/* Values of rerank.window beside 0 … 4096. */
enum { XS_WINDOW_NONE = -1, XS_WINDOW_MODEL = -2 };

/* One setting below `stages`: the text of a scalar for a third-party stage. */
typedef struct xs_conf_setting {
	const char *stage, *key, *value;
	int line, column; /* in the file, 0 from the command line */
} xs_conf_setting;

/* The fields are named as the keys; table.c says range, default and meaning of each. */
typedef struct xs_conf {
	struct {
		const char *name, *url;
	} site;
	struct {
		const xs_conf_source *items;
		size_t n;
	} sources;
	struct {
		const xs_conf_filter *items;
		size_t n;
	} filters;
	struct {
		const char *contact; /* "": none */
		bool sitemaps, sort_query, private_addresses;
		int max_depth, max_pages, variants, chain;
		xs_conf_list drop; /* patterns of parameters */
		int delay_ms, connections, timeout, tries, patience, keep_days;
	} crawl;
	struct {
		const char *path, *language;
		double title_weight, heading_weight;
		int passage_words, passage_overlap;
		int64_t max_page_bytes, document_memory;
		int document_seconds;
		int threads; /* 0: all CPUs */
		int batch_pages;
		xs_conf_list shards; /* host:port */
		bool vectors;
	} index;
	xs_conf_list pipeline; /* stage names, in order */
	xs_conf_list plugins;  /* paths of shared objects */
	struct {
		const xs_conf_setting *items; /* in the order of the file */
		size_t n;
	} stages;
	struct {
		int results, max_results, sub_results, snippet_words;
		bool spelling;
		xs_conf_list facets; /* type, section, lang, date, meta.FIELD */
		int suggest_after;   /* 0: never */
		xs_conf_meaning meaning;
		int meaning_depth;
		double meaning_floor;
	} search;
	struct {
		const char *model;	/* folder; "": the embedder that is built in */
		xs_conf_list languages; /* ISO 639, or "model", "all" */
		xs_conf_precision precision;
		xs_conf_pooling pooling;
		int max_tokens;				   /* 0: as the model says */
		const char *query_prompt, *passage_prompt; /* "model": as the model says */
	} embed;
	struct {
		bool enabled;
		const char *model;	/* folder; "": the model that is built in */
		xs_conf_list languages; /* ISO 639, or "model", "all" */
		int depth;		/* see xs_conf_depth() */
		double budget_ms;	/* 0: none */
		int batch, threads;
		xs_conf_pattern pattern;
		int window; /* or XS_WINDOW_NONE, XS_WINDOW_MODEL */
		xs_conf_switch cls_query, cls_doc, query_cls, query_doc, doc_cls, doc_query;
		int positions;	  /* 0: as trained */
		int query_tokens; /* 0: 32 */
		int max_tokens;	  /* 0: all; or XS_CONF_TOKENS_AUTO */
		xs_conf_precision precision;
		xs_conf_overlong overlong;
		int cache_entries; /* 0: no scores are kept */
		bool cache_tokens;
	} rerank;
	struct {
		struct {
			double bm25, meaning, rerank;
		} weights;
		bool keep_exact;
	} blend;
	struct {
		const char *listen; /* host:port, or unix:PATH */
		const char *url;    /* of the search page; "": as a request says */
		int threads;	    /* 0: one more than there are CPUs */
		int rerank_at_once, rerank_nice, queue, timeout_ms;
		int max_connections, read_timeout, idle_timeout;
		int64_t max_body, max_bodies, max_text, keep_answers;
		int max_texts;
		xs_conf_list model_names, embedding_names;
		const char *keys; /* file; "": none are needed */
		double rate;
		xs_conf_list cors, proxies;
		const char *access_log; /* file; "": none */
		bool log_addresses;
	} serve;
	struct {
		bool queries;
		int queries_kept;
		xs_level level;
	} log;
	struct xs_conf_origins *origins; /* private: where each value came from, and the memory */
} xs_conf;

/* The defaults, with relative paths relative to the process's folder.  The caller frees it. */
xs_conf *xs_conf_new(void);
void xs_conf_free(xs_conf *c); /* NULL is fine */

/* Reads and checks the YAML file at `path`; relative paths in it are relative to its folder.
 * XS_EINPUT: a setting is wrong, "file:line:column: sentence", or there is no such file;
 * XS_EIO: it cannot be read.  The caller frees *out (NULL after a failure). */
int xs_conf_load(xs_conf **out, const char *path);

/* As xs_conf_load, of a text that stands for the file `path` (used for messages and folder). */
int xs_conf_parse(xs_conf **out, const char *path, const char *text, size_t len);

/* Sets one key (`-o key=value`).  A list is `a, b` or `[a, b]`; `sources` takes a YAML list of
 * maps; `stages.NAME.KEY` any text.  Paths are relative to the process's folder and ${VAR} is
 * left to the shell.  XS_EINPUT: no such key, or a wrong value; nothing is changed. */
int xs_conf_set(xs_conf *c, const char *key, const char *value);

/* Checks what concerns two keys at once (passage_overlap < passage_words, …).  xs_conf_load()
 * does so itself; to be called after the last xs_conf_set(). */
int xs_conf_check(const xs_conf *c);

/* The effective value of a key as text, "[a, b]" for a list; also of `stages.NAME.KEY`.
 * NULL if there is no such key. */
const char *xs_conf_get(const xs_conf *c, xs_arena *a, const char *key);

/* The text set at stages.`stage`.`key`; NULL if it is not set.  Borrowed from the conf. */
const char *xs_conf_stage(const xs_conf *c, const char *stage, const char *key);

/* Where a key's value came from: "default", "-o", or "file:line:column" (for `stages` and what is
 * in `sources`, that of the whole); NULL if there is no such key. */
const char *xs_conf_origin(const xs_conf *c, xs_arena *a, const char *key);

/* The file that was read, "" if none.  Borrowed. */
const char *xs_conf_file(const xs_conf *c);

/* Which file to read: `given` if not NULL; else the first there is of ./xapian-search.yaml,
 * $XDG_CONFIG_HOME/xapian-search/xapian-search.yaml (~/.config without the variable) and
 * SYSCONFDIR/xapian-search.yaml.  The path lives in `a`.  XS_ENOTFOUND: there is none. */
int xs_conf_find(const char **out, xs_arena *a, const char *given);

/* The table, for documentation and tests. */
typedef enum xs_conf_type {
	XS_CONF_BOOL,	 /* bool */
	XS_CONF_INT,	 /* int */
	XS_CONF_SIZE,	 /* int64_t, bytes; k, M and G are powers of 1024 */
	XS_CONF_REAL,	 /* double */
	XS_CONF_STRING,	 /* const char * */
	XS_CONF_PATH,	 /* const char *, relative to the file's folder; "" stays */
	XS_CONF_ENUM,	 /* int, of `words` */
	XS_CONF_STRINGS, /* xs_conf_list */
	XS_CONF_PATHS,	 /* xs_conf_list */
	XS_CONF_HOSTS,	 /* xs_conf_list of host:port */
	XS_CONF_MAPS,	 /* a list of maps: `sources`, `filters` */
	XS_CONF_STAGES	 /* `stages` */
} xs_conf_type;

typedef struct xs_conf_word {
	const char *word;
	int value;
} xs_conf_word;

typedef struct xs_conf_key {
	const char *name; /* dotted; "sources.path" is a key of each item of sources */
	xs_conf_type type;
	size_t offset;		   /* in xs_conf, or for sources.* in xs_conf_source and so on */
	double min, max;	   /* INT, SIZE, REAL; of texts and lists, min 1: not empty */
	const xs_conf_word *words; /* ENUM: its values; INT: words beside the numbers.  Ends at a
				    * NULL word; NULL: none */
	const char *fallback;	   /* the default, as in the file; NULL: must be given */
	const char *unit; /* of a number or of a list's items; what each map has at least; "" where
				    * there is none */
	const char *text; /* one sentence */
} xs_conf_key;

/* rerank.depth: auto, and how many candidates that is where time does not matter. */
enum { XS_CONF_DEPTH_AUTO = 0, XS_CONF_DEPTH_MOST = 30 };
/* rerank.max_tokens: auto. */
enum { XS_CONF_TOKENS_AUTO = -1 };

static inline int xs_conf_depth(int depth)
{
	return depth == XS_CONF_DEPTH_AUTO ? XS_CONF_DEPTH_MOST : depth;
}

/* Row `i` of the table, in the order of the manual; NULL after the last. */
const xs_conf_key *xs_conf_key_at(size_t i);

/* The row of a key, or NULL; `stages.NAME.KEY` gives the row of `stages`. */
const xs_conf_key *xs_conf_key_find(const char *name);

/* The number that `text` is for a key of type INT or ENUM: a word's value, or a whole number within
 * the key's bounds.  Everything that takes such words, on the command line or from a host, asks
 * here.  False: it is not what xs_conf_expected() says. */
bool xs_conf_number(int *out, const char *key, const char *text);

/* The known key that is nearest to `name` by edits of one letter; NULL if none is near. */
const char *xs_conf_nearest(const char *name);

/* What a value of this key may be: "a whole number from 1 to 1000", "true or false", … */
const char *xs_conf_expected(const xs_conf_key *key, xs_arena *a);

/* The same with a number's unit: "a whole number of passages from 1 to 1000". */
const char *xs_conf_describe(const xs_conf_key *key, xs_arena *a);

/* The row of the list of maps whose items have this key, "sources" of "sources.path"; NULL: it is no
 * key of items. */
const xs_conf_key *xs_conf_maps(const xs_conf_key *key);

/* Item `i` of a list of maps, for the offsets of its keys; NULL after the last.  Borrowed. */
const void *xs_conf_item(const xs_conf *c, const xs_conf_key *maps, size_t i);

/* The section a key stands in ("rerank"), static; NULL for one at the top (`pipeline`). */
const char *xs_conf_section(const xs_conf_key *key);

/* Writes the settings as YAML, each with its origin in a comment. */
void xs_conf_write(xs_buf *out, const xs_conf *c);

/* Writes the example: every key with its sentence, all commented out but the sources. */
void xs_conf_example(xs_buf *out);

#endif
