/* SPDX-License-Identifier: MIT */
/* attend.h - the keys that a token sees, as runs; for the variants of attention alone. */
#ifndef XS_RERANK_KERN_ATTEND_H
#define XS_RERANK_KERN_ATTEND_H

#include "rerank/kern/kern.h"

/* Chunks of keys whose scores are held at once where a window slides (8 to 12 keys each), and the
 * greatest size of a head: both bound the stack, to 40 KiB. */
enum { ATTEND_CHUNKS = 8, ATTEND_SIZE = XS_HEAD_SIZE };

/* Tokens of one matrix that are keys.  Sliding: token t sees n keys from t - before on, those of
 * them that are within 0 … tokens-1. */
typedef struct attend_run {
	const void *k, *v; /* in the form that the variant takes */
	size_t ld;
	int n;
	bool slides;
	int before, tokens;
} attend_run;

/* Keys of a run beside each other, all of them for every token or all sliding; a head's part.  Of a group
 * of tokens whose first one is token 0: */
typedef struct attend_chunk {
	const void *k, *v; /* the first key of token 0, which may not exist */
	size_t ld;
	int n;
	const void *more_k, *more_v; /* one key more, for every token; NULL: none */
	size_t more_ld;
	bool slides;
	int from,
		to; /* sliding: the tokens whose first key exists; key i of them moves both by -i */
} attend_chunk;

/* What the tokens of a kind see, in the order CLS, query, document. */
typedef struct attend_keys {
	attend_run run[3];
	int runs;
} attend_keys;

static inline attend_keys attend_keys_of(const xs_attend *a, xs_attend_kind kind)
{
	const xs_pattern *p = a->pattern;
	attend_keys s = {.runs = 0};
	bool cls = kind == XS_ROW_CLS || (kind == XS_ROW_QUERY ? p->query_cls : p->doc_cls);
	bool query = kind == XS_ROW_QUERY || (kind == XS_ROW_CLS ? p->cls_query : p->doc_query);
	bool doc = kind == XS_ROW_DOC || (kind == XS_ROW_CLS ? p->cls_doc : p->query_doc);
	bool slides = kind == XS_ROW_DOC && p->window >= 0;
	/* No token sees further than the document is long. */
	int w = slides && p->window > a->n_doc ? a->n_doc : p->window;

	if (cls)
		s.run[s.runs++] = (attend_run){a->cls_k, a->cls_v, a->cls_ld, 1, false, 0, 1};
	if (query && a->n_query)
		s.run[s.runs++] = (attend_run){a->query_k, a->query_v, a->query_ld, a->n_query,
					       false,	   0,	       a->n_query};
	if (doc && a->n_doc)
		s.run[s.runs++] = (attend_run){a->doc_k,  a->doc_v,
					       a->doc_ld, slides ? 2 * w + 1 : a->n_doc,
					       slides,	  slides ? w : 0,
					       a->n_doc};
	return s;
}

#endif
