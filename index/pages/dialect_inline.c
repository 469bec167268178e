/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialect_inline.c - shortcodes, expressions and components, from left to right. */
#define _GNU_SOURCE
#include "index/pages/dialect_inline.h"

#include <ctype.h>
#include <string.h>

/* No expression or tag is longer; no list of attributes behind a link. */
enum { INLINE_MOST = 1 << 16, INLINE_LIST = 256 };

static bool inline_starts(const char *s, const char *stop, const char *with)
{
	size_t len = strlen(with);

	return (size_t)(stop - s) >= len && !memcmp(s, with, len);
}

/* Behind the next `mark` from `s` on; NULL: there is none, or too much was looked through already. */
static const char *inline_behind(xs_dialect *d, const char *s, const char *stop, const char *mark)
{
	size_t len = (size_t)(stop - s);
	const char *at;

	if (len > d->budget)
		len = d->budget;
	at = memmem(s, len, mark, strlen(mark));
	/* A search in vain counts too: a page of openings alone would take the square of its
	 * length. */
	d->budget -= at ? (size_t)(at - s) : len;
	return at ? at + strlen(mark) : NULL;
}

/* Behind the quote that closes the one at `s`, which for all but backticks is in its line; s + 1: none does
 * (an apostrophe). */
static const char *inline_quoted(const char *s, const char *stop)
{
	const char *p;

	for (p = s + 1; p < stop && (*p != '\n' || *s == '`'); p++)
		if (*p == '\\' && p + 1 < stop)
			p++;
		else if (*p == *s)
			return p + 1;
	return s + 1;
}

/* Behind the `close` that belongs to the sign at `s`, braces and quotes between them in pairs; NULL:
 * there is none near. */
static const char *inline_pair(xs_dialect *d, const char *s, const char *stop, char close)
{
	const char *p = s + 1;
	size_t depth = 1;

	/* Nobody writes a longer one: to look on would only take time. */
	if (stop - s > INLINE_MOST)
		stop = s + INLINE_MOST;
	while (p < stop && depth && (size_t)(p - s) < d->budget) {
		/* Braces in a string open nothing. */
		if (*p == '"' || *p == '\'' || *p == '`') {
			p = inline_quoted(p, stop);
			continue;
		}
		if (*p == '{')
			depth++;
		else if (*p == '}' && (close == '}' || depth > 1))
			depth--;
		else if (*p == close && depth == 1)
			depth--;
		p++;
	}
	d->budget -= (size_t)(p - s) < d->budget ? (size_t)(p - s) : d->budget;
	return depth ? NULL : p;
}

/* Copies code between backticks, or the backticks alone where nothing closes them in the paragraph. */
static const char *inline_code(xs_dialect *d, const char *s, const char *stop)
{
	size_t n = 0, m;
	const char *p;

	while (s + n < stop && s[n] == '`')
		n++;
	for (p = s + n; p < stop && d->budget; p++, d->budget--) {
		/* An empty line ends the paragraph; code does not go beyond it. */
		if (*p == '\n' && (p + 1 == stop || p[1] == '\n'))
			break;
		if (*p != '`')
			continue;
		for (m = 0; p + m < stop && p[m] == '`';)
			m++;
		if (m == n) {
			xs_buf_put(d->out, s, (size_t)(p + m - s));
			return p + m;
		}
		p += m - 1;
	}
	xs_buf_put(d->out, s, n);
	return s + n;
}

/* Behind a Liquid tag at `s`; a comment's contents go with it. */
static const char *inline_liquid(xs_dialect *d, const char *s, const char *stop)
{
	const char *name = s + 2, *end = inline_behind(d, s, stop, "%}"), *last;

	/* The "-" of "{%-" only takes blanks away. */
	while (end && name < end && (isspace((unsigned char)*name) || *name == '-'))
		name++;
	if (!end || !inline_starts(name, end, "comment"))
		return end;
	last = inline_behind(d, end, stop, "endcomment");
	last = last ? inline_behind(d, last, stop, "%}") : NULL;
	return last ? last : end;
}

/* Behind an expression of MDX; of a string, what it says is added. */
static const char *inline_expression(xs_dialect *d, const char *s, const char *stop)
{
	const char *end = inline_pair(d, s, stop, '}'), *from = s + 1, *to;

	if (!end)
		return NULL;
	for (to = end - 1; from < to && isspace((unsigned char)*from);)
		from++;
	while (from < to && isspace((unsigned char)to[-1]))
		to--;
	if (to - from > 1 && strchr("\"'`", *from) && inline_quoted(from, to) == to)
		xs_buf_put(d->out, from + 1, (size_t)(to - from - 2));
	return end;
}

/* Behind {:.class} and the like after a link, an image or emphasis (kramdown, MkDocs); NULL: none. */
static const char *inline_attributes(const xs_dialect *d, const char *s, const char *stop)
{
	size_t len = stop - s < INLINE_LIST ? (size_t)(stop - s) : INLINE_LIST;
	const char *p = s + 1, *end;

	/* Anywhere else, braces are the writer's. */
	if (!d->out->len || !strchr(")]*_`", d->out->data[d->out->len - 1]))
		return NULL;
	end = memchr(s, '}', len);
	/* Within one line: a brace that closes later belongs to something else. */
	if (!end || memchr(s, '\n', (size_t)(end - s)))
		return NULL;
	while (p < end && (*p == ':' || *p == ' '))
		p++;
	return *p == '.' || *p == '#' || memchr(p, '=', (size_t)(end - p)) ? end + 1 : NULL;
}

/* What begins with a brace; NULL: text. */
static const char *inline_brace(xs_dialect *d, const char *s, const char *stop)
{
	/* Two of Hugo's, Liquid's and MDX's: what their engines fill in is no text of the page. */
	if (inline_starts(s, stop, "{{<"))
		return inline_behind(d, s, stop, ">}}");
	if (inline_starts(s, stop, "{{%"))
		return inline_behind(d, s, stop, "%}}");
	if (inline_starts(s, stop, "{%"))
		return inline_liquid(d, s, stop);
	if (inline_starts(s, stop, "{/*"))
		return inline_behind(d, s, stop, "*/}");
	return d->mdx ? inline_expression(d, s, stop) : inline_attributes(d, s, stop);
}

/* Whether a tag's name is a component's.  A page that is no MDX may have HTML in capitals. */
static bool inline_component(const xs_dialect *d, const char *name, size_t len)
{
	size_t i;

	if (!len || !isupper((unsigned char)*name))
		return false;
	for (i = 1; i < len; i++)
		if (islower((unsigned char)name[i]))
			return true;
	return d->mdx;
}

/* What begins with "<"; NULL: text, or HTML. */
static const char *inline_tag(xs_dialect *d, const char *s, const char *stop)
{
	const char *name = s + 1, *end, *p;
	size_t len = 0;
	bool close = name < stop && *name == '/';

	name += close;
	while (name + len < stop && (isalnum((unsigned char)name[len]) ||
				     (len && strchr("_.-:", name[len]) && name[len])))
		len++;
	if (name + len == stop ||
	    !(isspace((unsigned char)name[len]) || name[len] == '/' || name[len] == '>'))
		return NULL;
	if (!len)
		/* "<>" and "</>" are fragments of JSX. */
		return d->mdx && name[0] == '>' ? name + 1 : NULL;
	if (inline_component(d, name, len)) {
		end = inline_pair(d, s, stop, '>');
	} else {
		/* HTML with a value in braces, which its parser cannot read. */
		end = d->mdx && islower((unsigned char)*name) ? inline_pair(d, s, stop, '>') : NULL;
		p = end ? memmem(s, (size_t)(end - s), "={", 2) : NULL;
		if (!p)
			return NULL;
		/* The attributes go: none of them is text. */
		xs_buf_puts(d->out, "<");
		xs_buf_put(d->out, name, len);
		xs_buf_puts(d->out, end[-2] == '/' ? "/>" : ">");
		return end;
	}
	if (end && close)
		/* A page may by mistake close more than it opens. */
		d->depth -= d->depth > 0;
	else if (end)
		d->depth += end[-2] != '/';
	/* What stands in two components is two words. */
	if (end && end < stop && *end == '<')
		xs_buf_putc(d->out, ' ');
	return end;
}

/* Behind a comment of HTML, which is copied; NULL: it is none. */
static const char *inline_comment(xs_dialect *d, const char *s, const char *stop)
{
	const char *end = inline_starts(s, stop, "<!--") ? inline_behind(d, s, stop, "-->") : NULL;

	if (end)
		xs_buf_put(d->out, s, (size_t)(end - s));
	return end;
}

static bool inline_special(char c)
{
	return c == '\n' || c == '\\' || c == '`' || c == '{' || c == '<';
}

const char *xs_dialect_inline(xs_dialect *d, const char *s, const char *stop)
{
	const char *next;

	while (s < stop) {
		next = NULL;
		if (*s == '\n') {
			xs_buf_putc(d->out, '\n');
			return s + 1;
		}
		/* Both bytes stay: what is escaped opens nothing here, and md4c has to see the
		 * backslash. */
		if (*s == '\\' && s + 1 < stop && s[1] != '\n') {
			xs_buf_put(d->out, s, 2);
			next = s + 2;
		} else if (*s == '`') {
			next = inline_code(d, s, stop);
		} else if (*s == '{') {
			next = inline_brace(d, s, stop);
		} else if (*s == '<') {
			next = inline_comment(d, s, stop);
			next = next ? next : inline_tag(d, s, stop);
		}
		if (next) {
			s = next;
			continue;
		}
		for (next = s + 1; next < stop && !inline_special(*next);)
			next++;
		xs_buf_put(d->out, s, (size_t)(next - s));
		s = next;
	}
	return s;
}
