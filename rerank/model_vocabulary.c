/* SPDX-License-Identifier: MIT */
/* model_vocabulary.c - which files of a folder hold its vocabulary. */
#include <string.h>

#include "rerank/config.h"
#include "rerank/model.h"

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
static int vocabulary_map(xs_model *m, const char *path)
{
	int rc = xs_map_open(&m->vocabulary_file, path);

	m->vocabulary_bytes += m->vocabulary_file.len;
	return rc;
}

int xs_model_vocabulary(xs_model *m, const char *folder)
{
	char *json = xs_file_join(m->arena, folder, "tokenizer.json");
	char *lines = xs_file_join(m->arena, folder, "vocab.txt"), *config = NULL;
	const xs_map *map = &m->vocabulary_file;
	xs_wordpiece_options options = xs_wordpiece_uncased;
	int rc = vocabulary_config(&config, m, folder);

	if (rc == XS_OK)
		rc = vocabulary_map(m, json);
	if (rc == XS_OK)
		return xs_wordpiece_from_json(&m->wordpiece, (const char *)map->data, map->len,
					      config, json);
	if (rc == XS_ENOTFOUND)
		rc = vocabulary_map(m, lines);
	if (rc < 0)
		return rc == XS_ENOTFOUND ? XS_OK : rc;
	if (config)
		xs_config_wordpiece(&options, config);
	return xs_wordpiece_new(&m->wordpiece, (const char *)map->data, map->len, lines, &options);
}
