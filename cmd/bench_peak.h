/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bench_peak.h - how fast this machine multiplies matrices: what a model's speed is held against.
 *
 * Knows number formats and the library that multiplies, nothing of models. */
#ifndef XS_CMD_BENCH_PEAK_H
#define XS_CMD_BENCH_PEAK_H

/* Sets *out to operations a second (a multiplication and an addition count as two) of products of
 * 256 rows with the default model's two largest matrices, for `ms` milliseconds of processor
 * time, summed over `threads` threads that all run at once, each with its own operands in its
 * cache.  As no time is counted that others take of a CPU, a busy machine makes a model look
 * slower against it, never faster.
 * XS_EUNSUPPORTED: this CPU or library has no products in that format ("f32", "bf16", "int8"). */
int bench_peak(double *out, const char *format, unsigned threads, double ms);

#endif
