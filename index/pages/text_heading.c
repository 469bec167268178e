/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text_heading.c - headings by the lines that underline them, or by the signs before them. */
#include "index/pages/text_heading.h"

#include <string.h>

/* Signs of a line that is no text; below a name of two letters two will do, as docutils has it. */
enum { HEADING_UNDERLINE = 3, HEADING_SHORT = 2, HEADING_LEVELS = 6, HEADING_FENCE = 4 };

typedef struct heading_line {
	const char *text;
	size_t len, next; /* without white space at its end; with its end */
} heading_line;

static heading_line heading_take(const char *text, size_t len)
{
	const char *end = len ? memchr(text, '\n', len) : NULL;
	heading_line line = {text, end ? (size_t)(end - text) : len,
			     end ? (size_t)(end - text) + 1 : len};

	while (line.len && strchr(" \t\r", text[line.len - 1]))
		line.len--;
	return line;
}

/* The sign of which the whole line is, at least `least` times; 0: it is no such line. */
static char heading_sign(const heading_line *line, size_t least)
{
	static const char signs[] = "=-`:'\"~^_*+#<>.";

	if (line->len < least || !strchr(signs, *line->text))
		return 0;
	for (size_t i = 1; i < line->len; i++)
		if (line->text[i] != line->text[0])
			return 0;
	return *line->text;
}

/* The level of a style, which is a new one where it was not met before. */
static int heading_level(xs_text_headings *state, char style)
{
	int i = 0;

	while (i < state->n_styles && state->styles[i] != style)
		i++;
	if (i == state->n_styles && i < (int)sizeof state->styles)
		state->styles[state->n_styles++] = style;
	return i < HEADING_LEVELS ? i + 1 : HEADING_LEVELS;
}

/* A line of signs below the text, as long as that at least; another above it makes another style.  The length counts
 * bytes: letters of two bytes make the text longer than its line, which is therefore taken from half of it on. */
bool xs_heading_rst(xs_text_heading *out, xs_text_headings *state, const char *text, size_t len)
{
	heading_line first = heading_take(text, len), name = first, under;
	char above = heading_sign(&first, HEADING_UNDERLINE), sign;
	size_t at = above ? first.next : 0;

	if (above)
		name = heading_take(text + at, len - at);
	/* Indented, it is the text of something. */
	if (!name.len || (!above && strchr(" \t", *name.text)) ||
	    heading_sign(&name, HEADING_UNDERLINE))
		return false;
	under = heading_take(text + at + name.next, len - at - name.next);
	sign = heading_sign(&under, name.len == HEADING_SHORT ? HEADING_SHORT : HEADING_UNDERLINE);
	if (!sign || (above && above != sign) || under.len < name.len / 2)
		return false;
	out->text = name.text;
	out->len = name.len;
	out->line = at + name.next + under.next;
	/* Signs are ASCII: the eighth bit is free to tell the two kinds apart. */
	out->level = heading_level(state, (char)(above ? sign | 0x80 : sign));
	return true;
}

/* "== Name", also "== Name ==", but not within a block between two lines such as "----". */
bool xs_heading_asciidoc(xs_text_heading *out, xs_text_headings *state, const char *text,
			 size_t len)
{
	heading_line line = heading_take(text, len);
	char sign = heading_sign(&line, HEADING_FENCE);
	size_t level = 0;

	if (sign && strchr("-.+_*", sign) && (!state->fence || state->fence == sign))
		state->fence = state->fence ? 0 : sign;
	while (level < line.len && level < HEADING_LEVELS && text[level] == '=')
		level++;
	if (state->fence || !level || level + 1 >= line.len || text[level] != ' ')
		return false;
	out->text = text + level + 1;
	out->len = line.len - level - 1;
	if (out->len > level + 1 && out->text[out->len - level - 1] == ' ' &&
	    !memcmp(out->text + out->len - level, text, level))
		out->len -= level + 1;
	out->line = line.next;
	out->level = (int)level;
	return true;
}
