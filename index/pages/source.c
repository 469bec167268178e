/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source.c - what is there: folders breadth first, each once; files by kind. */
#define _GNU_SOURCE
#include "index/pages/source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <magic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "index/pages/html_select.h"
#include "index/pages/jsonl.h"

/* What libmagic needs to tell text from other bytes; more would only read more. */
enum { SOURCE_LOOK = 4096 }; /* bytes that libmagic is shown */

/* A folder to be read. */
typedef struct source_folder {
	const char *path, *rel;
} source_folder;

typedef struct source_folders {
	source_folder *list;
	size_t n, cap;
} source_folders;

typedef struct source_place {
	dev_t dev;
	ino_t ino;
} source_place;

typedef struct source_walker {
	const xs_source *source;
	xs_arena *a;
	const xs_kind *want; /* NULL: told by name and content */
	xs_items items;
	source_folders folders, links; /* links are read when all real folders are */
	source_place *seen;	       /* sorted */
	size_t n_seen, seen_cap;
	magic_t magic; /* NULL until needed */
	xs_source_others *others;
} source_walker;

/* The MIME type that libmagic finds in the first bytes; "": none. */
static const char *source_type(source_walker *w, const char *path)
{
	char bytes[SOURCE_LOOK];
	const char *type;
	/* Not to wait for a pipe that has come in the file's place. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t got = fd >= 0 ? read(fd, bytes, sizeof bytes) : 0;

	if (fd >= 0)
		close(fd);
	if (got <= 0)
		return "";
	if (!w->magic) {
		/* What is in archives is not read, so it need not be looked into. */
		w->magic = magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS |
				      MAGIC_NO_CHECK_TAR | MAGIC_NO_CHECK_ELF);
		if (w->magic && magic_load(w->magic, NULL) < 0) {
			magic_close(w->magic);
			w->magic = NULL;
		}
	}
	type = w->magic ? magic_buffer(w->magic, bytes, (size_t)got) : NULL;
	return type ? type : "";
}

/* Without FNM_PATHNAME: `*.html` means the files of all folders, as people expect. */
static bool source_matches(const char *const *patterns, const char *rel)
{
	const char *slash = strrchr(rel, '/'), *name = slash ? slash + 1 : rel;

	for (; *patterns; patterns++)
		if (!fnmatch(*patterns, rel, 0) || !fnmatch(*patterns, name, 0))
			return true;
	return false;
}

/* Whether include and exclude leave a file in. */
static bool source_wanted(const xs_source *s, const char *rel)
{
	if (s->include && s->include[0] && !source_matches(s->include, rel))
		return false;
	return !s->exclude || !source_matches(s->exclude, rel);
}

const xs_filter *xs_source_filter_named(const xs_source *s, const char *rel)
{
	for (size_t i = 0; i < s->n_filters; i++)
		if (source_matches(s->filters[i].include, rel))
			return &s->filters[i];
	return NULL;
}

const xs_filter *xs_source_filter_typed(const xs_source *s, const char *type)
{
	const char *const *at;

	for (size_t i = 0; i < s->n_filters; i++)
		for (at = s->filters[i].types; *at; at++)
			if (!strcasecmp(*at, type))
				return &s->filters[i];
	return NULL;
}

/* Looks into a file whose name tells nothing. */
static void source_kind_content(source_walker *w, xs_source_item *file)
{
	const char *type = source_type(w, file->path);

	file->filter = xs_source_filter_typed(w->source, type);
	file->kind = file->filter ? xs_kind_named(file->filter->output) : xs_kind_mime(type);
}

/* Finds what a file of a folder is; without a kind it is nothing to index. */
static void source_kind(source_walker *w, xs_source_item *file)
{
	bool named = w->source->include && w->source->include[0], known;

	/* A type that is set is that of all files a pattern names; else the extension has to
	 * agree. */
	if (w->want) {
		file->kind = named || xs_kind_has(w->want, file->rel) ? w->want : NULL;
		return;
	}
	file->kind = xs_kind_extension(&known, file->rel);
	/* The site's owner may have another opinion of an extension. */
	file->filter = xs_source_filter_named(w->source, file->rel);
	if (file->filter)
		file->kind = xs_kind_named(file->filter->output);
	/* A pattern may name what the extension would leave out. */
	else if (!file->kind && (!known || named))
		source_kind_content(w, file);
}

/* A failure takes the place of what could not be listed, so that the run can tell it. */
static void source_error(source_walker *w, const char *path, const char *rel, const char *keep,
			 const char *why)
{
	xs_source_item *item = xs_items_add(&w->items);

	item->path = item->key = path;
	item->rel = rel;
	item->rc = XS_EIO;
	item->error = why;
	item->keep = keep;
}

/* Adds a file whose kind is found. */
static void source_file(source_walker *w, xs_source_item *file, const struct stat *st)
{
	file->key = file->path;
	file->size = (int64_t)st->st_size;
	file->mtime_ns = (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
	if (!file->kind->list)
		*xs_items_add(&w->items) = *file;
	else if (file->kind->list(&w->items, w->a, file) < 0)
		source_error(w, file->path, file->rel, xs_arena_printf(w->a, "%s#", file->path),
			     xs_arena_dup(w->a, xs_error()));
}

/* Notes that a folder is read; false: it was before. */
static bool source_first(source_walker *w, const struct stat *st)
{
	size_t low = 0, high = w->n_seen, mid;
	const source_place *p;

	while (low < high) {
		mid = (low + high) / 2;
		p = &w->seen[mid];
		if (p->dev == st->st_dev && p->ino == st->st_ino)
			return false;
		if (p->dev < st->st_dev || (p->dev == st->st_dev && p->ino < st->st_ino))
			low = mid + 1;
		else
			high = mid;
	}
	w->seen = xs_grow(w->seen, w->n_seen, &w->seen_cap, sizeof *w->seen);
	memmove(&w->seen[low + 1], &w->seen[low], (w->n_seen - low) * sizeof *w->seen);
	w->seen[low] = (source_place){st->st_dev, st->st_ino};
	w->n_seen++;
	return true;
}

/* A list, no recursion: folders may be as deep as the file system allows. */
static void source_folder_later(source_folders *to, const char *path, const char *rel)
{
	to->list = xs_grow(to->list, to->n, &to->cap, sizeof *to->list);
	to->list[to->n++] = (source_folder){path, rel};
}

/* What generators put beside the pages: of Sphinx, folders with the pages' sources once more and with
 * scripts; of Javadoc, lists of packages for other programs and licences of its own scripts. */
static bool source_is_made(source_walker *w, const source_folder *f, const char *name)
{
	const xs_source *s = w->source;
	bool chosen = (s->type && xs_kind_named(s->type)) || (s->include && s->include[0]);

	if (chosen)
		return false;
	if (!strcmp(name, "legal"))
		return access(xs_file_join(w->a, f->path, "element-list"), F_OK) == 0;
	return !strcmp(name, "_sources") || !strcmp(name, "_static") ||
	       !strcmp(name, "element-list") || !strcmp(name, "package-list");
}

/* Counts a file that is left out for its kind. */
static void source_other(source_walker *w, const char *rel)
{
	const char *extension = w->others ? xs_kind_other(rel) : NULL;
	size_t i;

	if (!extension)
		return;
	/* Pointers will do: xs_kind_other() gives the strings of its table. */
	for (i = 0; i < w->others->n && w->others->list[i].extension != extension;)
		i++;
	if (i == XS_SOURCE_OTHERS)
		return;
	if (i == w->others->n)
		w->others->list[w->others->n++].extension = extension;
	w->others->list[i].files++;
	w->others->files++;
}

static void source_entry(source_walker *w, const source_folder *f, const char *name)
{
	const char *path = xs_file_join(w->a, f->path, name),
		   *rel = xs_file_join(w->a, f->rel, name);
	xs_source_item file = {.path = path, .rel = rel};
	struct stat st, link;

	if (lstat(path, &link) < 0 || stat(path, &st) < 0) {
		/* Gone since it was listed, or a link to nothing. */
		if (errno != ENOENT && errno != ELOOP)
			source_error(w, path, rel, path,
				     xs_arena_printf(w->a, "stat %s: %s", path, strerror(errno)));
		return;
	}
	if (source_is_made(w, f, name))
		return;
	if (S_ISDIR(st.st_mode)) {
		/* `exclude` leaves out whole folders.  `include` does not: "*.html" names none. */
		if (!(w->source->exclude && source_matches(w->source->exclude, rel)))
			source_folder_later(S_ISLNK(link.st_mode) ? &w->links : &w->folders, path,
					    rel);
		return;
	}
	if (!S_ISREG(st.st_mode) || !source_wanted(w->source, rel))
		return;
	source_kind(w, &file);
	/* Files of other kinds are only counted: someone may wonder where they are. */
	if (file.kind)
		source_file(w, &file, &st);
	else
		source_other(w, rel);
}

/* Reads one folder. */
static void source_read(source_walker *w, const source_folder *f)
{
	DIR *d = opendir(f->path);
	struct dirent *entry;
	struct stat st;
	const char *why;

	/* A folder may be reached twice, and by a link to one above it for ever. */
	if (d && fstat(dirfd(d), &st) == 0 && !source_first(w, &st)) {
		closedir(d);
		return;
	}
	/* readdir() tells its end from a failure by errno alone; opendir()'s reason is kept. */
	if (d)
		errno = 0;
	while (d && (entry = readdir(d))) {
		/* Hidden files are caches and settings. */
		if (entry->d_name[0] != '.')
			source_entry(w, f, entry->d_name);
		errno = 0;
	}
	if (!d || errno) {
		/* Its pages are kept (`keep`): they are not gone, only not to be seen now. */
		why = xs_arena_printf(w->a, "read the folder %s: %s", f->path, strerror(errno));
		source_error(w, xs_arena_printf(w->a, "%s/", f->path), f->rel,
			     xs_arena_printf(w->a, "%s/", f->path), why);
	}
	if (d)
		closedir(d);
}

static void source_read_all(source_walker *w)
{
	source_folder next;
	size_t i, links = 0;

	/* Links last: so a page goes by its real path where it has one. */
	for (i = 0; i < w->folders.n || links < w->links.n;) {
		if (i == w->folders.n) {
			next = w->links.list[links++];
		} else {
			next = w->folders.list[i++];
		}
		source_read(w, &next);
	}
}

/* Lines of one URL stand in their order, so that the first of them counts. */
static int source_compare(const void *a, const void *b)
{
	const xs_source_item *x = a, *y = b;
	int order = strcmp(x->key, y->key);

	return order ? order : (x->line > y->line) - (x->line < y->line);
}

/* Sorts; a line whose URL was met before in its file becomes an error. */
static void source_sort(source_walker *w)
{
	xs_source_item *list = w->items.list;
	bool again = false;
	size_t i, first;

	if (w->items.n)
		qsort(list, w->items.n, sizeof *list, source_compare);
	for (i = 1, first = 0; i < w->items.n; i++) {
		if (strcmp(list[i].key, list[first].key) != 0) {
			first = i;
			continue;
		}
		again = true;
		list[i].error =
			xs_arena_printf(w->a, "%s:%ld:1: the URL %s is that of line %ld",
					list[i].path, list[i].line,
					list[i].key + strlen(list[i].path) + 1, list[first].line);
		list[i].rc = XS_EFORMAT;
	}
	/* Only now, as the keys were needed for comparing. */
	for (i = 0; again && i < w->items.n; i++)
		if (list[i].rc < 0 && list[i].line) {
			list[i].key = xs_arena_printf(w->a, "%s:%ld", list[i].path, list[i].line);
			list[i].keep = xs_arena_printf(w->a, "%s#", list[i].path);
		}
	if (again)
		qsort(list, w->items.n, sizeof *list, source_compare);
}

/* A source that is not there, or that may not be read, is a wrong setting; any other reason is the
 * system's. */
static int source_fail(const char *path)
{
	bool wrong = errno == ENOENT || errno == ENOTDIR || errno == EACCES;

	return xs_fail(wrong ? XS_EINPUT : XS_EIO, "the source %s: %s", path, strerror(errno));
}

/* Now, and not when the first page is read. */
static int source_check(const xs_source *s)
{
	const char *const *at;
	int rc = XS_OK;

	for (at = s->keep_elements; at && *at && rc == XS_OK; at++)
		rc = xs_html_select_check("sources.keep_elements", *at);
	for (at = s->drop_elements; at && *at && rc == XS_OK; at++)
		rc = xs_html_select_check("sources.drop_elements", *at);
	return rc;
}

/* Begins with the source's path: a folder, or one file of any name. */
static int source_start(source_walker *w)
{
	const char *path = w->source->path, *slash = strrchr(path, '/');
	char *folder = xs_arena_dup(w->a, path);
	struct stat st, apart;
	xs_source_item file = {.path = folder, .rel = xs_arena_dup(w->a, slash ? slash + 1 : path)};
	size_t len = strlen(folder);

	if (stat(path, &st) < 0)
		return source_fail(path);
	/* Keys are paths: they are the same with and without a slash at the end. */
	while (len > 1 && folder[len - 1] == '/')
		folder[--len] = '\0';
	if (S_ISDIR(st.st_mode)) {
		if (access(path, R_OK | X_OK) < 0)
			return source_fail(path);
		/* As if it had been read. */
		if (w->source->apart && stat(w->source->apart, &apart) == 0)
			source_first(w, &apart);
		source_folder_later(&w->folders, folder, "");
		source_read_all(w);
		return XS_OK;
	}
	if (!S_ISREG(st.st_mode))
		return xs_fail(XS_EINPUT, "the source %s: expected a folder or a file", path);
	source_kind(w, &file);
	/* It is named, so its extension alone does not leave it out. */
	if (!file.kind && w->want)
		file.kind = w->want;
	else if (!file.kind)
		source_kind_content(w, &file);
	if (!file.kind)
		return xs_fail(XS_EINPUT, "the source %s: expected %s", path,
			       xs_kind_names(w->a, true));
	/* One file that cannot be read is a wrong setting, and not one page that failed. */
	if (file.kind->list && access(path, R_OK) < 0)
		return source_fail(path);
	source_file(w, &file, &st);
	return XS_OK;
}

int xs_source_walk(xs_source_item **items, size_t *n, xs_source_others *others, xs_arena *a,
		   const xs_source *s)
{
	source_walker w = {.source = s, .a = a, .others = others};
	int rc;

	*items = NULL;
	*n = 0;
	if (s->type && *s->type && strcmp(s->type, "auto") != 0) {
		w.want = xs_kind_named(s->type);
		if (!w.want)
			return xs_fail(XS_EINPUT,
				       "the source %s has the type \"%s\", expected auto, %s",
				       s->path, s->type, xs_kind_names(a, false));
	}
	rc = source_check(s);
	if (rc == XS_OK)
		rc = source_start(&w);
	if (rc == XS_OK) {
		source_sort(&w);
		*n = w.items.n;
		*items = xs_arena_array(a, *n, sizeof **items);
		if (*n)
			memcpy(*items, w.items.list, *n * sizeof **items);
	}
	if (w.magic)
		magic_close(w.magic);
	free(w.items.list);
	free(w.folders.list);
	free(w.links.list);
	free(w.seen);
	return rc;
}
