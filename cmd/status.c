/* SPDX-License-Identifier: GPL-2.0-or-later */
/* status.c - the command `status`: what the index holds, and what failed. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include <jansson.h>

#include "cmd/option.h"
#include "cmd/print.h"
#include "cmd/site.h"
#include "plugin/json.h"

enum { STATUS_JSON };
/* More are counted, and not listed. */
enum { STATUS_FAILURES = 1000 };

const xs_cmd_option cmd_status_options[] = {
	{"json", 'j', NULL, NULL, "print JSON"},
	{NULL, 0, NULL, NULL, NULL},
};

/* "never" for an index that was made and not yet written.  UTC, as in the command `log`. */
static void status_time(char out[32], int64_t seconds)
{
	time_t at = (time_t)seconds;
	struct tm tm;

	if (!seconds || !gmtime_r(&at, &tm) || !strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm))
		snprintf(out, 32, "never");
}

typedef enum status_match { STATUS_UNKNOWN, STATUS_SAME, STATUS_OTHER } status_match;

/* Whether the vectors are those of the embedder that the settings name. */
static status_match status_embedder(const xs_cmd *c, const xs_index_status *s)
{
	xs_embedding_model *e;
	status_match match = STATUS_UNKNOWN;
	uint64_t identity;

	if (!s->vectors)
		return match;
	e = xs_embedding_model_new(c->conf, NULL);
	if (xs_embedding_model_identity(&identity, e) == XS_OK)
		match = identity == s->vectors_identity ? STATUS_SAME : STATUS_OTHER;
	xs_embedding_model_free(e);
	return match;
}

static void status_vectors(const xs_index_status *s, status_match match)
{
	static const char *const said[] = {
		[STATUS_UNKNOWN] =
			"; the embedder cannot be opened: \"xapian-search check\" says why",
		[STATUS_SAME] = "",
		[STATUS_OTHER] = "; of another embedder: \"xapian-search index\" makes them anew",
	};

	if (s->vectors)
		printf("vectors       %" PRIu64 " passages, %s%s\n", s->vectors,
		       print_bytes(s->vectors_bytes), said[match]);
	else if (s->vectors_damaged)
		printf("vectors       cannot be read: \"xapian-search check\" says why\n");
}

/* Lines of name and value, to be read and to be searched with grep; failures last, as they are many
 * or none. */
static void status_text(const xs_cmd *c, const xs_index_status *s, const xs_index_failure *failures,
			size_t n, status_match match)
{
	char updated[32];

	status_time(updated, s->updated);
	/* Of shards only Xapian's side is known: their stores are on other machines. */
	if (c->conf->index.shards.n) {
		printf("shards        %zu\ndocuments     %" PRIu64 "\n", c->conf->index.shards.n,
		       s->documents);
		return;
	}
	printf("index         ");
	print_text(stdout, c->conf->index.path);
	printf("\nupdated       %s\npages         %" PRIu64 "\npassages      %" PRIu64 "\n",
	       updated, s->pages, s->passages);
	if (s->pending)
		printf("pending       %" PRIu64 ", added by the next \"xapian-search index\"\n",
		       s->pending);
	if (s->noindex)
		printf("left out      %" PRIu64 ", not to be indexed\n", s->noindex);
	printf("text read     %s\non disk       %s store, %s index\n", print_bytes(s->bytes),
	       print_bytes(s->site_bytes), print_bytes(s->xapian_bytes));
	status_vectors(s, match);
	if (*s->languages)
		printf("languages     %s\n", s->languages);
	printf("failed        %" PRIu64 "\n", s->failed);
	for (size_t i = 0; i < n; i++) {
		printf("    ");
		print_text(stdout, failures[i].error);
		putchar('\n');
	}
}

/* A table, so that a count of xs_index_status is one row here. */
static void status_json(const xs_index_status *s, const xs_index_failure *failures, size_t n,
			status_match match)
{
	const struct {
		const char *key;
		uint64_t value;
	} counts[] = {
		{"pages", s->pages},
		{"passages", s->passages},
		{"documents", s->documents},
		{"pending", s->pending},
		{"noindex", s->noindex},
		{"failed", s->failed},
		{"bytes", s->bytes},
		{"site_bytes", s->site_bytes},
		{"xapian_bytes", s->xapian_bytes},
		{"vectors", s->vectors},
		{"vectors_bytes", s->vectors_bytes},
		{"generation", (uint64_t)s->generation},
	};
	json_t *out = json_object(), *list = json_array();
	char text[32];

	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		json_object_set_new(out, counts[i].key, json_integer((json_int_t)counts[i].value));
	status_time(text, s->updated);
	json_object_set_new(out, "updated", s->updated ? json_string(text) : json_null());
	/* As text: many readers of JSON keep 53 bits of a number. */
	snprintf(text, sizeof text, "%016" PRIx64, s->vocabulary);
	json_object_set_new(out, "vocabulary", s->vocabulary ? json_string(text) : json_null());
	snprintf(text, sizeof text, "%016" PRIx64, s->vectors_identity);
	json_object_set_new(out, "vectors_identity",
			    s->vectors_identity ? json_string(text) : json_null());
	json_object_set_new(out, "vectors_usable",
			    match == STATUS_UNKNOWN ? json_null()
						    : json_boolean(match == STATUS_SAME));
	json_object_set_new(out, "languages", xs_json_text(s->languages));
	for (size_t i = 0; i < n; i++) {
		json_t *one = json_object();

		json_object_set_new(one, "key", xs_json_text(failures[i].key));
		json_object_set_new(one, "error", xs_json_text(failures[i].error));
		json_array_append_new(list, one);
	}
	json_object_set_new(out, "failures", list);
	print_json(out);
}

int cmd_status(xs_cmd *c, int argc, char **argv)
{
	static xs_index_failure failures[STATUS_FAILURES];
	xs_index_status status = {0};
	xs_index *ix = NULL;
	status_match match = STATUS_UNKNOWN;
	bool json = false;
	const char *arg;
	size_t n = 0;
	int row, rc;

	while ((row = option_next(&arg, c, argc, argv, cmd_status_options)) >= 0)
		json = true;
	if (row == OPTION_STOP)
		return c->rc;
	if (optind < argc)
		return cmd_usage(c, "unexpected \"%s\"", argv[optind]);
	rc = cmd_settings(c);
	if (rc == XS_OK)
		rc = site_index_open(&ix, c);
	if (rc == XS_OK)
		rc = xs_index_status_get(&status, c->arena, ix);
	/* Failures are in the store, and shards have theirs elsewhere. */
	if (rc == XS_OK && !c->conf->index.shards.n)
		rc = xs_index_failures(failures, &n, STATUS_FAILURES, c->arena, ix);
	if (rc == XS_OK)
		match = status_embedder(c, &status);
	if (rc == XS_OK && json)
		status_json(&status, failures, n, match);
	else if (rc == XS_OK)
		status_text(c, &status, failures, n, match);
	xs_index_close(ix);
	return rc == XS_OK ? CMD_OK : cmd_failed(c, rc);
}
