/* SPDX-License-Identifier: MIT */
/* vec_gelu.h - GELU for what is rounded to 16 and 8 bits, by a polynomial; after vec.h. */

/* GELU within 1.9e-4 of a number: x (1/2 + u p(u²)), u = x within ±4. */
static inline vec vec_gelu_rough(vec x)
{
	vec u = vec_max(vec_set(-POLY_GELU_END), vec_min(vec_set(POLY_GELU_END), x));
	vec t = u * u;
	vec p = vec_set(POLY_GELU6);

	p = vec_fma(p, t, vec_set(POLY_GELU5));
	p = vec_fma(p, t, vec_set(POLY_GELU4));
	p = vec_fma(p, t, vec_set(POLY_GELU3));
	p = vec_fma(p, t, vec_set(POLY_GELU2));
	p = vec_fma(p, t, vec_set(POLY_GELU1));
	p = vec_fma(p, t, vec_set(POLY_GELU0));
	return x * vec_fma(u, p, vec_set(0.5f));
}
