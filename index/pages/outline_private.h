/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outline_private.h - one buffer of text and the events that point into it; for outline*.c alone. */
#ifndef XS_INDEX_PAGES_OUTLINE_PRIVATE_H
#define XS_INDEX_PAGES_OUTLINE_PRIVATE_H

#include "base/buf.h"
#include "index/pages/outline.h"

typedef enum outline_kind {
	OUTLINE_TEXT,
	OUTLINE_HEADING,
	OUTLINE_POP,
	OUTLINE_PLACE
} outline_kind;

typedef struct outline_event {
	unsigned char kind, zone, level, weight;
	bool own;
	const char *anchor;
	size_t at, len; /* its bytes in the buffer */
	size_t linked;	/* of them, about, within links */
} outline_event;

/* Where a block ends.  Counts are of what stands before it and is no aside. */
typedef struct outline_mark {
	size_t at;	/* in the buffer */
	size_t letters; /* bytes of letters and digits, */
	size_t linked;	/* of them within links to other pages, */
	size_t links;	/* and such links that have any */
	bool rule;	/* a line is drawn there */
} outline_mark;

struct xs_outline {
	xs_buf text;
	outline_event *events;
	size_t n, cap;
	size_t articles;  /* that are in no other */
	outline_mark now; /* counts of all of the text */
	outline_mark *marks;
	size_t n_marks, marks_cap;
	unsigned char weight; /* of the text that comes */
	bool trims;	      /* marks are made */
	bool linking;	      /* text is that of a link, */
	bool counted;	      /* which is counted in now.links */
	bool heading;	      /* the last event is a heading that is open */
	xs_arena *strings;
};

/* Takes menus off the text of a page whose text is all but asides. */
void xs_outline_trim(xs_outline *o);

#endif
