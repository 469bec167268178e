/* SPDX-License-Identifier: MIT */
/* activation.h - the nonlinear functions that the kernels do not have built in.
 *
 * GELU of the inner layers is part of the product (kern/kern.h); what few models have instead is a
 * pass of its own here. */
#ifndef XS_RERANK_ACTIVATION_H
#define XS_RERANK_ACTIVATION_H

#include "rerank/model.h"

/* Applies GELU_TANH or RELU to `columns` columns of x[rows] (row r at r × ld); nothing for others.
 */
void xs_activate(xs_activation f, float *x, size_t ld, int rows, int columns);

/* Any of the functions, of one number; NONE: itself. */
double xs_activation_of(xs_activation f, double x);

#endif
