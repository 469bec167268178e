/* SPDX-License-Identifier: GPL-2.0-or-later */
/* write.c - what a study found, as JSON and as tables. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "cmd/study/result.h"
#include "plugin/json.h"

/* A field of CSV (RFC 4180), quoted where it must be. */
static void write_field(xs_buf *b, const char *s)
{
	if (!strpbrk(s, ",\"\r\n")) {
		xs_buf_puts(b, s);
		return;
	}
	xs_buf_putc(b, '"');
	for (; *s; s++)
		xs_buf_printf(b, *s == '"' ? "\"\"" : "%c", *s);
	xs_buf_putc(b, '"');
}

static int write_file(xs_cmd *c, const study_plan *p, const char *name, const xs_buf *b)
{
	return xs_file_write(xs_file_join(c->arena, p->folder, name), b->data, b->len);
}

/* The first columns of both tables. */
static void write_cell_name(xs_buf *b, const study_report *r, size_t source, size_t cell)
{
	const study_plan *p = r->plan;
	const study_way *way = study_cell_way(p, cell);

	write_field(b, r->results[source].collection->name);
	xs_buf_printf(b, ",%s,%s,%s,%ld,", way->pattern->name, way->window, way->precision,
		      study_cell_depth(p, cell));
	if (way->length)
		xs_buf_printf(b, "%ld", way->length);
	else
		xs_buf_puts(b, "all");
}

/* The columns of one measure of a cell; its tests are empty where there are none. */
static void write_measure(xs_buf *b, const study_result *k, const study_cell *cell, int m)
{
	const study_test *t = &cell->test[m];

	xs_buf_printf(b, ",%zu,%s,%.6f,", k->collection->n_units, k->collection->measures[m],
		      cell->mean[m]);
	if (m < k->collection->n_tested)
		/* Digits that count for p, which may be very small; measures are between 0 and
		 * 1. */
		xs_buf_printf(b, "%.6f,%.6f,%.6f,%.6g,%.6g,%.6g,%.6g,%zu,%zu", t->paired.difference,
			      t->paired.low, t->paired.high, t->paired.p, t->p_holm,
			      t->paired.p_tost, t->p_tost_holm, t->paired.better, t->paired.worse);
	else
		/* As many commas as there are columns above. */
		xs_buf_puts(b, ",,,,,,,,");
}

/* A line a collection, cell and measure. */
static int write_cells(xs_cmd *c, const study_report *r)
{
	xs_buf b;
	int rc;

	xs_buf_init(&b);
	xs_buf_puts(
		&b,
		"collection,pattern,window,precision,depth,length,units,measure,mean,difference,"
		"low90,high90,p,p_holm,p_tost,p_tost_holm,better,worse,tokens,wall_ms,cpu_ms,"
		"opened_mb,peak_mb,baseline\n");
	for (size_t s = 0; s < r->plan->n_sources; s++)
		for (size_t i = 0; i < study_cells(r->plan); i++)
			for (int m = 0; m < STUDY_MEASURES; m++) {
				const study_cell *cell = &r->results[s].cells[i];

				write_cell_name(&b, r, s, i);
				write_measure(&b, &r->results[s], cell, m);
				xs_buf_printf(&b, ",%.2f,%.4f,%.4f,%.2f,%.2f,%d\n", cell->tokens,
					      cell->wall_ms, cell->cpu_ms, cell->opened_mb,
					      cell->peak_mb, i == r->plan->baseline);
			}
	rc = write_file(c, r->plan, "cells.csv", &b);
	xs_buf_fini(&b);
	return rc;
}

/* The lines of one cell: a unit and measure each. */
static void write_units(xs_buf *b, const study_report *r, size_t source, size_t i)
{
	const study_result *k = &r->results[source];

	for (size_t q = 0; q < k->collection->n_units; q++)
		for (int m = 0; m < k->collection->n_tested; m++) {
			double value = k->cells[i].values[m][q];
			/* The same unit of both cells: the tests are paired. */
			double base = k->cells[r->plan->baseline].values[m][q];

			write_cell_name(b, r, source, i);
			xs_buf_putc(b, ',');
			if (k->collection->labels)
				/* Pairs have no names; their numbers are those of the lines of
				 * their file, without a heading and empty lines. */
				xs_buf_printf(b, "%zu", q + 1);
			else
				/* An id is the collection's own and may have a comma. */
				write_field(b, k->collection->queries[q].id);
			xs_buf_printf(b, ",%s,%.6f,%.6f\n", k->collection->measures[m], value,
				      value - base);
		}
}

/* One line for each unit, so that another program can make tests of its own. */
static int write_queries(xs_cmd *c, const study_report *r)
{
	xs_buf b;
	int rc;

	xs_buf_init(&b);
	xs_buf_puts(
		&b,
		"collection,pattern,window,precision,depth,length,query,measure,value,difference\n");
	for (size_t s = 0; s < r->plan->n_sources; s++)
		for (size_t i = 0; i < study_cells(r->plan); i++)
			write_units(&b, r, s, i);
	rc = write_file(c, r->plan, "queries.csv", &b);
	xs_buf_fini(&b);
	return rc;
}

static json_t *write_json_test(const study_test *t)
{
	/* 90 %: the interval that agrees with two one-sided tests at 5 % each. */
	return json_pack("{s:f, s:[f, f], s:f, s:f, s:f, s:f, s:I, s:I}", "difference",
			 t->paired.difference, "interval90", t->paired.low, t->paired.high, "p",
			 t->paired.p, "p_holm", t->p_holm, "p_tost", t->paired.p_tost,
			 "p_tost_holm", t->p_tost_holm, "better", (json_int_t)t->paired.better,
			 "worse", (json_int_t)t->paired.worse);
}

static json_t *write_json_means(const study_collection *k, const study_cell *cell)
{
	json_t *out = json_object();

	for (int m = 0; m < STUDY_MEASURES; m++)
		json_object_set_new(out, k->measures[m], json_real(cell->mean[m]));
	return out;
}

static json_t *write_json_cell(const study_report *r, const study_result *k, size_t i)
{
	const study_cell *cell = &k->cells[i];
	const study_way *way = study_cell_way(r->plan, i);
	json_t *tests = json_object();

	/* The baseline is not tested against itself. */
	for (int m = 0; m < k->collection->n_tested && i != r->plan->baseline; m++)
		json_object_set_new(tests, k->collection->measures[m],
				    write_json_test(&cell->test[m]));
	return json_pack("{s:s, s:s, s:s, s:I, s:I, s:b, s:o, s:o, s:f, s:f, s:f, s:f, s:f}",
			 "pattern", way->pattern->name, "window", way->window, "precision",
			 way->precision, "depth", (json_int_t)study_cell_depth(r->plan, i),
			 "length", (json_int_t)way->length, "baseline", i == r->plan->baseline,
			 "metrics", write_json_means(k->collection, cell), "against_baseline",
			 tests, "tokens", cell->tokens, "wall_ms", cell->wall_ms, "cpu_ms",
			 cell->cpu_ms, "opened_mb", cell->opened_mb, "peak_mb", cell->peak_mb);
}

static json_t *write_json_collection(const study_report *r, const study_result *k)
{
	json_t *cells = json_array(), *out;

	for (size_t i = 0; i < study_cells(r->plan); i++)
		json_array_append_new(cells, write_json_cell(r, k, i));
	out = json_pack("{s:s, s:I, s:o}", "name", k->collection->name, "units",
			(json_int_t)k->collection->n_units, "cells", cells);
	/* Labelled pairs were not retrieved. */
	if (!k->collection->labels) {
		json_object_set_new(out, "documents",
				    json_integer((json_int_t)k->collection->n_documents));
		json_object_set_new(out, "first_stage", write_json_means(k->collection, &k->first));
		json_object_set_new(out, "first_stage_recall", json_real(k->recall));
	}
	return out;
}

/* Not by collection: the sweep has texts of its own. */
static json_t *write_json_lengths(const study_report *r)
{
	json_t *out = json_array();

	for (size_t i = 0; i < r->n_lengths; i++)
		json_array_append_new(out, json_pack("{s:s, s:s, s:s, s:I, s:f, s:f}", "pattern",
						     r->lengths[i].way->pattern->name, "window",
						     r->lengths[i].way->window, "precision",
						     r->lengths[i].way->precision, "tokens",
						     (json_int_t)r->lengths[i].tokens, "peak_mb",
						     r->lengths[i].peak_mb, "cpu_ms",
						     r->lengths[i].cpu_ms));
	return out;
}

/* Nested as it is: layers, heads, rows, kinds. */
static json_t *write_json_attention(const study_attention *a)
{
	json_t *layers = json_array();
	/* In the order of the memory (result.h): read once from the beginning to the end. */
	const double *mass = a->mass;

	for (int l = 0; l < a->layers; l++) {
		json_t *heads = json_array();

		for (int h = 0; h < a->heads; h++) {
			json_t *rows = json_array();

			for (int i = 0; i < XS_FROM_KINDS; i++) {
				json_t *kinds = json_array();

				for (int k = 0; k < XS_TO_KINDS; k++)
					json_array_append_new(kinds, json_real(*mass++));
				json_array_append_new(rows, kinds);
			}
			json_array_append_new(heads, rows);
		}
		json_array_append_new(layers, heads);
	}
	return json_pack("{s:s, s:I, s:[s, s, s], s:[s, s, s, s, s, s], s:i, s:o}", "way",
			 a->way->name, "pairs", (json_int_t)a->pairs, "from", "CLS", "query",
			 "document", "to", "CLS", "query", "query SEP", "near", "far",
			 "document SEP", "near", STUDY_NEAR, "layers", layers);
}

int study_write(xs_cmd *c, const study_report *r)
{
	json_t *out = json_object(), *collections = json_array();
	char *text;
	int rc;

	for (size_t s = 0; s < r->plan->n_sources; s++)
		json_array_append_new(collections, write_json_collection(r, &r->results[s]));
	json_object_set_new(out, "model", xs_json_text(r->model));
	json_object_set_new(out, "isa", json_string(r->isa));
	json_object_set_new(out, "threads", json_integer((json_int_t)r->threads));
	json_object_set_new(out, "margin", json_real(STUDY_MARGIN));
	json_object_set_new(out, "collections", collections);
	json_object_set_new(out, "lengths", write_json_lengths(r));
	if (r->attention)
		json_object_set_new(out, "attention", write_json_attention(r->attention));
	/* Nine digits give back a float; indented, as it is read by people, too. */
	text = json_dumps(out, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
	rc = xs_file_write(xs_file_join(c->arena, r->plan->folder, "study.json"), text,
			   strlen(text));
	free(text);
	json_decref(out);
	if (rc == XS_OK)
		rc = write_cells(c, r);
	/* The largest last: a disk that becomes full has the summaries by then. */
	return rc == XS_OK ? write_queries(c, r) : rc;
}
