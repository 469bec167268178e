/* SPDX-License-Identifier: MIT */
/* tokenizer.c - the kinds of tokenizers, and what is true of none. */
#include "rerank/tokenizer.h"

#include "rerank/bpe.h"
#include "rerank/wordpiece.h"

/* Functions of another type must not be called through a pointer (C11, 6.3.2.3 paragraph 8), so
 * each kind's are wrapped in ones that take any pointer. */
static void wordpiece_free(void *self)
{
	xs_wordpiece_free(self);
}

static int wordpiece_count(const void *self)
{
	return xs_wordpiece_count(self);
}

static int32_t wordpiece_id(const void *self, const char *token)
{
	return xs_wordpiece_id(self, token);
}

static uint64_t wordpiece_hash(const void *self)
{
	return xs_wordpiece_hash(self);
}

static size_t wordpiece_encode(int32_t *ids, size_t room, const void *self, const char *text,
			       size_t len)
{
	return xs_wordpiece_encode(ids, room, self, text, len);
}

/* A token of WordPiece never reaches over a space, so parts of a text can be split apart. */
const xs_tokenizer_kind xs_tokenizer_wordpiece = {
	.name = "WordPiece",
	.cls = "[CLS]",
	.sep = "[SEP]",
	.joins = true,
	.free = wordpiece_free,
	.count = wordpiece_count,
	.id = wordpiece_id,
	.hash = wordpiece_hash,
	.encode = wordpiece_encode,
};

static void bpe_free(void *self)
{
	xs_bpe_free(self);
}

static int bpe_count(const void *self)
{
	return xs_bpe_count(self);
}

static int32_t bpe_id(const void *self, const char *token)
{
	return xs_bpe_id(self, token);
}

static uint64_t bpe_hash(const void *self)
{
	return xs_bpe_hash(self);
}

static size_t bpe_encode(int32_t *ids, size_t room, const void *self, const char *text, size_t len)
{
	return xs_bpe_encode(ids, room, self, text, len);
}

/* A token of byte-level BPE holds the space before its word: parts of a text are not its whole. */
const xs_tokenizer_kind xs_tokenizer_bpe = {
	.name = "BPE",
	.cls = "<s>",
	.sep = "</s>",
	.joins = false,
	.free = bpe_free,
	.count = bpe_count,
	.id = bpe_id,
	.hash = bpe_hash,
	.encode = bpe_encode,
};

void xs_tokenizer_fini(xs_tokenizer *t)
{
	if (t->kind)
		t->kind->free(t->self);
	*t = (xs_tokenizer){0};
}

const char *xs_tokenizer_name(const xs_tokenizer *t)
{
	return t->kind ? t->kind->name : "none";
}

int xs_tokenizer_count(const xs_tokenizer *t)
{
	return t->kind ? t->kind->count(t->self) : 0;
}

int32_t xs_tokenizer_id(const xs_tokenizer *t, const char *token)
{
	return t->kind ? t->kind->id(t->self, token) : -1;
}

uint64_t xs_tokenizer_hash(const xs_tokenizer *t)
{
	return t->kind ? t->kind->hash(t->self) : 0;
}
