/* SPDX-License-Identifier: GPL-2.0-or-later */
/* code.c - lines of code, in sections by tags. */
#define _GNU_SOURCE
#include "index/pages/code.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "index/pages/note.h"
#include "index/pages/outline.h"

/* Sections that hold each other; what is deeper stands beside the last of them. */
enum { CODE_DEPTH = 16 };

/* Between the names of a scope: "A.b", "A::b", "A\b" and so on. */
#define CODE_SEPARATORS ".:/\\#"

typedef struct code_line {
	const char *text;
	size_t len, next; /* without its end; with it */
} code_line;

typedef struct code_maker {
	xs_arena *a;
	xs_outline *outline;
	const char *bytes;
	size_t done;		      /* up to here the text is in the outline */
	size_t lead;		      /* where the lines begin that may belong to what comes next */
	bool comment;		      /* they are within a comment of many lines */
	xs_code_tag open[CODE_DEPTH]; /* the sections in force */
	size_t depth;
} code_maker;

static code_line code_take(const char *text, size_t len)
{
	const char *end = memchr(text, '\n', len);

	return (code_line){text, end ? (size_t)(end - text) : len,
			   end ? (size_t)(end - text) + 1 : len};
}

/* Adds the text up to a byte; empty lines end blocks. */
static void code_text(code_maker *m, size_t to)
{
	code_line line;

	for (; m->done < to; m->done += line.next) {
		line = code_take(m->bytes + m->done, to - m->done);
		if (xs_outline_text(m->outline, 0, line.text, line.len, false))
			xs_outline_space(m->outline, 0);
		else
			xs_outline_break(m->outline, 0);
	}
}

/* Whether a line without blanks at its beginning is a comment, an attribute of what follows ("@Override",
 * "#[test]", "template <class T>"), or the type of a function alone in its line. */
static bool code_leads(const code_line *line)
{
	static const char *const marks[] = {"//", "/*", "*", "#", "--",
					    ";",  "%",	"@", "[", "template"};
	static const char type[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789_ \t\r*&:<>,";
	size_t i, n;

	for (i = 0; i < sizeof marks / sizeof *marks; i++) {
		n = strlen(marks[i]);
		if (line->len >= n && !memcmp(line->text, marks[i], n))
			return true;
	}
	for (i = 0; i < line->len && strchr(type, line->text[i]);)
		i++;
	return i == line->len;
}

/* Notes whether a line, which begins at `at`, may belong to what comes next. */
static void code_lead(code_maker *m, code_line line, size_t at)
{
	bool leads;

	while (line.len && strchr(" \t\r", *line.text)) {
		line.text++;
		line.len--;
	}
	leads = m->comment || (line.len && code_leads(&line));
	if (!m->comment && line.len > 1 && !memcmp(line.text, "/*", 2))
		m->comment = true;
	if (m->comment && memmem(line.text, line.len, "*/", 2))
		m->comment = false;
	if (!leads)
		m->lead = at + line.next;
}

/* The bytes of a scope that are an open section with all above it; 0: it is not within that. */
static size_t code_within(const xs_code_tag *open, const char *scope)
{
	size_t n = strlen(open->scope), len = strlen(open->name), between;

	if (strncmp(scope, open->scope, n) != 0)
		return 0;
	between = strspn(scope + n, CODE_SEPARATORS);
	if (n && !between)
		return 0;
	n += between;
	if (strncmp(scope + n, open->name, len) != 0)
		return 0;
	n += len;
	return !scope[n] || strchr(CODE_SEPARATORS, scope[n]) ? n : 0;
}

static void code_open(code_maker *m, const xs_code_tag *tag)
{
	char anchor[32];

	if (m->depth == CODE_DEPTH)
		m->depth--;
	snprintf(anchor, sizeof anchor, "L%zu", tag->line);
	xs_outline_heading(m->outline, 0, XS_LEVEL_ENTRY + (int)m->depth);
	xs_outline_text(m->outline, 0, tag->name, strlen(tag->name), false);
	xs_outline_heading_end(m->outline, anchor, true);
	m->open[m->depth++] = *tag;
}

/* Whether ctags has made the name up, of what has none. */
static bool code_nameless(const char *name)
{
	return !strncmp(name, "__anon", 6) || !strncasecmp(name, "anonymous", 9);
}

/* Begins a section.  Of its scope what is not open becomes a section, too: a method may stand outside of its
 * class. */
static void code_begin(code_maker *m, const xs_code_tag *tag)
{
	const char *rest = tag->scope;
	size_t within = 0;

	code_text(m, m->lead);
	while (m->depth && !(within = code_within(&m->open[m->depth - 1], tag->scope)))
		m->depth--;
	rest += within;
	rest += strspn(rest, CODE_SEPARATORS);
	if (*rest && !code_nameless(rest))
		code_open(m, &(xs_code_tag){.name = rest,
					    .scope = xs_arena_dupn(m->a, tag->scope, within),
					    .line = tag->line});
	code_open(m, tag);
}

/* Ends the sections whose last line this is. */
static void code_end(code_maker *m, size_t line, size_t next)
{
	size_t i = 0;

	while (i < m->depth && (!m->open[i].end || m->open[i].end > line))
		i++;
	if (i == m->depth)
		return;
	code_text(m, next);
	xs_outline_pop(m->outline, 0, XS_LEVEL_ENTRY + (int)i);
	m->depth = i;
	m->lead = next;
}

void xs_code_sections(xs_page *page, xs_arena *a, const char *bytes, size_t len,
		      const xs_code_tag *tags, size_t n, const xs_page_options *o)
{
	code_maker m = {.outline = xs_outline_new(), .a = xs_arena_new(), .bytes = bytes};
	code_line line;
	size_t number = 1, i = 0;

	for (size_t at = 0; at < len; at += line.next, number++) {
		line = code_take(bytes + at, len - at);
		if (i < n && tags[i].line == number) {
			code_begin(&m, &tags[i++]);
			m.lead = at + line.next;
			m.comment = false;
		} else {
			code_lead(&m, line, at);
		}
		code_end(&m, number, at + line.next);
	}
	code_text(&m, len);
	xs_outline_page(page, a, m.outline, o);
	xs_outline_free(m.outline);
	xs_arena_free(m.a);
}

int xs_code_page(xs_page *page, xs_arena *a, const char *bytes, size_t len,
		 const xs_page_options *o)
{
	/* Of the process: a source may have many files, and what is missing is missing for all. */
	static atomic_bool missing;
	xs_arena *own = xs_arena_new();
	xs_code_tag *tags = NULL;
	size_t n = 0;
	int rc = XS_OK;

	if (!atomic_load(&missing))
		rc = xs_code_tags_find(&tags, &n, own, "functions are not headings", page->title,
				       bytes, len, o);
	if (rc < 0 && (rc != XS_EUNSUPPORTED || !atomic_exchange(&missing, true)))
		xs_note(page, a, 0, "%s", xs_error());
	xs_code_sections(page, a, bytes, len, tags, n, o);
	xs_arena_free(own);
	return XS_OK;
}
