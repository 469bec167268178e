/* SPDX-License-Identifier: MIT */
/* model_vocabulary.c - which files of a folder hold its vocabulary. */
#include <string.h>

#include "rerank/bpe.h"
#include "rerank/config.h"
#include "rerank/model.h"
#include "rerank/wordpiece.h"

enum { VOCABULARY_CONFIG = 4 << 20 };

/* The text of the folder's tokenizer_config.json; NULL without one. */
static int vocabulary_config(char **out, const xs_model *m, const char *folder)
{
	int rc = xs_file_read(out, NULL, m->arena,
			      xs_file_join(m->arena, folder, "tokenizer_config.json"),
			      VOCABULARY_CONFIG);

	return rc == XS_ENOTFOUND ? XS_OK : rc;
}

/* Maps a file of the vocabulary; XS_ENOTFOUND without it. */
static int vocabulary_map(xs_map *map, xs_model *m, const char *path)
{
	int rc = xs_map_open(map, path);

	m->vocabulary_bytes += map->len;
	return rc;
}

/* A tokenizer.json of either kind: who refuses the first has a look at the second. */
static int vocabulary_json(xs_model *m, const xs_map *map, const char *config, const char *name)
{
	const char *bytes = (const char *)map->data;
	xs_wordpiece *wordpiece;
	xs_bpe *bpe;
	int rc = xs_wordpiece_from_json(&wordpiece, bytes, map->len, config, name);

	if (rc == XS_OK)
		m->tokenizer = (xs_tokenizer){&xs_tokenizer_wordpiece, wordpiece};
	if (rc != XS_ENOTFOUND)
		return rc;
	rc = xs_bpe_from_json(&bpe, bytes, map->len, name);
	if (rc == XS_OK)
		m->tokenizer = (xs_tokenizer){&xs_tokenizer_bpe, bpe};
	return rc;
}

/* vocab.json, which is mapped, and the merges.txt beside it. */
static int vocabulary_files(xs_model *m, const xs_map *map, const char *folder, const char *name)
{
	char *path = xs_file_join(m->arena, folder, "merges.txt");
	xs_map merges = {0};
	xs_bpe *bpe;
	int rc = vocabulary_map(&merges, m, path);

	if (rc == XS_ENOTFOUND)
		return xs_fail(XS_EFORMAT, "%s is missing, which belongs to %s", path, name);
	if (rc == XS_OK)
		rc = xs_bpe_from_files(&bpe, (const char *)map->data, map->len,
				       (const char *)merges.data, merges.len, name, path);
	if (rc == XS_OK)
		m->tokenizer = (xs_tokenizer){&xs_tokenizer_bpe, bpe};
	xs_map_close(&merges);
	return rc;
}

/* A vocab.txt, which is mapped as long as the model lives. */
static int vocabulary_lines(xs_model *m, const xs_map *map, const char *config, const char *name)
{
	xs_wordpiece_options options = xs_wordpiece_uncased;
	xs_wordpiece *wordpiece;
	int rc;

	if (config)
		xs_config_wordpiece(&options, config);
	rc = xs_wordpiece_new(&wordpiece, (const char *)map->data, map->len, name, &options);
	if (rc == XS_OK)
		m->tokenizer = (xs_tokenizer){&xs_tokenizer_wordpiece, wordpiece};
	return rc;
}

int xs_model_vocabulary(xs_model *m, const char *folder)
{
	char *json = xs_file_join(m->arena, folder, "tokenizer.json");
	char *lines = xs_file_join(m->arena, folder, "vocab.txt"), *config = NULL;
	char *bpe = xs_file_join(m->arena, folder, "vocab.json");
	xs_map *map = &m->vocabulary_file;
	int rc = vocabulary_config(&config, m, folder);

	if (rc == XS_OK)
		rc = vocabulary_map(map, m, json);
	if (rc == XS_OK)
		return vocabulary_json(m, map, config, json);
	if (rc == XS_ENOTFOUND)
		rc = vocabulary_map(map, m, lines);
	if (rc == XS_OK)
		return vocabulary_lines(m, map, config, lines);
	if (rc == XS_ENOTFOUND)
		rc = vocabulary_map(map, m, bpe);
	if (rc == XS_OK)
		return vocabulary_files(m, map, folder, bpe);
	return rc == XS_ENOTFOUND ? XS_OK : rc;
}
