/* SPDX-License-Identifier: GPL-2.0-or-later */
/* replay.c - runs a fuzz target over its corpus, where libFuzzer is not linked in.
 *
 * Arguments are files, or folders of them; without, tests/fuzz/corpus/NAME for the program
 * fuzz_NAME.  A target that finds a fault aborts. */
#define _GNU_SOURCE
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whether the file could be read.  The target gets a copy of exactly its size, so that
 * AddressSanitizer sees a read beyond the end. */
static size_t replay_file(const char *path)
{
	xs_map map;
	uint8_t *copy;

	if (xs_map_open(&map, path) != XS_OK) {
		fprintf(stderr, "%s\n", xs_error());
		return 0;
	}
	fprintf(stderr, "%s\n", path);
	copy = malloc(map.len ? map.len : 1);
	if (map.len)
		memcpy(copy, map.data, map.len);
	LLVMFuzzerTestOneInput(copy, map.len);
	free(copy);
	xs_map_close(&map);
	return 1;
}

/* How many files were run. */
static size_t replay(xs_arena *a, const char *path)
{
	struct dirent **entries;
	int n = scandir(path, &entries, NULL, alphasort);
	size_t done = 0;

	if (n < 0)
		return replay_file(path);
	for (int i = 0; i < n; i++) {
		if (entries[i]->d_name[0] != '.')
			done += replay_file(xs_file_join(a, path, entries[i]->d_name));
		free(entries[i]);
	}
	free(entries);
	return done;
}

int main(int argc, char **argv)
{
	const char *top = getenv("top_srcdir"), *name = strstr(basename(argv[0]), "fuzz_");
	xs_arena *a = xs_arena_new();
	size_t done = 0;

	for (int i = 1; i < argc; i++)
		done += replay(a, argv[i]);
	if (argc == 1 && name)
		done = replay(a, xs_arena_printf(a, "%s/tests/fuzz/corpus/%s", top ? top : ".",
						 name + strlen("fuzz_")));
	xs_arena_free(a);
	printf("%zu inputs\n", done);
	return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
