/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nearest.h - how far a mistyped word is from one that was likely meant. */
#ifndef XS_CMD_NEAREST_H
#define XS_CMD_NEAREST_H

/* How many single letters must be put in, taken out, changed or swapped with the next one to make
 * `b` of `a`; both are looked at up to 63 bytes. */
unsigned nearest_distance(const char *a, const char *b);

#endif
