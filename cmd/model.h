/* SPDX-License-Identifier: GPL-2.0-or-later */
/* model.h - the parts of the command `model` that concern embedders. */
#ifndef XS_CMD_MODEL_H
#define XS_CMD_MODEL_H

#include <jansson.h>

#include "cmd/cmd.h"
#include "rerank/embed.h"

/* Whether it makes vectors and no scores. */
bool model_embeds(const xs_model *m);

/* How it embeds, as lines and as an object (a new reference). */
int model_embedder_text(const xs_model *m);
int model_embedder_json(json_t **out, const xs_model *m);

/* Compares it with the answers of a file in f32 and prints what was found; *ok: no cosine lies further
 * below 1 than `tolerance`, and all ids are as expected. */
int model_embedder_verify(bool *ok, xs_cmd *c, const xs_model *m, const char *golden, bool json,
			  double tolerance);

#endif
