/* SPDX-License-Identifier: MIT */
/* linear_vec.h - products of weights and hidden states, for the variants of 32 registers.
 *
 * Included once a format, after a vec_*.h, with
 *	LINEAR(part)		names of the functions
 *	LINEAR_EXPORT, LINEAR_EXPORT_BF16	that of the kernel, that of the one with bf16 results;
 *				one of them or both
 *	LINEAR_WIDE		registers across a panel of columns (4)
 *	LINEAR_ACC, LINEAR_ZERO	sums in a register
 *	LINEAR_X, LINEAR_LOAD(p)	words of LANES columns, as the product takes them
 *	LINEAR_W, LINEAR_WORD(p)	one word of weights in every lane
 *	LINEAR_MAC(acc, x, w)	acc + the products of a word's items
 *	LINEAR_INT8		defined where operands have scales
 *	LINEAR_GELU(x)		the GELU that is fit for the format
 *	LINEAR_PART, LINEAR_SUM(part)	where a sum of columns is kept in another form than LINEAR_ACC: that, and
 *				the sum; LINEAR_ZERO is one of them
 *	LINEAR_BLOCK(…)		a block of its own, with the arguments of the one below, where a product
 *				is not of one register of columns and one word; LINEAR_X … LINEAR_MAC
 *				are not used then
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

/* Where the results of a block go, in words; each register of columns takes `step` of them. */
typedef struct linear_place {
	uint32_t *y;
	size_t ld;
	int rows, step;
} linear_place;
#endif

#ifndef LINEAR_PART
#define LINEAR_PART LINEAR_ACC
#define LINEAR_SUM(part) (part)
#endif

#ifndef LINEAR_BLOCK
#define LINEAR_BLOCK LINEAR(block)

/* Sums of LINEAR_ROWS outputs and `wide` registers of columns.  The weights of the next block, which
 * follow, and the lines that the results go to are called for meanwhile: they come from the
 * caches that are further away. */
VEC_INLINE void LINEAR(block)(LINEAR_ACC (*out)[LINEAR_WIDE], const uint32_t *w, size_t stride,
			      int words, const uint32_t *x, size_t ld, linear_place to,
			      const int wide)
{
	LINEAR_PART acc[LINEAR_ROWS][LINEAR_WIDE];

#pragma GCC unroll 8
	for (int r = 0; r < LINEAR_ROWS; r++)
#pragma GCC unroll 4
		for (int j = 0; j < wide; j++)
			acc[r][j] = LINEAR_ZERO;
	for (int k = 0; k < words; k++, x += ld) {
		LINEAR_X column[LINEAR_WIDE];

		__builtin_prefetch(w + (size_t)(LINEAR_ROWS + k % LINEAR_ROWS) * stride + k);
		if (k < to.rows * wide)
			__builtin_prefetch(to.y + (size_t)(k / wide) * to.ld + to.step * (k % wide),
					   1);
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
			out[r][j] = LINEAR_SUM(acc[r][j]);
}
#endif

/* The block for a width that is known when it runs, apart from whole ones in line (`all`): where narrow
 * ones were in line too, whole ones in int8 took 1 % longer, with gcc 12. */
static void LINEAR(sums)(LINEAR_ACC (*out)[LINEAR_WIDE], const uint32_t *w, size_t stride,
			 int words, const uint32_t *x, size_t ld, linear_place to, int wide)
{
	if (wide == LINEAR_WIDE)
		LINEAR_BLOCK(out, w, stride, words, x, ld, to, LINEAR_WIDE);
#if LINEAR_WIDE > 2
	else if (wide == 3)
		LINEAR_BLOCK(out, w, stride, words, x, ld, to, 3);
	else if (wide == 2)
		LINEAR_BLOCK(out, w, stride, words, x, ld, to, 2);
#endif
	else
		LINEAR_BLOCK(out, w, stride, words, x, ld, to, 1);
}

#include "rerank/kern/linear_end_vec.h"

/* Outputs `from` … LINEAR_ROWS-1 of a block whose first one is `first`, in registers of columns c. */
VEC_INLINE void LINEAR(floats)(linear_place to, LINEAR_ACC (*sum)[LINEAR_WIDE], const xs_matrix m,
			       const linear_column *c, int first, int from, const int wide,
			       const xs_end end)
{
#pragma GCC unroll 8
	for (int r = 0; r < LINEAR_ROWS; r++) {
		if (r < from)
			continue;
		float *y = (float *)(void *)to.y + (size_t)r * to.ld;
		linear_row row = LINEAR(row)(m, first + r);

#pragma GCC unroll 4
		for (int j = 0; j < wide; j++)
			vec_store(y + LANES * j,
				  LINEAR(end)(sum[r][j], row, c[j], y + LANES * j, end));
	}
}

#ifdef LINEAR_EXPORT_BF16
/* The same, rounded to bf16. */
VEC_INLINE void LINEAR(items)(linear_place to, LINEAR_ACC (*sum)[LINEAR_WIDE], const xs_matrix m,
			      const linear_column *c, int first, int from, const int wide,
			      const xs_end end, const xs_form form)
{
#pragma GCC unroll 8
	for (int r = 0; r < LINEAR_ROWS; r += 2) {
		if (r < from)
			continue;
		linear_row low = LINEAR(row)(m, first + r), high = LINEAR(row)(m, first + r + 1);
		uint32_t *y = to.y + (size_t)(form == XS_FORM_PAIRS ? r / 2 : r) * to.ld;

#pragma GCC unroll 4
		for (int j = 0; j < wide; j++, y += to.step) {
			vec even = LINEAR(end)(sum[r][j], low, c[j], NULL, end);
			vec odd = LINEAR(end)(sum[r + 1][j], high, c[j], NULL, end);

			if (form == XS_FORM_PAIRS) {
				vec_store_words(y, vec_pairs(even, odd));
			} else {
				vec_store_items(y, even);
				vec_store_items(y + to.ld, odd);
			}
		}
	}
}
#endif

/* All of a block. */
VEC_INLINE void LINEAR(store)(linear_place to, LINEAR_ACC (*sum)[LINEAR_WIDE], const xs_matrix m,
			      const xs_operand x, int column, int first, int from, const int wide,
			      const xs_end end, const xs_form form)
{
	linear_column c[LINEAR_WIDE];

#pragma GCC unroll 4
	for (int j = 0; j < LINEAR_WIDE; j++)
		c[j] = LINEAR(column)(x, j < wide ? column + LANES * j : column);
#ifdef LINEAR_EXPORT_BF16
	if (form != XS_FORM_FLOATS) {
		LINEAR(items)(to, sum, m, c, first, from, wide, end, form);
		return;
	}
#endif
	(void)form;
	LINEAR(floats)(to, sum, m, c, first, from, wide, end);
}

/* Where the results of a block that begins with this output and column go. */
VEC_INLINE linear_place LINEAR(place)(void *y, size_t ldy, int first, int column,
				      const xs_form form)
{
	size_t row = (size_t)first, c = (size_t)column;
	uint32_t *words = y;

	if (form == XS_FORM_PAIRS)
		return (linear_place){words + row / 2 * ldy + c, ldy, LINEAR_ROWS / 2, LANES};
	if (form == XS_FORM_ITEMS)
		return (linear_place){words + (row * ldy + c) / 2, ldy / 2, LINEAR_ROWS, LANES / 2};
	return (linear_place){words + row * ldy + c, ldy, LINEAR_ROWS, LANES};
}

/* A block of outputs for all columns, and then the next one, so that weights are read once.  The last
 * block begins where a whole one fits and leaves out what was done. */
VEC_INLINE void LINEAR(all)(const xs_matrix m, const xs_operand x, void *y, size_t ldy, int cols,
			    const xs_end end, const xs_form form)
{
	LINEAR_ACC sum[LINEAR_ROWS][LINEAR_WIDE];

	for (int row = 0; row < m.outputs; row += LINEAR_ROWS) {
		int last = m.outputs - LINEAR_ROWS, first = row < last ? row : last,
		    from = row - first;
		const uint32_t *w = m.data + (size_t)first * m.stride;

		for (int column = 0; column < cols; column += LANES * LINEAR_WIDE) {
			int wide = (cols - column + LANES - 1) / LANES;
			linear_place to = LINEAR(place)(y, ldy, first, column, form);

			wide = wide < LINEAR_WIDE ? wide : LINEAR_WIDE;
			if (wide == LINEAR_WIDE) { /* all in registers */
				LINEAR_ACC whole[LINEAR_ROWS][LINEAR_WIDE];

				LINEAR_BLOCK(whole, w, m.stride, m.words, x.word + column, x.ld, to,
					     LINEAR_WIDE);
				LINEAR(store)
				(to, whole, m, x, column, first, from, LINEAR_WIDE, end, form);
				continue;
			}
			LINEAR(sums)(sum, w, m.stride, m.words, x.word + column, x.ld, to, wide);
			LINEAR(store)(to, sum, m, x, column, first, from, wide, end, form);
		}
	}
}

#ifdef LINEAR_EXPORT
void LINEAR_EXPORT(const xs_matrix *m, const xs_operand *x, float *y, size_t ldy, int cols,
		   xs_end end)
{
	assert(m->outputs >= LINEAR_ROWS);
	if (end == XS_GELU)
		LINEAR(all)(*m, *x, y, ldy, cols, XS_GELU, XS_FORM_FLOATS);
	else if (end == XS_ADD)
		LINEAR(all)(*m, *x, y, ldy, cols, XS_ADD, XS_FORM_FLOATS);
	else
		LINEAR(all)(*m, *x, y, ldy, cols, XS_SET, XS_FORM_FLOATS);
}
#endif

#ifdef LINEAR_EXPORT_BF16
void LINEAR_EXPORT_BF16(const xs_matrix *m, const xs_operand *x, void *y, size_t ldy, int cols,
			xs_end end, xs_form form)
{
	assert(m->outputs >= LINEAR_ROWS && m->outputs % 2 == 0 && ldy % 2 == 0);
	assert(form == XS_FORM_PAIRS ? end != XS_ADD : form == XS_FORM_ITEMS && end == XS_SET);
	if (form == XS_FORM_ITEMS)
		LINEAR(all)(*m, *x, y, ldy, cols, XS_SET, XS_FORM_ITEMS);
	else if (end == XS_GELU)
		LINEAR(all)(*m, *x, y, ldy, cols, XS_GELU, XS_FORM_PAIRS);
	else
		LINEAR(all)(*m, *x, y, ldy, cols, XS_SET, XS_FORM_PAIRS);
}
#endif

#undef LINEAR_EXPORT_BF16
#undef LINEAR
#undef LINEAR_BLOCK
#undef LINEAR_EXPORT
#undef LINEAR_ACC
#undef LINEAR_ZERO
#undef LINEAR_PART
#undef LINEAR_SUM
#undef LINEAR_X
#undef LINEAR_LOAD
#undef LINEAR_W
#undef LINEAR_WORD
#undef LINEAR_MAC
#undef LINEAR_INT8
#undef LINEAR_GELU
