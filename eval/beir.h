/* SPDX-License-Identifier: GPL-2.0-or-later */
/* beir.h - corpora and queries as JSON lines, in the form of BEIR (arXiv 2104.08663).
 *
 * Errors are XS_EINPUT with "FILE:LINE: sentence", or XS_EIO.  All strings live in the arena. */
#ifndef XS_EVAL_BEIR_H
#define XS_EVAL_BEIR_H

#include <stddef.h>

#include "base/arena.h"
#include "eval/name_place.h"

/* A line {"_id": …, "title": …, "text": …}; _id may be a number, and "id" stands for it too. */
typedef struct xs_beir_row {
	const char *id;
	const char *title; /* "" if none */
	const char *text;
} xs_beir_row;

typedef struct xs_beir {
	xs_beir_row *rows; /* in the order of the file */
	size_t n;
	xs_name_place *names; /* places of rows by id */
} xs_beir;

/* Reads a file; an id that stands twice is an error. */
int xs_beir_read(xs_beir *out, xs_arena *a, const char *path);

/* The files of a collection; NULL: not given. */
typedef struct xs_beir_files {
	const char *corpus, *queries, *qrels;
} xs_beir_files;

/* Fills what is NULL in `files` with the files of a BEIR folder: corpus.jsonl, queries.jsonl and
 * qrels/SPLIT.tsv; where there is no folder qrels, qrels.tsv is for every split.  XS_EINPUT: there
 * is no such folder. */
int xs_beir_folder(xs_beir_files *files, xs_arena *a, const char *folder, const char *split);

/* The row of that id, or NULL. */
const xs_beir_row *xs_beir_find(const xs_beir *file, const char *id);

/* The text that is scored for a row: "title. text", in `a`. */
const char *xs_beir_text(const xs_beir_row *row, xs_arena *a);

#endif
