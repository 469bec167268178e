/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source_load.c - xs_source_load(): the bytes of one page, then its reader. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/buf.h"
#include "base/file.h"
#include "index/pages/address.h"
#include "index/pages/charset.h"
#include "index/pages/language.h"
#include "index/pages/meta.h"
#include "index/pages/note.h"
#include "index/pages/reader.h"
#include "index/pages/source.h"

/* Text that a language is told by: more takes time and tells nothing new. */
enum { LOAD_LANGUAGE_BYTES = 8192 };

/* Reads the bytes of an item into `a`, up to `most`. */
static int load_bytes(char **out, size_t *len, xs_arena *a, const xs_source_item *item, size_t most)
{
	int rc = XS_OK, fd;
	ssize_t got;

	if (item->crawl)
		return xs_crawl_body(out, len, a, item->crawl, item->offset);
	if (!item->kind->list) {
		rc = xs_file_read(out, len, a, item->path, most);
		return rc == XS_ENOTFOUND
			       ? xs_fail(XS_EIO, "%s is gone since it was listed", item->path)
			       : rc;
	}
	/* Of a file with many pages only this one's bytes are read. */
	fd = open(item->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return xs_fail(XS_EIO, "open %s: %s", item->path, strerror(errno));
	*out = xs_arena_alloc(a, (size_t)item->size + 1);
	for (*len = 0; *len < (size_t)item->size; *len += (size_t)got) {
		/* At its place: the lines before it are not read again. */
		got = pread(fd, *out + *len, (size_t)item->size - *len, item->offset + (off_t)*len);
		if (got < 0 && errno == EINTR)
			got = 0;
		else if (got <= 0)
			break;
	}
	close(fd);
	if (*len < (size_t)item->size)
		rc = xs_fail(XS_EIO, "%s:%ld: the file has changed since it was listed", item->path,
			     item->line);
	return rc;
}

/* A name in UTF-8, as a title must be. */
static const char *load_clean(xs_arena *a, const char *name)
{
	const char *clean, *note;
	const xs_charset_hint hint = {.name = name};
	size_t len;

	if (xs_charset_utf8(&clean, &len, a, name, strlen(name), &hint, &note) < 0)
		return "";
	return xs_arena_dupn(a, clean, len);
}

/* The file's name, which stands for a title that is missing. */
static const char *load_name(xs_arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	return load_clean(a, slash ? slash + 1 : path);
}

/* Fills a page that is a whole file from its bytes. */
static int load_read(xs_page *page, xs_arena *a, xs_arena *owner, const xs_source_item *item,
		     const char *bytes, size_t len, const xs_page_options *o)
{
	const xs_charset_hint hint = {.name = item->path,
				      .label = item->charset,
				      .html = item->kind->declares};
	const xs_filter *filter = item->filter ? item->filter : item->kind->filter;
	const char *clean, *note;
	int rc = XS_OK;

	/* Many files of code have one name. */
	if (item->kind->asked)
		page->title = load_clean(a, item->rel);
	else if (item->kind->untitled)
		page->title = load_name(a, item->rel);
	if (item->kind->apart && !item->kind->text)
		return xs_reader_page(page, a, item->kind->name, bytes, len, o);
	if (filter)
		rc = xs_filter_run(&bytes, &len, owner, filter, item->path,
				   item->crawl ? "/dev/stdin" : item->path, bytes, len, o);
	if (rc == XS_OK)
		rc = xs_charset_utf8(&clean, &len, owner, bytes, len, &hint, &note);
	if (rc == XS_OK && note)
		xs_note(page, a, 0, "%s", note);
	if (rc != XS_OK)
		return rc;
	return item->kind->apart ? xs_reader_page(page, a, item->kind->name, clean, len, o)
				 : item->kind->read(page, a, clean, len, o);
}

/* `owner` holds what is needed only while reading. */
static int load_extract(xs_page *page, xs_arena *a, xs_arena *owner, const xs_source *s,
			const xs_source_item *item, const xs_page_options *o)
{
	xs_page_options own_options = *o;
	xs_source named = *s;
	size_t len = 0;
	const char *own;
	char *bytes = NULL;
	XXH128_hash_t hash;
	int rc = load_bytes(&bytes, &len, owner, item, o->max_bytes);

	if (rc < 0)
		return rc;
	own_options.keep = s->keep_elements;
	own_options.drop = s->drop_elements;
	/* Of the bytes as they are, before anything is read from them: they tell whether a page changed. */
	hash = XXH3_128bits(bytes, len);
	page->hash[0] = item->crawl ? item->hash[0] : hash.low64;
	page->hash[1] = item->crawl ? item->hash[1] : hash.high64;
	page->size = (int64_t)len;
	/* A line of JSON is UTF-8 (RFC 8259), so there is no encoding to find. */
	if (item->kind->take)
		return item->kind->take(page, a, s, item, bytes, len, &own_options);
	/* No generator makes a page of such a file: it is found under its name. */
	named.strip_extension &= !item->kind->apart && !item->kind->filter && !item->kind->asked;
	named.index_folders &= !item->kind->asked;
	page->url = own =
		item->crawl ? xs_arena_dup(a, item->key) : xs_address(a, &named, item->rel);
	rc = load_read(page, a, owner, item, bytes, len, &own_options);
	/* Which of two addresses is shown the crawl has settled. */
	if (rc == XS_OK && item->crawl) {
		page->url = own;
		page->noindex |= item->noindex;
		page->n = page->noindex ? 0 : page->n;
		return XS_OK;
	}
	/* Anyone may write a link to elsewhere: a copy of another site's pages has many. */
	if (rc == XS_OK && !s->trust_canonical && s->url && *s->url &&
	    !xs_address_below(page->url, s->url))
		page->url = own;
	return rc;
}

/* The language that a page's text tells, else the usual one. */
static const char *load_language(xs_arena *a, const xs_page *page, const char *usual)
{
	const char *found;
	xs_buf text;
	size_t i;

	xs_buf_init(&text);
	for (i = 0; i < page->n && text.len < LOAD_LANGUAGE_BYTES; i++)
		xs_buf_printf(&text, "%s\n", page->passages[i].text);
	found = text.len ? xs_language_of(text.data, text.len, usual) : "";
	xs_buf_fini(&text);
	return *found ? xs_meta_language(a, found) : usual;
}

int xs_source_load(xs_page *page, xs_arena *a, const xs_source *s, const xs_source_item *item,
		   const xs_page_options *o)
{
	const char *usual = s->language ? xs_meta_language(a, s->language) : "";
	xs_arena *owner;
	int rc;

	*page = (xs_page){.url = "",
			  .title = "",
			  .path = "",
			  .language = "",
			  .meta = "{}",
			  .aside = "",
			  .versions = ""};
	page->type = item->kind ? item->kind->page_type : "";
	page->size = item->size;
	page->mtime = item->mtime_ns / 1000000000;
	page->place = item->line ? xs_arena_printf(a, "%s:%ld", item->path, item->line)
				 : xs_arena_dup(a, item->path);
	if (item->rc < 0)
		return xs_fail(item->rc, "%s", item->error);
	/* Before the reading: a file is not taken into memory to be refused. */
	if (item->size > 0 && (uint64_t)item->size > o->max_bytes)
		return xs_fail(XS_EINPUT,
			       "%s has %lld bytes, expected at most %zu (index.max_page_bytes)",
			       item->line ? item->key : item->path, (long long)item->size,
			       o->max_bytes);
	if (!item->kind->list)
		page->path = xs_arena_dup(a, item->rel);
	/* What the page says comes over it; the names of months are read in it. */
	page->language = usual;
	/* The file's bytes and their UTF-8 go as soon as the page is made. */
	owner = xs_arena_new();
	rc = load_extract(page, a, owner, s, item, o);
	xs_arena_free(owner);
	/* A line of JSON has no name of its own: its file's says nothing of it. */
	if (rc == XS_OK && !*page->title && !item->line)
		page->title = load_name(a, item->rel);
	if (rc == XS_OK && !*page->title && item->crawl)
		page->title = page->url;
	/* Last: it goes over the file's path and a canonical link. */
	if (rc == XS_OK && page->address && !item->crawl)
		page->url = xs_address_asked(page, a, s, item->rel);
	/* A page that names its language has a string of its own, even where it is the usual one. */
	if (rc == XS_OK && s->guess_language && page->language == usual)
		page->language = load_language(a, page, usual);
	if (rc == XS_OK && !page->date && s->file_date)
		page->date = page->mtime;
	return rc;
}
