/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialect.c - line by line: fences, headings, marks that have a line for themselves. */
#define _GNU_SOURCE
#include "index/pages/dialect.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "index/pages/dialect_inline.h"

/* Bytes that ends are looked for in, of a whole page: more is work for a page made to make work. */
enum { DIALECT_BUDGET = 1 << 24, DIALECT_ID = 200 };

/* Part of a line. */
typedef struct dialect_text {
	const char *s;
	size_t len;
} dialect_text;

static dialect_text dialect_trim(dialect_text t)
{
	while (t.len && isspace((unsigned char)*t.s))
		t.s++, t.len--;
	while (t.len && isspace((unsigned char)t.s[t.len - 1]))
		t.len--;
	return t;
}

static bool dialect_begins(dialect_text t, const char *with)
{
	return t.len >= strlen(with) && !memcmp(t.s, with, strlen(with));
}

static dialect_text dialect_after(dialect_text t, size_t n)
{
	return dialect_trim((dialect_text){t.s + n, t.len - n});
}

/* How many of a sign the text begins with. */
static size_t dialect_run(dialect_text t, char c)
{
	size_t n = 0;

	while (n < t.len && t.s[n] == c)
		n++;
	return n;
}

/* The line at d->at without its end. */
static dialect_text dialect_line(const xs_dialect *d)
{
	const char *end = memchr(d->at, '\n', (size_t)(d->stop - d->at));

	return (dialect_text){d->at, (size_t)((end ? end : d->stop) - d->at)};
}

/* Goes to the next line. */
static void dialect_next(xs_dialect *d, dialect_text line)
{
	d->at = line.s + line.len + (line.s + line.len < d->stop);
}

/* Puts a line that ends. */
static void dialect_put(xs_dialect *d, const char *s, size_t len)
{
	xs_buf_put(d->out, s, len);
	xs_buf_putc(d->out, '\n');
}

/* The line without what a quote or a list puts before it. */
static dialect_text dialect_inner(dialect_text t)
{
	size_t n;

	for (t = dialect_trim(t); t.len && *t.s == '>';)
		t = dialect_after(t, 1);
	/* CommonMark: the number of a list has nine digits at most. */
	for (n = 0; n < t.len && n < 9 && isdigit((unsigned char)t.s[n]);)
		n++;
	if ((n && n + 1 < t.len && strchr(".)", t.s[n]) && t.s[n + 1] == ' ') ||
	    (!n && t.len > 1 && strchr("-*+", *t.s) && t.s[1] == ' '))
		t = dialect_after(t, n + 1);
	return t;
}

/* Copies a line that is code or opens it; false: it is neither. */
static bool dialect_code(xs_dialect *d, dialect_text line)
{
	dialect_text t = dialect_inner(line);
	size_t n = t.len ? dialect_run(t, *t.s) : 0;
	bool mark = n >= 3 && (*t.s == '`' || *t.s == '~');

	/* Nothing within a fence is a mark, so only its end is looked for. */
	if (d->fence) {
		/* CommonMark: a fence is closed by one as long or longer, with nothing behind
		 * it. */
		if (mark && *t.s == d->fence && n >= d->fence_n && n == t.len)
			d->fence = 0;
	} else if (mark && !(*t.s == '`' && memchr(t.s + n, '`', t.len - n))) {
		d->fence = *t.s;
		d->fence_n = n;
	} else if (d->mdx || !d->fresh || !t.len ||
		   !(dialect_begins(line, "    ") || dialect_begins(line, "\t"))) {
		return false;
	} else {
		dialect_put(d, line.s, line.len);
		return true;
	}
	dialect_put(d, line.s, line.len);
	d->fresh = false;
	return true;
}

/* Whether the words between braces are attributes; `id` gets the one that is an id, if any.  `loose`:
 * other words as well ("toc"). */
static bool dialect_attributes(char id[DIALECT_ID], dialect_text t, bool loose)
{
	bool value, quoted;
	size_t n;

	t = dialect_trim(t);
	/* kramdown's form, which allows references such as "toc". */
	if (t.len && *t.s == ':') {
		loose = true;
		t = dialect_after(t, 1);
	}
	if (!t.len)
		return false;
	for (; t.len; t = dialect_after(t, n)) {
		value = quoted = false;
		for (n = 0; n < t.len && (quoted || !isspace((unsigned char)t.s[n])); n++) {
			/* In "#a=b" the sign is part of the id. */
			value |= t.s[n] == '=' && *t.s != '#';
			quoted ^= t.s[n] == '"' && value;
			if (strchr("{}<>\"&", t.s[n]) && !value)
				return false;
		}
		if (*t.s == '#' && n > 1 && n < DIALECT_ID) {
			memcpy(id, t.s + 1, n - 1);
			id[n - 1] = '\0';
		} else if (!(*t.s == '.' && n > 1) && !(*t.s == '-' && n == 1) && !loose &&
			   !value) {
			return false;
		}
	}
	return true;
}

/* Takes {#id}, {: #id} and the like off the end of a heading. */
static void dialect_take_id(char id[DIALECT_ID], dialect_text *t)
{
	const char *open = memrchr(t->s, '{', t->len);
	size_t from = open ? (size_t)(open - t->s) : 0, len;

	if (!open || t->s[t->len - 1] != '}')
		return;
	len = t->len - from - 2;
	/* MDX takes a brace for an expression's, so some write \{#id\}. */
	if (len && open[len] == '\\')
		len--;
	/* Or the id is in a comment of MDX, which is an expression. */
	if (len > 4 && !memcmp(open + 1, "/*", 2) && !memcmp(open + 1 + len - 2, "*/", 2)) {
		open += 2;
		len -= 4;
	}
	if (!dialect_attributes(id, (dialect_text){open + 1, len}, false))
		return;
	/* The backslash of \{#id\} goes as well. */
	t->len = from - (from && t->s[from - 1] == '\\');
	*t = dialect_trim(*t);
}

/* Whether a line is {: attributes } alone. */
static bool dialect_is_list(char id[DIALECT_ID], dialect_text line)
{
	dialect_text t = dialect_trim(line);

	return t.len > 3 && dialect_begins(t, "{:") && t.s[t.len - 1] == '}' &&
	       dialect_attributes(id, (dialect_text){t.s + 1, t.len - 2}, true);
}

/* Puts a heading's text, and its anchor behind it. */
static void dialect_heading_put(xs_dialect *d, dialect_text line, dialect_text t, const char *marks,
				size_t n)
{
	char id[DIALECT_ID] = "";
	dialect_text below;

	dialect_take_id(id, &t);
	dialect_next(d, line);
	below = dialect_line(d);
	/* kramdown has the attributes in the line below. */
	if (dialect_is_list(id, below))
		dialect_next(d, below);
	xs_buf_put(d->out, marks, n);
	xs_buf_puts(d->out, n ? " " : "");
	xs_dialect_inline(d, t.s, t.s + t.len);
	/* As HTML, since md4c knows no ids; the HTML reader takes it for the heading's anchor. */
	if (*id)
		xs_buf_printf(d->out, " <a id=\"%s\"></a>", id);
	xs_buf_putc(d->out, '\n');
}

/* Whether a line of = or - makes a heading of the one before. */
static bool dialect_underlines(dialect_text line)
{
	dialect_text t = dialect_trim(line);

	return t.len && (*t.s == '=' || *t.s == '-') && dialect_run(t, *t.s) == t.len;
}

/* A heading of either form; false: the line is none. */
static bool dialect_heading(xs_dialect *d, dialect_text line)
{
	dialect_text t = dialect_trim(line), closed;
	size_t n = dialect_run(t, '#');
	/* A copy: if the lines turn out to be something else, nothing was read. */
	xs_dialect ahead = *d;

	if (n && n <= 6 && (n == t.len || t.s[n] == ' ' || t.s[n] == '\t')) {
		closed = t = dialect_after(t, n);
		while (closed.len && closed.s[closed.len - 1] == '#')
			closed.len--;
		/* Only behind a space: "C#" keeps its sign. */
		if (closed.len && closed.len < t.len &&
		    isspace((unsigned char)closed.s[closed.len - 1]))
			t = dialect_trim(closed);
		dialect_heading_put(d, line, t, "######", n);
		d->fresh = true;
		return true;
	}
	dialect_next(&ahead, line);
	/* Without an id md4c can read this form by itself. */
	if (!t.len || t.s[t.len - 1] != '}' || !dialect_underlines(dialect_line(&ahead)))
		return false;
	dialect_heading_put(d, line, t, "", 0);
	d->fresh = false;
	return true;
}

/* A mark gone: what is said in it stays as a paragraph. */
static bool dialect_gone(xs_dialect *d, dialect_text line, dialect_text title)
{
	/* An empty line: the paragraphs around the mark do not become one. */
	xs_buf_putc(d->out, '\n');
	if (title.len) {
		xs_dialect_inline(d, title.s, title.s + title.len);
		xs_buf_puts(d->out, "\n\n");
	}
	dialect_next(d, line);
	d->fresh = true;
	return true;
}

/* A text in quotes, without them; *fits is false if there is something else. */
static dialect_text dialect_quoted(bool *fits, dialect_text t)
{
	*fits = !t.len || (t.len > 1 && *t.s == '"' && t.s[t.len - 1] == '"');
	return t.len > 1 ? (dialect_text){t.s + 1, t.len - 2} : (dialect_text){t.s, 0};
}

/* Length of a group that begins with `open` and ends with `close`; 0: the text does not begin with it. */
static size_t dialect_group(dialect_text t, char open, char close)
{
	const char *end = t.len && *t.s == open ? memchr(t.s, close, t.len) : NULL;

	return end ? (size_t)(end + 1 - t.s) : 0;
}

/* Length of a word. */
static size_t dialect_word(dialect_text t)
{
	size_t n = 0;

	while (n < t.len && (isalnum((unsigned char)t.s[n]) || (n && strchr("-_", t.s[n]))))
		n++;
	return n;
}

/* ":::note[Title]", "::: tip Title", ":::{.note}", ":::". */
static bool dialect_colons(xs_dialect *d, dialect_text line, dialect_text t)
{
	size_t n = dialect_run(t, ':'), group;

	if (n < 3)
		return false;
	t = dialect_after(t, n);
	group = dialect_group(t, '{', '}');
	n = group ? group : dialect_word(t);
	/* Colons before anything else are text. */
	if (t.len && !n)
		return false;
	t = dialect_after(t, n);
	t = dialect_after(t, dialect_group(t, '{', '}'));
	group = dialect_group(t, '[', ']');
	if (group > 1)
		return dialect_gone(d, line, (dialect_text){t.s + 1, group - 2});
	/* "::: details Title {open}" */
	if (t.len && t.s[t.len - 1] == '}' && memrchr(t.s, '{', t.len))
		t.len = (size_t)((const char *)memrchr(t.s, '{', t.len) - t.s);
	/* Pandoc allows colons at the end, too. */
	while (t.len && t.s[t.len - 1] == ':')
		t.len--;
	return dialect_gone(d, line, dialect_trim(t));
}

/* MkDocs: "!!! note "Title"", "??? note", "=== "Title"". */
static bool dialect_mkdocs(xs_dialect *d, dialect_text line, dialect_text t)
{
	bool tab = dialect_begins(t, "==="), fits;
	size_t words = 0, n;

	if (!tab && !dialect_begins(t, "!!!") && !dialect_begins(t, "???"))
		return false;
	t = dialect_after(t, 3);
	/* "???+" is open at first; "===+" and "===!" choose a tab or begin a new group. */
	if (t.len && strchr("+!", *t.s))
		t = dialect_after(t, 1);
	for (; !tab && (n = dialect_word(t)); words++)
		t = dialect_after(t, n);
	t = dialect_quoted(&fits, t);
	return fits && (tab ? t.len > 0 : words > 0) && dialect_gone(d, line, t);
}

/* "> [!NOTE] Title": the quote stays. */
static bool dialect_alert(xs_dialect *d, dialect_text line, dialect_text t)
{
	size_t n;

	if (!t.len || *t.s != '>')
		return false;
	while (t.len && *t.s == '>')
		t = dialect_after(t, 1);
	if (!dialect_begins(t, "[!"))
		return false;
	n = dialect_word((dialect_text){t.s + 2, t.len - 2}) + 2;
	if (n == 2 || n == t.len || t.s[n] != ']')
		return false;
	t = dialect_after(t, n + 1);
	/* Obsidian's callouts that can be folded. */
	if (t.len && strchr("+-", *t.s))
		t = dialect_after(t, 1);
	/* Only this line changes: the rest of the quote is md4c's. */
	xs_buf_puts(d->out, "> ");
	dialect_put(d, t.s, t.len);
	dialect_next(d, line);
	return true;
}

static bool dialect_contents(dialect_text t)
{
	/* Of Python-Markdown, markdown-it and GitLab. */
	static const char *const marks[] = {"[TOC]", "[[toc]]", "[[_TOC_]]"};
	size_t i;

	for (i = 0; i < sizeof marks / sizeof *marks; i++)
		if (t.len == strlen(marks[i]) && !strncasecmp(t.s, marks[i], t.len))
			return true;
	return false;
}

/* Whether a line ends a statement with a module's name. */
static bool dialect_names_module(dialect_text t)
{
	t = dialect_trim(t);
	if (t.len && t.s[t.len - 1] == ';')
		t = dialect_trim((dialect_text){t.s, t.len - 1});
	return t.len > 2 && strchr("'\"", t.s[t.len - 1]) &&
	       memchr(t.s, t.s[t.len - 1], t.len - 1) != NULL;
}

/* import … from 'x', import 'x'; a list in braces may have several lines. */
static bool dialect_import(xs_dialect *d, dialect_text line)
{
	dialect_text t, last = line;
	xs_dialect ahead = *d;
	bool open;

	if (!dialect_begins(line, "import") || line.len < 8 || !strchr(" {\t'\"", line.s[6]))
		return false;
	t = dialect_after(line, 6);
	if (!t.len)
		return false;
	/* "import the file" is prose. */
	if (!strchr("'\"", *t.s) && *t.s != '{' && !memmem(t.s, t.len, " from ", 6))
		return false;
	for (open = *t.s == '{' && !memchr(t.s, '}', t.len); open && ahead.at < d->stop;) {
		dialect_next(&ahead, last);
		last = dialect_line(&ahead);
		/* No list goes over an empty line: this is text that begins like one. */
		if (!dialect_trim(last).len)
			return false;
		open = !memchr(last.s, '}', last.len);
	}
	if (open || !dialect_names_module(last))
		return false;
	/* Only MDX has imports, whatever the file is called. */
	d->mdx = true;
	return dialect_gone(d, last, (dialect_text){line.s, 0});
}

/* Exports of MDX: to the first empty line at which all brackets are closed, else to the first. */
static bool dialect_export(xs_dialect *d, dialect_text line)
{
	static const char *const words[] = {"default",	"const", "let",	 "var",
					    "function", "async", "class"};
	dialect_text t, first = {0}, last = line;
	xs_dialect ahead = *d;
	size_t i, word;
	long depth = 0;

	/* Elsewhere a line that begins so is prose. */
	if (!d->mdx || !dialect_begins(line, "export "))
		return false;
	t = dialect_after(line, 7);
	word = dialect_word(t);
	for (i = 0; i < 7; i++)
		if (word == strlen(words[i]) && !memcmp(words[i], t.s, word))
			break;
	if (i == 7 && !(t.len && strchr("{*", *t.s)))
		return false;
	for (; ahead.at < d->stop && d->budget > last.len; dialect_next(&ahead, last)) {
		last = dialect_line(&ahead);
		d->budget -= last.len < d->budget ? last.len + 1 : d->budget;
		for (i = 0; i < last.len; i++)
			depth += strchr("{[(", last.s[i]) ? 1 : strchr("}])", last.s[i]) ? -1 : 0;
		if (dialect_trim(last).len)
			continue;
		first = first.s ? first : last;
		if (depth <= 0)
			break;
	}
	/* Ends that are looked for too often are not looked for. */
	last = depth > 0 ? (first.s ? first : line) : last;
	return dialect_gone(d, last, (dialect_text){line.s, 0});
}

/* A mark that has the line for itself; false: the line is none. */
static bool dialect_mark(xs_dialect *d, dialect_text line)
{
	dialect_text t = dialect_trim(line), nothing = {line.s, 0};
	char id[DIALECT_ID];

	if (!t.len)
		return false;
	if (dialect_is_list(id, t) || dialect_contents(t))
		return dialect_gone(d, line, nothing);
	return dialect_colons(d, line, t) || dialect_mkdocs(d, line, t) ||
	       dialect_alert(d, line, t) ||
	       (d->fresh && (dialect_import(d, line) || dialect_export(d, line)));
}

/* Passes over what indents a line within a component: MDX has no code by indentation, and md4c would take it
 * for that.  Deeper indentation is that of lists. */
static void dialect_unindent(xs_dialect *d)
{
	dialect_text line = dialect_line(d);
	size_t blanks = 0, most = d->indent + 2;

	if (!d->mdx)
		return;
	while (blanks < line.len && (line.s[blanks] == ' ' || line.s[blanks] == '\t'))
		blanks++;
	if (blanks < line.len && line.s[blanks] == '<' && !d->fence)
		d->indent = blanks;
	if (d->depth)
		d->at += blanks < most ? blanks : most;
}

void xs_dialect_clean(xs_buf *out, const char *text, size_t len, bool mdx)
{
	xs_dialect d = {.out = out,
			.at = text,
			.stop = text + len,
			.mdx = mdx,
			.fresh = true,
			.budget = DIALECT_BUDGET};
	dialect_text line;

	while (d.at < d.stop) {
		dialect_unindent(&d);
		line = dialect_line(&d);
		/* Code first: marks in it are text. */
		if (dialect_code(&d, line)) {
			dialect_next(&d, line);
		} else if (!dialect_mark(&d, line) && !dialect_heading(&d, line)) {
			d.at = xs_dialect_inline(&d, line.s, d.stop);
			d.fresh = !dialect_trim(line).len;
		}
	}
}
