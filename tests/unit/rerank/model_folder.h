/* SPDX-License-Identifier: MIT */
/* model_folder.h - a temporary model folder, and what is said of it; after cmocka.h. */
#ifndef XS_TESTS_UNIT_RERANK_MODEL_FOLDER_H
#define XS_TESTS_UNIT_RERANK_MODEL_FOLDER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "rerank/model.h"
#include "tests/unit/rerank/golden.h"

typedef struct fixture {
	xs_arena *a;
	char *folder;  /* a temporary model folder */
	char *config;  /* text of t32's config.json */
	char *weights; /* bytes of its model.safetensors */
	size_t n;
} fixture;

static inline int set_up(void **state)
{
	static fixture f;
	char folder[] = "/tmp/xs-model-XXXXXX";

	f.a = xs_arena_new();
	assert_non_null(mkdtemp(folder));
	f.folder = xs_arena_dup(f.a, folder);
	assert_int_equal(xs_file_read(&f.config, NULL, f.a, golden_path(f.a, "t32/config.json"),
				      1 << 20),
			 0);
	assert_int_equal(xs_file_read(&f.weights, &f.n, f.a,
				      golden_path(f.a, "t32/model.safetensors"), 1 << 24),
			 0);
	*state = &f;
	return 0;
}

static inline void put(const fixture *f, const char *name, const void *bytes, size_t len)
{
	assert_int_equal(xs_file_write(xs_file_join(f->a, f->folder, name), bytes, len), XS_OK);
}

static inline void drop(const fixture *f, const char *name)
{
	unlink(xs_file_join(f->a, f->folder, name));
}

static inline int tear_down(void **state)
{
	static const char *const names[] = {"config.json",
					    "model.safetensors",
					    "vocab.txt",
					    "tokenizer.json",
					    "tokenizer_config.json",
					    "pytorch_model.bin",
					    "model.safetensors.index.json",
					    "model-00001-of-00002.safetensors",
					    "model-00002-of-00002.safetensors"};
	fixture *f = *state;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		drop(f, names[i]);
	rmdir(f->folder);
	xs_arena_free(f->a);
	return 0;
}

/* Opening the folder fails with that code, in a sentence that holds `word`. */
static inline void refuses(const fixture *f, int code, const char *word)
{
	xs_model *m = (void *)f;

	assert_int_equal(xs_model_open(&m, f->folder), code);
	assert_null(m);
	if (!strstr(xs_error(), word))
		fail_msg("\"%s\" does not say \"%s\"", xs_error(), word);
}

/* The config with the first `from` replaced. */
static inline void config_with(const fixture *f, const char *from, const char *to)
{
	char *at = strstr(f->config, from), *text;

	assert_non_null(at);
	text = xs_arena_printf(f->a, "%.*s%s%s", (int)(at - f->config), f->config, to,
			       at + strlen(from));
	put(f, "config.json", text, strlen(text));
}

#endif
