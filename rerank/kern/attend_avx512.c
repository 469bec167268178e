/* SPDX-License-Identifier: MIT */
/* attend_avx512.c - attention; scores four keys at a time, softmax and sums sixteen floats. */
#include "config.h"

#include <math.h>
#include <stddef.h>

#include "rerank/kern/attend.h"
#include "rerank/kern/list.h"
#include "rerank/kern/vec_avx512.h"

enum { ATTEND_STEP = 4 };

static inline __m256 attend_halves(__m512 x)
{
	return _mm256_add_ps(_mm512_castps512_ps256(x), _mm512_extractf32x8_ps(x, 1));
}

/* q·k of four keys. */
static inline __m128 attend_dots(const float *q, const float *const *k, int size)
{
	__m512 s0 = _mm512_setzero_ps(), s1 = s0, s2 = s0, s3 = s0;

	for (int c = 0; c < size; c += 16) {
		__mmask16 m = mask_avx512(size - c);
		__m512 part = _mm512_maskz_loadu_ps(m, q + c);

		s0 = _mm512_fmadd_ps(part, _mm512_maskz_loadu_ps(m, k[0] + c), s0);
		s1 = _mm512_fmadd_ps(part, _mm512_maskz_loadu_ps(m, k[1] + c), s1);
		s2 = _mm512_fmadd_ps(part, _mm512_maskz_loadu_ps(m, k[2] + c), s2);
		s3 = _mm512_fmadd_ps(part, _mm512_maskz_loadu_ps(m, k[3] + c), s3);
	}
	__m256 pairs = _mm256_hadd_ps(_mm256_hadd_ps(attend_halves(s0), attend_halves(s1)),
				      _mm256_hadd_ps(attend_halves(s2), attend_halves(s3)));
	return _mm_add_ps(_mm256_castps256_ps128(pairs), _mm256_extractf128_ps(pairs, 1));
}

/* Scores of n keys, then -inf up to a multiple of 16; returns the greatest of them and `max`. */
static float attend_scores(float *score, const float *q, const float *const *k, int n, int size,
			   float scale, float max)
{
	__m512 most = _mm512_set1_ps(max);

	for (int j = 0; j < n; j += ATTEND_STEP)
		_mm_storeu_ps(score + j,
			      _mm_mul_ps(attend_dots(q, k + j, size), _mm_set1_ps(scale)));
	for (int j = n; j % 16; j++)
		score[j] = -INFINITY;
	for (int j = 0; j < n; j += 16)
		most = _mm512_max_ps(most, _mm512_loadu_ps(score + j));
	return _mm512_reduce_max_ps(most);
}

/* Scores become weights exp(score - max); returns their sum. */
static float attend_weights(float *score, int n, float max)
{
	__m512 sum = _mm512_setzero_ps(), top = _mm512_set1_ps(max);

	for (int j = 0; j < n; j += 16) {
		__m512 w = exp_avx512(_mm512_sub_ps(_mm512_loadu_ps(score + j), top));

		_mm512_storeu_ps(score + j, w);
		sum = _mm512_add_ps(sum, w);
	}
	return _mm512_reduce_add_ps(sum);
}

/* out = out × shrink + the sum of weight × value.  Two sums, since one would wait for itself. */
static void attend_sum(float *out, const float *weight, const float *const *v, int n, int size,
		       float shrink)
{
	for (int c = 0; c < size; c += 16) {
		__mmask16 m = mask_avx512(size - c);
		__m512 even = _mm512_mul_ps(_mm512_maskz_loadu_ps(m, out + c),
					    _mm512_set1_ps(shrink));
		__m512 odd = _mm512_setzero_ps();
		int j = 0;

		for (; j + 2 <= n; j += 2) {
			even = _mm512_fmadd_ps(_mm512_set1_ps(weight[j]),
					       _mm512_maskz_loadu_ps(m, v[j] + c), even);
			odd = _mm512_fmadd_ps(_mm512_set1_ps(weight[j + 1]),
					      _mm512_maskz_loadu_ps(m, v[j + 1] + c), odd);
		}
		if (j < n)
			even = _mm512_fmadd_ps(_mm512_set1_ps(weight[j]),
					       _mm512_maskz_loadu_ps(m, v[j] + c), even);
		_mm512_mask_storeu_ps(out + c, m, _mm512_add_ps(even, odd));
	}
}

#include "rerank/kern/attend_rows.h"

void xs_attend_avx512(const xs_attend *a, xs_attend_kind kind, int first, int last)
{
	attend_rows(a, kind, first, last);
}
