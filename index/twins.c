/* SPDX-License-Identifier: GPL-2.0-or-later */
/* twins.c - groups from the store, what they ask for, and the difference to what is set.
 *
 * Always over all pages: one that is shown may go for many reasons, and which one comes in its place
 * depends on all that are left. */
#include "index/twins.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "index/pages/sketch.h"

/* Bits that the sketches of a text file and its HTML may differ in.  Of the 236 pairs of Git 2.39's
 * documentation 221 differ in no more (the others are made of several files), and of two of its pages
 * on different things one in 500 pairs. */
enum { TWINS_BITS = 14 };

/* Addresses that a page is found by beside its own. */
enum { TWINS_ALIASES = 16 };

typedef struct twins_page {
	xs_store_twin set;
	const char *url;
	size_t n; /* aliases so far */
} twins_page;

typedef struct twins {
	xs_arena *a;
	xs_store *st;
	xs_store_alike *group; /* of the same bytes, while they come */
	size_t n_group, group_cap;
	twins_page
		*list; /* what pages are to be shown as; by id, each once, from twins_order() on */
	size_t n, cap;
} twins;

static void twins_add(twins *t, int64_t id, int64_t twin, const char *url)
{
	t->list = xs_grow(t->list, t->n, &t->cap, sizeof *t->list);
	t->list[t->n++] = (twins_page){{id, twin, ""}, xs_arena_dup(t->a, url), 0};
}

/* Bytes of scheme and host; 0: the address does not say on which site it is. */
static size_t twins_site(const char *url)
{
	const char *at = strstr(url, "://");

	return at ? (size_t)(at + 3 - url) + strcspn(at + 3, "/?#") : 0;
}

static bool twins_same_site(const char *a, const char *b)
{
	size_t len = twins_site(a);

	return len == twins_site(b) && !strncmp(a, b, len);
}

static int twins_compare(const void *a, const void *b)
{
	const xs_store_alike *x = a, *y = b;
	size_t site = twins_site(x->url), other = twins_site(y->url), len = strlen(x->url),
	       len_y = strlen(y->url);
	int order = strcmp(x->type, y->type);

	order = order ? order : strcmp(x->language, y->language);
	order = order ? order : (site > other) - (site < other);
	order = order ? order : strncmp(x->url, y->url, site);
	order = order ? order : (len > len_y) - (len < len_y);
	order = order ? order : strcmp(x->url, y->url);
	return order ? order : (x->id > y->id) - (x->id < y->id);
}

/* Ends a group of the same bytes: the first of each kind, language and site is shown. */
static void twins_settle(twins *t)
{
	const xs_store_alike *first = NULL, *p;
	size_t i;

	if (t->n_group)
		qsort(t->group, t->n_group, sizeof *t->group, twins_compare);
	for (i = 0; i < t->n_group; i++) {
		p = &t->group[i];
		if (first && !strcmp(p->type, first->type) &&
		    !strcmp(p->language, first->language) && twins_same_site(p->url, first->url)) {
			twins_add(t, p->id, first->id, p->url);
		} else {
			first = p;
			twins_add(t, p->id, 0, p->url);
		}
	}
	t->n_group = 0;
}

static int twins_see(void *user, const xs_store_alike *page)
{
	twins *t = user;
	xs_store_alike *p;

	if (t->n_group &&
	    (t->group[0].hash[0] != page->hash[0] || t->group[0].hash[1] != page->hash[1]))
		twins_settle(t);
	t->group = xs_grow(t->group, t->n_group, &t->group_cap, sizeof *t->group);
	p = &t->group[t->n_group++];
	*p = *page;
	p->url = xs_arena_dup(t->a, page->url);
	p->type = xs_arena_dup(t->a, page->type);
	p->language = xs_arena_dup(t->a, page->language);
	return XS_OK;
}

static int twins_by_id(const void *a, const void *b)
{
	const twins_page *x = a, *y = b;
	int order = (x->set.id > y->set.id) - (x->set.id < y->set.id);

	/* Of what two rules say, that it is not shown comes first. */
	return order ? order : (x->set.twin < y->set.twin) - (x->set.twin > y->set.twin);
}

/* Takes a pair whose text says what its HTML says. */
static int twins_see_text(void *user, const xs_store_text *p)
{
	twins *t = user;

	if (p->text_sketch && p->html_sketch &&
	    xs_sketch_distance(p->text_sketch, p->html_sketch) <= TWINS_BITS &&
	    twins_same_site(p->text_url, p->html_url)) {
		twins_add(t, p->text, p->html, p->text_url);
		twins_add(t, p->html, 0, p->html_url);
	}
	return XS_OK;
}

/* Sorts; a page stands once. */
static void twins_order(twins *t)
{
	size_t i, to = 0;

	if (t->n)
		qsort(t->list, t->n, sizeof *t->list, twins_by_id);
	for (i = 0; i < t->n; i++)
		if (!to || t->list[to - 1].set.id != t->list[i].set.id)
			t->list[to++] = t->list[i];
	t->n = to;
}

static twins_page *twins_get(const twins *t, int64_t id)
{
	const twins_page key = {.set = {.id = id}};
	size_t low = 0, high = t->n, mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (t->list[mid].set.id < key.set.id)
			low = mid + 1;
		else
			high = mid;
	}
	return low < t->n && t->list[low].set.id == id ? &t->list[low] : NULL;
}

/* A text may be the copy of a text whose HTML is shown, and that of a copy: no way is longer than three
 * pages, as copies are of one kind. */
static twins_page *twins_shown(const twins *t, twins_page *p)
{
	twins_page *next;
	int i;

	for (i = 0; i < 4 && p->set.twin && (next = twins_get(t, p->set.twin)); i++)
		p = next;
	return p;
}

/* Gives the pages that are shown the addresses of the others. */
static size_t twins_aliases(twins *t)
{
	twins_page *p, *shown;
	size_t i, hidden = 0;

	for (i = 0; i < t->n; i++) {
		p = &t->list[i];
		if (!p->set.twin)
			continue;
		hidden++;
		shown = twins_shown(t, p);
		p->set.twin = shown->set.id;
		if (strcmp(shown->url, p->url) != 0 && shown->n < TWINS_ALIASES)
			shown->set.aliases = xs_arena_printf(t->a, "%s%s%s", shown->set.aliases,
							     shown->n++ ? "\n" : "", p->url);
	}
	return hidden;
}

/* Sets what differs from what is set; both lists are by id. */
static int twins_set(twins *t)
{
	xs_store_twin *old;
	size_t n, i = 0, j = 0;
	int rc = xs_store_twins(&old, &n, t->a, t->st);

	while (rc == XS_OK && (i < n || j < t->n)) {
		const xs_store_twin *want = j < t->n ? &t->list[j].set : NULL;
		xs_store_twin none = {.aliases = ""};

		if (i < n && (!want || old[i].id < want->id)) {
			none.id = old[i++].id;
			rc = xs_store_set_twin(t->st, &none);
			continue;
		}
		if (i < n && old[i].id == want->id) {
			if (old[i].twin != want->twin || strcmp(old[i].aliases, want->aliases) != 0)
				rc = xs_store_set_twin(t->st, want);
			i++;
		} else if (want->twin || *want->aliases) {
			rc = xs_store_set_twin(t->st, want);
		}
		j++;
	}
	return rc;
}

int xs_twins_find(size_t *hidden, xs_store *st)
{
	twins t = {.a = xs_arena_new(), .st = st};
	int rc = xs_store_alike_walk(st, twins_see, &t);

	*hidden = 0;
	twins_settle(&t);
	if (rc == XS_OK)
		rc = xs_store_texts(st, twins_see_text, &t);
	twins_order(&t);
	if (rc == XS_OK) {
		*hidden = twins_aliases(&t);
		rc = twins_set(&t);
	}
	free(t.group);
	free(t.list);
	xs_arena_free(t.a);
	return rc;
}
