/* SPDX-License-Identifier: MIT */
/* linear_vec.h - products of weights and hidden states, for the vector variants.
 *
 * Included once a format, after a vec_*.h, with
 *	LINEAR(part)		names of the functions; LINEAR_EXPORT that of the kernel
 *	LINEAR_WIDE		registers across a panel of columns (2 or 4)
 *	LINEAR_ACC, LINEAR_ZERO	sums in a register
 *	LINEAR_X, LINEAR_LOAD(p)	words of LANES columns, as the product takes them
 *	LINEAR_W, LINEAR_WORD(p)	one word of weights in every lane
 *	LINEAR_MAC(acc, x, w)	acc + the products of a word's items
 *	LINEAR_FLOAT(acc, m, row, x, column, bias)	the sums as numbers, with their bias
 *	LINEAR_GELU(x)		the GELU that is fit for the format
 *
 * Limit: the multiply-add units.  A block of LINEAR_ROWS outputs × LINEAR_WIDE registers of columns
 * stays in registers; a word of the inputs costs LINEAR_WIDE loads and LINEAR_ROWS broadcasts for
 * ROWS × WIDE products, which hides their latency and leaves the load units idle half of the time.
 * A panel of columns (64 × 384 bytes in int8) stays in the first-level cache while all weights
 * pass by once.  The order of a sum is that of the inputs, whatever the block. */

#include <assert.h>

#ifndef LINEAR_ONCE
#define LINEAR_ONCE
enum { LINEAR_ROWS = XS_LEAST_OUTPUTS };
#endif

/* Sums of LINEAR_ROWS outputs and `wide` registers of columns.  The weights of the next block, which
 * follow, are called for meanwhile: they come from the third-level cache. */
VEC_INLINE void LINEAR(block)(LINEAR_ACC (*out)[LINEAR_WIDE], const uint32_t *w, size_t stride,
			      int words, const uint32_t *x, size_t ld, const float *y, size_t ldy,
			      const int wide)
{
	LINEAR_ACC acc[LINEAR_ROWS][LINEAR_WIDE];

#pragma GCC unroll 8
	for (int r = 0; r < LINEAR_ROWS; r++)
#pragma GCC unroll 4
		for (int j = 0; j < wide; j++)
			acc[r][j] = LINEAR_ZERO;
	for (int k = 0; k < words; k++, x += ld) {
		LINEAR_X column[LINEAR_WIDE];

		__builtin_prefetch(w + (size_t)(LINEAR_ROWS + k % LINEAR_ROWS) * stride + k);
		if (k < LINEAR_ROWS * wide)
			__builtin_prefetch(y + (size_t)(k / wide) * ldy + LANES * (k % wide), 1);
#pragma GCC unroll 4
		for (int j = 0; j < wide; j++)
			column[j] = LINEAR_LOAD(x + LANES * j);
#pragma GCC unroll 8
		for (int r = 0; r < LINEAR_ROWS; r++) {
			LINEAR_W item = LINEAR_WORD(w + (size_t)r * stride + k);

#pragma GCC unroll 4
			for (int j = 0; j < wide; j++)
				acc[r][j] = LINEAR_MAC(acc[r][j], column[j], item);
		}
	}
#pragma GCC unroll 8
	for (int r = 0; r < LINEAR_ROWS; r++)
#pragma GCC unroll 4
		for (int j = 0; j < wide; j++)
			out[r][j] = acc[r][j];
}

/* The block for a width that is known when it runs. */
static void LINEAR(sums)(LINEAR_ACC (*out)[LINEAR_WIDE], const uint32_t *w, size_t stride, int words,
			 const uint32_t *x, size_t ld, const float *y, size_t ldy, int wide)
{
	if (wide == LINEAR_WIDE)
		LINEAR(block)(out, w, stride, words, x, ld, y, ldy, LINEAR_WIDE);
#if LINEAR_WIDE > 2
	else if (wide == 3)
		LINEAR(block)(out, w, stride, words, x, ld, y, ldy, 3);
	else if (wide == 2)
		LINEAR(block)(out, w, stride, words, x, ld, y, ldy, 2);
#endif
	else
		LINEAR(block)(out, w, stride, words, x, ld, y, ldy, 1);
}

/* One output of `wide` registers of columns, from its sums to y. */
VEC_INLINE void LINEAR(end)(float *y, const LINEAR_ACC *sum, const xs_matrix *m, int row,
			    const xs_operand *x, int column, int wide, const xs_end end)
{
	vec bias = vec_set(m->bias[row]);

	(void)x; /* int8 alone asks for its steps */
	for (int j = 0; j < wide; j++, y += LANES, column += LANES) {
		vec v = LINEAR_FLOAT(sum[j], m, row, x, column, bias);

		if (end == XS_GELU)
			v = LINEAR_GELU(v);
		else if (end == XS_ADD)
			v = v + vec_load(y);
		vec_store(y, v);
	}
}

/* All outputs of all columns, a block of outputs at a time, so that their weights are read once. The
 * last block of outputs begins where a whole one fits and leaves out what was done. */
VEC_INLINE void LINEAR(all)(const xs_matrix *m, const xs_operand *x, float *y, size_t ldy,
			    int cols, const xs_end end)
{
	LINEAR_ACC sum[LINEAR_ROWS][LINEAR_WIDE];

	for (int row = 0; row < m->outputs; row += LINEAR_ROWS) {
		int last = m->outputs - LINEAR_ROWS, first = row < last ? row : last;
		const uint32_t *w = m->data + (size_t)first * m->stride;

		for (int column = 0; column < cols; column += LANES * LINEAR_WIDE) {
			int wide = (cols - column + LANES - 1) / LANES;

			wide = wide < LINEAR_WIDE ? wide : LINEAR_WIDE;
			LINEAR(sums)(sum, w, m->stride, m->words, x->word + column, x->ld,
				     y + (size_t)first * ldy + column, ldy, wide);
			for (int r = row; r < first + LINEAR_ROWS; r++)
				LINEAR(end)(y + (size_t)r * ldy + column, sum[r - first], m, r, x,
					    column, wide, end);
		}
	}
}

void LINEAR_EXPORT(const xs_matrix *m, const xs_operand *x, float *y, size_t ldy, int cols,
		   xs_end end)
{
	assert(m->outputs >= LINEAR_ROWS);
	if (end == XS_GELU)
		LINEAR(all)(m, x, y, ldy, cols, XS_GELU);
	else if (end == XS_ADD)
		LINEAR(all)(m, x, y, ldy, cols, XS_ADD);
	else
		LINEAR(all)(m, x, y, ldy, cols, XS_SET);
}

#undef LINEAR
#undef LINEAR_EXPORT
#undef LINEAR_ACC
#undef LINEAR_ZERO
#undef LINEAR_X
#undef LINEAR_LOAD
#undef LINEAR_W
#undef LINEAR_WORD
#undef LINEAR_MAC
#undef LINEAR_FLOAT
#undef LINEAR_GELU
