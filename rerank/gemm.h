/* SPDX-License-Identifier: MIT */
/* gemm.h - matrix products, by oneDNN, on the calling thread alone.
 *
 * A row of the result depends on the operands and the number of rows m, not on other threads. */
#ifndef XS_RERANK_GEMM_H
#define XS_RERANK_GEMM_H

#include <stddef.h>

/* c[m × n] = a[m × k] · b[k × n], row-major, leading dimensions in floats. */
void xs_gemm_f32(int m, int n, int k, const float *a, size_t lda, const float *b, size_t ldb,
		 float *c, size_t ldc);

#endif
