/* SPDX-License-Identifier: GPL-2.0-or-later */
/* handlers.h - the handlers of the table in route.c, each in the file that it is named after. */
#ifndef XS_SERVE_HANDLERS_H
#define XS_SERVE_HANDLERS_H

#include "serve/call.h"

int xs_asset_run(xs_call *c);		  /* GET /assets/… and /xapian-search.js */
int xs_click_run(xs_call *c);		  /* POST /click: a result was chosen */
int xs_cohere_v1_run(xs_call *c);	  /* POST /v1/rerank: Cohere's version 1, and Jina's */
int xs_cohere_v2_run(xs_call *c);	  /* POST /v2/rerank: Cohere's version 2 */
int xs_healthz_run(xs_call *c);		  /* GET /healthz: the process is alive */
int xs_metrics_run(xs_call *c);		  /* GET /metrics: for Prometheus */
int xs_models_run(xs_call *c);		  /* GET /v1/models */
int xs_models_one_run(xs_call *c);	  /* GET /v1/models/NAME */
int xs_openai_embeddings_run(xs_call *c); /* POST /v1/embeddings: OpenAI's */
int xs_opensearch_run(xs_call *c);	  /* GET /opensearch.xml */
int xs_page_run(xs_call *c);		  /* GET /: the search page */
int xs_readyz_run(xs_call *c);		  /* GET /readyz: the model is loaded, the index is open */
int xs_search_run(xs_call *c);		  /* GET /search: results as JSON */
int xs_similar_run(xs_call *c);		  /* GET /similar: pages like that of a URL */
int xs_suggest_run(xs_call *c);		  /* GET /suggest: how what is typed may go on */
int xs_tei_embed_run(xs_call *c);	  /* POST /embed: TEI's */
int xs_tei_info_run(xs_call *c);	  /* GET /info: as TEI has it */
int xs_tei_rerank_run(xs_call *c);	  /* POST /rerank: TEI's, or Cohere's without a version */
int xs_tei_similarity_run(xs_call *c);	  /* POST /similarity: TEI's */

/* A body of Cohere's (version 1 or 2, 0: none is named) that came by another path. */
int xs_cohere_body(xs_call *c, json_t *body, int version);

/* Replies with an error, as clients of that path expect it. */
int xs_cohere_error(xs_call *c, int status, const char *sentence);
int xs_openai_error(xs_call *c, int status, const char *sentence);
int xs_page_error(xs_call *c, int status, const char *sentence);
int xs_tei_error(xs_call *c, int status, const char *sentence);

#endif
