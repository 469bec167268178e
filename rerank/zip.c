/* SPDX-License-Identifier: MIT */
/* zip.c - the central directory is what counts; a member's own header must agree with it.
 *
 * By hand and not with a library, since members are to be used in the mapped file, which needs
 * their place; unpacking is zlib's. */
#include "rerank/zip.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/error.h"

enum {
	ZIP_END = 22,	  /* bytes of the end record, of which a comment of 65535 may follow */
	ZIP_LOCATOR = 20, /* of the zip64 locator, just before the end record */
	ZIP_END64 = 56,
	ZIP_ENTRY = 46,	     /* of the directory, without names */
	ZIP_LOCAL = 30,	     /* of a member's own header, without names */
	ZIP_TIMES = 4,	     /* unpacked members together, in archives, and … */
	ZIP_LEAST = 16 << 20 /* … bytes */
};

typedef struct zip_member {
	char *name;
	unsigned method, flags;
	uint64_t packed, size, at; /* at: of the member's own header */
	const unsigned char *unpacked;
	size_t order;
} zip_member;

struct xs_zip {
	xs_arena *a;
	const unsigned char *bytes;
	size_t len, unpacked, n;
	uint64_t directory;  /* where it begins: members end before */
	zip_member *members; /* by name */
	const char *name;
};

static uint64_t zip_number(const unsigned char *p, int n)
{
	uint64_t v = 0;

	while (n--)
		v = v << 8 | p[n];
	return v;
}

static int zip_fail(const xs_zip *z, const char *what)
{
	return xs_fail(XS_EFORMAT, "%s: %s", z->name, what);
}

bool xs_zip_is(const unsigned char *bytes, size_t len)
{
	return len >= ZIP_END && memcmp(bytes, "PK\3\4", 4) == 0;
}

/* The end record; NULL: none. */
static const unsigned char *zip_end(const xs_zip *z)
{
	size_t most = z->len - ZIP_END, least = most > 65535 ? most - 65535 : 0, i;

	for (i = most + 1; i-- > least;)
		if (memcmp(z->bytes + i, "PK\5\6", 4) == 0 &&
		    zip_number(z->bytes + i + 20, 2) == z->len - i - ZIP_END)
			return z->bytes + i;
	return NULL;
}

/* Where the directory is and how many entries it has. */
static int zip_directory(xs_zip *z, uint64_t *size)
{
	const unsigned char *end = zip_end(z), *end64;
	uint64_t at;

	if (!end)
		return zip_fail(z, "the zip archive has no end record: is the file cut short?");
	z->n = zip_number(end + 10, 2);
	*size = zip_number(end + 12, 4);
	z->directory = zip_number(end + 16, 4);
	if (z->n == 0xffff || *size == 0xffffffff || z->directory == 0xffffffff) {
		if (end - z->bytes < ZIP_LOCATOR || memcmp(end - ZIP_LOCATOR, "PK\6\7", 4) != 0)
			return zip_fail(z, "the zip archive has no zip64 end record");
		at = zip_number(end - ZIP_LOCATOR + 8, 8);
		if (z->len < ZIP_END64 || at > z->len - ZIP_END64)
			return zip_fail(z, "the zip64 end record lies outside the file");
		end64 = z->bytes + at;
		if (memcmp(end64, "PK\6\6", 4) != 0)
			return zip_fail(z, "the zip archive has no zip64 end record");
		z->n = zip_number(end64 + 32, 8);
		*size = zip_number(end64 + 40, 8);
		z->directory = zip_number(end64 + 48, 8);
	}
	if (z->directory > z->len || *size > z->len - z->directory)
		return zip_fail(z, "the zip archive's directory lies outside the file");
	if (z->n > *size / ZIP_ENTRY)
		return zip_fail(z, "the zip archive's directory is too small for its entries");
	return XS_OK;
}

/* Sizes that do not fit in 32 bits are in the extra field of number 1, in this order. */
static bool zip_wide(zip_member *m, const unsigned char *extra, size_t len)
{
	uint64_t *values[] = {&m->size, &m->packed, &m->at};
	size_t n, i, at = 4;

	for (; len >= 4; extra += n, len -= n) {
		n = 4 + zip_number(extra + 2, 2);
		if (n > len)
			return false;
		if (zip_number(extra, 2) != 1)
			continue;
		for (i = 0; i < 3; i++) {
			if (*values[i] != 0xffffffff)
				continue;
			if (at + 8 > n)
				return false;
			*values[i] = zip_number(extra + at, 8);
			at += 8;
		}
	}
	return true;
}

static int zip_compare(const void *a, const void *b)
{
	const zip_member *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static int zip_entries(xs_zip *z, uint64_t size)
{
	const unsigned char *p = z->bytes + z->directory, *end = p + size;
	size_t i, names, extra, whole;

	z->members = xs_arena_array(z->a, z->n + 1, sizeof *z->members);
	for (i = 0; i < z->n; i++, p += whole) {
		zip_member *m = &z->members[i];

		if (end - p < ZIP_ENTRY || memcmp(p, "PK\1\2", 4) != 0)
			return zip_fail(z, "the zip archive's directory is damaged");
		names = zip_number(p + 28, 2);
		extra = zip_number(p + 30, 2);
		whole = ZIP_ENTRY + names + extra + zip_number(p + 32, 2);
		if (whole > (size_t)(end - p))
			return zip_fail(z, "the zip archive's directory is cut short");
		m->name = xs_arena_dupn(z->a, (const char *)p + ZIP_ENTRY, names);
		m->flags = (unsigned)zip_number(p + 8, 2);
		m->method = (unsigned)zip_number(p + 10, 2);
		m->packed = zip_number(p + 20, 4);
		m->size = zip_number(p + 24, 4);
		m->at = zip_number(p + 42, 4);
		m->order = i;
		if (!zip_wide(m, p + ZIP_ENTRY + names, extra))
			return zip_fail(z, "the zip archive's directory has a damaged entry");
	}
	qsort(z->members, z->n, sizeof *z->members, zip_compare);
	for (i = 1; i < z->n; i++)
		if (zip_compare(&z->members[i - 1], &z->members[i]) == 0)
			return xs_fail(XS_EFORMAT, "%s: the zip archive has %.100s twice", z->name,
				       z->members[i].name);
	return XS_OK;
}

int xs_zip_open(xs_zip **out, xs_arena *a, const unsigned char *bytes, size_t len, const char *name)
{
	xs_zip *z = xs_arena_alloc(a, sizeof *z);
	uint64_t size = 0;
	int rc;

	*z = (xs_zip){.a = a, .bytes = bytes, .len = len, .name = name};
	*out = z;
	rc = xs_zip_is(bytes, len) ? zip_directory(z, &size) : zip_fail(z, "is no zip archive");
	return rc < 0 ? rc : zip_entries(z, size);
}

/* Where the member's bytes begin, its own header checked. */
static int zip_place(const unsigned char **out, const xs_zip *z, const zip_member *m)
{
	const unsigned char *p = z->bytes + m->at;
	uint64_t skip;

	if (m->at > z->directory || z->directory - m->at < ZIP_LOCAL || memcmp(p, "PK\3\4", 4) != 0)
		return xs_fail(XS_EFORMAT, "%s: member %.100s is not where the zip archive says",
			       z->name, m->name);
	skip = ZIP_LOCAL + zip_number(p + 26, 2) + zip_number(p + 28, 2);
	if (skip > z->directory - m->at || m->packed > z->directory - m->at - skip)
		return xs_fail(XS_EFORMAT,
			       "%s: member %.100s should have %llu bytes, which the zip archive "
			       "does not have",
			       z->name, m->name, (unsigned long long)m->packed);
	if (zip_number(p + 26, 2) != strlen(m->name) ||
	    memcmp(p + ZIP_LOCAL, m->name, strlen(m->name)) != 0)
		return xs_fail(XS_EFORMAT, "%s: member %.100s has another name in its own header",
			       z->name, m->name);
	*out = p + skip;
	return XS_OK;
}

/* Unpacks to exactly the size that the directory says, which is bounded before it is used. */
static int zip_unpack(xs_zip *z, zip_member *m, const unsigned char *from)
{
	z_stream s = {.next_in = (unsigned char *)(uintptr_t)from};
	uint64_t most = ZIP_TIMES * (uint64_t)z->len + ZIP_LEAST - z->unpacked;
	unsigned char *to;
	size_t left = m->packed, room = m->size + 1; /* one more, to notice what is too long */
	int rc = Z_OK;

	if (m->size > most)
		return xs_fail(
			XS_EFORMAT,
			"%s: member %.100s should unpack to %llu bytes: expected at most %llu "
			"more from an archive of %zu",
			z->name, m->name, (unsigned long long)m->size, (unsigned long long)most,
			z->len);
	to = xs_arena_alloc(z->a, room);
	if (inflateInit2(&s, -MAX_WBITS) != Z_OK)
		return xs_fail(XS_EINTERNAL, "%s: zlib cannot be used", z->name);
	s.next_out = to;
	while (rc == Z_OK) {
		if (!s.avail_in) {
			s.avail_in = left < UINT32_MAX ? (unsigned)left : UINT32_MAX;
			left -= s.avail_in;
		}
		if (!s.avail_out) {
			s.avail_out = room < UINT32_MAX ? (unsigned)room : UINT32_MAX;
			room -= s.avail_out;
		}
		rc = inflate(&s, Z_NO_FLUSH);
	}
	inflateEnd(&s);
	if (rc != Z_STREAM_END || s.total_out != m->size)
		return xs_fail(XS_EFORMAT,
			       "%s: member %.100s is damaged: it does not unpack to the %llu bytes "
			       "that the zip archive says",
			       z->name, m->name, (unsigned long long)m->size);
	m->unpacked = to;
	z->unpacked += m->size;
	return XS_OK;
}

int xs_zip_get(const unsigned char **out, size_t *len, xs_zip *z, const char *member)
{
	zip_member key = {.name = (char *)(uintptr_t)member};
	zip_member *m = z->n ? bsearch(&key, z->members, z->n, sizeof key, zip_compare) : NULL;
	const unsigned char *at = NULL;
	int rc;

	if (!m)
		return XS_ENOTFOUND;
	rc = zip_place(&at, z, m);
	if (rc < 0)
		return rc;
	if (m->flags & 1 || (m->method != 0 && m->method != 8))
		return xs_fail(XS_EFORMAT,
			       "%s: member %.100s is encrypted or packed with method %u; expected "
			       "stored or deflated",
			       z->name, m->name, m->method);
	if (m->method == 0 && m->packed != m->size)
		return xs_fail(XS_EFORMAT, "%s: member %.100s is stored, and has two sizes",
			       z->name, m->name);
	if (m->method == 8 && !m->unpacked)
		rc = zip_unpack(z, m, at);
	*out = m->method == 8 ? m->unpacked : at;
	*len = m->size;
	return rc;
}

const char *xs_zip_ending(const xs_zip *z, const char *end)
{
	size_t i, len = strlen(end), n;
	const zip_member *first = NULL;

	for (i = 0; i < z->n; i++) {
		n = strlen(z->members[i].name);
		if (n > len && strcmp(z->members[i].name + n - len, end) == 0 &&
		    (!first || z->members[i].order < first->order))
			first = &z->members[i];
	}
	return first ? first->name : NULL;
}

size_t xs_zip_unpacked(const xs_zip *z)
{
	return z->unpacked;
}
