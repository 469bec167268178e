/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table.h - rows of measurements as an aligned table. */
#ifndef XS_CMD_BENCH_TABLE_H
#define XS_CMD_BENCH_TABLE_H

#include <jansson.h>

/* A column: a member of each row's object, and how it is shown. */
typedef struct bench_column {
	const char *key; /* NULL ends a list of columns */
	const char *heading;
	int digits; /* of a number, after the point */
} bench_column;

/* Prints the title and the rows (a list of objects) on stdout; a member that is null or absent is
 * shown as "-", and a column that no row has is left out.  Rows are borrowed. */
void bench_table_print(const char *title, const bench_column *columns, const json_t *rows);

/* A number for a row, rounded to six digits; null where it is not finite. */
json_t *bench_table_number(double value);

#endif
