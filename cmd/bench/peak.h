/* SPDX-License-Identifier: GPL-2.0-or-later */
/* peak.h - how fast this processor multiplies and adds: what a model's speed is held against.
 *
 * Knows number formats and instructions, nothing of models. */
#ifndef XS_CMD_BENCH_PEAK_H
#define XS_CMD_BENCH_PEAK_H

/* Sets *out to operations a second (a multiplication and an addition count as two) of the
 * instruction that the kernels in use multiply with in that format, in a loop over registers alone,
 * for `ms` milliseconds of processor time, summed over `threads` threads that all run at once.  As no
 * time is counted that others take of a CPU, a busy machine makes a model look slower against it,
 * never faster.  XS_EUNSUPPORTED: there is no such format ("f32", "bf16", "int8"). */
int bench_peak(double *out, const char *format, unsigned threads, double ms);

#endif
