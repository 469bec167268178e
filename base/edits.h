/* SPDX-License-Identifier: MIT */
/* edits.h - how far a mistyped word is from one that was likely meant. */
#ifndef XS_BASE_EDITS_H
#define XS_BASE_EDITS_H

/* How many single letters must be put in, taken out, changed or swapped with the next one to make
 * `b` of `a` (optimal string alignment); both are looked at up to 63 bytes.  Any thread. */
unsigned xs_edits(const char *a, const char *b);

#endif
