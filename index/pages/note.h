/* SPDX-License-Identifier: GPL-2.0-or-later */
/* note.h - what was wrong in a page and was left out of it.
 *
 * A page with notes is indexed all the same; the notes are told to who runs the index. */
#ifndef XS_INDEX_PAGES_NOTE_H
#define XS_INDEX_PAGES_NOTE_H

#include "base/arena.h"
#include "base/error.h"
#include "index/pages/page.h"

/* Adds "PLACE: sentence" to page->notes, or with a line above 0 "PLACE:LINE: sentence"; the place is
 * page->place.  A sentence that is too much is dropped.  In `a`. */
void xs_note(xs_page *page, xs_arena *a, long line, const char *format, ...) XS_PRINTF(4, 5);

#endif
