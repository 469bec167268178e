/* SPDX-License-Identifier: GPL-2.0-or-later */
/* site.h - the configured index and sources, for commands that open them. */
#ifndef XS_CMD_SITE_H
#define XS_CMD_SITE_H

#include "cmd/cmd.h"
#include "index/index.h"
#include "plugin/embedding.h"
#include "plugin/plugin.h"
#include "rerank/rerank.h"

/* Opens the index for reading.  After cmd_settings(); the caller closes it with xs_index_close().
 * XS_ENOTFOUND is reported as any other code: a sentence is set. */
int site_index_open(xs_index **out, xs_cmd *c);
/* The same for another folder, no shards. */
int site_index_open_at(xs_index **out, xs_cmd *c, const char *path);

/* The sources of c->conf as index/ takes them, in c->arena.  XS_EINPUT: there are none; a secret of a site is not
 * in the environment. */
int site_sources(const xs_source **out, size_t *n, xs_cmd *c);

/* The text that the stage `rerank` reads of a passage, "title. heading. text"; in `a`. */
const char *site_passage_text(xs_arena *a, const xs_candidate *k);

/* An index open for writing, the model whose vocabulary makes its token ids, and the one that makes its
 * vectors. */
typedef struct site_writer {
	xs_index *index;
	xs_model *model; /* NULL: it could not be opened, or has no vocabulary: no ids are kept */
	xs_embedding_model *embedding; /* NULL: not asked for, or it could not be opened */
} site_writer;

/* Opens them for the folder `path`, the embedder if `embeds`; xs_index_embed() may be called where it is
 * there.  A model that does not open is reported as a warning: pages are indexed without token ids then,
 * and a search makes them; or without vectors, which a later run makes. */
int site_writer_open(site_writer *out, xs_cmd *c, const char *path, bool embeds);
void site_writer_close(site_writer *w); /* a zeroed one is fine */

#endif
