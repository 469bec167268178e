/* SPDX-License-Identifier: GPL-2.0-or-later */
/* record.c - numbers of 7 bits a byte, strings after their lengths. */
#include "index/record.h"

#include <string.h>
#include <xxhash.h>

enum { RECORD_VERSION = 2 };

typedef struct record_reader {
	const unsigned char *at, *end;
	int rc;
} record_reader;

uint64_t xs_record_page(const char *key, const char *url)
{
	const char *name = strstr(url, "://") ? url : key;

	return XXH3_64bits(name, strlen(name));
}

/* The tokens are left out: only who has a tokenizer can set them. */
void xs_record_fill(xs_record *out, const char *key, const xs_page *page, size_t ordinal)
{
	const xs_passage *p = &page->passages[ordinal];

	*out = (xs_record){
		.page = xs_record_page(key, page->url),
		.ordinal = (int64_t)ordinal,
		.date = page->date,
		.url = page->url,
		.title = page->title,
		.path = page->path,
		.type = page->type,
		.language = page->language,
		.meta = page->meta,
		.versions = page->versions,
		.heading = p->heading,
		.anchor = p->anchor,
		.text = p->text,
		.aside = page->aside,
		.weights = p->weights,
		.aliases = "",
		.links = page->links,
	};
}

/* Each hash is the seed of the next, so that a word that goes from the heading to the text makes another
 * one. */
uint64_t xs_record_content(const xs_record *r)
{
	const char *parts[] = {r->title, r->heading, r->text};
	uint64_t hash = 0;

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		hash = XXH3_64bits_withSeed(parts[i], strlen(parts[i]), hash);
	return hash ? hash : 1; /* in the store 0 means that it is not known yet */
}

/* Small numbers are many: lengths, ordinals, token ids below 128.  The low 7 bits come first, as in
 * protobuf's varint. */
static void record_number(xs_buf *out, uint64_t v)
{
	char bytes[10];
	size_t n = 0;

	do {
		bytes[n] = (char)((v & 127) | (v > 127 ? 128 : 0));
		v >>= 7;
		n++;
	} while (v);
	xs_buf_put(out, bytes, n);
}

static void record_bytes(xs_buf *out, const void *bytes, size_t len)
{
	record_number(out, len);
	xs_buf_put(out, bytes, len);
}

/* Ten bytes at most: a number that goes on is damage, not a long number. */
static uint64_t record_read(record_reader *r)
{
	uint64_t v = 0;
	int shift;

	for (shift = 0; r->at < r->end && shift < 64; shift += 7) {
		v |= (uint64_t)(*r->at & 127) << shift;
		if (!(*r->at++ & 128))
			return v;
	}
	r->rc = XS_EFORMAT;
	return 0;
}

/* The length is compared with what is left, never added to a pointer first: it may be anything. */
static const unsigned char *record_skip(size_t *len, record_reader *r)
{
	const unsigned char *p;
	uint64_t n = record_read(r);

	if (n > (size_t)(r->end - r->at))
		r->rc = XS_EFORMAT;
	if (r->rc < 0)
		n = 0;
	p = r->at;
	r->at += n;
	*len = (size_t)n;
	return p;
}

static const char *record_string(record_reader *r, xs_arena *a)
{
	size_t len;
	const unsigned char *p = record_skip(&len, r);

	/* Most records have some empty strings; they share this one. */
	return len ? xs_arena_dupn(a, (const char *)p, len) : "";
}

/* Sign in the lowest bit. */
static uint64_t record_zigzag(int64_t v)
{
	return ((uint64_t)v << 1) ^ (v < 0 ? ~UINT64_C(0) : 0);
}

static int64_t record_unzigzag(uint64_t v)
{
	return (int64_t)((v >> 1) ^ (v & 1 ? ~UINT64_C(0) : 0));
}

void xs_record_put(xs_buf *out, const xs_record *r)
{
	/* This order is the form, in xs_record_get() too: RECORD_VERSION rises with a change. */
	const char *strings[] = {r->url,  r->title, r->heading,	 r->anchor, r->text,
				 r->path, r->type,  r->language, r->meta,   r->versions};
	size_t i;

	xs_buf_putc(out, RECORD_VERSION);
	record_number(out, r->page);
	record_number(out, record_zigzag(r->ordinal));
	record_number(out, record_zigzag(r->date));
	for (i = 0; i < sizeof strings / sizeof *strings; i++)
		record_bytes(out, strings[i], strlen(strings[i]));
	/* No tokens are not the same as an empty text's: the first are made when they are needed. */
	xs_buf_putc(out, r->tokens != NULL);
	if (!r->tokens)
		return;
	record_number(out, r->vocabulary);
	record_bytes(out, r->tokens, r->tokens_len);
}

int xs_record_get(xs_record *out, xs_arena *a, const void *bytes, size_t len)
{
	record_reader r = {.at = bytes, .end = (const unsigned char *)bytes + len};
	const char **strings[] = {&out->url,  &out->title,   &out->heading, &out->anchor,
				  &out->text, &out->path,    &out->type,    &out->language,
				  &out->meta, &out->versions};
	size_t i;

	*out = (xs_record){0};
	if (!len || *r.at != RECORD_VERSION)
		return xs_fail(XS_EFORMAT,
			       "a document of the index has data of version %d, expected %d: "
			       "rebuild the index with this release",
			       len ? *r.at : 0, RECORD_VERSION);
	r.at++;
	/* One look at rc at the end is enough: after an error, reading stays within the bytes. */
	out->page = record_read(&r);
	out->ordinal = record_unzigzag(record_read(&r));
	out->date = record_unzigzag(record_read(&r));
	for (i = 0; i < sizeof strings / sizeof *strings; i++)
		*strings[i] = record_string(&r, a);
	if (r.rc == XS_OK && r.at < r.end && *r.at++) {
		out->vocabulary = record_read(&r);
		out->tokens = record_skip(&out->tokens_len, &r);
	}
	if (r.rc < 0)
		return xs_fail(XS_EFORMAT,
			       "a document of the index has damaged data: rebuild the index");
	return XS_OK;
}

void xs_record_pack(xs_buf *out, const int32_t *ids, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		record_number(out, ids[i] < 0 ? 0 : (uint64_t)ids[i]);
}

int xs_record_unpack(int32_t **ids, size_t *n, xs_arena *a, const void *bytes, size_t len)
{
	record_reader r = {.at = bytes, .end = (const unsigned char *)bytes + len};

	*n = 0;
	/* The room comes from the bytes that are there, not from a number in them. */
	*ids = xs_arena_array(a, len ? len : 1, sizeof **ids); /* an id takes a byte at least */
	while (r.rc == XS_OK && r.at < r.end) {
		uint64_t v = record_read(&r);

		if (v > INT32_MAX)
			r.rc = XS_EFORMAT;
		else if (r.rc == XS_OK)
			(*ids)[(*n)++] = (int32_t)v;
	}
	if (r.rc < 0)
		return xs_fail(XS_EFORMAT, "stored token ids are damaged: rebuild the index");
	return XS_OK;
}
