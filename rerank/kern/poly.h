/* SPDX-License-Identifier: MIT */
/* poly.h - polynomials behind exp and GELU, lowest power first; for the vector variants.
 *
 * Drawn by Remez's exchange at 50 digits for the least relative error. */
#ifndef XS_RERANK_KERN_POLY_H
#define XS_RERANK_KERN_POLY_H

/* exp(r) = 1 + r + r² p(r) for |r| <= ln2 / 2, within 3.1e-9. */
#define POLY_EXP0 0.499999935f
#define POLY_EXP1 0.166665207f
#define POLY_EXP2 0.0416683874f
#define POLY_EXP3 0.00836870982f
#define POLY_EXP4 0.00138146131f

/* 2^r = p(r) for |r| <= 1/2, within 2.6e-6: for what is rounded to 8 bits. */
#define POLY_POWER0 0.999999261f
#define POLY_POWER1 0.693121818f
#define POLY_POWER2 0.240247451f
#define POLY_POWER3 0.0559178375f
#define POLY_POWER4 0.00957008015f

/* 2^r = p(r) for 0 <= r <= 1, within 7.5e-5: the same, and cheaper. */
#define POLY_WHOLE0 0.999925196f
#define POLY_WHOLE1 0.695833564f
#define POLY_WHOLE2 0.226067156f
#define POLY_WHOLE3 0.0780245215f

/* ln2 in two parts: products of the first with a whole number below 2^9 are exact. */
#define POLY_LN2_HIGH 0.693359375f
#define POLY_LN2_LOW -2.12194440e-4f
#define POLY_LOG2E 1.44269504f

/* The normal distribution's tail, the integral of its density from a to infinity, times
 * exp(a²/2) (Mills' ratio): u p(u), u = 1 / (1 + POLY_TAIL_U a), for 0 <= a <= 15, within 3.5e-9.
 * GELU is x times the integral up to x. */
#define POLY_TAIL_U 0.3f
#define POLY_TAIL0 0.119686717f
#define POLY_TAIL1 0.119571319f
#define POLY_TAIL2 0.110239334f
#define POLY_TAIL3 0.078372285f
#define POLY_TAIL4 0.0962047343f
#define POLY_TAIL5 -0.0795088023f
#define POLY_TAIL6 0.191882851f
#define POLY_TAIL7 -0.228284455f
#define POLY_TAIL8 0.112464651f
#define POLY_TAIL9 -0.020628635f

/* Beyond it the tail is below the least float. */
#define POLY_TAIL_END 15.0f

/* The normal distribution's integral up to x, less 1/2, is x p(x²); p for |x| <= 4 by linear
 * programming for the least error of GELU, 1.9e-4. */
#define POLY_GELU_END 4.0f
#define POLY_GELU0 0.3978833854198456f
#define POLY_GELU1 -0.06457307934761047f
#define POLY_GELU2 0.008772366680204868f
#define POLY_GELU3 -0.0008140108548104763f
#define POLY_GELU4 4.7955069021554664e-05f
#define POLY_GELU5 -1.5985812069629901e-06f
#define POLY_GELU6 2.2781060593501934e-08f

/* GELU in segments of 1/POLY_SEGMENTS between ±16/POLY_SEGMENTS, c0 + x (c1 + x c2) by linear programming
 * for the least error, 1.3e-4: 0 … 15 and -16 … -1; 0 below the first one's end, x from the last one's
 * begin on. */
#define POLY_SEGMENTS 3.75f
#define POLY_SEGMENTS_END 4.26f /* within the last ones */
#define POLY_SEGMENT0                                                                              \
	-2.09310947e-05f, -0.00436754245f, -0.0305738058f, -0.0960842296f, -0.19871299f,           \
		-0.311908215f, -0.398304671f, -0.430582494f, -0.40301922f, -0.332504153f,          \
		-0.244396269f, -0.16134733f, -0.0962611586f, -0.0521798655f, -0.0257122219f, 0.0f, \
		0.0f, -0.0256981403f, -0.0521798655f, -0.0962611586f, -0.16134733f, -0.244396269f, \
		-0.332504153f, -0.40301922f, -0.430582494f, -0.398304671f, -0.311908215f,          \
		-0.19871299f, -0.0960842296f, -0.0305738058f, -0.00436754245f, -2.09310947e-05f
#define POLY_SEGMENT1                                                                              \
	0.501164258f, 0.531221211f, 0.627944529f, 0.791366577f, 0.984414816f, 1.15532446f,         \
		1.26445103f, 1.29985034f, 1.27444017f, 1.21580362f, 1.14966178f, 1.09290838f,      \
		1.05210543f, 1.02658284f, 1.01234829f, 1.0f, 0.0f, -0.0123410653f, -0.0265827924f, \
		-0.0521054678f, -0.0929083899f, -0.14966172f, -0.215803668f, -0.27444014f,         \
		-0.299850345f, -0.264451027f, -0.155324429f, 0.0155852092f, 0.208633438f,          \
		0.372055501f, 0.468778789f, 0.498835713f
#define POLY_SEGMENT2                                                                              \
	0.390486717f, 0.337820351f, 0.24813807f, 0.145988226f, 0.0550896414f, -0.00947391242f,     \
		-0.0439496636f, -0.0536548123f, -0.0477984212f, -0.0356057361f, -0.0231901351f,    \
		-0.0134926056f, -0.00709683215f, -0.00340206525f, -0.00148803159f, 0.0f, 0.0f,     \
		-0.00148710783f, -0.00340206525f, -0.00709683215f, -0.0134926056f, -0.0231901351f, \
		-0.0356057361f, -0.0477984212f, -0.0536548123f, -0.0439496636f, -0.00947391242f,   \
		0.0550896414f, 0.145988226f, 0.24813807f, 0.337820351f, 0.390486717f

#endif
