/* SPDX-License-Identifier: MIT */
/* vec.h - exp and GELU, and what every vector kernel shares; included by vec_avx2.h, vec_avx512.h,
 * vec_neon.h and vec_sse41.h after their own names. */

#define VEC_INLINE static inline __attribute__((always_inline))

/* The same where a second rounding would be seen, and its nearest whole number.  What has no instruction
 * for it has names of its own. */
#ifndef vec_fma_once
#define vec_fma_once vec_fma
#define vec_fma_int(a, b, c) vec_to_int(vec_fma(a, b, c))
#endif

/* exp(x) for x <= 0, within 2 units in the last place; 0 from about -104 on (AVX2: -87.3); not-a-number stays
 * so. */
static inline vec vec_exp(vec x)
{
	x = vec_max(vec_set(-150), x);
	vec n = vec_round(x * vec_set(POLY_LOG2E));
	vec r = vec_fnma(n, vec_set(POLY_LN2_HIGH), x);
	r = vec_fnma(n, vec_set(POLY_LN2_LOW), r);
	vec p = vec_set(POLY_EXP4);
	p = vec_fma(p, r, vec_set(POLY_EXP3));
	p = vec_fma(p, r, vec_set(POLY_EXP2));
	p = vec_fma(p, r, vec_set(POLY_EXP1));
	p = vec_fma(p, r, vec_set(POLY_EXP0));
	p = vec_fma(r * r, p, r);
	return vec_scale(p + vec_set(1), n);
}

/* The normal distribution's tail from a >= 0, without loss of digits where it is small: what a²
 * loses in rounding is put back, since exp would blow it up. */
static inline vec vec_tail(vec a)
{
	const vec one = vec_set(1), half = vec_set(0.5f);

	a = vec_min(vec_set(POLY_TAIL_END), a);
	vec u = one / vec_fma(a, vec_set(POLY_TAIL_U), one);
	vec p = vec_set(POLY_TAIL9);
	p = vec_fma(p, u, vec_set(POLY_TAIL8));
	p = vec_fma(p, u, vec_set(POLY_TAIL7));
	p = vec_fma(p, u, vec_set(POLY_TAIL6));
	p = vec_fma(p, u, vec_set(POLY_TAIL5));
	p = vec_fma(p, u, vec_set(POLY_TAIL4));
	p = vec_fma(p, u, vec_set(POLY_TAIL3));
	p = vec_fma(p, u, vec_set(POLY_TAIL2));
	p = vec_fma(p, u, vec_set(POLY_TAIL1));
	p = vec_fma(p, u, vec_set(POLY_TAIL0));
	vec square = a * a;
	vec lost = vec_fma_once(a, a, vec_zero() - square);
	vec e = vec_exp(square * vec_set(-0.5f));
	e = vec_fnma(lost * half, e, e);
	return p * u * e;
}

/* GELU: x times the integral up to x; for x > 0 that is x less x times its tail. */
static inline vec vec_gelu(vec x)
{
	vec below = x * vec_tail(vec_abs(x));

	return vec_if_positive(x, x - below, below);
}
