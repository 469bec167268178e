/* SPDX-License-Identifier: MIT */
/* encode_vec.h - hidden states as operands of 8 and 16 bits, for the vector variants.
 *
 * Included after a vec_*.h with ENCODE_GROUP, items in a word of int8, and ENCODE_SIGNED where they are
 * signed.  Limit: two passes over the column's floats, which are in the second-level cache. */
#include "rerank/kern/encode.h"

/* The byte of 0 … 255 that is 0. */
#ifdef ENCODE_SIGNED
enum { ENCODE_MIDDLE = 128 };
#else
enum { ENCODE_MIDDLE = 0 };
#endif

/* The rounded upper halves of two registers side by side; low ones in the lower half. */
static inline veci encode_bf16_pair(vec low, vec high)
{
	const veci half = veci_set(0x7fff), one = veci_set(1);
	veci a = vec_bits(low), b = vec_bits(high);

	a = veci_add(veci_add(a, half), veci_and(veci_right(a, 16), one));
	b = veci_add(veci_add(b, half), veci_and(veci_right(b, 16), one));
	return veci_or(veci_right(a, 16), veci_and(b, veci_set(-65536)));
}

/* Feature f of LANES columns. */
VEC_INLINE vec encode_feature(const float *x, const float *by, size_t ld, int f)
{
	vec v = vec_load(x + (size_t)f * ld);

	if (by)
		v = v * vec_set(by[f]);
	return v;
}

/* Scale, zero and 1 / scale of LANES columns. */
VEC_INLINE void encode_range(float *scale, float *zero, vec *inverse, const float *x,
			     const float *by, size_t ld, int features)
{
	vec low = vec_zero(), high = vec_zero();

	for (int f = 0; f < features; f++) {
		vec v = encode_feature(x, by, ld, f);

		low = vec_min(v, low);
		high = vec_max(v, high);
	}
	vec range = high - low;
	*inverse = vec_if_positive(range - vec_set(ENCODE_LEAST), vec_set(ENCODE_STEPS) / range,
				   vec_zero());
	vec_store(scale, range * vec_set(1.0f / ENCODE_STEPS));
	vec_store(zero, vec_round((vec_zero() - low) * *inverse) + vec_set(1));
}

/* One word of LANES columns: `n` features from f on, the rest 0. */
VEC_INLINE veci encode_word(const float *x, const float *by, size_t ld, int f, vec inverse,
			    vec zero, const int n)
{
	const veci none = vec_to_int(zero);
	veci word = vec_fma_int(encode_feature(x, by, ld, f), inverse, zero);

#pragma GCC unroll 4
	for (int i = 1; i < ENCODE_GROUP; i++) {
		veci v =
			i < n ? vec_fma_int(encode_feature(x, by, ld, f + i), inverse, zero) : none;

		word = veci_or(word, veci_left(v, 32 / ENCODE_GROUP * i));
	}
	return word ^ veci_set((int32_t)(0x01010101u * ENCODE_MIDDLE));
}

VEC_INLINE void encode_int8_by(xs_operand *to, const float *x, const float *by, size_t ld,
			       int features, int cols)
{
	for (int c = 0; c < cols; c += LANES) {
		uint32_t *word = to->word + c;
		const float *from = x + c;
		int f = 0;
		vec inverse, zero;

		encode_range(to->scale + c, to->zero + c, &inverse, from, by, ld, features);
		zero = vec_load(to->zero + c);
		vec_store(to->zero + c, zero - vec_set(ENCODE_MIDDLE));
		for (; f + ENCODE_GROUP <= features; f += ENCODE_GROUP, word += to->ld)
			vec_store_words(word,
					encode_word(from, by, ld, f, inverse, zero, ENCODE_GROUP));
		if (f < features)
			vec_store_words(word,
					encode_word(from, by, ld, f, inverse, zero, features - f));
	}
}

/* Two loops, so that nothing is asked within them. */
VEC_INLINE void encode_int8(xs_operand *to, const float *x, const float *by, size_t ld,
			    int features, int cols)
{
	if (by)
		encode_int8_by(to, x, by, ld, features, cols);
	else
		encode_int8_by(to, x, NULL, ld, features, cols);
}

VEC_INLINE void encode_bf16(xs_operand *to, const float *x, size_t ld, int features, int cols)
{
	for (int c = 0; c < cols; c += LANES)
		for (int f = 0; f < features; f += 2) {
			const float *from = x + (size_t)f * ld + c;
			vec high = f + 1 < features ? vec_load(from + ld) : vec_zero();

			vec_store_words(to->word + (size_t)(f / 2) * to->ld + c,
					encode_bf16_pair(vec_load(from), high));
		}
}
