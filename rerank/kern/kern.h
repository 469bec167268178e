/* SPDX-License-Identifier: MIT */
/* kern.h - contracts of the kernels, and the choice among their variants.
 *
 * Knows numbers and patterns; nothing of layers, texts and threads: any thread may call a kernel.
 *
 * Matrices of hidden states are feature-major: a row is one feature (of the hidden size, a head's
 * or the inner size), a column one token; row f starts at f × ld.  A vector register then holds
 * one feature of 16 (8, 4) tokens, so that scores, softmax, LayerNorm and quantisation need no sum
 * across a register, a token's result does not depend on its neighbours, and a weight is one
 * broadcast word.  Kernels work on whole groups of XS_KERN_LANES columns: a count of columns is
 * rounded up to that, the rows have room for it, and what comes of the columns beyond the count
 * is unspecified.
 *
 * Exactness classes, which tests/kern compares variants by: EXACT (bit for bit), ULP (within a few
 * units in the last place per item), SUM (a sum in another order: the error is about 1e-6 of the
 * sum of absolute terms).  For a given variant every result depends on its inputs alone, so scores
 * are repeatable on one kind of CPU. */
#ifndef XS_RERANK_KERN_KERN_H
#define XS_RERANK_KERN_KERN_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "rerank/rerank.h"

/* Columns that are worked on together, whatever the variant: a multiple of every register. */
enum { XS_KERN_LANES = 16 };

/* Columns of the largest block that `linear` keeps in registers: work in multiples of it. */
enum { XS_PANEL = 64 };

/* The fewest outputs that `linear` takes. */
enum { XS_LEAST_OUTPUTS = 6 };

/* How a variant stores the weights of a product.  S8: as I8, but that the operand's bytes are signed. */
typedef enum xs_kern_item {
	XS_ITEM_F32,
	XS_ITEM_BF16,
	XS_ITEM_I8,
	XS_ITEM_S8,
	XS_ITEM_I16
} xs_kern_item;

/* The weights of a linear layer, [outputs][inputs] in 32-bit words of `group` items (1, 2 or 4:
 * xs_kern_product); inputs are filled up with zeros to whole words.  Packed (xs_kern_pack): in a form of
 * the variant's own, which `data`, `stride` and `begin` tell of.  Where a variant packs, its products take
 * packed matrices alone, but those of f32 either kind. */
typedef struct xs_matrix {
	int outputs, words; /* words of one output: inputs / group, rounded up */
	size_t stride;	    /* words from one output to the next */
	const uint32_t *data;
	const float *bias;	  /* [outputs] */
	const float *scale, *sum; /* [outputs], int8 alone: the value of one step of an output's
				   * weights, and the sum of its weights in steps */
	const float *by; /* [inputs], int8 alone: the operand is to be made of features times these;
			  * NULL: of the features */
	bool packed;
	const uint32_t *begin; /* of some packed ones */
} xs_matrix;

/* The other operand: word w of column c, `group` features of a token, at word[w × ld + c].  Of int8
 * they are bytes 0 … 255 (two to a word in variants of I16; less 128, as zero[c] is, in those of S8):
 * feature = (byte - zero[c]) × scale[c]. */
typedef struct xs_operand {
	uint32_t *word;
	size_t ld;
	float *scale, *zero; /* [columns], int8 alone */
} xs_operand;

/* Makes x[features][cols] (row f at f × ld) an operand, of int8 each feature times by[f] unless `by` is
 * NULL (of bf16 it is not read).  int8: per column the range from the
 * least to the greatest feature, 0 included, is divided in 253 steps and rounded to the nearest,
 * ties to even; a range below 1e-30 is taken for 0, one beyond the floats gives not-a-number.
 * bf16: rounded to the nearest, ties to even.  The last word is filled up with features of value
 * 0.  EXACT, but for bf16 of denormal numbers, which some processors take for 0.  NULL for f32: x
 * itself is the operand. */
typedef void xs_kern_encode(xs_operand *to, const float *x, const float *by, size_t ld,
			    int features, int cols);

/* The matrix as the variant's product reads it, in the arena; the vectors beside the weights stay where
 * they are.  `m` is not needed any more. */
typedef xs_matrix xs_kern_pack(xs_arena *a, const xs_matrix *m);

/* What becomes of the products: stored; stored after GELU; added to what is there. */
typedef enum xs_end { XS_SET, XS_GELU, XS_ADD } xs_end;

/* y[o][c] = the sum over inputs of weight × operand, + bias[o], for all outputs (XS_LEAST_OUTPUTS
 * or more) and `cols` columns.  y: row o at o × ldy; overlaps no operand.  Sums are f32 (int32
 * with int8, exact).  GELU is the exact form x/2 (1 + erf(x/√2)): f32 within 8 units in the last
 * place, 16-bit and 8-bit products within 2e-4 (beyond ±10: 2e-5 |x|), far below the step of the
 * operand it becomes.  SUM. */
typedef void xs_kern_linear(const xs_matrix *m, const xs_operand *x, float *y, size_t ldy, int cols,
			    xs_end end);

/* How numbers are kept: floats; bf16, features 2i and 2i+1 of column c in word i × ld + c, the first in
 * the lower half (an operand of bf16); bf16, feature f of column c in item f × ld + c. */
typedef enum xs_form { XS_FORM_FLOATS, XS_FORM_PAIRS, XS_FORM_ITEMS } xs_form;

/* The same (pairs: XS_SET or XS_GELU, items: XS_SET), rounded to bf16 as xs_kern_encode does.  An even
 * number of outputs; ldy, in words of pairs or in items, is even. */
typedef void xs_kern_linear_bf16(const xs_matrix *m, const xs_operand *x, void *y, size_t ldy,
				 int cols, xs_end end, xs_form form);

/* x = LayerNorm(x) × gamma + beta down each of `cols` columns of `features` rows (row f at
 * f × ld); the variance is the mean of squared deviations.  SUM. */
typedef void xs_kern_norm(float *x, size_t ld, const float *gamma, const float *beta, float eps,
			  int features, int cols);

/* The greatest size of a head. */
enum { XS_HEAD_SIZE = 256 };

/* Which rows attend; what they see follows from their kind and the pattern. */
typedef enum xs_attend_kind { XS_ROW_CLS, XS_ROW_QUERY, XS_ROW_DOC } xs_attend_kind;

/* The operands of attention in one layer, all heads of at most XS_HEAD_SIZE features.  q, k and v are
 * floats (xs_kern.attend), or q and k XS_FORM_PAIRS and v XS_FORM_ITEMS (xs_kern_bf16.attend).
 * Feature f of token t at f × ld + t, head h in features h × size …; tokens of each kind lie side by
 * side.  Nothing outside the tokens is read or written, whatever XS_KERN_LANES. */
typedef struct xs_attend {
	int heads, size;
	const xs_pattern *pattern; /* of this layer */
	const void *q;		   /* of the kind that attends (CLS: token 0) */
	size_t q_ld;
	const void *cls_k, *cls_v; /* token 0 */
	size_t cls_ld;
	const void *query_k, *query_v;
	size_t query_ld;
	int n_query; /* query tokens and their SEP; 0: none, pointers not read */
	const void *doc_k, *doc_v;
	size_t doc_ld;
	int n_doc;  /* document tokens and their SEP; 0: none, pointers not read */
	float *out; /* feature f of token t at f × out_ld + t - first; overlaps no operand */
	size_t out_ld;
} xs_attend;

/* Writes tokens first … last-1 of the kind to out: per head, the softmax of q·k / sqrt(size) over
 * the keys that the token sees, times their values.  SUM.
 *
 *	XS_ROW_CLS	itself; query tokens if cls_query; all document tokens if cls_doc
 *	XS_ROW_QUERY	CLS if query_cls; all query tokens; all document tokens if query_doc
 *	XS_ROW_DOC	CLS if doc_cls; query tokens if doc_query; document tokens j with
 *			|token-j| <= window, all of them for window -1
 *
 * A token's result does not depend on first and last.  Keys are taken in blocks with a running
 * maximum and sum (online softmax, Milakov and Gimelshein 2018, arXiv 1805.02867), so there is no
 * memory but a block of scores on the stack, whatever the lengths.  Not-a-number in a key that a
 * token sees makes its result not-a-number. */
typedef void xs_kern_attend(const xs_attend *a, xs_attend_kind kind, int first, int last);

/* One way of multiplying. */
typedef struct xs_kern_product {
	xs_kern_item item;
	int group; /* items in a word */
	xs_kern_encode *encode;
	xs_kern_linear *linear;
	xs_kern_pack *pack; /* NULL: matrices are read as they are */
} xs_kern_product;

/* What processors have beside that multiply bf16 by themselves: attention over numbers of half the
 * bytes, and products that give them.  Scores are sums of exact products in f32; weights are rounded to
 * bf16 before they meet the values.  Denormal numbers count as 0.  Heads have an even size. */
typedef struct xs_kern_bf16 {
	xs_kern_attend *attend;
	xs_kern_linear_bf16 *linear[3]; /* by xs_precision; NULL for f32 */
} xs_kern_bf16;

/* One variant: every kernel for one instruction set. */
typedef struct xs_kern {
	const char *name; /* as in list.h: "ref", "avx2", … */
	xs_kern_attend *attend;
	xs_kern_norm *norm;
	xs_kern_product product[3]; /* by xs_precision */
	const xs_kern_bf16 *bf16;   /* NULL where there is none */
} xs_kern;

/* The variant in use: that of xs_cpu_get() (base/cpu.h), which XS_CPU in the environment may choose. */
const xs_kern *xs_kern_get(void);

/* A variant by name; NULL if it is not built or cannot run here.  For tests and bench. */
const xs_kern *xs_kern_find(const char *name);

#endif
