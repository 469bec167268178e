/* SPDX-License-Identifier: MIT */
/* stamp.c - whether a model is still the one it was, told without reading it. */
#define _GNU_SOURCE
#include "rerank/embed.h"

#include <dirent.h>
#include <elf.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <xxhash.h>

#include "base/arena.h"
#include "base/file.h"
#include "rerank/builtin.h"

/* Whether a model may be read from a file of that name: several files of weights have any. */
static int stamp_is_file(const struct dirent *entry)
{
	/* By ending and not by name: an index may name any file. */
	static const char *const ends[] = {".json", ".txt", ".safetensors", ".bin"};
	size_t i, len = strlen(entry->d_name), n;

	for (i = 0; i < sizeof ends / sizeof *ends; i++) {
		n = strlen(ends[i]);
		if (len > n && strcmp(entry->d_name + len - n, ends[i]) == 0)
			return 1;
	}
	return 0;
}

static int stamp_is_folder(const struct dirent *entry)
{
	return entry->d_name[0] != '.' &&
	       (entry->d_type == DT_DIR || entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN);
}

/* The time of the last change of the inode is what nobody sets: a copy over the file with its size
 * and time kept is seen, too. */
static uint64_t stamp_files(const char *folder, uint64_t stamp)
{
	/* Sorted by name, as folders list their files in no order. */
	struct dirent **entries;
	xs_arena *a = xs_arena_new();
	struct stat st;
	int i, n = scandir(folder, &entries, stamp_is_file, alphasort);

	for (i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;

		if (stat(xs_file_join(a, folder, name), &st) == 0) {
			uint64_t values[] = {st.st_dev,
					     st.st_ino,
					     (uint64_t)st.st_size,
					     (uint64_t)st.st_mtim.tv_sec,
					     (uint64_t)st.st_mtim.tv_nsec,
					     (uint64_t)st.st_ctim.tv_sec,
					     (uint64_t)st.st_ctim.tv_nsec};

			stamp = XXH3_64bits_withSeed(name, strlen(name), stamp);
			stamp = XXH3_64bits_withSeed(values, sizeof values, stamp);
		}
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	xs_arena_free(a);
	return stamp;
}

/* The files of a folder and of those in it: an embedder has its pooling in one of its own. */
static uint64_t stamp_folder(const char *folder)
{
	uint64_t stamp = stamp_files(folder, 0);
	struct dirent **entries;
	xs_arena *a = xs_arena_new();
	int i, n = scandir(folder, &entries, stamp_is_folder, alphasort);

	for (i = 0; i < n; i++) {
		stamp = stamp_files(xs_file_join(a, folder, entries[i]->d_name), stamp);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	xs_arena_free(a);
	return stamp;
}

/* Rounded up to the alignment of a segment of notes, 4 or 8. */
static size_t stamp_aligned(size_t n, size_t alignment)
{
	return (n + alignment - 1) / alignment * alignment;
}

/* The linker's hash of all that it wrote (ELF note NT_GNU_BUILD_ID). */
static uint64_t stamp_note(const unsigned char *p, size_t len, size_t alignment)
{
	ElfW(Nhdr) note;
	size_t name, whole;

	while (len > sizeof note) {
		memcpy(&note, p, sizeof note);
		name = sizeof note + stamp_aligned(note.n_namesz, 4);
		whole = stamp_aligned(stamp_aligned(name, alignment) + note.n_descsz, alignment);
		if (whole > len)
			break;
		/* The name has four bytes with its NUL. */
		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
		    memcmp(p + sizeof note, "GNU", 4) == 0)
			return XXH3_64bits(p + name, note.n_descsz);
		p += whole;
		len -= whole;
	}
	return 0;
}

/* Looks into the program or shared object that holds the built-in model. */
static int stamp_object(struct dl_phdr_info *info, size_t size, void *out)
{
	uintptr_t at = (uintptr_t)xs_builtin_weights, base = info->dlpi_addr;
	bool here = false;
	uint64_t stamp = 0;
	int i;

	(void)size;
	for (i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *h = &info->dlpi_phdr[i];

		/* Unsigned: an address before the segment becomes a huge difference. */
		if (h->p_type == PT_LOAD && at - (base + h->p_vaddr) < h->p_memsz)
			here = true;
		if (h->p_type == PT_NOTE && !stamp)
			stamp = stamp_note((const unsigned char *)(base + h->p_vaddr), h->p_memsz,
					   h->p_align == 8 ? 8 : 4);
	}
	if (here)
		*(uint64_t *)out = stamp;
	return here;
}

uint64_t xs_embedder_model_stamp(const char *folder)
{
	/* Both models that are built in lie in one object. */
	return xs_model_stamp(folder);
}

uint64_t xs_model_stamp(const char *folder)
{
	uint64_t stamp = 0;

	if (folder)
		return stamp_folder(folder);
	dl_iterate_phdr(stamp_object, &stamp);
	return stamp;
}
