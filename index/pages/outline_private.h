/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outline_private.h - one buffer of text and the events that point into it; for outline*.c alone. */
#ifndef XS_INDEX_PAGES_OUTLINE_PRIVATE_H
#define XS_INDEX_PAGES_OUTLINE_PRIVATE_H

#include "base/buf.h"
#include "index/pages/outline.h"

typedef enum outline_kind { OUTLINE_TEXT, OUTLINE_HEADING, OUTLINE_POP } outline_kind;

typedef struct outline_event {
	unsigned char kind, zone, level;
	bool own;
	const char *anchor;
	size_t at, len; /* its bytes in the buffer */
	size_t linked;	/* of them, about, within links */
} outline_event;

struct xs_outline {
	xs_buf text;
	outline_event *events;
	size_t n, cap;
	size_t articles; /* that are in no other */
	bool heading;	 /* the last event is a heading that is open */
	xs_arena *strings;
};

#endif
