/* SPDX-License-Identifier: MIT */
/* reranker.h - what requests know of the reranker that they are made from. */
#ifndef XS_RERANK_RERANKER_H
#define XS_RERANK_RERANKER_H

#include "rerank/engine.h"

struct xs_reranker {
	const xs_model *m;	   /* borrowed */
	xs_rerank_options options; /* without the pattern, which is the encoder's */
	xs_engine engine;
};

#endif
