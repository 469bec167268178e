/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store_page.c - pages come, change and go, each with its passages and the outbox. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "index/store_private.h"

/* What is stored of a passage, as far as a change of its page needs to know. */
typedef struct store_old {
	int64_t id;
	bool same; /* says what the new one of its ordinal says */
} store_old;

/* A change in the making. */
typedef struct store_change {
	xs_store *st;
	const xs_store_entry *entry;
	int64_t page;
	store_old *old; /* by ordinal; malloc'ed */
	size_t n, cap;
	xs_store_changed *changed;
	void *user;
} store_change;

/* A state that is not known (a newer release's, damage) is taken for nothing: the page is read again. */
static void store_page_read(xs_store_page *out, sqlite3_stmt *s)
{
	int64_t state = sqlite3_column_int64(s, 1);

	out->id = sqlite3_column_int64(s, 0);
	out->state = state >= XS_STORED_PAGE && state <= XS_STORED_STUB ? (xs_stored)state
									: XS_STORED_NOTHING;
	out->failed = sqlite3_column_int64(s, 2) != 0;
	out->size = sqlite3_column_int64(s, 3);
	out->mtime_ns = sqlite3_column_int64(s, 4);
	out->hash[0] = (uint64_t)sqlite3_column_int64(s, 5);
	out->hash[1] = (uint64_t)sqlite3_column_int64(s, 6);
	out->form = (uint64_t)sqlite3_column_int64(s, 7);
}

int xs_store_find(xs_store_page *out, xs_store *st, const char *key)
{
	sqlite3_stmt *s;
	int rc = xs_sql_row(&s, st->sql, STORE_FIND, "t", key);

	if (rc < 0)
		return rc;
	store_page_read(out, s);
	sqlite3_reset(s);
	return XS_OK;
}

int xs_store_keys(xs_store *st, xs_store_see_key *see, void *user)
{
	sqlite3_stmt *s;
	xs_store_page page;
	int rc = xs_sql_statement(&s, st->sql, STORE_PAGE_KEYS);

	while (rc == XS_OK && (rc = xs_sql_step(st->sql, s)) == XS_OK) {
		store_page_read(&page, s);
		rc = see(user, xs_sql_text(s, 8), &page);
	}
	sqlite3_reset(s);
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

/* Whether what all passages of a page share is as before. */
static int store_said_same(bool *same, store_change *c)
{
	const xs_page *p = c->entry->page;
	const char *said[] = {p->url, p->title, p->path, p->type, p->language, p->meta};
	sqlite3_stmt *s;
	int rc = xs_sql_row(&s, c->st->sql, STORE_PAGE_SAID, "i", c->page), i;

	*same = false;
	if (rc < 0)
		return rc == XS_ENOTFOUND ? XS_OK : rc;
	*same = sqlite3_column_int64(s, 6) == p->date &&
		(uint64_t)sqlite3_column_int64(s, 7) == c->entry->vocabulary &&
		(sqlite3_column_int64(s, 8) != 0) == p->links &&
		!strcmp(xs_sql_text(s, 9), p->aside) && !strcmp(xs_sql_text(s, 11), p->versions);
	/* What was shown with others is told anew, as it is alone until twins.c has seen all. */
	*same = *same && !*xs_sql_text(s, 10) && sqlite3_column_type(s, 12) == SQLITE_NULL;
	for (i = 0; i < 6 && *same; i++)
		*same = !strcmp(xs_sql_text(s, i), said[i]);
	sqlite3_reset(s);
	return XS_OK;
}

/* Whether a row of STORE_PASSAGES says what the new passage of its ordinal says. */
static bool store_passage_same(const store_change *c, sqlite3_stmt *s)
{
	const xs_page *page = c->entry->page;
	const xs_store_tokens *tokens = c->entry->tokens;
	size_t i = c->n, len = (size_t)sqlite3_column_bytes(s, 5);

	if (!page || i >= page->n || strcmp(xs_sql_text(s, 2), page->passages[i].heading) != 0 ||
	    strcmp(xs_sql_text(s, 3), page->passages[i].anchor) != 0 ||
	    strcmp(xs_sql_text(s, 4), page->passages[i].text) != 0 ||
	    strcmp(xs_sql_text(s, 6), page->passages[i].weights) != 0)
		return false;
	if (!tokens)
		return sqlite3_column_type(s, 5) == SQLITE_NULL;
	return sqlite3_column_type(s, 5) == SQLITE_BLOB && len == tokens[i].len &&
	       (!len || !memcmp(sqlite3_column_blob(s, 5), tokens[i].bytes, len));
}

/* Lists the passages that are there.  All of them before anything is changed: the statement must
 * not run while its table is written. */
static int store_list_old(store_change *c, bool same)
{
	sqlite3_stmt *s;
	int rc = xs_sql_statement(&s, c->st->sql, STORE_PASSAGES);

	if (rc == XS_OK)
		rc = xs_sql_bind(c->st->sql, s, "i", c->page);
	while (rc == XS_OK && (rc = xs_sql_step(c->st->sql, s)) == XS_OK) {
		c->old = xs_grow(c->old, c->n, &c->cap, sizeof *c->old);
		c->old[c->n].id = sqlite3_column_int64(s, 0);
		c->old[c->n].same = same && store_passage_same(c, s);
		c->n++;
	}
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

/* Puts a passage that changed into the outbox. */
static int store_tell(store_change *c, int64_t docid, int64_t ordinal)
{
	int rc = xs_sql_run(c->st->sql, STORE_OUTBOX_PUT, "i", docid);

	if (rc == XS_OK && c->changed)
		c->changed(c->user, (uint64_t)docid, ordinal);
	return rc;
}

static int store_put_passage(store_change *c, size_t i)
{
	const xs_page *page = c->entry->page;
	const xs_passage *p = &page->passages[i];
	const xs_record said = {.title = page->title, .heading = p->heading, .text = p->text};
	int64_t content = (int64_t)xs_record_content(&said);
	const xs_store_tokens *tokens = c->entry->tokens;
	/* An empty blob is not NULL: no tokens are not the same as none stored. */
	const void *bytes = !tokens ? NULL : tokens[i].len ? tokens[i].bytes : "";
	size_t len = tokens ? tokens[i].len : 0;
	int64_t id;
	int rc;

	if (i < c->n) {
		id = c->old[i].id;
		if (c->old[i].same)
			return XS_OK;
		rc = xs_sql_run(c->st->sql, STORE_PASSAGE_UPDATE, "itttbit", id, p->heading,
				p->anchor, p->text, bytes, len, content, p->weights);
	} else {
		rc = xs_sql_run(c->st->sql, STORE_PASSAGE_INSERT, "iitttbit", c->page, (int64_t)i,
				p->heading, p->anchor, p->text, bytes, len, content, p->weights);
		id = sqlite3_last_insert_rowid(c->st->sql->db);
	}
	return rc < 0 ? rc : store_tell(c, id, (int64_t)i);
}

/* Deletes the passages from ordinal `from` on. */
static int store_cut(store_change *c, size_t from)
{
	int rc = XS_OK;
	size_t i;

	for (i = from; i < c->n && rc == XS_OK; i++) {
		rc = xs_sql_run(c->st->sql, STORE_PASSAGE_DELETE, "i", c->old[i].id);
		if (rc == XS_OK)
			rc = store_tell(c, c->old[i].id, -1);
	}
	return rc;
}

static xs_stored store_state(const xs_page *p)
{
	if (p->stub)
		return XS_STORED_STUB;
	return p->noindex ? XS_STORED_NOINDEX : XS_STORED_PAGE;
}

/* What all passages of a page share stands once, in its own row. */
static int store_put_page(store_change *c)
{
	const xs_store_entry *e = c->entry;
	const xs_page *p = e->page;

	return xs_sql_run(c->st->sql, STORE_PAGE_UPDATE, "iittttttiiiiiiiitit", c->page,
			  (int64_t)store_state(p), p->url, p->title, p->path, p->type, p->language,
			  p->meta, p->size, e->mtime_ns, p->date, (int64_t)p->hash[0],
			  (int64_t)p->hash[1], (int64_t)e->form, (int64_t)e->vocabulary,
			  (int64_t)p->links, p->aside, (int64_t)p->sketch, p->versions);
}

/* The number of a passage stays with its place in the page: an edited page replaces documents of Xapian
 * in place, and only what was cut off is deleted. */
int xs_store_put(xs_store *st, const xs_store_entry *entry, xs_store_changed *changed, void *user)
{
	store_change c = {.st = st, .entry = entry, .changed = changed, .user = user};
	xs_store_page known = {0};
	bool same = false;
	size_t i;
	int rc = xs_store_find(&known, st, entry->key);

	c.page = known.id;
	if (rc == XS_OK) {
		rc = store_said_same(&same, &c);
		if (rc == XS_OK)
			rc = store_list_old(&c, same);
	} else if (rc == XS_ENOTFOUND) {
		rc = xs_sql_run(st->sql, STORE_PAGE_INSERT, "t", entry->key);
		c.page = sqlite3_last_insert_rowid(st->sql->db);
	}
	if (rc == XS_OK)
		rc = store_put_page(&c);
	for (i = 0; i < entry->page->n && rc == XS_OK; i++)
		rc = store_put_passage(&c, i);
	if (rc == XS_OK)
		rc = store_cut(&c, entry->page->n);
	free(c.old);
	return rc;
}

int xs_store_touch(xs_store *st, int64_t id, int64_t mtime_ns)
{
	return xs_sql_run(st->sql, STORE_PAGE_TOUCH, "ii", id, mtime_ns);
}

/* The state is not touched: a page that cannot be read now stays as it was read. */
int xs_store_failed(xs_store *st, const char *key, const char *error)
{
	return xs_sql_run(st->sql, STORE_PAGE_FAILED, "tt", key, error);
}

/* Passages first: each has to be told. */
int xs_store_delete(xs_store *st, int64_t id, xs_store_changed *changed, void *user)
{
	static const xs_store_entry nothing;
	store_change c = {
		.st = st, .entry = &nothing, .page = id, .changed = changed, .user = user};
	int rc = store_list_old(&c, false);

	if (rc == XS_OK)
		rc = store_cut(&c, 0);
	if (rc == XS_OK)
		rc = xs_sql_run(st->sql, STORE_PAGE_DELETE, "i", id);
	free(c.old);
	return rc;
}
