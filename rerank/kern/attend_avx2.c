/* SPDX-License-Identifier: MIT */
/* attend_avx2.c - attention; scores four keys at a time, softmax and sums eight floats. */
#include "config.h"

#include <math.h>
#include <stddef.h>

#include "rerank/kern/attend.h"
#include "rerank/kern/list.h"
#include "rerank/kern/vec_avx2.h"

enum { ATTEND_STEP = 4 };

/* q·k of four keys. */
static inline __m128 attend_dots(const float *q, const float *const *k, int size)
{
	__m256 s0 = _mm256_setzero_ps(), s1 = s0, s2 = s0, s3 = s0;

	for (int c = 0; c < size; c += 8) {
		int left = size - c;
		__m256 part = load_avx2(q + c, left);

		s0 = _mm256_fmadd_ps(part, load_avx2(k[0] + c, left), s0);
		s1 = _mm256_fmadd_ps(part, load_avx2(k[1] + c, left), s1);
		s2 = _mm256_fmadd_ps(part, load_avx2(k[2] + c, left), s2);
		s3 = _mm256_fmadd_ps(part, load_avx2(k[3] + c, left), s3);
	}
	__m256 pairs = _mm256_hadd_ps(_mm256_hadd_ps(s0, s1), _mm256_hadd_ps(s2, s3));
	return _mm_add_ps(_mm256_castps256_ps128(pairs), _mm256_extractf128_ps(pairs, 1));
}

/* Scores of n keys, then -inf up to a multiple of 8; returns the greatest of them and `max`. */
static float attend_scores(float *score, const float *q, const float *const *k, int n, int size,
			   float scale, float max)
{
	__m256 most = _mm256_set1_ps(max);

	for (int j = 0; j < n; j += ATTEND_STEP)
		_mm_storeu_ps(score + j,
			      _mm_mul_ps(attend_dots(q, k + j, size), _mm_set1_ps(scale)));
	for (int j = n; j % 8; j++)
		score[j] = -INFINITY;
	for (int j = 0; j < n; j += 8)
		most = _mm256_max_ps(most, _mm256_loadu_ps(score + j));
	__m128 m = _mm_max_ps(_mm256_castps256_ps128(most), _mm256_extractf128_ps(most, 1));
	m = _mm_max_ps(m, _mm_movehl_ps(m, m));
	return _mm_cvtss_f32(_mm_max_ss(m, _mm_shuffle_ps(m, m, 1)));
}

/* Scores become weights exp(score - max); returns their sum. */
static float attend_weights(float *score, int n, float max)
{
	__m256 sum = _mm256_setzero_ps(), top = _mm256_set1_ps(max);

	for (int j = 0; j < n; j += 8) {
		__m256 w = exp_avx2(_mm256_sub_ps(_mm256_loadu_ps(score + j), top));

		_mm256_storeu_ps(score + j, w);
		sum = _mm256_add_ps(sum, w);
	}
	return sum_avx2(sum);
}

/* out = out × shrink + the sum of weight × value.  Two sums, since one would wait for itself. */
static void attend_sum(float *out, const float *weight, const float *const *v, int n, int size,
		       float shrink)
{
	for (int c = 0; c < size; c += 8) {
		int left = size - c;
		__m256 even = _mm256_mul_ps(load_avx2(out + c, left), _mm256_set1_ps(shrink));
		__m256 odd = _mm256_setzero_ps();
		int j = 0;

		for (; j + 2 <= n; j += 2) {
			even = _mm256_fmadd_ps(_mm256_set1_ps(weight[j]),
					       load_avx2(v[j] + c, left), even);
			odd = _mm256_fmadd_ps(_mm256_set1_ps(weight[j + 1]),
					      load_avx2(v[j + 1] + c, left), odd);
		}
		if (j < n)
			even = _mm256_fmadd_ps(_mm256_set1_ps(weight[j]),
					       load_avx2(v[j] + c, left), even);
		store_avx2(out + c, left, _mm256_add_ps(even, odd));
	}
}

#include "rerank/kern/attend_rows.h"

void xs_attend_avx2(const xs_attend *a, xs_attend_kind kind, int first, int last)
{
	attend_rows(a, kind, first, last);
}
