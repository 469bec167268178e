/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outline_page.c - the events of an outline, chosen by zone, as sections and so as passages. */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "index/pages/outline_private.h"
#include "index/pages/passage.h"
#include "index/pages/sketch.h"

/* A longer heading is cut in the path and kept in full in the text. */
enum { OUTLINE_HEADING_MAX = 240 };

/* The main text is taken for lost in markup when it has a smaller share of the words.  Where it has fewer words
 * than this, on a short page or one that a script fills, bytes that are no links tell, and the share is
 * larger. */
enum { OUTLINE_MAIN_WORDS = 20, OUTLINE_MAIN_SHARE = 20, OUTLINE_SHORT_SHARE = 10 };

/* Several articles are the main text if what stands beside them, asides and links apart, is no more than
 * this part of the text: else they may be teasers beside it, or the functions of a reference below its
 * description.  One article may have as much beside it as it has itself: comments stand there. */
enum { OUTLINE_ARTICLES_PART = 10, OUTLINE_ARTICLE_PART = 2 };

/* A page with fewer words is no index, whatever its links; the share is in hundredths. */
enum { OUTLINE_LINKS_WORDS = 40, OUTLINE_LINKS_SHARE = 60 };

/* Takes spaces and the signs of permanent links off both ends. */
static void outline_trim(const char **text, size_t *len)
{
	static const char *const signs[] = {" ", "¶", "◆", "🔗"};
	size_t i = 0, n;

	while (i < sizeof signs / sizeof *signs) {
		n = strlen(signs[i]);
		if (*len >= n && !memcmp(*text, signs[i], n)) {
			*text += n;
			*len -= n;
			i = 0;
		} else if (*len >= n && !memcmp(*text + *len - n, signs[i], n)) {
			*len -= n;
			i = 0;
		} else {
			i++;
		}
	}
}

/* The choice of zones, from the narrowest that is there to everything but navigation. */
typedef struct outline_choice {
	unsigned need, avoid;
} outline_choice;

static bool outline_chosen(outline_choice c, unsigned zone)
{
	return (zone & c.need) == c.need && !(zone & c.avoid);
}

/* Bytes of the chosen text that are no links. */
static size_t outline_plain(const xs_outline *o, outline_choice c)
{
	size_t i, bytes = 0;
	const outline_event *e;

	for (i = 0; i < o->n; i++) {
		e = &o->events[i];
		if (outline_chosen(c, e->zone) && e->linked < e->len)
			bytes += e->len - e->linked;
	}
	return bytes;
}

/* Whether articles have nearly all text of the page. */
static bool outline_articles(const xs_outline *o, outline_choice articles, outline_choice rest)
{
	size_t all = outline_plain(o, rest), beside = all - outline_plain(o, articles);

	return beside <= all / (o->articles > 1 ? OUTLINE_ARTICLES_PART : OUTLINE_ARTICLE_PART);
}

/* Whether few words are what a short page says. */
static bool outline_plain_enough(const xs_outline *o, outline_choice c, size_t words)
{
	size_t all = outline_plain(o, (outline_choice){0, XS_ZONE_NAV});

	return words && outline_plain(o, c) >= all / OUTLINE_SHORT_SHARE;
}

static outline_choice outline_choose(const xs_outline *o)
{
	static const outline_choice choices[] = {
		{XS_ZONE_KEEP, XS_ZONE_ASIDE | XS_ZONE_NAV},
		{XS_ZONE_BODY, XS_ZONE_ASIDE | XS_ZONE_NAV},
		{XS_ZONE_MAIN, XS_ZONE_ASIDE | XS_ZONE_NAV},
		{XS_ZONE_ARTICLE, XS_ZONE_ASIDE | XS_ZONE_NAV},
		{0, XS_ZONE_ASIDE | XS_ZONE_NAV},
		{0, XS_ZONE_NAV},
	};
	enum { KEEP, BODY, MAIN, ARTICLE, REST, N = sizeof choices / sizeof *choices };
	size_t words[N] = {0}, i, j, count;

	for (i = 0; i < o->n; i++) {
		count = xs_passage_words(o->text.data + o->events[i].at, o->events[i].len);
		for (j = 0; j < N; j++)
			if (outline_chosen(choices[j], o->events[i].zone))
				words[j] += count;
	}
	/* Who has the site knows, and who wrote the page. */
	if (words[KEEP])
		return choices[KEEP];
	if (words[BODY])
		return choices[BODY];
	if (!outline_articles(o, choices[ARTICLE], choices[REST]))
		words[ARTICLE] = 0;
	for (j = MAIN; j < N - 1; j++)
		if (words[j] == words[N - 1] ||
		    (words[j] >= OUTLINE_MAIN_WORDS
			     ? words[j] >= words[N - 1] / OUTLINE_MAIN_SHARE
			     : outline_plain_enough(o, choices[j], words[j])))
			return choices[j];
	return choices[N - 1];
}

/* A heading that is in force. */
typedef struct outline_head {
	int level;
	size_t node;
	const char *path, *name, *anchor;
} outline_head;

/* Sections in the making.  Strings live in `a`. */
typedef struct outline_maker {
	xs_arena *a;
	const char *main; /* the heading that repeats the title; "": none, or it was met */
	bool again;	  /* `now` goes on with a heading after a subsection */
	outline_head *heads;
	size_t depth, heads_cap, nodes;
	xs_section *sections, now;
	size_t n, cap;
	xs_buf text;
	xs_weighted *weights; /* of that text */
	size_t n_weights, weights_cap;
} outline_maker;

/* Adds text whose ends may need a separator dropped. */
static void maker_text(outline_maker *m, const char *text, size_t len)
{
	const char *last = m->text.len ? &m->text.data[m->text.len - 1] : "\n";

	if (len && (*text == ' ' || *text == '\n') && (*last == ' ' || *last == '\n')) {
		if (*text == '\n' && m->text.len)
			m->text.data[m->text.len - 1] = '\n';
		text++;
		len--;
	}
	xs_buf_put(&m->text, text, len);
}

/* Notes what the text from a byte on counts. */
static void maker_weigh(outline_maker *m, size_t from, int weight)
{
	if (weight == XS_WEIGHT_ONE || m->text.len == from)
		return;
	m->weights = xs_grow(m->weights, m->n_weights, &m->weights_cap, sizeof *m->weights);
	m->weights[m->n_weights++] = (xs_weighted){from, m->text.len - from, weight};
}

/* Ends the section.  One without text is kept if it is a new heading; whether it only stood above
 * other headings is seen in maker_begin(). */
static void maker_close(outline_maker *m)
{
	size_t len = m->text.len;

	while (len && (m->text.data[len - 1] == ' ' || m->text.data[len - 1] == '\n'))
		len--;
	if (len || (*m->now.name && !m->again)) {
		m->now.text = xs_arena_dupn(m->a, m->text.data, len);
		m->now.len = len;
		m->now.n_weights = m->n_weights;
		m->now.weights = xs_arena_array(m->a, m->n_weights + 1, sizeof *m->weights);
		if (m->n_weights)
			memcpy(m->now.weights, m->weights, m->n_weights * sizeof *m->weights);
		m->sections = xs_grow(m->sections, m->n, &m->cap, sizeof *m->sections);
		m->sections[m->n++] = m->now;
	}
	xs_buf_reset(&m->text);
	m->n_weights = 0;
}

/* Begins a section under the innermost heading in force. */
static void maker_begin(outline_maker *m, const char *anchor, bool own, bool again)
{
	const outline_head *h = m->depth ? &m->heads[m->depth - 1] : NULL;
	size_t parent = m->depth > 1 ? m->heads[m->depth - 2].node : 0;
	const xs_section *last = m->n ? &m->sections[m->n - 1] : NULL;

	/* A heading with nothing but subheadings is in their paths already. */
	if (last && !last->len && last->node == parent)
		m->n--;
	m->again = again;
	m->now = (xs_section){.heading = h ? h->path : "",
			      .name = h ? h->name : "",
			      .anchor = anchor,
			      .own = own,
			      .node = h ? h->node : 0,
			      .parent = parent};
}

/* Whether the title has the heading in it, as words of its own. */
static bool maker_in_title(const char *title, const char *heading)
{
	size_t len = strlen(heading);
	const char *at = title;

	for (; len && (at = strcasestr(at, heading)); at++)
		if ((at == title || !isalnum((unsigned char)at[-1])) &&
		    !isalnum((unsigned char)at[len]))
			return true;
	return false;
}

/* A heading's words; a long one is cut at a word. */
static const char *maker_name(bool *cut, const outline_maker *m, const char *text, size_t len)
{
	*cut = len > OUTLINE_HEADING_MAX;
	if (!*cut)
		return xs_arena_dupn(m->a, text, len);
	for (len = OUTLINE_HEADING_MAX; len > OUTLINE_HEADING_MAX / 2 && text[len] != ' '; len--)
		;
	while (len && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	return xs_arena_printf(m->a, "%.*s…", (int)len, text);
}

static void maker_pop(outline_maker *m, int level)
{
	while (m->depth && m->heads[m->depth - 1].level >= level)
		m->depth--;
}

static void maker_push(outline_maker *m, int level, const char *name, const char *anchor)
{
	const char *above = m->depth ? m->heads[m->depth - 1].path : "";
	const char *path = *above ? xs_arena_printf(m->a, "%s > %s", above, name) : name;

	/* Paths of entries nested without end would grow with the square of the depth. */
	if (strlen(path) > 4 * OUTLINE_HEADING_MAX)
		path = above;
	m->heads = xs_grow(m->heads, m->depth, &m->heads_cap, sizeof *m->heads);
	m->heads[m->depth++] = (outline_head){level, ++m->nodes, path, name, anchor};
}

/* Two names for one entry: the second joins the first. */
static bool maker_join(outline_maker *m, int level, const char *name)
{
	outline_head *h = m->depth ? &m->heads[m->depth - 1] : NULL;
	outline_head joined;

	if (level < XS_LEVEL_ENTRY || !h || h->level != level || h->node != m->now.node ||
	    m->text.len || strlen(h->name) + strlen(name) > OUTLINE_HEADING_MAX)
		return false;
	joined = *h;
	m->depth--;
	maker_push(m, level, xs_arena_printf(m->a, "%s, %s", joined.name, name), joined.anchor);
	m->nodes--;
	h = &m->heads[m->depth - 1];
	h->node = joined.node;
	m->now.heading = h->path;
	m->now.name = h->name;
	return true;
}

static void maker_heading(outline_maker *m, const outline_event *e, const char *text, size_t len)
{
	bool cut, title;
	const char *name, *anchor = e->anchor;

	outline_trim(&text, &len);
	name = maker_name(&cut, m, text, len);
	if (!*name || maker_join(m, e->level, name))
		return;
	title = e->level < XS_LEVEL_ENTRY && !strcasecmp(m->main, name);
	maker_close(m);
	maker_pop(m, e->level);
	if (title)
		m->main = "";
	else
		maker_push(m, e->level, name,
			   *anchor ? anchor : (m->depth ? m->heads[m->depth - 1].anchor : ""));
	if (!title)
		anchor = m->heads[m->depth - 1].anchor;
	maker_begin(m, anchor, e->own && !title, false);
	if (cut) {
		maker_text(m, text, len);
		maker_text(m, "\n", 1);
	}
}

static void maker_event(outline_maker *m, const xs_outline *o, const outline_event *e)
{
	const char *text = o->text.data + e->at;
	size_t from = m->text.len;

	if (e->kind == OUTLINE_TEXT) {
		maker_text(m, text, e->len);
		maker_weigh(m, from, e->weight);
	} else if (e->kind == OUTLINE_HEADING) {
		maker_heading(m, e, text, e->len);
	} else if (e->kind == OUTLINE_PLACE) {
		maker_close(m);
		maker_begin(m, e->anchor, true, true);
	} else if (m->depth && m->heads[m->depth - 1].level >= e->level) {
		maker_close(m);
		maker_pop(m, e->level);
		maker_begin(m, m->depth ? m->heads[m->depth - 1].anchor : "", false, true);
	}
}

static const char *const outline_marks[] = {" — ", " – ", " - ", " | ", " · ", " :: ", " » "};

/* Whether the title is the heading and then a site's name.  A site's name before the heading is
 * left alone: there it may be the site's name that is the heading, on every page. */
static bool outline_begins(const char *title, const char *heading, size_t len)
{
	size_t i;

	for (i = 0; len && i < sizeof outline_marks / sizeof *outline_marks; i++)
		if (!strncasecmp(title, heading, len) &&
		    !strncmp(title + len, outline_marks[i], strlen(outline_marks[i])))
			return true;
	return false;
}

/* How well a heading does for the page's main one: by its level, unless the title names it. */
static int outline_rank(const outline_event *e, const char *title, const char *text, size_t len)
{
	if (strlen(title) == len && !strncasecmp(title, text, len))
		return 3;
	if (outline_begins(title, text, len))
		return 2;
	return e->level == 1;
}

/* The first of the best headings among the chosen zones; "" if none has words. */
static const char *outline_main_heading(xs_arena *a, const xs_outline *o, outline_choice c,
					const char *title)
{
	const outline_event *e;
	const char *text, *found = "";
	size_t i, len, found_len = 0;
	int rank, best = -1;

	for (i = 0; i < o->n; i++) {
		e = &o->events[i];
		if (e->kind != OUTLINE_HEADING || !outline_chosen(c, e->zone) ||
		    e->level >= XS_LEVEL_ENTRY)
			continue;
		text = o->text.data + e->at;
		len = e->len;
		outline_trim(&text, &len);
		rank = outline_rank(e, title, text, len);
		if (len && len <= OUTLINE_HEADING_MAX && rank > best) {
			best = rank;
			found = text;
			found_len = len;
		}
	}
	return xs_arena_dupn(a, found, found_len);
}

/* Whether most of what was chosen is links. */
static bool outline_links(const xs_outline *o, outline_choice c)
{
	size_t i, words = 0, bytes = 0, linked = 0;
	const outline_event *e;

	for (i = 0; i < o->n; i++) {
		e = &o->events[i];
		if (!outline_chosen(c, e->zone))
			continue;
		words += xs_passage_words(o->text.data + e->at, e->len);
		bytes += e->len;
		linked += e->linked < e->len ? e->linked : e->len;
	}
	return words >= OUTLINE_LINKS_WORDS && linked * 100 >= bytes * OUTLINE_LINKS_SHARE;
}

static uint64_t outline_sketch(const xs_outline *o, outline_choice c, const char *title)
{
	xs_sketch s = {0};
	size_t i;

	xs_sketch_text(&s, title, strlen(title));
	for (i = 0; i < o->n; i++)
		if (outline_chosen(c, o->events[i].zone))
			xs_sketch_text(&s, o->text.data + o->events[i].at, o->events[i].len);
	return xs_sketch_end(&s);
}

void xs_outline_page(xs_page *page, xs_arena *a, xs_outline *o, const xs_page_options *options)
{
	outline_choice choice = outline_choose(o);
	const char *heading = outline_main_heading(a, o, choice, page->title);
	outline_maker m = {.a = o->strings};
	size_t i;

	if (o->trims && !choice.need && choice.avoid & XS_ZONE_ASIDE)
		xs_outline_trim(o);
	if (!*heading && !*page->title)
		heading = outline_main_heading(a, o, (outline_choice){0, 0}, "");
	if (!*page->title)
		page->title = heading;
	else if (outline_begins(page->title, heading, strlen(heading)))
		page->title = xs_arena_dupn(a, page->title, strlen(heading));
	page->links = outline_links(o, choice);
	page->sketch = outline_sketch(o, choice, page->title);
	m.main = maker_in_title(page->title, heading) ? heading : "";
	xs_buf_init(&m.text);
	maker_begin(&m, "", false, false);
	for (i = 0; i < o->n; i++)
		if (outline_chosen(choice, o->events[i].zone))
			maker_event(&m, o, &o->events[i]);
	maker_close(&m);
	xs_passage_cut(page, a, m.sections, m.n, options);
	xs_buf_fini(&m.text);
	free(m.sections);
	free(m.heads);
	free(m.weights);
}
