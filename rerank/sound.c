/* SPDX-License-Identifier: MIT */
/* sound.c - what can be told of a model without answers to compare with. */
#include "rerank/sound.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "rerank/model.h"
#include "rerank/tensors.h"

int xs_sound_finite(xs_sound_report *out, const xs_model *m)
{
	for (size_t i = 0; i < xs_tensors_count(m->tensors); i++) {
		const xs_named *n = xs_tensors_at(m->tensors, i);
		xs_tensor t;
		float *row;
		int64_t r, c = 0;

		if (!n->used || !xs_named_matrix(&t, n))
			continue;
		row = xs_calloc((size_t)t.cols + 1, sizeof *row);
		for (r = 0; r < t.rows; r++) {
			xs_tensor_row(row, &t, r);
			for (c = 0; c < t.cols && isfinite(row[c]); c++)
				;
			if (c < t.cols)
				break;
		}
		free(row);
		if (r < t.rows)
			return xs_fail(XS_EFORMAT,
				       "%s: tensor %s: the number in row %lld, column %lld is not "
				       "finite",
				       n->file, n->name, (long long)r, (long long)c);
		out->tensors++;
		out->numbers += (size_t)(t.rows * t.cols);
	}
	return XS_OK;
}

/* Unlike in length, words and signs, so that hardly a model scores them alike. */
static const char *const sound_texts[XS_SOUND_TEXTS] = {
	"Descale the kettle with vinegar and water, then rinse it twice.",
	"A kettle boils water.",
	"The museum opens at nine and is closed on Mondays.",
	"17 + 4 = 21",
};

/* Words that are one token go there and back: text, id, and the text of that id.  BPE has them with
 * what it writes for the space before. */
static int sound_words(xs_sound_report *out, const xs_model *m)
{
	static const char *const sample[] = {"water", "time", "house", "the",	   "with",
					     "open",  "red",  "seven", "question", "of"};
	bool bpe = m->tokenizer.kind == &xs_tokenizer_bpe;
	char text[24], mark[24];

	for (size_t i = 0; i < sizeof sample / sizeof *sample; i++) {
		int32_t id = 0, wanted;
		int64_t n;

		snprintf(text, sizeof text, " %s", sample[i]);
		n = xs_model_tokenize(&id, 1, m, text, strlen(text));
		if (n < 0)
			return (int)n;
		out->words++;
		snprintf(mark, sizeof mark, "\u0120%s", sample[i]);
		wanted = xs_tokenizer_id(&m->tokenizer, bpe ? mark : sample[i]);
		if (wanted < 0)
			continue; /* this vocabulary has it in pieces */
		if (n != 1 || id != wanted)
			return xs_fail(
				XS_EFORMAT,
				"model %s: \"%s\" becomes token %d, %lld in all; expected the one "
				"token %d",
				m->name, sample[i], (int)id, (long long)n, (int)wanted);
		out->whole++;
	}
	return XS_OK;
}

/* Without a vocabulary: ids that every model has. */
static void sound_input(xs_input *in, const xs_model *m, const char *text, const int32_t *id)
{
	*in = m->tokenizer.kind ? xs_input_text(text) : (xs_input){.ids = id, .n_ids = 1};
}

static const char sound_question[] = "how to descale a kettle";
static const int32_t sound_ids[XS_SOUND_TEXTS] = {0, 1, 2, 3};

static int sound_scores(xs_sound_report *out, const xs_model *m, xs_pool *pool)
{
	xs_rerank_options options = {.precision = XS_PRECISION_F32};
	xs_score scores[XS_SOUND_TEXTS];
	xs_input question, texts[XS_SOUND_TEXTS];
	xs_reranker *r = NULL;
	xs_request *q = NULL;
	int rc = xs_reranker_new(&r, m, &options, pool);

	sound_input(&question, m, sound_question, sound_ids);
	for (size_t i = 0; i < XS_SOUND_TEXTS; i++)
		sound_input(&texts[i], m, sound_texts[i], &sound_ids[i]);
	if (rc == XS_OK)
		rc = xs_request_new(&q, r, &question);
	if (rc == XS_OK)
		rc = xs_request_score(scores, q, texts, XS_SOUND_TEXTS, NULL);
	for (size_t i = 0; rc == XS_OK && i < XS_SOUND_TEXTS; i++)
		out->scores[i] = scores[i].logit;
	xs_request_free(q);
	xs_reranker_free(r);
	return rc;
}

/* Cosines of the question with the texts. */
static int sound_cosines(xs_sound_report *out, const xs_model *m, xs_pool *pool)
{
	xs_embed_options options = {.precision = XS_PRECISION_F32, .normalise = XS_NORMALISE_ON};
	size_t width = (size_t)m->hidden, f;
	xs_input inputs[XS_SOUND_TEXTS + 1];
	xs_embedder *e = NULL;
	float *vectors = xs_calloc(XS_SOUND_TEXTS + 1, width * sizeof *vectors);
	int rc = xs_embedder_new(&e, m, &options, pool);

	for (size_t i = 0; i < XS_SOUND_TEXTS; i++)
		sound_input(&inputs[i], m, sound_texts[i], &sound_ids[i]);
	sound_input(&inputs[XS_SOUND_TEXTS], m, sound_question, sound_ids);
	if (rc == XS_OK)
		rc = xs_embedder_run(vectors, NULL, e, XS_EMBED_TEXT, inputs, XS_SOUND_TEXTS + 1,
				     NULL);
	for (size_t i = 0; rc == XS_OK && i < XS_SOUND_TEXTS; i++)
		for (f = 0; f < width; f++)
			out->scores[i] +=
				vectors[i * width + f] * vectors[XS_SOUND_TEXTS * width + f];
	xs_embedder_free(e);
	free(vectors);
	return rc;
}

/* Each a number, and not all the same. */
static int sound_differ(const xs_sound_report *r, const xs_model *m)
{
	bool alike = true;

	for (size_t i = 0; i < XS_SOUND_TEXTS; i++) {
		alike = alike && r->scores[i] == r->scores[0];
		if (!isfinite(r->scores[i]))
			return xs_fail(XS_EFORMAT, "model %s gives a score that is not a number",
				       m->name);
	}
	return alike ? xs_fail(XS_EFORMAT, "model %s gives unlike texts the same score, %g",
			       m->name, (double)r->scores[0])
		     : XS_OK;
}

int xs_model_sound(xs_sound_report *out, const xs_model *m, xs_pool *pool)
{
	int rc;

	*out = (xs_sound_report){.cosines = !m->outputs};
	rc = xs_sound_finite(out, m);
	if (rc == XS_OK && m->tokenizer.kind)
		rc = sound_words(out, m);
	if (rc == XS_OK)
		rc = (out->cosines ? sound_cosines : sound_scores)(out, m, pool);
	return rc == XS_OK ? sound_differ(out, m) : rc;
}
