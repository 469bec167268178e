/* SPDX-License-Identifier: MIT */
/* linear_end_vec.h - what makes results of the sums of a product, for the vector variants.
 *
 * Included once a format by linear_vec.h and linear_deep_vec.h, with the names that they are given. */

#ifndef LINEAR_END_ONCE
#define LINEAR_END_ONCE

/* What makes numbers of sums: an output's part in every lane, and a register of columns'. */
typedef struct linear_row {
	vec bias, scale, sum;
} linear_row;
typedef struct linear_column {
	vec scale, zero;
} linear_column;
#endif

VEC_INLINE linear_row LINEAR(row)(const xs_matrix m, int row)
{
	linear_row r = {.bias = vec_set(m.bias[row])};

#ifdef LINEAR_INT8
	r.scale = vec_set(m.scale[row]);
	r.sum = vec_set(m.sum[row]);
#endif
	return r;
}

VEC_INLINE linear_column LINEAR(column)(const xs_operand x, int column)
{
#ifdef LINEAR_INT8
	return (linear_column){vec_load(x.scale + column), vec_load(x.zero + column)};
#else
	(void)x;
	(void)column;
	return (linear_column){vec_zero(), vec_zero()};
#endif
}

/* int8: (sums - zero × the sum of the weights) × both steps + bias.  `before` is added to (XS_ADD). */
VEC_INLINE vec LINEAR(end)(LINEAR_ACC sum, linear_row r, linear_column c, const float *before,
			   const xs_end end)
{
#ifdef LINEAR_INT8
	vec v = vec_fma(vec_fnma(c.zero, r.sum, vec_from_int(sum)), c.scale * r.scale, r.bias);
#else
	vec v = sum + r.bias;

	(void)c;
#endif
	if (end == XS_GELU)
		v = LINEAR_GELU(v);
	else if (end == XS_ADD)
		v = v + vec_load(before);
	return v;
}
