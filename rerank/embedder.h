/* SPDX-License-Identifier: MIT */
/* embedder.h - what a run knows of the embedder that it uses. */
#ifndef XS_RERANK_EMBEDDER_H
#define XS_RERANK_EMBEDDER_H

#include "rerank/embed.h"
#include "rerank/engine.h"

enum { XS_EMBED_KINDS = XS_EMBED_PASSAGE + 1 };

struct xs_embedder {
	const xs_model *m; /* borrowed */
	xs_engine engine;
	xs_precision precision;
	xs_embedder_info info; /* in force; its prompts are those below */
	const char *prompt[XS_EMBED_KINDS];
	const int32_t *prompt_ids[XS_EMBED_KINDS]; /* of the prompts by themselves */
	size_t prompt_n[XS_EMBED_KINDS];
	xs_arena *arena;
};

#endif
