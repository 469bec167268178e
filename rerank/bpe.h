/* SPDX-License-Identifier: MIT */
/* bpe.h - byte-level BPE, the tokenizer of GPT-2 and RoBERTa: text to token ids.
 *
 * Knows nothing of models.  Read-only after opening, any number of threads. */
#ifndef XS_RERANK_BPE_H
#define XS_RERANK_BPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef struct xs_bpe xs_bpe;

/* Reads a Hugging Face tokenizer.json: model.type BPE, pre_tokenizer ByteLevel.  `name` is for
 * sentences.  The bytes are not needed afterwards; the caller frees it.
 * XS_EFORMAT: damaged, or a merge of tokens that are not there; XS_EUNSUPPORTED: another kind. */
int xs_bpe_from_json(xs_bpe **out, const char *bytes, size_t len, const char *name);

/* The same from a vocab.json, tokens and their ids, and a merges.txt, a pair a line. */
int xs_bpe_from_files(xs_bpe **out, const char *vocabulary, size_t vocabulary_len,
		      const char *merges, size_t merges_len, const char *vocabulary_name,
		      const char *merges_name);
void xs_bpe_free(xs_bpe *b); /* NULL is fine */

/* How many tokens the vocabulary has; the id of one, -1 if it is absent; a hash of all
 * that the ids depend on, the same on every machine. */
int xs_bpe_count(const xs_bpe *b);
int32_t xs_bpe_id(const xs_bpe *b, const char *token);
uint64_t xs_bpe_hash(const xs_bpe *b);

/* Splits `text` (UTF-8; ill-formed bytes count as U+FFFD): writes at most `room` ids and returns
 * how many there are.  No tokens of begin and end are added; a special token written out in the
 * text is that token.  Source: Radford et al. 2019 (GPT-2's encoder.py); Hugging Face's tokenizers.
 */
size_t xs_bpe_encode(int32_t *ids, size_t room, const xs_bpe *b, const char *text, size_t len);

#endif
