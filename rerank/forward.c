/* SPDX-License-Identifier: MIT */
/* forward.c - batches of sequences through the layers of BERT, with a pattern of attention in each.
 *
 * A layer is two steps: "project" makes queries, keys and values; "finish" attends, and does what
 * follows in tiles of XS_PANEL columns that stay in the L2 cache.  They are two, since a token needs
 * the keys of others, which may be in another thread's part.  The last layer is one step, for CLS
 * (or the last token) alone (cls.h); where means of states are wanted, it is like the others.
 * A token's states depend on its sequence alone, so that neither batch mates nor the division in parts
 * change a bit. */
#include "rerank/forward.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"
#include "rerank/cls.h"
#include "rerank/similarity.h"

/* Token `t` of a text by itself. */
static void forward_embed_text(const xs_forward *fw, const xs_forward_place *p, float *x, int t)
{
	int last = p->cls + p->document - 1;
	int32_t id = t == 0 ? fw->e->m->cls : t == last ? fw->e->m->sep : p->ids[t - 1];

	xs_encoder_embed(x, fw->e, id, t, 0);
}

/* Token `t` of a pair, counted from its first column. */
static void forward_embed_token(const xs_forward *fw, const xs_forward_place *p, float *x, int t)
{
	const xs_encoder *e = fw->e;
	const xs_model *m = e->m;
	int document = t - p->cls - p->query;
	/* A fixed position makes a document's embeddings independent of the query's length. */
	int query =
		1 - m->leads; /* of the query's first token: its own CLS is at 0, as a text's is */
	int first = m->document_position >= 0 ? m->document_position : query + fw->q->n;

	if (t < p->cls)
		xs_encoder_embed(x, e, m->cls, 0, 0);
	else if (document < 0)
		xs_encoder_embed(x, e, fw->q->ids[t - p->cls], query + t - p->cls, 0);
	else
		xs_encoder_embed(x, e, document < p->document - 1 ? p->ids[document] : m->sep,
				 first + document, 1);
}

/* The part of a sequence's tokens that lies in columns first … last-1, counted from the kind's first
 * token, which is at column `column`; n of them. */
static bool forward_overlap(int *from, int *to, int column, int n, int first, int last)
{
	*from = first > column ? first - column : 0;
	*to = last - column < n ? last - column : n;
	return *from < *to;
}

/* Columns first … last-1, at most XS_KERN_LANES: token after token, then turned round, since a column is all
 * over the memory. */
static void forward_embed_lanes(const xs_forward *fw, float *tokens, float *x, size_t ld, int first,
				int last)
{
	size_t h = (size_t)fw->e->m->embedding, n = (size_t)(last - first), f, c;
	int i, t, from, to;

	for (i = 0; i < fw->n; i++) {
		const xs_forward_place *p = &fw->place[i];

		if (forward_overlap(&from, &to, p->first, p->cls + p->query + p->document, first,
				    last))
			for (t = from; t < to; t++)
				(fw->q ? forward_embed_token : forward_embed_text)(
					fw, p, tokens + (size_t)(p->first + t - first) * h, t);
	}
	/* Written row by row: a line of the cache is filled by one row and not touched again. */
	for (f = 0; f < h; f++, x += ld)
		for (c = 0; c < n; c++)
			x[c] = tokens[c * h + f];
}

/* Embeddings of columns first … last-1, a tile; those of another size than the hidden one are made in
 * the workspace and projected. */
static void forward_embed(const xs_forward *fw, xs_workspace *w, int first, int last)
{
	bool project = fw->e->m->embedding != fw->e->m->hidden;
	float *x = project ? w->context : fw->s->x + first;
	int from, to;

	for (from = first; from < last; from = to) {
		to = from + XS_KERN_LANES < last ? from + XS_KERN_LANES : last;
		forward_embed_lanes(fw, w->cls, x + from - first, project ? XS_TILE_LD : fw->s->ld,
				    from, to);
	}
	xs_encoder_embedded(fw->s->x + first, fw->s->ld, fw->e, w, last - first);
}

/* Queries, keys and values. */
static void forward_project(const xs_forward *fw, xs_workspace *w, int layer, int first, int last)
{
	const xs_encoder *e = fw->e;
	const xs_layer_weights *l = &e->w->layer[layer];
	int n = last - first;
	xs_operand x =
		xs_encoder_operand(e, w, &l->query, fw->s->x + first, fw->s->ld, e->m->hidden, n);

	xs_encoder_project(fw->s->query + first, fw->s->ld, e, &l->query, &x, n, XS_FORM_PAIRS);
	xs_encoder_project(fw->s->key + first, fw->s->ld, e, &l->key, &x, n, XS_FORM_PAIRS);
	xs_encoder_project(xs_states_values(&e->states, fw->s->value, first), fw->s->ld, e,
			   &l->value, &x, n, XS_FORM_ITEMS);
	xs_workspace_done(w, XS_WORK_PROJECT);
}

/* The operands of attention in one sequence. */
static xs_attend forward_attend(const xs_forward *fw, const xs_forward_place *p, int layer)
{
	const xs_encoder *e = fw->e;
	const uint32_t *key = fw->s->key + p->first;
	int document = p->cls + p->query;
	xs_attend a = {.heads = e->m->heads,
		       .size = e->m->hidden / e->m->heads,
		       .pattern = &e->patterns[layer],
		       .q_ld = fw->s->ld,
		       .cls_k = key,
		       .cls_v = xs_states_values(&e->states, fw->s->value, p->first),
		       .cls_ld = fw->s->ld,
		       .query_k = key + p->cls,
		       .query_v = xs_states_values(&e->states, fw->s->value, p->first + p->cls),
		       .query_ld = fw->s->ld,
		       .n_query = fw->q ? fw->q->n : 0,
		       .doc_k = key + document,
		       .doc_v = xs_states_values(&e->states, fw->s->value, p->first + document),
		       .doc_ld = fw->s->ld,
		       .n_doc = p->document,
		       .out_ld = XS_TILE_LD};

	/* The query is not among the columns: its keys and values were kept. */
	if (fw->q && !p->query) {
		size_t len = e->states.rows * fw->q->ld;

		key = fw->q->kv + (size_t)layer * 2 * len;
		a.query_k = key;
		a.query_v = key + len;
		a.query_ld = fw->q->ld;
	}
	return a;
}

/* Attention of columns first … last-1, a tile, to the workspace. */
static void forward_attention(const xs_forward *fw, xs_workspace *w, int layer, int first, int last)
{
	int i, k, from, to;

	/* A tile may hold the end of one sequence and the beginning of the next: each of its parts
	 * attends to its own. */
	for (i = 0; i < fw->n; i++) {
		const xs_forward_place *p = &fw->place[i];
		const struct {
			xs_attend_kind kind;
			int column, n;
		} parts[] = {{XS_ROW_CLS, p->first, p->cls},
			     {XS_ROW_QUERY, p->first + p->cls, p->query},
			     {XS_ROW_DOC, p->first + p->cls + p->query, p->document}};
		xs_attend a = forward_attend(fw, p, layer);

		for (k = 0; k < 3; k++) {
			if (!forward_overlap(&from, &to, parts[k].column, parts[k].n, first, last))
				continue;
			a.q = fw->s->query + parts[k].column;
			a.out = w->context + parts[k].column + from - first;
			fw->e->attend(&a, parts[k].kind, from, to);
		}
	}
	xs_workspace_done(w, XS_WORK_ATTEND);
}

/* What CLS of a sequence sees in the last layer; the last token, too, where all see all. */
static xs_cls_keys forward_cls_keys(const xs_forward *fw, const xs_forward_place *p)
{
	const xs_pattern *pattern = &fw->e->patterns[fw->e->m->layers - 1];
	const float *x = fw->s->x + p->first;
	xs_cls_keys k = {.runs = 0};

	if (p->cls)
		xs_cls_see(&k, x, fw->s->ld, 1);
	if (pattern->cls_query && p->query)
		xs_cls_see(&k, x + p->cls, fw->s->ld, p->query);
	if (pattern->cls_doc) /* beside CLS where the query is shared: before it, so that both are one run */
		xs_cls_see(&k, x + p->cls + p->query, fw->s->ld, p->document);
	if (pattern->cls_query && fw->q && !p->query)
		xs_cls_see(&k, fw->q->x, fw->q->ld, fw->q->n);
	return k;
}

/* Attention of CLS of sequences first … first+n-1 in the last layer, from the workspace to it. */
static void forward_cls_attention(const xs_forward *fw, xs_workspace *w, int first, int n)
{
	const xs_encoder *e = fw->e;
	xs_cls_keys keys[XS_KERN_LANES];
	int i, j, some;

	for (i = 0; i < n; i += some) {
		some = n - i < XS_KERN_LANES ? n - i : XS_KERN_LANES;
		for (j = 0; j < some; j++)
			keys[j] = forward_cls_keys(fw, &fw->place[first + i + j]);
		xs_cls_attend(w->context + i, &e->w->cls, e->kern->product[XS_PRECISION_F32].linear,
			      w->scratch, e->positions, w->query + i, XS_TILE_LD, keys, some);
	}
	xs_workspace_done(w, XS_WORK_ATTEND);
}

/* The column of the token that the last layer is for. */
static size_t forward_column(const xs_forward *fw, const xs_forward_place *p)
{
	return (size_t)p->first +
	       (fw->e->ending == XS_ENDING_LAST ? (size_t)(p->cls + p->document - 1) : 0);
}

/* Of sequences first … first+n-1, from the workspace. */
static void forward_end(const xs_forward *fw, xs_workspace *w, int first, int n)
{
	float logits[XS_PANEL];
	int i, f;

	if (fw->e->ending == XS_ENDING_LOGIT)
		xs_encoder_head(logits, fw->e, w, n);
	for (i = 0; i < n; i++) {
		xs_sequence *s = fw->sequences[first + i];

		if (fw->e->ending == XS_ENDING_LOGIT)
			s->logit = logits[i];
		else
			for (f = 0; f < fw->e->m->hidden; f++)
				s->vector[f] = w->cls[(size_t)f * XS_TILE_LD + (size_t)i];
	}
}

/* The states of one token of sequences first … first+n-1, n <= XS_PANEL, to the workspace. */
static void forward_take(const xs_forward *fw, xs_workspace *w, int first, int n)
{
	int i, f;

	for (i = 0; i < n; i++)
		for (f = 0; f < fw->e->m->hidden; f++)
			w->cls[(size_t)f * XS_TILE_LD + (size_t)i] =
				fw->s->x[(size_t)f * fw->s->ld +
					 forward_column(fw, &fw->place[first + i])];
}

/* The last layer for one token of sequences first … first+n-1, n <= XS_PANEL, and what comes of it. */
static void forward_last(const xs_forward *fw, xs_workspace *w, int first, int n)
{
	const xs_encoder *e = fw->e;
	int layer = e->m->layers - 1;
	xs_operand x;

	xs_workspace_begin(w);
	forward_take(fw, w, first, n);
	x = xs_encoder_operand(e, w, &e->w->layer[layer].query, w->cls, XS_TILE_LD, e->m->hidden,
			       n);
	e->product->linear(&e->w->layer[layer].query, &x, w->query, XS_TILE_LD, n, XS_SET);
	xs_workspace_done(w, XS_WORK_PROJECT);
	forward_cls_attention(fw, w, first, n);
	xs_encoder_finish(w->cls, XS_TILE_LD, e, w, layer, n);
	forward_end(fw, w, first, n);
}

/* What the cosine of the query and the text adds to a sequence's logit.  `room`: 2 × hidden floats. */
static float forward_similarity(const xs_forward *fw, const xs_forward_place *p, float *room)
{
	const xs_model *m = fw->e->m;
	const float *x = fw->s->x + p->first + p->cls, *query = fw->q->mean;

	if (p->query) { /* its states are the pair's */
		xs_states_mean(room + m->hidden, x, fw->s->ld, m->hidden, p->query);
		query = room + m->hidden;
	}
	xs_states_mean(room, x + p->query, fw->s->ld, m->hidden, p->document);
	return m->similarity_scale * xs_similarity_cosine(query, room, m->hidden);
}

/* The logits of sequences first … first+n-1, n <= XS_PANEL, whose tokens have gone through all layers. */
static void forward_score(const xs_forward *fw, xs_workspace *w, int first, int n)
{
	float logits[XS_PANEL];
	int i;

	xs_workspace_begin(w);
	forward_take(fw, w, first, n);
	xs_encoder_head(logits, fw->e, w, n);
	for (i = 0; i < n; i++)
		fw->sequences[first + i]->logit =
			logits[i] + forward_similarity(fw, &fw->place[first + i], w->context);
	xs_workspace_done(w, XS_WORK_HEAD);
}

/* The vector of a sequence whose tokens have gone through all layers. */
static void forward_pool(const xs_forward *fw, xs_workspace *w, int i)
{
	const xs_forward_place *p = &fw->place[i];
	const float *x = fw->s->x + forward_column(fw, p);
	float *vector = fw->sequences[i]->vector;
	int f;

	xs_workspace_begin(w);
	if (fw->e->ending == XS_ENDING_MEAN)
		xs_states_mean(vector, fw->s->x + p->first, fw->s->ld, fw->e->m->hidden,
			       p->cls + p->document);
	else
		for (f = 0; f < fw->e->m->hidden; f++, x += fw->s->ld)
			vector[f] = *x;
	xs_workspace_done(w, XS_WORK_HEAD);
}

/* Lays the tokens of the batch out and takes room for their states. */
void xs_forward_begin(xs_forward *fw)
{
	int i;

	for (i = 0; i < fw->n; i++) {
		fw->place[i].first = fw->columns;
		fw->columns += fw->place[i].cls + fw->place[i].query + fw->place[i].document;
	}
	fw->s = xs_states_take(&fw->e->states, (size_t)fw->columns);
}

int xs_forward_columns(const xs_encoder *e, const xs_query_states *q, int n)
{
	return 1 + (!q || e->shares ? 0 : q->n) + n + 1;
}

xs_forward *xs_forward_new(xs_encoder *e, const xs_query_states *q, xs_sequence *const *sequences,
			   int n, int parts, const xs_deadline *deadline)
{
	xs_forward *fw = xs_calloc(1, sizeof *fw);
	int i;

	fw->e = e;
	fw->q = q;
	fw->sequences = sequences;
	fw->n = n;
	fw->deadline = deadline;
	fw->place = xs_calloc((size_t)n, sizeof *fw->place);
	for (i = 0; i < n; i++) {
		/* They are cut to this room by request.c and embedder_run.c; a longer one would read
		 * positions that there are not. */
		assert(sequences[i]->n <=
		       (q ? xs_encoder_room(e, q->n - e->m->leads - e->m->separators)
			  : e->positions - 2));
		fw->place[i] = (xs_forward_place){.ids = sequences[i]->ids,
						  .cls = !e->joined,
						  .query = !q || e->shares ? 0 : q->n,
						  .document = sequences[i]->n + 1 + e->joined};
	}
	xs_forward_begin(fw);
	/* Whole groups of lanes, as two parts must not write the same group of columns. */
	fw->width = ((fw->columns + parts - 1) / parts + XS_KERN_LANES - 1) / XS_KERN_LANES *
		    XS_KERN_LANES;
	return fw;
}

void xs_forward_free(xs_forward *fw)
{
	if (!fw)
		return;
	xs_states_give(&fw->e->states, fw->s);
	free(fw->place);
	free(fw);
}

/* Embedding; each layer but the last in two steps, the first of which is one with the embedding; the
 * last for CLS, or for all like the others and then their vectors. */
int xs_forward_steps(const xs_forward *fw)
{
	if (fw->e->whole)
		return 2 * fw->e->m->layers + 1;
	return fw->e->m->layers > 1 ? 2 * fw->e->m->layers - 1 : 2;
}

/* The tile of columns first … last-1 in one step: step 2i projects layer i, 2i+1 finishes it. */
void xs_forward_tile(const xs_forward *fw, int step, int first, int last, xs_workspace *w)
{
	int layer = step / 2;

	xs_workspace_begin(w);
	if (step % 2) {
		forward_attention(fw, w, layer, first, last);
		xs_encoder_finish(fw->s->x + first, fw->s->ld, fw->e, w, layer, last - first);
		return;
	}
	if (!step)
		forward_embed(fw, w, first, last);
	if (layer < fw->e->m->layers - 1 || fw->e->whole)
		forward_project(fw, w, layer, first, last);
}

static bool forward_over(xs_forward *fw)
{
	if (xs_deadline_over(fw->deadline))
		atomic_store_explicit(&fw->over, true, memory_order_relaxed);
	return atomic_load_explicit(&fw->over, memory_order_relaxed);
}

void xs_forward_run(xs_forward *fw, int step, int part, xs_workspace *w)
{
	int first = part * fw->width, end = first + fw->width, last;

	if (step == xs_forward_steps(fw) - 1) { /* little work: the first part does it */
		for (first = part ? fw->n : 0; first < fw->n && !forward_over(fw); first = last) {
			last = first + XS_PANEL < fw->n ? first + XS_PANEL : fw->n;
			if (!fw->e->whole)
				forward_last(fw, w, first, last - first);
			else if (fw->e->ending == XS_ENDING_LOGIT)
				forward_score(fw, w, first, last - first);
			else
				for (; first < last; first++)
					forward_pool(fw, w, first);
		}
		return;
	}
	end = end < fw->columns ? end : fw->columns;
	for (; first < end && !forward_over(fw); first = last) {
		last = first + XS_PANEL < end ? first + XS_PANEL : end;
		xs_forward_tile(fw, step, first, last, w);
	}
}

bool xs_forward_complete(const xs_forward *fw)
{
	return !atomic_load_explicit(&fw->over, memory_order_relaxed);
}

/* out[column][hidden] of the states at hand. */
static void states_copy(float *out, const xs_forward *fw)
{
	size_t h = (size_t)fw->e->m->hidden, f, c;

	for (c = 0; c < (size_t)fw->columns; c++)
		for (f = 0; f < h; f++)
			out[c * h + f] = fw->s->x[f * fw->s->ld + c];
}

void xs_forward_states(float *out, xs_encoder *e, xs_workspace *w, const xs_query_states *q,
		       const int32_t *ids, int n)
{
	xs_forward_place place = {.ids = ids, .cls = 1, .query = q->n, .document = n + 1};
	xs_forward fw = {.e = e, .q = q, .place = &place, .n = 1};
	int step, first, last, steps = 2 * e->m->layers;
	size_t len;

	xs_forward_begin(&fw);
	len = (size_t)fw.columns * (size_t)e->m->hidden;
	for (first = 0; first < fw.columns; first = last) {
		last = first + XS_PANEL < fw.columns ? first + XS_PANEL : fw.columns;
		forward_embed(&fw, w, first, last);
	}
	states_copy(out, &fw);
	for (step = 0; step < steps; step++) {
		for (first = 0; first < fw.columns; first = last) {
			last = first + XS_PANEL < fw.columns ? first + XS_PANEL : fw.columns;
			if (step % 2)
				xs_forward_tile(&fw, step, first, last, w);
			else
				forward_project(&fw, w, step / 2, first, last);
		}
		if (step % 2)
			states_copy(out + (size_t)(step / 2 + 1) * len, &fw);
	}
	xs_states_give(&e->states, fw.s);
}
