/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table.c - rows of measurements as an aligned table. */
#include "cmd/bench/table.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TABLE_CELL = 128, TABLE_INDENT = 2, TABLE_GAP = 2 };

/* A value that a row does not have is "-", so that columns stay in line. */
static void table_cell(char out[TABLE_CELL], const bench_column *column, const json_t *row)
{
	const json_t *value = json_object_get(row, column->key);

	if (json_is_string(value))
		snprintf(out, TABLE_CELL, "%s", json_string_value(value));
	else if (json_is_number(value))
		snprintf(out, TABLE_CELL, "%.*f", column->digits, json_number_value(value));
	else
		snprintf(out, TABLE_CELL, "-");
}

/* The widest cell of a column; 0: no row has it. */
static size_t table_width(const bench_column *column, const json_t *rows)
{
	size_t width = strlen(column->heading), i;
	char cell[TABLE_CELL];
	json_t *row;
	bool any = false;

	json_array_foreach(rows, i, row)
	{
		table_cell(cell, column, row);
		any = any || strcmp(cell, "-") != 0;
		if (strlen(cell) > width)
			width = strlen(cell);
	}
	return any ? width : 0;
}

/* Texts stand to the left, numbers and their headings to the right. */
static bool table_left(const bench_column *column, const json_t *rows)
{
	size_t i;
	json_t *row;

	json_array_foreach(rows, i,
			   row) if (json_is_string(json_object_get(row, column->key))) return true;
	return false;
}

/* One line; `row` NULL: the headings. */
static void table_line(const bench_column *columns, const json_t *rows, const json_t *row)
{
	char cell[TABLE_CELL];
	int gap = TABLE_INDENT, pending = 0;

	for (const bench_column *column = columns; column->key; column++) {
		int width = (int)table_width(column, rows), pad;

		/* A column that no row has is left out, as "note" mostly. */
		if (!width)
			continue;
		if (row)
			table_cell(cell, column, row);
		else
			snprintf(cell, sizeof cell, "%s", column->heading);
		pad = width - (int)strlen(cell);
		if (table_left(column, rows)) {
			printf("%*s%s", gap + pending, "", cell);
			pending = pad; /* printed only when more follows */
		} else {
			printf("%*s%s", gap + pending + pad, "", cell);
			pending = 0;
		}
		gap = TABLE_GAP;
	}
	putchar('\n');
}

void bench_table_print(const char *title, const bench_column *columns, const json_t *rows)
{
	size_t i;
	json_t *row;

	printf("\n%s\n", title);
	table_line(columns, rows, NULL);
	json_array_foreach(rows, i, row) table_line(columns, rows, row);
	/* Tables come minutes apart: each is seen when it is done. */
	fflush(stdout);
}

json_t *bench_table_number(double value)
{
	char text[32];

	if (!isfinite(value))
		return json_null();
	/* Six digits are more than a measurement has; so the JSON is short and the same as the
	 * table. */
	snprintf(text, sizeof text, "%.6g", value);
	return json_real(strtod(text, NULL));
}
