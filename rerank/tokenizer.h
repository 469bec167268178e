/* SPDX-License-Identifier: MIT */
/* tokenizer.h - a tokenizer of some kind: text to token ids.
 *
 * A model knows its tokenizer by this alone.  A further kind is a file that fills a
 * xs_tokenizer_kind, and a line in model_vocabulary.c, which knows the files of each.
 * Read-only after opening, any number of threads. */
#ifndef XS_RERANK_TOKENIZER_H
#define XS_RERANK_TOKENIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What every kind can do; `self` is the tokenizer that its own functions made. */
typedef struct xs_tokenizer_kind {
	const char *name; /* "WordPiece", for people and JSON */
	const char *cls,
		*sep; /* what the special tokens are called, where config.json has no ids */
	bool joins;   /* ids of texts joined at a space are those of the whole */
	void (*free)(void *self);
	int (*count)(const void *self);			    /* tokens of the vocabulary */
	int32_t (*id)(const void *self, const char *token); /* -1: it is absent */
	uint64_t (*hash)(const void *self); /* of all that ids depend on, alike on every machine */

	/* Writes at most `room` ids, no special tokens, and returns how many the text has.  UTF-8;
	 * ill-formed bytes count as U+FFFD. */
	size_t (*encode)(int32_t *ids, size_t room, const void *self, const char *text, size_t len);
} xs_tokenizer_kind;

extern const xs_tokenizer_kind xs_tokenizer_wordpiece, xs_tokenizer_bpe;

/* A tokenizer.  Zeroed: there is none. */
typedef struct xs_tokenizer {
	const xs_tokenizer_kind *kind;
	void *self;
} xs_tokenizer;

/* The same of a tokenizer that may be none: no tokens, no ids, hash 0, the name "none". */
void xs_tokenizer_fini(xs_tokenizer *t);
const char *xs_tokenizer_name(const xs_tokenizer *t);
int xs_tokenizer_count(const xs_tokenizer *t);
int32_t xs_tokenizer_id(const xs_tokenizer *t, const char *token);
uint64_t xs_tokenizer_hash(const xs_tokenizer *t);

#endif
