/* SPDX-License-Identifier: GPL-2.0-or-later */
/* confine.h - what this process may not do any more: for one that reads what a stranger wrote.
 *
 * Readers of PDF and of archives are large, and faults are found in them every year.  Knows nothing of
 * documents. */
#ifndef XS_INDEX_DOCUMENTS_CONFINE_H
#define XS_INDEX_DOCUMENTS_CONFINE_H

#include <stdint.h>

#include "base/error.h"

/* From now on this process has so much processor time and memory (bytes), and cannot open a file for
 * writing, make, rename or remove one, start a process, or reach a network.  Memory has no limit in builds with a
 * sanitizer, which map terabytes.
 * XS_EUNSUPPORTED: this system cannot keep a process from all that. */
int xs_confine(int seconds, int64_t memory);

/* The same for one that becomes a command of the site's owner, and for all that this starts: each process has so
 * much processor time and memory, writes no larger file, and cannot reach a network. */
int xs_confine_command(int seconds, int64_t memory);

#endif
