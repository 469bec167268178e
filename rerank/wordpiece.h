/* SPDX-License-Identifier: MIT */
/* wordpiece.h - BERT's tokenizer: text to token ids.
 *
 * Knows nothing of models.  Read-only after opening, any number of threads. */
#ifndef XS_RERANK_WORDPIECE_H
#define XS_RERANK_WORDPIECE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef struct xs_wordpiece xs_wordpiece;

/* What becomes of a text before it is cut. */
typedef struct xs_wordpiece_options {
	bool lowercase; /* case is folded: an uncased model */
	bool accents;	/* they are kept; an uncased model drops them unless told otherwise */
	bool chinese;	/* Chinese characters are words of their own */
} xs_wordpiece_options;

/* As BERT's uncased models have it, and as without a word of it. */
extern const xs_wordpiece_options xs_wordpiece_uncased;

/* Reads a vocabulary of one token a line (vocab.txt); the id is the line's number from 0.  `name`
 * is for error sentences.  The bytes are borrowed as long as the tokenizer lives.  The caller
 * frees it.
 * XS_EFORMAT: empty, without [UNK], or not UTF-8. */
int xs_wordpiece_new(xs_wordpiece **out, const char *bytes, size_t len, const char *name,
		     const xs_wordpiece_options *options);

/* The same from the Hugging Face tokenizer.json (model.type WordPiece), whose normalizer sets the
 * options; `config`, the text of a tokenizer_config.json or NULL, goes before it.  The bytes are not
 * needed afterwards.
 * XS_EFORMAT: damaged; XS_EUNSUPPORTED: it differs from BERT's; XS_ENOTFOUND (no sentence): it is of
 * another model.type. */
int xs_wordpiece_from_json(xs_wordpiece **out, const char *bytes, size_t len, const char *config,
			   const char *name);
void xs_wordpiece_free(xs_wordpiece *w); /* NULL is fine */

/* Makes the bytes given to xs_wordpiece_new the tokenizer's own: free() is called on them at its
 * end. */
void xs_wordpiece_own(xs_wordpiece *w, char *bytes);

/* How many tokens the vocabulary has; the id of one token, -1 if it is absent. */
int xs_wordpiece_count(const xs_wordpiece *w);
int32_t xs_wordpiece_id(const xs_wordpiece *w, const char *token);

/* The token's text, borrowed; its length in *len. */
const char *xs_wordpiece_token(size_t *len, const xs_wordpiece *w, int32_t id);

/* A hash of the vocabulary and its options, the same on every machine. */
uint64_t xs_wordpiece_hash(const xs_wordpiece *w);

/* Splits `text` (UTF-8; ill-formed bytes count as U+FFFD, which is dropped like NUL): writes at
 * most `room` ids and returns how many there are.  No special tokens are added.  Source: BERT's
 * BasicTokenizer and WordpieceTokenizer (Devlin et al. 2019, tokenization.py), words longer
 * than 100 characters are [UNK]. */
size_t xs_wordpiece_encode(int32_t *ids, size_t room, const xs_wordpiece *w, const char *text,
			   size_t len);

#endif
