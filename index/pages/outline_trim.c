/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outline_trim.c - menus of pages that mark none: links before all text, and bars of links below a last rule.
 *
 * The shares and lengths were chosen on Debian's documentation of groff, zsh and Maxima, which has such
 * bars and no landmarks; that of LaTeX2HTML, gnuplot, Doxygen and SCons has lists of a page's parts and
 * lines with its title that must stay.
 */
#include "index/pages/outline_private.h"
#include "index/pages/passage.h"

/* A block whose letters are links to this share, in hundredths, is one of a menu; one with no more other
 * letters than this may be a caption in it. */
enum { TRIM_SHARE = 60, TRIM_CAPTION = 20 };

/* Links of a menu, at least; letters beside them below a rule, at most: a line about the site. */
enum { TRIM_LINKS = 3, TRIM_LINE = 150 };

/* A page keeps so many words, and the fourth part of those that it has, or all of them: it may be an
 * index. */
enum { TRIM_WORDS = 20, TRIM_PART = 4 };

/* What is kept: the bytes [from, to) of the outline's text. */
typedef struct trim_span {
	size_t from, to;
} trim_span;

/* What stands between two marks. */
static outline_mark trim_between(const outline_mark *from, const outline_mark *to)
{
	return (outline_mark){.at = to->at - from->at,
			      .letters = to->letters - from->letters,
			      .linked = to->linked - from->linked,
			      .links = to->links - from->links};
}

/* The place of the first heading with words at or behind a byte of the text; the end: there is none. */
static size_t trim_heading(const xs_outline *o, size_t from)
{
	size_t i;

	for (i = 0; i < o->n; i++)
		if (o->events[i].kind == OUTLINE_HEADING && o->events[i].at >= from &&
		    o->events[i].len && !(o->events[i].zone & (XS_ZONE_ASIDE | XS_ZONE_NAV)))
			return o->events[i].at;
	return o->text.len;
}

/* Where the menu ends that stands before all headings and sentences, with the captions in it; 0: there is
 * none. */
static size_t trim_lead(const xs_outline *o)
{
	size_t i, end = 0, links = 0, heading = trim_heading(o, 0);
	outline_mark before = {0}, block;

	for (i = 0; i < o->n_marks && o->marks[i].at <= heading; i++) {
		block = trim_between(&before, &o->marks[i]);
		before = o->marks[i];
		if (block.linked && block.linked * 100 >= block.letters * TRIM_SHARE) {
			links += block.links;
			end = before.at;
		} else if (block.letters && (!end || block.letters - block.linked > TRIM_CAPTION)) {
			/* What stands first may be the title. */
			break;
		}
	}
	return links >= TRIM_LINKS ? end : 0;
}

/* Whether most links between two marks are in one block.  In a list, which has a link a block, they may be
 * the page's own parts. */
static bool trim_is_bar(const xs_outline *o, size_t from, size_t to)
{
	size_t links = o->marks[to].links - o->marks[from].links, most = 0, i, n;

	for (i = from + 1; i <= to; i++) {
		n = o->marks[i].links - o->marks[i - 1].links;
		most = n > most ? n : most;
	}
	return most >= TRIM_LINKS && most * 2 >= links;
}

/* Where the bar of links begins that stands below a rule at the end.  It may be between two rules, and a
 * line about the site may follow. */
static size_t trim_tail(const xs_outline *o)
{
	size_t i, to = o->text.len, below = o->n_marks - 1;
	outline_mark part;

	for (i = o->n_marks; i-- > 0;) {
		if (!o->marks[i].rule)
			continue;
		part = trim_between(&o->marks[i], &o->now);
		if (part.letters - part.linked > TRIM_LINE || trim_heading(o, o->marks[i].at) < to)
			break;
		if (trim_is_bar(o, i, below))
			to = o->marks[i].at;
		below = i;
	}
	return to;
}

/* Leaves of an event what is within the span. */
static outline_event trim_event(outline_event e, trim_span span)
{
	size_t from = e.at > span.from ? e.at : span.from;
	size_t to = e.at + e.len < span.to ? e.at + e.len : span.to, cut;

	to = to > from ? to : from;
	cut = e.len - (to - from);
	e.at = from;
	e.len = to - from;
	e.linked -= cut < e.linked ? cut : e.linked;
	return e;
}

static size_t trim_words(const xs_outline *o, trim_span span)
{
	size_t i, words = 0;

	for (i = 0; i < o->n; i++) {
		outline_event e = trim_event(o->events[i], span);

		if (!(e.zone & (XS_ZONE_ASIDE | XS_ZONE_NAV)))
			words += xs_passage_words(o->text.data + e.at, e.len);
	}
	return words;
}

void xs_outline_trim(xs_outline *o)
{
	const trim_span all = {0, o->text.len};
	trim_span span = all;
	size_t i, words;

	if (!o->n_marks)
		return;
	span.from = trim_lead(o);
	span.to = trim_tail(o);
	if ((!span.from && span.to == all.to) || span.to <= span.from)
		return;
	words = trim_words(o, span);
	if (words < TRIM_WORDS || words < trim_words(o, all) / TRIM_PART)
		return;
	for (i = 0; i < o->n; i++)
		if (o->events[i].kind == OUTLINE_TEXT)
			o->events[i] = trim_event(o->events[i], span);
}
