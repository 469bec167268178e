/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reader.c - the page that a process makes of a document. */
#include "index/pages/reader.h"

#include <stdio.h>
#include <string.h>

#include "index/pages/charset.h"
#include "index/pages/child.h"
#include "index/pages/html.h"
#include "index/pages/note.h"

/* Bytes of a sentence of the process. */
enum { READER_SENTENCE = 400 };

/* What the process said of the document: it may be anything. */
static int reader_refused(const xs_child *c, xs_arena *a)
{
	const xs_charset_hint hint = {.name = c->place, .label = "utf-8"};
	size_t len = c->out.len < READER_SENTENCE ? c->out.len : READER_SENTENCE;
	const char *clean, *note;
	int rc = xs_charset_utf8(&clean, &len, a, c->out.data, len, &hint, &note);

	return rc < 0 ? rc : xs_fail(XS_EFORMAT, "%s: %.*s", c->place, (int)len, clean);
}

/* Takes the lines with notes off the output, and reads the rest. */
static int reader_take(xs_page *page, xs_arena *a, const xs_child *c)
{
	const xs_charset_hint hint = {.name = page->place, .label = "utf-8"};
	xs_page_options o = *c->o;
	xs_arena *own = xs_arena_new();
	const char *html, *note;
	size_t len, line;
	int rc = xs_charset_utf8(&html, &len, own, c->out.data, c->out.len, &hint, &note);

	while (rc == XS_OK && len && *html == '!') {
		line = strcspn(html, "\n");
		line = line < len ? line : len - 1;
		xs_note(page, a, 0, "%.*s", (int)line - 1, html + 1);
		html += line + 1;
		len -= line + 1;
	}
	/* They are for pages that are HTML themselves. */
	o.keep = o.drop = NULL;
	if (rc == XS_OK)
		rc = xs_html_page(page, a, html, len, false, &o);
	xs_arena_free(own);
	return rc;
}

int xs_reader_page(xs_page *page, xs_arena *a, const char *format, const char *bytes, size_t len,
		   const xs_page_options *o)
{
	char seconds[32], memory[32];
	char *const argv[] = {(char *)o->reader.program,
			      (char *)XS_READER_COMMAND,
			      (char *)format,
			      seconds,
			      memory,
			      NULL};
	/* Its messages are those of libraries, and not told: what is wrong it writes to its output. */
	xs_child c = {.place = page->place, .what = "reader", .argv = argv, .o = o};
	int rc;

	snprintf(seconds, sizeof seconds, "%d", o->reader.seconds);
	snprintf(memory, sizeof memory, "%lld", (long long)o->reader.memory);
	xs_child_init(&c);
	rc = xs_child_run(&c, bytes, len);
	if (rc == XS_OK && c.status == XS_READER_REFUSED)
		rc = reader_refused(&c, a);
	else if (rc == XS_OK && c.status != 0)
		rc = xs_fail(XS_EFORMAT, "%s: its reader ended with status %d", page->place,
			     c.status);
	if (rc == XS_OK)
		rc = reader_take(page, a, &c);
	xs_child_fini(&c);
	return rc;
}
