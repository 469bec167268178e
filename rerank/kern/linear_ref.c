/* SPDX-License-Identifier: MIT */
/* linear_ref.c - products of weights and hidden states, the plain loops. */
#include "config.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "rerank/kern/list.h"

/* x/2 (1 + erf(x/√2)) is x/2 erfc(-x/√2), which keeps its digits where erf nears -1. */
static float linear_gelu(float x)
{
	return (float)(0.5 * x * erfc(-x * M_SQRT1_2));
}

static void linear_end(float *y, const float *sum, xs_end end)
{
	for (int c = 0; c < XS_KERN_LANES; c++)
		if (end == XS_GELU)
			y[c] = linear_gelu(sum[c]);
		else if (end == XS_ADD)
			y[c] += sum[c];
		else
			y[c] = sum[c];
}

static float linear_float(uint32_t word)
{
	float x;

	memcpy(&x, &word, sizeof x);
	return x;
}

void xs_linear_f32_ref(const xs_matrix *m, const xs_operand *x, float *y, size_t ldy, int cols,
		       xs_end end)
{
	for (int c = 0; c < cols; c += XS_KERN_LANES)
		for (int row = 0; row < m->outputs; row++) {
			const uint32_t *w = m->data + (size_t)row * m->stride;
			float sum[XS_KERN_LANES] = {0};

			for (int k = 0; k < m->words; k++) {
				const uint32_t *column = x->word + (size_t)k * x->ld + c;
				float item = linear_float(w[k]);

				for (int i = 0; i < XS_KERN_LANES; i++)
					sum[i] += item * linear_float(column[i]);
			}
			for (int i = 0; i < XS_KERN_LANES; i++)
				sum[i] += m->bias[row];
			linear_end(y + (size_t)row * ldy + c, sum, end);
		}
}

void xs_linear_bf16_ref(const xs_matrix *m, const xs_operand *x, float *y, size_t ldy, int cols,
			xs_end end)
{
	for (int c = 0; c < cols; c += XS_KERN_LANES)
		for (int row = 0; row < m->outputs; row++) {
			const uint32_t *w = m->data + (size_t)row * m->stride;
			float sum[XS_KERN_LANES] = {0};

			for (int k = 0; k < m->words; k++) {
				const uint32_t *column = x->word + (size_t)k * x->ld + c;
				float low = linear_float(w[k] << 16);
				float high = linear_float(w[k] & 0xffff0000u);

				for (int i = 0; i < XS_KERN_LANES; i++)
					sum[i] += low * linear_float(column[i] << 16) +
						  high * linear_float(column[i] & 0xffff0000u);
			}
			for (int i = 0; i < XS_KERN_LANES; i++)
				sum[i] += m->bias[row];
			linear_end(y + (size_t)row * ldy + c, sum, end);
		}
}

void xs_linear_int8_ref(const xs_matrix *m, const xs_operand *x, float *y, size_t ldy, int cols,
			xs_end end)
{
	for (int c = 0; c < cols; c += XS_KERN_LANES)
		for (int row = 0; row < m->outputs; row++) {
			const uint32_t *w = m->data + (size_t)row * m->stride;
			int32_t steps[XS_KERN_LANES] = {0};
			float sum[XS_KERN_LANES];

			for (int k = 0; k < m->words; k++) {
				const uint32_t *column = x->word + (size_t)k * x->ld + c;

				for (int shift = 0; shift < 32; shift += 8) {
					int32_t item = (int8_t)(w[k] >> shift & 0xff);

					for (int i = 0; i < XS_KERN_LANES; i++)
						steps[i] +=
							item * (int32_t)(column[i] >> shift & 0xff);
				}
			}
			for (int i = 0; i < XS_KERN_LANES; i++)
				sum[i] = ((float)steps[i] - x->zero[c + i] * m->sum[row]) *
						 (x->scale[c + i] * m->scale[row]) +
					 m->bias[row];
			linear_end(y + (size_t)row * ldy + c, sum, end);
		}
}
