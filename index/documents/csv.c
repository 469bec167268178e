/* SPDX-License-Identifier: GPL-2.0-or-later */
/* csv.c - tables as text (RFC 4180, and with other separators), by libcsv. */
#include <csv.h>
#include <string.h>

#include "base/arena.h"
#include "index/documents/html_out.h"
#include "index/documents/plain.h"

/* A table with more columns is none that people read. */
enum { CSV_COLUMNS = 1000 };

/* The first row names the columns, and each value is told with its column: a row stands for itself then, also where a
 * passage begins with it. */
typedef struct csv_table {
	xs_buf *html;
	xs_arena *a;
	const char *names[CSV_COLUMNS]; /* NULL: it has none */
	size_t column, rows, values;	/* of the row; of the table */
	bool words;
} csv_table;

/* The separator that the first line has most of; a comma where it has none. */
static char csv_separator(const char *bytes, size_t len)
{
	static const char signs[] = ",;\t|";
	const char *end = memchr(bytes, '\n', len);
	size_t line = end ? (size_t)(end - bytes) : len, most = 0;
	char found = ',';

	for (const char *sign = signs; *sign; sign++) {
		size_t n = 0;

		for (size_t i = 0; i < line; i++)
			n += bytes[i] == *sign;
		if (n > most) {
			most = n;
			found = *sign;
		}
	}
	return found;
}

static void csv_cell(void *text, size_t len, void *user)
{
	csv_table *t = user;
	size_t column = t->column++;
	const char *name = column < CSV_COLUMNS ? t->names[column] : NULL;

	if (!len)
		return;
	t->words = true;
	xs_buf_puts(t->html, t->values++ ? ", " : "<p>");
	if (t->rows && name) {
		xs_html_out_text(t->html, name, strlen(name));
		xs_buf_puts(t->html, ": ");
	} else if (!t->rows && column < CSV_COLUMNS) {
		t->names[column] = xs_arena_dupn(t->a, text, len);
	}
	xs_html_out_text(t->html, text, len);
}

static void csv_row(int end, void *user)
{
	csv_table *t = user;

	(void)end;
	xs_buf_puts(t->html, t->values ? ".</p>\n" : "");
	t->rows++;
	t->column = t->values = 0;
}

int xs_csv_convert(xs_buf *html, const char *bytes, size_t len)
{
	csv_table t = {.html = html, .a = xs_arena_new()};
	struct csv_parser parser;
	int rc = XS_OK;

	csv_init(&parser, CSV_APPEND_NULL);
	csv_set_delim(&parser, (unsigned char)csv_separator(bytes, len));
	xs_buf_puts(html, "<main>\n");
	if (csv_parse(&parser, bytes, len, csv_cell, csv_row, &t) < len)
		rc = xs_fail(XS_EFORMAT, "its table cannot be read: %s",
			     csv_strerror(csv_error(&parser)));
	csv_fini(&parser, csv_cell, csv_row, &t);
	csv_free(&parser);
	xs_arena_free(t.a);
	xs_buf_puts(html, "</main>\n");
	return rc == XS_OK && !t.words ? xs_html_out_empty() : rc;
}
