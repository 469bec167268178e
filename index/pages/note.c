/* SPDX-License-Identifier: GPL-2.0-or-later */
/* note.c - sentences about a page. */
#include "index/pages/note.h"

#include <stdio.h>
#include <string.h>

/* Notes of one page, and bytes of one: what a page says may be in it. */
enum { NOTE_MOST = 16, NOTE_BYTES = 512 };

void xs_note(xs_page *page, xs_arena *a, long line, const char *format, ...)
{
	char text[NOTE_BYTES];
	size_t len;
	va_list args;

	if (page->n_notes == NOTE_MOST)
		return;
	if (!page->notes)
		page->notes = xs_arena_array(a, NOTE_MOST, sizeof *page->notes);
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	/* Cut at a character, not within one. */
	len = strlen(text);
	if (len == sizeof text - 1) {
		while (len && ((unsigned char)text[len - 1] & 0xc0) == 0x80)
			len--;
		text[len - (len > 0)] = '\0';
	}
	page->notes[page->n_notes++] =
		line > 0 ? xs_arena_printf(a, "%s:%ld: %s", page->place, line, text)
			 : xs_arena_printf(a, "%s: %s", page->place, text);
}
