/* SPDX-License-Identifier: MIT */
/* rerank.c - a program that uses librerank: prints a score for each text, in C and in C++ alike.
 *
 *	cc rerank.c -o rerank $(pkg-config --cflags --libs librerank)
 *	./rerank "how do I renew a certificate" "Certificates are renewed yearly." "Apples grow."
 *	./rerank -m FOLDER QUERY TEXT...       with a model of one's own
 *	./rerank -v QUERY TEXT...              with the library's messages */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rerank/rerank.h>

/* The library prints nothing by itself. */
static void example_log(void *user, xs_level level, const char *text)
{
	(void)level;
	fprintf((FILE *)user, "%s\n", text);
}

/* One line for each text: its score, or why it has none. */
static void example_print(const xs_score *score, const char *text)
{
	if (score->rc != XS_OK)
		printf("-       %s (%s)\n", text, xs_code_name(score->rc));
	else
		printf("%.4f  %s%s\n", (double)score->score, text,
		       score->truncated ? " (read in part)" : "");
}

static int example_score(xs_request *request, char **texts, size_t n)
{
	/* Zeroed: a field that is not set means what it meant before there was such a field. */
	xs_input *inputs = (xs_input *)calloc(n + 1, sizeof *inputs);
	xs_score *scores = (xs_score *)calloc(n + 1, sizeof *scores);
	xs_deadline deadline = xs_deadline_in(10000);
	int rc = XS_EINTERNAL;
	size_t i;

	if (inputs && scores) {
		for (i = 0; i < n; i++)
			inputs[i] = xs_input_text(texts[i]);
		rc = xs_request_score(scores, request, inputs, n, &deadline);
		/* Some texts may have a score even then: each says so itself. */
		for (i = 0; i < n; i++)
			example_print(&scores[i], texts[i]);
	}
	free(inputs);
	free(scores);
	return rc;
}

static int example_run(const char *folder, const char *query, char **texts, size_t n)
{
	xs_model *model = NULL;
	xs_reranker *reranker = NULL;
	xs_request *request = NULL;
	xs_rerank_options options;
	xs_input input = xs_input_text(query);
	int rc = xs_model_open(&model, folder);

	memset(&options, 0, sizeof options);
	options.precision = XS_PRECISION_INT8;
	if (rc == XS_OK)
		rc = xs_reranker_new(&reranker, model, &options, NULL);
	if (rc == XS_OK)
		rc = xs_request_new(&request, reranker, &input);
	if (rc == XS_OK)
		rc = example_score(request, texts, n);
	if (rc != XS_OK)
		fprintf(stderr, "rerank: %s\n", xs_error());
	/* In the opposite order; NULL is fine. */
	xs_request_free(request);
	xs_reranker_free(reranker);
	xs_model_close(model);
	return rc;
}

int main(int argc, char **argv)
{
	const char *folder = NULL;
	int i;

	for (i = 1; i < argc && argv[i][0] == '-'; i++) {
		if (strcmp(argv[i], "-v") == 0)
			xs_rerank_log_to(example_log, stderr, XS_LOG_DEBUG);
		else if (strcmp(argv[i], "-m") == 0 && i + 1 < argc)
			folder = argv[++i];
		else
			argc = 0;
	}
	if (argc - i < 2) {
		fprintf(stderr, "usage: rerank [-v] [-m FOLDER] QUERY TEXT...\n");
		return 2;
	}
	return example_run(folder, argv[i], argv + i + 1, (size_t)(argc - i - 1)) == XS_OK ? 0 : 1;
}
