/* SPDX-License-Identifier: MIT */
/* sentence.h - what a folder of sentence-transformers says of how texts become vectors.
 *
 * Knows its files of JSON, and nothing of weights.  Inside librerank only. */
#ifndef XS_RERANK_SENTENCE_H
#define XS_RERANK_SENTENCE_H

#include "base/arena.h"
#include "rerank/embed.h"

/* Zeroed: of a folder that says nothing.  Strings live in the arena of who reads. */
typedef struct xs_sentence {
	bool modules;		  /* it has a modules.json */
	const char *transformer;  /* the encoder's folder within it, "" or NULL: itself */
	const char *pooling_file; /* within it; NULL: none */
	const char *length_file;  /* the one that tells max_tokens, within it; NULL: none */
	xs_pooling pooling;	  /* MODEL: not told */
	int dimensions;		  /* of a state, as the pooling's file has it; 0: not told */
	bool normalised;
	int max_tokens;	       /* of a text; 0: not told */
	bool lowercase;	       /* texts are to be made lower case before all else */
	const char *prompt[3]; /* by xs_embed_kind; NULL: none */
} xs_sentence;

/* Reads modules.json and what it names, and config_sentence_transformers.json.  Without a modules.json
 * only the latter.  XS_EFORMAT: a file is damaged or missing; XS_EUNSUPPORTED: a module or a pooling
 * that is not known. */
int xs_sentence_read(xs_sentence *s, xs_arena *a, const char *folder);

/* One file's text; `name` is for sentences. */
int xs_sentence_modules(xs_sentence *s, xs_arena *a, const char *text, size_t len,
			const char *name);
int xs_sentence_pooling(xs_sentence *s, const char *text, size_t len, const char *name);
int xs_sentence_length(xs_sentence *s, const char *text, size_t len, const char *name);
int xs_sentence_prompts(xs_sentence *s, xs_arena *a, const char *text, size_t len,
			const char *name);

#endif
