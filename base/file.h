/* SPDX-License-Identifier: MIT */
/* file.h - whole files: mapped, read, replaced; folders made; paths joined.
 *
 * Errors name the path and the system's reason. */
#ifndef XS_BASE_FILE_H
#define XS_BASE_FILE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

/* A file's bytes, mapped read-only.  Zeroed: nothing is mapped. */
typedef struct xs_map {
	const unsigned char *data;
	size_t len;
} xs_map;

/* Maps a regular file; an empty one gives len 0 and data not NULL.
 * XS_ENOTFOUND (no sentence): there is none.  XS_EIO: it cannot be read or is not a file. */
int xs_map_open(xs_map *out, const char *path);
void xs_map_close(xs_map *m); /* a zeroed one is fine */

/* Reads a whole file of at most `limit` bytes into the arena, NUL added; *len may be NULL.
 * XS_ENOTFOUND as above; XS_EINPUT: larger than the limit. */
int xs_file_read(char **out, size_t *len, xs_arena *a, const char *path, size_t limit);

/* Replaces a file at once: a temporary file beside it, fsync, rename, fsync of the folder. */
int xs_file_write(const char *path, const void *bytes, size_t len);

/* The same in pieces: begins the temporary file; adds bytes; puts it in the file's place, or with
 * `rc` below 0 removes it and returns that.  The file is freed by the latter. */
typedef struct xs_file xs_file;
int xs_file_begin(xs_file **out, const char *path);
int xs_file_put(xs_file *f, const void *bytes, size_t len);

/* Between the two: replaces bytes that were put before; maps all bytes put so far, read-only, which the
 * caller unmaps. */
int xs_file_patch(xs_file *f, size_t offset, const void *bytes, size_t len);
int xs_file_map(xs_map *out, xs_file *f);

int xs_file_end(xs_file *f, int rc);

/* Removes the temporary files of `path` that killed processes left.  Nobody else may write it meanwhile. */
void xs_file_sweep(const char *path);

/* Makes a folder and its parents; one that is there is fine. */
int xs_file_mkdirs(const char *path);

/* The last part of a path, as basename(1) has it, within the path: *len bytes.  "model/" is "model". */
const char *xs_file_base(size_t *len, const char *path);

/* `folder`/`name`; `name` alone when it is absolute or `folder` is NULL or "". */
char *xs_file_join(xs_arena *a, const char *folder, const char *name);

#endif
