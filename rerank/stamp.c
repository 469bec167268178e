/* SPDX-License-Identifier: MIT */
/* stamp.c - whether a model is still the one it was, told without reading it. */
#define _GNU_SOURCE
#include "rerank/rerank.h"

#include <elf.h>
#include <link.h>
#include <string.h>
#include <sys/stat.h>
#include <xxhash.h>

#include "base/arena.h"
#include "base/file.h"
#include "rerank/builtin.h"

/* Every file that a model may be read from. */
static const char *const stamp_files[] = {"config.json",       "model.safetensors",
					  "pytorch_model.bin", "vocab.txt",
					  "tokenizer.json",    "tokenizer_config.json"};
enum { STAMP_FILES = sizeof stamp_files / sizeof *stamp_files, STAMP_VALUES = 7 };

/* The time of the last change of the inode is what nobody sets: a copy over the file with its size
 * and time kept is seen, too. */
static uint64_t stamp_folder(const char *folder)
{
	uint64_t values[STAMP_FILES][STAMP_VALUES] = {{0}};
	xs_arena *a = xs_arena_new();
	struct stat st;
	size_t i, found = 0;

	for (i = 0; i < STAMP_FILES; i++) {
		uint64_t *v = values[i];

		if (stat(xs_file_join(a, folder, stamp_files[i]), &st) < 0)
			continue;
		found++;
		v[0] = st.st_dev;
		v[1] = st.st_ino;
		v[2] = (uint64_t)st.st_size;
		v[3] = (uint64_t)st.st_mtim.tv_sec;
		v[4] = (uint64_t)st.st_mtim.tv_nsec;
		v[5] = (uint64_t)st.st_ctim.tv_sec;
		v[6] = (uint64_t)st.st_ctim.tv_nsec;
	}
	xs_arena_free(a);
	return found ? XXH3_64bits(values, sizeof values) : 0;
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

uint64_t xs_model_stamp(const char *folder)
{
	uint64_t stamp = 0;

	if (folder)
		return stamp_folder(folder);
	dl_iterate_phdr(stamp_object, &stamp);
	return stamp;
}
