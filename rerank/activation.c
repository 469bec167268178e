/* SPDX-License-Identifier: MIT */
/* activation.c - activations that are not part of a kernel.
 *
 * GELU is: most models have it. The others are a pass over what the product left in the cache. */
#include "rerank/activation.h"

#include <math.h>

const char *xs_activation_name(xs_activation f)
{
	static const char *const names[] = {[XS_ACT_GELU] = "gelu",
					    [XS_ACT_GELU_TANH] = "gelu_new",
					    [XS_ACT_RELU] = "relu",
					    [XS_ACT_TANH] = "tanh",
					    [XS_ACT_NONE] = "none"};

	return names[f];
}

/* x/2 (1 + tanh(u)), u = sqrt(2/pi) (x + 0.044715 x³), is x / (1 + exp(-2u)) (Hendrycks and Gimpel
 * 2016, arXiv 1606.08415). */
static float activation_gelu_tanh(float x)
{
	return x / (1 + expf(-1.5957691216057308f * (x + 0.044715f * x * x * x)));
}

void xs_activate(xs_activation f, float *x, size_t ld, int rows, int columns)
{
	for (int r = 0; r < rows && f == XS_ACT_GELU_TANH; r++)
		for (int c = 0; c < columns; c++)
			x[(size_t)r * ld + (size_t)c] =
				activation_gelu_tanh(x[(size_t)r * ld + (size_t)c]);
	for (int r = 0; r < rows && f == XS_ACT_RELU; r++)
		for (int c = 0; c < columns; c++)
			x[(size_t)r * ld + (size_t)c] = fmaxf(x[(size_t)r * ld + (size_t)c], 0);
}

double xs_activation_of(xs_activation f, double x)
{
	switch (f) {
	/* erfc() and not 1 + erf(): that loses all digits where x is far below 0. */
	case XS_ACT_GELU: return 0.5 * x * erfc(-x * M_SQRT1_2);
	case XS_ACT_GELU_TANH: return (double)activation_gelu_tanh((float)x);
	case XS_ACT_RELU: return x > 0 ? x : 0;
	case XS_ACT_TANH: return tanh(x);
	case XS_ACT_NONE: break;
	}
	return x;
}
