/* SPDX-License-Identifier: MIT */
/* gelu_ref.c - bias and GELU, the plain loop. */
#include "config.h"

#include <math.h>

#include "rerank/kern/list.h"

/* x/2 (1 + erf(x/√2)) is x/2 erfc(-x/√2), which keeps its digits where erf nears -1. */
void xs_gelu_ref(float *x, const float *bias, int rows, int cols)
{
	for (int r = 0; r < rows; r++, x += cols)
		for (int c = 0; c < cols; c++) {
			float v = x[c] + bias[c];

			x[c] = (float)(0.5 * v * erfc(-v * M_SQRT1_2));
		}
}
