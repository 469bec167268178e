/* SPDX-License-Identifier: GPL-2.0-or-later */
/* writer.h - Xapian's part of an index, opened for writing and brought in step with the store.
 *
 * For the files of index/ alone.  As xs_index: one thread at a time. */
#ifndef XS_INDEX_WRITER_H
#define XS_INDEX_WRITER_H

#include "index/handle.h"

/* Opens ix->writer if it is not open, and tells Xapian what it lacks.  Where that cannot be done
 * (another store, other weights, damage), builds its part anew.  Needs XS_WRITE. */
int xs_writer_open(xs_index *ix);

#endif
