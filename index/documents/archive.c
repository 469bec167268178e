/* SPDX-License-Identifier: GPL-2.0-or-later */
/* archive.c - libzip over bytes in memory, and libxml2 over what it unfolds. */
#include "index/documents/archive.h"

#include <libxml/tree.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "base/memory.h"
#include "index/documents/node.h"

/* Bytes of one file, and of all that are read: a few KB of archive may unfold to any size. */
enum { ARCHIVE_FILE = 128 << 20, ARCHIVE_ALL = 512 << 20 };

struct xs_archive {
	zip_t *zip;
	uint64_t read;
};

/* What Word and its like write before 2007, and around what they encrypt. */
static const char archive_ole[] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

int xs_archive_open(xs_archive **out, const char *bytes, size_t len)
{
	zip_error_t error;
	zip_source_t *source;
	zip_t *zip = NULL;
	int rc = XS_OK;

	*out = NULL;
	if (len >= 8 && !memcmp(bytes, archive_ole, 8))
		return xs_fail(XS_EFORMAT, "it needs a password, or has a format of before 2007");
	zip_error_init(&error);
	source = zip_source_buffer_create(bytes, len, 0, &error);
	if (source)
		zip = zip_open_from_source(source, ZIP_RDONLY, &error);
	if (!zip) {
		zip_source_free(source);
		rc = xs_fail(XS_EFORMAT, "it is damaged, or no document of this kind: %s",
			     zip_error_strerror(&error));
	} else {
		*out = xs_calloc(1, sizeof **out);
		(*out)->zip = zip;
	}
	zip_error_fini(&error);
	return rc;
}

void xs_archive_close(xs_archive *z)
{
	if (z)
		zip_discard(z->zip);
	free(z);
}

int xs_archive_get(char **out, size_t *len, xs_archive *z, xs_arena *a, const char *path)
{
	zip_stat_t st;
	zip_file_t *file;
	zip_int64_t got;

	*out = NULL;
	path += *path == '/';
	zip_stat_init(&st);
	if (zip_stat(z->zip, path, 0, &st) != 0 || !(st.valid & ZIP_STAT_SIZE))
		return XS_ENOTFOUND;
	z->read += st.size;
	if (st.size > ARCHIVE_FILE || z->read > ARCHIVE_ALL)
		return xs_fail(XS_EFORMAT, "its %s unfolds to %llu bytes, expected at most %d",
			       path, (unsigned long long)st.size, ARCHIVE_FILE);
	if (st.encryption_method != ZIP_EM_NONE)
		return xs_fail(XS_EFORMAT, "it needs a password");
	file = zip_fopen(z->zip, path, 0);
	*out = xs_arena_alloc(a, (size_t)st.size + 1);
	/* No more than it says, whatever is behind it. */
	got = file ? zip_fread(file, *out, st.size) : -1;
	if (file)
		zip_fclose(file);
	if (got < 0 || (zip_uint64_t)got < st.size)
		return xs_fail(XS_EFORMAT, "its %s is damaged", path);
	*len = (size_t)st.size;
	return XS_OK;
}

int xs_archive_xml(xmlDoc **out, xs_archive *z, const char *path)
{
	xs_arena *a = xs_arena_new();
	size_t len;
	char *bytes;
	int rc = xs_archive_get(&bytes, &len, z, a, path);

	*out = NULL;
	if (rc == XS_OK)
		*out = xs_node_read(bytes, len);
	xs_arena_free(a);
	if (rc == XS_OK && !*out)
		return xs_fail(XS_EFORMAT, "its %s is no well-formed XML", path);
	return rc;
}
