/* SPDX-License-Identifier: MIT */
/* vec_part.h - parts of a register of four lanes, for processors that mask no loads; in a vec_*.h. */

/* Lanes from … to-1 of p, the others 0 and not read.  Which they are is the same for many loads. */
static inline vec vec_load_part(const float *p, int from, int to)
{
	vec x = {0, 0, 0, 0};

	if (from <= 0 && to >= LANES)
		return vec_load(p);
	if (from >= LANES || to <= 0)
		return x;
#pragma GCC unroll 4
	for (int i = 0; i < LANES; i++)
		if (i >= from && i < to)
			x[i] = p[i];
	return x;
}

/* The first `to` lanes. */
static inline void vec_store_part(float *p, int to, vec x)
{
	for (int i = 0; i < LANES && i < to; i++)
		p[i] = x[i];
}
