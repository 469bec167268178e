/* SPDX-License-Identifier: MIT */
/* rerank.h - scores of (query, text) pairs by a cross-encoder, on the CPU.
 *
 * The public header of librerank; it knows nothing of indexes and configuration files.
 *
 *	xs_model *model;
 *	xs_reranker *reranker;
 *	xs_request *request;
 *
 *	xs_model_open(&model, NULL);                     the model that is built in
 *	xs_reranker_new(&reranker, model, NULL, NULL);   its own pattern, all CPUs
 *	xs_request_new(&request, reranker, &query);      the query is encoded here, once
 *	xs_request_score(scores, request, texts, n, NULL);
 *
 * A score depends on the query, the text, the model, the options and the kind of CPU alone.  The
 * other texts, their order and the number of threads do not change a bit of it.
 *
 * Errors: XS_OK or a code of base/code.h; the sentence is xs_error(), kept for each thread.
 *
 * Memory: when the system has no more memory for a size that librerank chose itself, the program is
 * ended by abort(), with a line on standard error.  Sizes that come from a file are checked first and
 * are an error.  A request takes a bounded amount, however many texts it is given (xs_reranker_bytes).
 *
 * Threads: models and rerankers may be shared, a request is used by one thread at a time.  The table
 * in librerank(3) says it for each function.
 *
 * Growth: a struct that a program allocates may get further fields at its end in later releases.
 * Zero in a field always means what was before it.  The program does nothing for that: functions
 * whose names end in _sized() take the size of the struct, and the inline functions here of the same
 * names pass the size that the program was built with.  So structs are filled by name, the rest zero:
 * xs_rerank_options o = {0}, then o.precision = ….  What an array of this header has room for
 * (XS_WORKS, XS_TO_KINDS) changes with the soname alone. */
#ifndef XS_RERANK_RERANK_H
#define XS_RERANK_RERANK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/clock.h"
#include "base/code.h"
#include "base/level.h"
#include "base/pool.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The tree is built with hidden symbols; these are librerank's. */
#pragma GCC visibility push(default)

/* The version of the library that the program runs with, "0.1.0".  Static. */
const char *xs_rerank_version(void);

/* Gives messages of `lowest` and above to `sink`, with `user`.  NULL: they are dropped, as at the
 * start.  DEBUG: a model was opened, a reranker made; WARN: something was not as it was asked for,
 * and was done in another way.  Failures are returned and not logged.  To be called before other
 * threads use the library; the sink is called by any thread, one call at a time. */
void xs_rerank_log_to(xs_log_sink *sink, void *user, xs_level lowest);

/* Who may attend to whom in one layer (arXiv 2312.17649, section 3): the row is the token that
 * attends.  CLS to itself, query to query and document to document (within the window) are
 * always on.  document is the text and its SEP, query is the query and its SEP. */
typedef struct xs_pattern {
	int window; /* document i attends to document j when |i-j| <= window; -1: to all */
	bool cls_query, cls_doc, query_cls, query_doc, doc_cls, doc_query;
	bool reserved[22]; /* false; room for further switches, so the size stays as it is */
} xs_pattern;

/* The switches by number, 0 … XS_PATTERN_SWITCHES - 1, in the order of the fields.  The name is the
 * field's ("cls_query"); NULL beyond the last. */
enum { XS_PATTERN_SWITCHES = 6 };
const char *xs_pattern_switch_name(int i);
bool xs_pattern_switch_get(const xs_pattern *p, int i);
void xs_pattern_switch_set(xs_pattern *p, int i, bool on);

/* Whether two have the same window and switches. */
bool xs_pattern_equal(const xs_pattern *a, const xs_pattern *b);

/* The paper's sparse cross-encoder (window 4, query tokens attend to the query alone), and
 * full attention. */
extern const xs_pattern xs_pattern_sparse, xs_pattern_full;

/* A model: weights, vocabulary, its own pattern.  Read-only after opening; any number of
 * threads and rerankers may share one. */
typedef struct xs_model xs_model;

/* Opens a model folder as the Hugging Face hub has it, of a BERT, an ELECTRA or a RoBERTa with a
 * classifier of one output or two: config.json; model.safetensors (F64, F32,
 * F16, BF16, or I8 with F32 `.scale` rows) or pytorch_model.bin, either also as several files with
 * an index; tokenizer.json, vocab.txt, or vocab.json and merges.txt (without, only token ids
 * can be scored).  Keys of config.json that are ours: attention_window_size and cls_query_attention
 * (…), the pattern; query_own_cls, the query begins with a CLS of its own; similarity_scale, that
 * many times the cosine of the query's and the text's mean states is added to the logit.
 * NULL: the model that is built in.  The caller closes it.
 * XS_EFORMAT: a file is missing or damaged; XS_EUNSUPPORTED: an architecture that is not known. */
int xs_model_open(xs_model **out, const char *folder);
void xs_model_close(xs_model *m); /* NULL is fine; no reranker may be left on it */

typedef struct xs_model_info {
	const char *name;	  /* folder name, or "default"; borrowed from the model */
	const char *architecture; /* "BertForSequenceClassification", borrowed */
	const char *family;	  /* "bert", "electra" or "roberta"; static */
	const char *stored;	  /* "F32", "F16", "BF16" or "I8"; static */
	const char *activation;	  /* "gelu", "gelu_new" or "relu"; static */
	const char *head;	  /* before the classifier: "tanh", "gelu" or "none"; static */
	const char *tokens;	  /* "WordPiece", "BPE" or, without a vocabulary, "none"; static */
	int layers, hidden, heads, inner, positions, vocabulary;
	int embedding;	  /* size of the embeddings; hidden, where no projection follows */
	int outputs;	  /* of the classifier: 1 or 2; 0: it has none (embed.h) */
	float similarity; /* scale of the cosine that is added to the classifier's; 0: none is */
	bool query_cls;	  /* a query begins with a CLS of its own */
	int cls, sep;	  /* token ids */
	int document_position; /* fixed position of the first document token; -1: none */
	bool tokenizer;	       /* it has a vocabulary */
	bool joins; /* ids of texts joined at a space are those of the whole (WordPiece) */
	const xs_pattern *patterns; /* one a layer, borrowed */
	size_t bytes;		    /* of its files */
	uint64_t vocabulary_hash;   /* of the vocabulary; 0 without one */
} xs_model_info;

/* Fills `out`; what it points to lives as long as the model. */
void xs_model_info_get_sized(xs_model_info *out, size_t size, const xs_model *m);
static inline void xs_model_info_get(xs_model_info *out, const xs_model *m)
{
	xs_model_info_get_sized(out, sizeof *out, m);
}

/* A hash of all that a score takes from the model: config.json, vocabulary and weights.  Models of
 * the same files have the same, wherever they lie.  Reads the weights through (about 0.1 ms a MB):
 * to be asked once and kept. */
uint64_t xs_model_hash(const xs_model *m);

/* A number that changes whenever the model's files change, made without reading them.  A program that
 * keeps xs_model_hash() with it knows whether the hash still holds.  Of a folder it is a hash of the
 * files' numbers, sizes and times; of the built-in model (NULL), of the build.  0: it cannot be
 * told. */
uint64_t xs_model_stamp(const char *folder);

/* Token ids of a UTF-8 text, no special tokens (WordPiece as BERT's, byte-level BPE as RoBERTa's;
 * ill-formed bytes count as U+FFFD).  Writes at most `room` ids to `ids` and returns how many the text has, or
 * XS_EUNSUPPORTED when the model has no vocabulary. */
int64_t xs_model_tokenize(int32_t *ids, size_t room, const xs_model *m, const char *text,
			  size_t len);

/* Writes the folder `to` as the int8 form of the folder `from`: matrices as I8 with one F32
 * scale a row (max |w| / 127), the rest as F32; config.json and the vocabulary's files are copied. */
int xs_model_quantize(const char *from, const char *to);

/* Checks the folder `from`, every number of it, and writes it as the folder `to`: one
 * model.safetensors of what the model uses (F64 as F32), config.json and the vocabulary's files.
 * `to` NULL: nothing is written. */
int xs_model_import(const char *from, const char *to);

/* How the products are computed; attention, LayerNorm and the scoring head are f32 always.  bf16:
 * weights and operands of 16 bits, sums in f32.  int8: weights with a scale an output, operands
 * with a scale and a zero a token, sums in int32. */
typedef enum xs_precision { XS_PRECISION_F32, XS_PRECISION_BF16, XS_PRECISION_INT8 } xs_precision;

/* What to do with a text that is longer than the model's positions: overlapping windows are scored,
 * and their logits become one (MaxP, FirstP: Dai and Callan, arXiv 1905.09217).  Neighbouring windows
 * share a quarter of their tokens; the last ends with the text. */
typedef enum xs_overlong {
	XS_OVERLONG_MAX,   /* the maximum */
	XS_OVERLONG_FIRST, /* the first window alone is scored, as most servers do */
	XS_OVERLONG_MEAN   /* the mean */
} xs_overlong;

/* The paper's budget of a query (section 4.1); what the default model was trained with. */
enum { XS_QUERY_TOKENS = 32 };

typedef struct xs_rerank_options {
	const xs_pattern *pattern; /* for every layer; NULL: the model's own, layer by layer */
	xs_precision precision;
	int positions;	  /* stretch the positions to so many (paper, section 3.3); 0: as trained */
	int query_tokens; /* cut longer queries to this many tokens; 0: to XS_QUERY_TOKENS where they
			   * are text, token ids are taken as they are (at most half the positions) */
	int max_tokens;	  /* score no more of a text than this many tokens; 0: all */
	xs_overlong overlong;
	int reserved; /* 0; a later field must not lie where a program of today has padding */
} xs_rerank_options;

/* A model made ready to score in one way.  Any number of threads may use one. */
typedef struct xs_reranker xs_reranker;

/* `options` NULL: all zero; they are copied.  The model and `pool` are borrowed until the reranker is
 * freed.  `pool` NULL: the reranker makes one for all CPUs.  The caller frees the reranker.
 * XS_EINPUT: an option that the model cannot follow.  XS_EUNSUPPORTED: an option that this librerank
 * is too old for. */
int xs_reranker_new_sized(xs_reranker **out, const xs_model *m, const xs_rerank_options *options,
			  size_t size, xs_pool *pool);
static inline int xs_reranker_new(xs_reranker **out, const xs_model *m,
				  const xs_rerank_options *options, xs_pool *pool)
{
	return xs_reranker_new_sized(out, m, options, sizeof *options, pool);
}
void xs_reranker_free(xs_reranker *r); /* NULL is fine; no request may be left on it */

/* Bytes of memory that the reranker holds at this moment: weights it made (those it uses in the
 * model's file are not counted), a fixed workspace a thread, and states of the batches under way, which
 * are reused.  Nothing of it grows with the number of texts. */
size_t xs_reranker_bytes(const xs_reranker *r);

/* What the time of scoring goes to. */
typedef enum xs_work {
	XS_WORK_EMBED,
	XS_WORK_ENCODE,	 /* operands of 8 and 16 bits made of f32 */
	XS_WORK_PROJECT, /* queries, keys and values */
	XS_WORK_ATTEND,
	XS_WORK_OUTPUT, /* the product after attention */
	XS_WORK_UP,	/* hidden to inner, with its activation */
	XS_WORK_DOWN,	/* inner to hidden */
	XS_WORK_NORM,	/* LayerNorm */
	XS_WORK_HEAD,	/* pooler and classifier */
	XS_WORKS
} xs_work;

/* Nanoseconds that all threads together spent on each kind so far, by the clock.  While a request is
 * under way the numbers may be of different moments. */
void xs_reranker_spent(int64_t spent[XS_WORKS], const xs_reranker *r);

/* A query or text: token ids where `ids` is not NULL, else UTF-8.  All zero: the empty text.  Each
 * input of a call may be of either kind.  Borrowed for the call. */
typedef struct xs_input {
	const char *text;
	size_t len;
	const int32_t *ids;
	size_t n_ids;
} xs_input;

/* An input of a NUL-terminated string. */
static inline xs_input xs_input_text(const char *text)
{
	xs_input in;

	memset(&in, 0, sizeof in);
	in.text = text;
	in.len = strlen(text);
	return in;
}

typedef struct xs_score {
	float logit; /* of a model of two outputs: the second less the first */
	float score; /* the logistic function of the logit, 0 … 1; of two outputs that is the
			    * share that softmax gives the second */
	int tokens;  /* the text has, without special tokens */
	int tokens_scored;	     /* of them, tokens that some scored window held */
	bool truncated;		     /* tokens_scored < tokens */
	int best_window;	     /* which window had the maximum; 0 for a short text */
	int best_first, best_tokens; /* that window's first token, and how many it has */
	int rc; /* XS_OK, or why this one has no score: XS_EINPUT (an id outside the
			    * vocabulary), XS_EUNSUPPORTED (a text, and the model has no
			    * vocabulary), XS_ECANCEL (the deadline came first) */
} xs_score;

/* A query, tokenized, and where the pattern allows it encoded: its keys and values are shared by
 * all texts.  One thread at a time. */
typedef struct xs_request xs_request;

/* Reads the query, cuts it to the reranker's query_tokens, and encodes what can be shared.  The caller
 * frees it.  XS_EINPUT: an id outside the vocabulary, or no room for a text beside it;
 * XS_EUNSUPPORTED: a text, and the model has no vocabulary. */
int xs_request_new_sized(xs_request **out, xs_reranker *r, const xs_input *query, size_t size);
static inline int xs_request_new(xs_request **out, xs_reranker *r, const xs_input *query)
{
	return xs_request_new_sized(out, r, query, sizeof *query);
}
void xs_request_free(xs_request *q); /* NULL is fine */

/* Token counts of the query: before and after the cut to `query_tokens`. */
void xs_request_query(int *tokens, int *used, const xs_request *q);

/* Fills scores[0 … n-1].  The deadline (NULL: none) is tested every few dozen tokens of a layer: texts
 * that it leaves out have rc XS_ECANCEL and the call returns XS_ECANCEL.  XS_EINPUT,
 * XS_EUNSUPPORTED: the first text that cannot be read has this rc; the others are scored. */
int xs_request_score_sized(xs_score *scores, size_t score_size, xs_request *q,
			   const xs_input *texts, size_t text_size, size_t n,
			   const xs_deadline *deadline);
static inline int xs_request_score(xs_score *scores, xs_request *q, const xs_input *texts, size_t n,
				   const xs_deadline *deadline)
{
	return xs_request_score_sized(scores, sizeof *scores, q, texts, sizeof *texts, n, deadline);
}

/* Hidden states of one pair in one window, for tests and analysis: fills
 * out[(layers+1) × tokens × hidden] (after the embeddings, then after each layer; rows CLS, query,
 * SEP (RoBERTa: two), text, SEP).  The caller gives room for *tokens rows; the number of rows is left in
 * *tokens.  XS_EINPUT: the pair has more rows. */
int xs_request_states_sized(float *out, int *tokens, xs_request *q, const xs_input *text,
			    size_t size);
static inline int xs_request_states(float *out, int *tokens, xs_request *q, const xs_input *text)
{
	return xs_request_states_sized(out, tokens, q, text, sizeof *text);
}

/* Who attends, and to what, for xs_model_attention(). */
enum { XS_FROM_CLS, XS_FROM_QUERY, XS_FROM_DOCUMENT, XS_FROM_KINDS };
enum {
	XS_TO_CLS,
	XS_TO_QUERY,
	XS_TO_QUERY_SEP,
	XS_TO_NEAR, /* document tokens within the distance `near` of the one that attends, itself too */
	XS_TO_FAR, /* other document tokens; for CLS and query tokens all of them */
	XS_TO_SEP, /* the document's */
	XS_TO_KINDS
};

/* Where attention goes in one pair, from the states that xs_request_states() gave for it: fills
 * out[layers][heads][XS_FROM_KINDS][XS_TO_KINDS] with the share of the attention of a token, its sum
 * over `to` being 1, as means over the tokens of the kind, without SEP (0 where there is none).
 * `pattern` (NULL: the model's own) must be that of the states; `n_query` is what
 * xs_request_query() tells as used.  In plain f32: some milliseconds a pair. */
void xs_model_attention(float *out, const xs_model *m, const xs_pattern *pattern,
			const float *states, int n_query, int tokens, int near);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif
#endif
