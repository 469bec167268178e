/* SPDX-License-Identifier: MIT */
/* file.c - whole files through POSIX calls. */
#define _GNU_SOURCE
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

/* mmap() refuses a length of 0, but an empty file is a file: what it maps to must not be NULL. */
static const unsigned char file_nothing[1];

/* O_NONBLOCK: opening a FIFO that nobody writes to would wait for ever, and a path comes from a
 * configuration. */
static int file_open(int *out, struct stat *st, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return XS_ENOTFOUND;
	if (fd < 0)
		return xs_fail(XS_EIO, "open %s: %s", path, strerror(errno));
	if (fstat(fd, st) < 0) {
		xs_fail(XS_EIO, "stat %s: %s", path, strerror(errno));
		close(fd);
		return XS_EIO;
	}
	if (!S_ISREG(st->st_mode)) {
		close(fd);
		return xs_fail(XS_EIO, "open %s: expected a regular file", path);
	}
	*out = fd;
	return XS_OK;
}

/* Of a file that somebody changes meanwhile, the changes may be seen: who maps files says that they must
 * not be changed. */
static int file_map(xs_map *out, int fd, size_t len, const char *path)
{
	void *p;

	*out = (xs_map){.data = file_nothing};
	if (!len)
		return XS_OK;
	p = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED) {
		*out = (xs_map){0};
		return xs_fail(XS_EIO, "map %s: %s", path, strerror(errno));
	}
	*out = (xs_map){p, len};
	return XS_OK;
}

int xs_map_open(xs_map *out, const char *path)
{
	struct stat st;
	int fd, rc;

	*out = (xs_map){0};
	rc = file_open(&fd, &st, path);
	if (rc < 0)
		return rc;
	rc = file_map(out, fd, (size_t)st.st_size, path);
	close(fd);
	return rc;
}

void xs_map_close(xs_map *m)
{
	if (m->len)
		munmap((void *)(uintptr_t)m->data, m->len);
	*m = (xs_map){0};
}

/* Fills `to` from the descriptor; the file may have become shorter since it was measured. */
static int file_fill(char *to, size_t *len, size_t room, int fd, const char *path)
{
	ssize_t got;

	for (*len = 0; *len < room; *len += (size_t)got) {
		got = read(fd, to + *len, room - *len);
		if (got < 0 && errno == EINTR)
			got = 0;
		else if (got < 0)
			return xs_fail(XS_EIO, "read %s: %s", path, strerror(errno));
		else if (got == 0)
			break;
	}
	return XS_OK;
}

int xs_file_read(char **out, size_t *len, xs_arena *a, const char *path, size_t limit)
{
	struct stat st;
	size_t got = 0;
	int fd, rc;

	*out = NULL;
	rc = file_open(&fd, &st, path);
	if (rc < 0)
		return rc;
	if ((uint64_t)st.st_size > limit) {
		close(fd);
		return xs_fail(XS_EINPUT, "%s has %lld bytes, expected at most %zu", path,
			       (long long)st.st_size, limit);
	}
	/* The size is of the moment of fstat(); what is written to the file afterwards is not read. */
	*out = xs_arena_alloc(a, (size_t)st.st_size + 1);
	rc = file_fill(*out, &got, (size_t)st.st_size, fd, path);
	close(fd);
	if (len)
		*len = got;
	return rc;
}

/* Makes a rename durable; a file system that cannot sync folders is left alone. */
static void file_sync_folder(xs_arena *a, const char *path)
{
	int fd = open(dirname(xs_arena_dup(a, path)), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

/* Indexes and models are written in pieces of a few bytes to some megabytes; 64 KB make the calls
 * few. */
enum { FILE_BUFFER = 64 << 10 };

/* Between a file's name and the six letters of mkostemp(): nobody else names a file so. */
static const char file_temporary[] = ".tmp-";

struct xs_file {
	int fd;
	xs_arena *a;
	const char *path;
	char *temporary;
	size_t written, n; /* bytes of the file, and behind them of the buffer */
	char buffer[FILE_BUFFER];
};

/* write() may take less than it is given, on a full disk first of all. */
static int file_write(xs_file *f, size_t offset, const char *bytes, size_t len)
{
	ssize_t put;

	for (; len; bytes += put, offset += (size_t)put, len -= (size_t)put) {
		put = pwrite(f->fd, bytes, len, (off_t)offset);
		if (put < 0 && errno == EINTR)
			put = 0;
		else if (put < 0)
			return xs_fail(XS_EIO, "write %s: %s", f->path, strerror(errno));
	}
	return XS_OK;
}

/* Adds bytes behind those that are written. */
static int file_flush(xs_file *f, const char *bytes, size_t len)
{
	int rc = file_write(f, f->written, bytes, len);

	f->written += len;
	return rc;
}

int xs_file_begin(xs_file **out, const char *path)
{
	xs_file *f = xs_malloc(sizeof *f);
	int rc;

	f->a = xs_arena_new();
	f->path = xs_arena_dup(f->a, path);
	f->written = f->n = 0;
	/* Beside the target, as rename() works within one file system alone. */
	f->temporary = xs_arena_printf(f->a, "%s%sXXXXXX", path, file_temporary);
	f->fd = mkostemp(f->temporary, O_CLOEXEC);
	*out = f;
	if (f->fd >= 0)
		return XS_OK;
	rc = xs_fail(XS_EIO, "write %s: %s", path, strerror(errno));
	xs_arena_free(f->a);
	free(f);
	*out = NULL;
	return rc;
}

int xs_file_put(xs_file *f, const void *bytes, size_t len)
{
	int rc = XS_OK;

	/* What does not fit empties the buffer; what is larger than the buffer does not go through
	 * it. */
	if (len > FILE_BUFFER - f->n) {
		rc = file_flush(f, f->buffer, f->n);
		f->n = 0;
	}
	if (rc < 0 || len > FILE_BUFFER)
		return rc < 0 ? rc : file_flush(f, bytes, len);
	if (len)
		memcpy(f->buffer + f->n, bytes, len);
	f->n += len;
	return XS_OK;
}

int xs_file_patch(xs_file *f, size_t offset, const void *bytes, size_t len)
{
	int rc = file_flush(f, f->buffer, f->n);

	f->n = 0;
	return rc < 0 ? rc : file_write(f, offset, bytes, len);
}

int xs_file_map(xs_map *out, xs_file *f)
{
	int rc = file_flush(f, f->buffer, f->n);

	*out = (xs_map){0};
	f->n = 0;
	return rc < 0 ? rc : file_map(out, f->fd, f->written, f->path);
}

int xs_file_end(xs_file *f, int rc)
{
	if (rc == XS_OK)
		rc = file_flush(f, f->buffer, f->n);
	if (rc == XS_OK &&
	    /* fsync() before rename(): in the other order a power failure may leave the new name with
	 * an empty file. 0644, since mkostemp() made it readable by the owner alone. */
	    (fsync(f->fd) < 0 || fchmod(f->fd, 0644) < 0 || rename(f->temporary, f->path) < 0))
		rc = xs_fail(XS_EIO, "write %s: %s", f->path, strerror(errno));
	close(f->fd);
	if (rc == XS_OK)
		file_sync_folder(f->a, f->path);
	else
		unlink(f->temporary);
	xs_arena_free(f->a);
	free(f);
	return rc;
}

void xs_file_sweep(const char *path)
{
	xs_arena *a = xs_arena_new();
	const char *folder = dirname(xs_arena_dup(a, path)), *begin;
	DIR *d = opendir(folder);
	struct dirent *entry;
	size_t len;

	begin = xs_file_base(&len, path);
	begin = xs_arena_printf(a, "%.*s%s", (int)len, begin, file_temporary);
	len = strlen(begin);
	while (d && (entry = readdir(d)))
		if (strncmp(entry->d_name, begin, len) == 0 && strlen(entry->d_name) == len + 6)
			unlink(xs_file_join(a, folder, entry->d_name));
	if (d)
		closedir(d);
	xs_arena_free(a);
}

int xs_file_write(const char *path, const void *bytes, size_t len)
{
	xs_file *f;
	int rc = xs_file_begin(&f, path);

	return rc < 0 ? rc : xs_file_end(f, xs_file_put(f, bytes, len));
}

/* EEXIST is looked at and not avoided by a test before: another process may make the folder in
 * between. */
static int file_mkdir(const char *path)
{
	struct stat st;

	if (mkdir(path, 0777) == 0)
		return XS_OK;
	if (errno == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return XS_OK;
	return xs_fail(XS_EIO, "make the folder %s: %s", path, strerror(errno));
}

int xs_file_mkdirs(const char *path)
{
	xs_arena *a = xs_arena_new();
	char *copy = xs_arena_dup(a, path), *p;
	int rc = XS_OK;

	/* From the second character, so that the root of an absolute path is not made. */
	for (p = copy + 1; rc == XS_OK && *copy && *p; p++)
		if (*p == '/') {
			*p = '\0';
			rc = file_mkdir(copy);
			*p = '/';
		}
	if (rc == XS_OK)
		rc = file_mkdir(path);
	xs_arena_free(a);
	return rc;
}

char *xs_file_join(xs_arena *a, const char *folder, const char *name)
{
	size_t len = folder ? strlen(folder) : 0;

	if (!len || name[0] == '/')
		return xs_arena_dup(a, name);
	return xs_arena_printf(a, "%s%s%s", folder, folder[len - 1] == '/' ? "" : "/", name);
}

const char *xs_file_base(size_t *len, const char *path)
{
	const char *end = path + strlen(path), *base;

	while (end > path + 1 && end[-1] == '/')
		end--;
	for (base = end; base > path && base[-1] != '/'; base--)
		;
	*len = (size_t)(end - base);
	return base;
}
