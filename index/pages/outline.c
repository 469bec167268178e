/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outline.c - one buffer of text and a list of events that point into it. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "index/pages/outline_private.h"
#include "index/pages/passage.h"

xs_outline *xs_outline_new(void)
{
	xs_outline *o = xs_calloc(1, sizeof *o);

	o->weight = XS_WEIGHT_ONE;
	xs_buf_init(&o->text);
	o->strings = xs_arena_new();
	return o;
}

void xs_outline_free(xs_outline *o)
{
	if (!o)
		return;
	xs_buf_fini(&o->text);
	xs_arena_free(o->strings);
	free(o->events);
	free(o->marks);
	free(o);
}

static outline_event *outline_add(xs_outline *o, outline_kind kind, unsigned zone, int level)
{
	o->events = xs_grow(o->events, o->n, &o->cap, sizeof *o->events);
	o->events[o->n] = (outline_event){.kind = (unsigned char)kind,
					  .zone = (unsigned char)zone,
					  .level = (unsigned char)level,
					  .weight = o->weight,
					  .anchor = "",
					  .at = o->text.len};
	return &o->events[o->n++];
}

/* The event that text of this zone and weight goes to; NULL: to none (an aside within a heading). */
static outline_event *outline_at(xs_outline *o, unsigned zone)
{
	outline_event *last = o->n ? &o->events[o->n - 1] : NULL;

	if (o->heading)
		return last->zone == zone ? last : NULL;
	if (last && last->kind == OUTLINE_TEXT && last->zone == zone && last->weight == o->weight)
		return last;
	return outline_add(o, OUTLINE_TEXT, zone, 0);
}

static void outline_put(xs_outline *o, outline_event *e, const char *bytes, size_t len)
{
	xs_buf_put(&o->text, bytes, len);
	e->len += len;
}

/* One separator, unless there is one; the end of a block replaces a space. */
static void outline_separate(xs_outline *o, outline_event *e, char c)
{
	char *last = e->len ? &o->text.data[o->text.len - 1] : NULL;

	if (!last || (*last != ' ' && *last != '\n'))
		outline_put(o, e, &c, 1);
	else if (c == '\n')
		*last = c;
}

/* Length of a space other than ASCII's at `s`; *nothing is set for marks that do not show (soft
 * hyphen, zero-width space and no-break space) and for control characters.  0: a word's byte. */
static size_t outline_blank(bool *nothing, const unsigned char *s, size_t len)
{
	*nothing = false;
	if (s[0] <= ' ' || s[0] == 0x7f) {
		*nothing = s[0] != ' ' && !(s[0] >= '\t' && s[0] <= '\r');
		return 1;
	}
	if (s[0] == 0xc2 && len > 1 && (s[1] == 0xa0 || s[1] == 0xad)) {
		*nothing = s[1] == 0xad;
		return 2;
	}
	if (len > 2 && ((s[0] == 0xe2 && s[1] == 0x80 && s[2] >= 0x80 && s[2] <= 0x8b) ||
			(s[0] == 0xe3 && s[1] == 0x80 && s[2] == 0x80) ||
			(s[0] == 0xef && s[1] == 0xbb && s[2] == 0xbf))) {
		*nothing = s[2] == 0x8b || s[2] == 0xbf;
		return 3;
	}
	return 0;
}

/* Whether a byte can begin no blank. */
static bool outline_plain(unsigned char c)
{
	return c > ' ' && c != 0x7f && c != 0xc2 && c != 0xe2 && c != 0xe3 && c != 0xef;
}

/* Counts what was added to the text from a byte on. */
static void outline_count(xs_outline *o, unsigned zone, size_t from)
{
	const unsigned char *s = (const unsigned char *)o->text.data + from,
			    *end = (const unsigned char *)o->text.data + o->text.len;
	size_t letters = 0;

	if (zone & (XS_ZONE_ASIDE | XS_ZONE_NAV))
		return;
	for (; s < end; s++)
		letters += *s >= 0x80 || isalnum(*s);
	o->now.letters += letters;
	if (!o->linking || !letters)
		return;
	o->now.linked += letters;
	o->now.links += !o->counted;
	o->counted = true;
}

/* An empty block makes none. */
static void outline_mark_end(xs_outline *o, bool rule)
{
	outline_mark *last = o->n_marks ? &o->marks[o->n_marks - 1] : NULL;

	if (!last || last->at != o->text.len) {
		o->marks = xs_grow(o->marks, o->n_marks, &o->marks_cap, sizeof *o->marks);
		last = &o->marks[o->n_marks++];
		*last = o->now;
		last->at = o->text.len;
	}
	last->rule |= rule;
}

bool xs_outline_text(xs_outline *o, unsigned zone, const char *text, size_t len, bool lines)
{
	outline_event *e = outline_at(o, zone);
	const unsigned char *s = (const unsigned char *)text;
	size_t i = 0, from = 0, before = o->text.len, blank;
	bool nothing, words = false;

	while (e && i < len) {
		if (outline_plain(s[i]) || !(blank = outline_blank(&nothing, s + i, len - i))) {
			i++;
			continue;
		}
		outline_put(o, e, text + from, i - from);
		words |= i > from;
		if (!nothing)
			outline_separate(o, e, lines && s[i] == '\n' && !o->heading ? '\n' : ' ');
		i += blank;
		from = i;
	}
	if (e)
		outline_put(o, e, text + from, i - from);
	if (o->trims && o->text.len > before)
		outline_count(o, zone, before);
	return words || i > from;
}

void xs_outline_space(xs_outline *o, unsigned zone)
{
	outline_event *e = outline_at(o, zone);

	if (e)
		outline_separate(o, e, ' ');
}

void xs_outline_break(xs_outline *o, unsigned zone)
{
	outline_event *e = outline_at(o, zone);

	if (e)
		outline_separate(o, e, o->heading ? ' ' : '\n');
	if (o->trims)
		outline_mark_end(o, false);
}

void xs_outline_heading(xs_outline *o, unsigned zone, int level)
{
	xs_outline_break(o, zone);
	outline_add(o, OUTLINE_HEADING, zone, level);
	o->heading = true;
}

void xs_outline_heading_end(xs_outline *o, const char *anchor, bool own)
{
	outline_event *e = &o->events[o->n - 1];

	o->heading = false;
	e->anchor = xs_arena_dup(o->strings, anchor);
	e->own = own && *anchor;
}

const char *xs_outline_heading_text(size_t *len, xs_outline *o)
{
	const outline_event *e = &o->events[o->n - 1];

	*len = e->len;
	return o->text.data + e->at;
}

void xs_outline_heading_cut(xs_outline *o, size_t from, size_t to)
{
	outline_event *e = &o->events[o->n - 1];
	char *text = o->text.data + e->at;

	memmove(text + from, text + to, e->len - to);
	e->len -= to - from;
	o->text.len -= to - from;
	o->text.data[o->text.len] = '\0';
}

void xs_outline_linked(xs_outline *o, unsigned zone, size_t len)
{
	outline_event *e = outline_at(o, zone);

	if (e)
		e->linked += len;
}

void xs_outline_weigh(xs_outline *o, int weight)
{
	o->weight = (unsigned char)weight;
}

void xs_outline_trims(xs_outline *o, bool trims)
{
	o->trims = trims;
}

void xs_outline_rule(xs_outline *o, unsigned zone)
{
	if (o->trims && !(zone & (XS_ZONE_ASIDE | XS_ZONE_NAV)))
		outline_mark_end(o, true);
}

void xs_outline_link(xs_outline *o)
{
	o->counted = false;
}

void xs_outline_linking(xs_outline *o, bool linking)
{
	o->linking = linking;
}

void xs_outline_article(xs_outline *o)
{
	o->articles++;
}

size_t xs_outline_words(const xs_outline *o)
{
	size_t i, words = 0;

	for (i = 0; i < o->n; i++)
		if (!(o->events[i].zone & XS_ZONE_NAV))
			words += xs_passage_words(o->text.data + o->events[i].at, o->events[i].len);
	return words;
}

void xs_outline_place(xs_outline *o, unsigned zone, const char *anchor)
{
	outline_add(o, OUTLINE_PLACE, zone, 0)->anchor = xs_arena_dup(o->strings, anchor);
}

void xs_outline_pop(xs_outline *o, unsigned zone, int level)
{
	outline_add(o, OUTLINE_POP, zone, level);
}
