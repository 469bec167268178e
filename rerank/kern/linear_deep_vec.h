/* SPDX-License-Identifier: MIT */
/* linear_deep_vec.h - products of weights and hidden states, where sixteen registers are all there is or where
 * weights are packed (pairs.h).
 *
 * Included once a format, after a vec_*.h and LINEAR(block), with
 *	LINEAR_WIDE		registers across a panel of columns, XS_KERN_LANES columns at least
 *	LINEAR_DEPTH		words of a block (see below)
 *	LINEAR(part)		names of the functions
 *	LINEAR_EXPORT		that of the kernel
 *	LINEAR_TILE		outputs of a tile
 *	LINEAR_ACC, LINEAR_ZERO	sums in a register
 *	LINEAR_INT8		defined where operands have scales
 *	LINEAR_GELU(x)		the GELU that is fit for the format
 *	LINEAR(block)(sum, m, tile, block, x, ld, wide)	adds to sum[LINEAR_TILE][LINEAR_WIDE] the
 *				products of a tile's outputs and one block of LINEAR_DEPTH words, of
 *				`wide` registers of columns that begin at x; outputs beyond the last are
 *				any
 *
 * Limit: the units that multiply and add.  A tile's sums stay in registers.  A block of LINEAR_DEPTH words of
 * 16 columns (12 KiB of 192) stays in the first-level cache while the weights of LINEAR_CHUNK tiles pass by, and
 * these stay in the second-level cache while the columns of a panel pass by.  Without blocks, 1536 words of
 * columns (96 KiB in f32) came from the second-level cache for each tile.  64 columns (48 KiB) come from there
 * in part, one load for ten other instructions.  The order of a sum is that of the inputs. */

#include "rerank/kern/linear_end_vec.h"

#ifndef LINEAR_DEEP_ONCE
#define LINEAR_DEEP_ONCE
enum { LINEAR_CHUNK = 8 };
#endif

/* Results of a tile, in the columns of c. */
VEC_INLINE void LINEAR(store)(float *y, size_t ldy, LINEAR_ACC (*sum)[LINEAR_WIDE],
			      const xs_matrix m, const linear_column *c, int first, const int wide,
			      const xs_end end)
{
#pragma GCC unroll 8
	for (int r = 0; r < LINEAR_TILE; r++) {
		if (r >= m.outputs - first)
			break;
		linear_row row = LINEAR(row)(m, first + r);

#pragma GCC unroll 4
		for (int j = 0; j < wide; j++) {
			float *to = y + (size_t)r * ldy + LANES * j;

			vec_store(to, LINEAR(end)(sum[r][j], row, c[j], to, end));
		}
	}
}

/* One block of a tile: `kept` has the sums of the blocks before it, if any, and gets those of this one,
 * unless it is the last. */
VEC_INLINE void LINEAR(step)(LINEAR_ACC (*kept)[LINEAR_WIDE], const xs_matrix m, const xs_operand x,
			     float *y, size_t ldy, int tile, int column, int block, bool last,
			     const int wide, const xs_end end)
{
	LINEAR_ACC sum[LINEAR_TILE][LINEAR_WIDE];
	linear_column c[LINEAR_WIDE];
	int first = tile * LINEAR_TILE;

	y += (size_t)first * ldy + (size_t)column;
#pragma GCC unroll 8
	for (int r = 0; r < LINEAR_TILE; r++) {
		if (last)
			__builtin_prefetch(y + (size_t)r * ldy, 1);
#pragma GCC unroll 4
		for (int j = 0; j < wide; j++)
			sum[r][j] = block ? kept[r][j] : LINEAR_ZERO;
	}
	LINEAR(block)
	(sum, m, tile, block, x.word + (size_t)block * LINEAR_DEPTH * x.ld + column, x.ld, wide);
	if (last) {
#pragma GCC unroll 4
		for (int j = 0; j < wide; j++)
			c[j] = LINEAR(column)(x, column + LANES * j);
		LINEAR(store)(y, ldy, sum, m, c, first, wide, end);
		return;
	}
#pragma GCC unroll 8
	for (int r = 0; r < LINEAR_TILE; r++)
#pragma GCC unroll 4
		for (int j = 0; j < wide; j++)
			kept[r][j] = sum[r][j];
}

/* A chunk of tiles, of a panel of columns, of all blocks. */
VEC_INLINE void LINEAR(panel)(LINEAR_ACC (*kept)[LINEAR_TILE][LINEAR_WIDE], const xs_matrix m,
			      const xs_operand x, float *y, size_t ldy, int chunk, int tiles,
			      int blocks, int column, const int wide, const xs_end end)
{
	for (int block = 0; block < blocks; block++)
		for (int t = 0; t < LINEAR_CHUNK && chunk + t < tiles; t++)
			LINEAR(step)
	(kept[t], m, x, y, ldy, chunk + t, column, block, block + 1 == blocks, wide, end);
}

/* Chunks of tiles, of these panels of columns, the last of which may be narrower. */
VEC_INLINE void LINEAR(all)(const xs_matrix m, const xs_operand x, float *y, size_t ldy, int cols,
			    const xs_end end)
{
	LINEAR_ACC kept[LINEAR_CHUNK][LINEAR_TILE][LINEAR_WIDE];
	const int least = XS_KERN_LANES / LANES;
	int tiles = (m.outputs + LINEAR_TILE - 1) / LINEAR_TILE;
	int blocks = (m.words + LINEAR_DEPTH - 1) / LINEAR_DEPTH;

	for (int chunk = 0; chunk < tiles; chunk += LINEAR_CHUNK)
		for (int column = 0; column < cols; column += LANES * LINEAR_WIDE) {
			int wide = (cols - column + LANES - 1) / LANES;

			if (least == LINEAR_WIDE || wide >= LINEAR_WIDE) {
				LINEAR(panel)
				(kept, m, x, y, ldy, chunk, tiles, blocks, column, LINEAR_WIDE,
				 end);
			} else if (least < 3 && LINEAR_WIDE > 3 && wide == 3) {
				LINEAR(panel)
				(kept, m, x, y, ldy, chunk, tiles, blocks, column, 3, end);
			} else if (least < 2 && LINEAR_WIDE > 2 && wide == 2) {
				LINEAR(panel)
				(kept, m, x, y, ldy, chunk, tiles, blocks, column, 2, end);
			} else {
				LINEAR(panel)
				(kept, m, x, y, ldy, chunk, tiles, blocks, column, least, end);
			}
		}
}

void LINEAR_EXPORT(const xs_matrix *m, const xs_operand *x, float *y, size_t ldy, int cols,
		   xs_end end)
{
	if (end == XS_GELU)
		LINEAR(all)(*m, *x, y, ldy, cols, XS_GELU);
	else if (end == XS_ADD)
		LINEAR(all)(*m, *x, y, ldy, cols, XS_ADD);
	else
		LINEAR(all)(*m, *x, y, ldy, cols, XS_SET);
}

#undef LINEAR
#undef LINEAR_EXPORT
#undef LINEAR_TILE
#undef LINEAR_DEPTH
#undef LINEAR_ACC
#undef LINEAR_ZERO
#undef LINEAR_INT8
#undef LINEAR_GELU
