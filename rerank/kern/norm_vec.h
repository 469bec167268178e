/* SPDX-License-Identifier: MIT */
/* norm_vec.h - LayerNorm, LANES columns at a time; for the vector variants.
 *
 * Limit: three passes over a column's floats (24 KiB for 384 features of sixteen tokens), which
 * stay in the first-level cache. */

/* Sums of x and of squares of x - mean; four, since one would wait for itself. */
VEC_INLINE vec norm_sum(const float *x, size_t ld, int features)
{
	vec s[4] = {vec_zero(), vec_zero(), vec_zero(), vec_zero()};
	int f = 0;

	for (; f + 4 <= features; f += 4)
#pragma GCC unroll 4
		for (int i = 0; i < 4; i++, x += ld)
			s[i] = s[i] + vec_load(x);
	for (; f < features; f++, x += ld)
		s[0] = s[0] + vec_load(x);
	return (s[0] + s[1]) + (s[2] + s[3]);
}

VEC_INLINE vec norm_squares(const float *x, size_t ld, vec mean, int features)
{
	vec s[4] = {vec_zero(), vec_zero(), vec_zero(), vec_zero()};
	int f = 0;

	for (; f + 4 <= features; f += 4)
#pragma GCC unroll 4
		for (int i = 0; i < 4; i++, x += ld) {
			vec d = vec_load(x) - mean;

			s[i] = vec_fma(d, d, s[i]);
		}
	for (; f < features; f++, x += ld) {
		vec d = vec_load(x) - mean;

		s[0] = vec_fma(d, d, s[0]);
	}
	return (s[0] + s[1]) + (s[2] + s[3]);
}

VEC_INLINE void norm_columns(float *x, size_t ld, const float *gamma, const float *beta, float eps,
			     int features, int cols)
{
	const vec share = vec_set(1 / (float)features);

	for (int c = 0; c < cols; c += LANES) {
		float *column = x + c;
		vec mean = norm_sum(column, ld, features) * share;
		vec variance = norm_squares(column, ld, mean, features) * share;
		vec scale = vec_set(1) / vec_sqrt(variance + vec_set(eps));

		for (int f = 0; f < features; f++, column += ld)
			vec_store(column, vec_fma((vec_load(column) - mean) * scale,
						  vec_set(gamma[f]), vec_set(beta[f])));
	}
}
