/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kern.c - each kernel against its own limit.
 *
 * Shapes are those of the default model, 192 tokens at a time.  A kernel that multiplies is held against the
 * processor's multiply-adds, one that passes over memory against a copy of as many bytes. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "cmd/bench/bench.h"
#include "cmd/bench/peak.h"
#include "rerank/kern/kern.h"

enum {
	KERN_HIDDEN = 384,
	KERN_INNER = 1536,
	KERN_HEADS = 12,
	KERN_QUERY = 12,
	KERN_COLUMNS = 192,
	KERN_LD = KERN_COLUMNS + XS_KERN_LANES, /* an odd number of cache lines */
	KERN_PEAK_MS = 200
};

/* Operands of every kernel, in large pages as the engine's (base/memory.h). */
typedef struct kern_data {
	const xs_kern *kern;
	float *block, *next; /* memory, and the part of it that is not taken */
	float *x, *y, *key, *value, *gain;
	uint32_t *pairs; /* bf16: queries, keys and values */
	uint32_t *weights;
	xs_arena *arena; /* of weights that are packed */
	xs_matrix matrix;
	xs_operand operand;
	xs_pattern pattern;
	xs_precision precision;
	xs_end end;
	xs_attend_kind kind;
} kern_data;

static void kern_linear(kern_data *d)
{
	d->kern->product[d->precision].linear(&d->matrix, &d->operand, d->y, KERN_LD, KERN_COLUMNS,
					      d->end);
}

static void kern_encode(kern_data *d)
{
	d->kern->product[d->precision].encode(&d->operand, d->x, NULL, KERN_LD, KERN_HIDDEN,
					      KERN_COLUMNS);
}

static void kern_norm(kern_data *d)
{
	d->kern->norm(d->x, KERN_LD, d->gain, d->gain, 1e-12f, KERN_HIDDEN, KERN_COLUMNS);
}

static void kern_attend(kern_data *d)
{
	xs_attend a = {.heads = KERN_HEADS,
		       .size = KERN_HIDDEN / KERN_HEADS,
		       .pattern = &d->pattern,
		       .q = d->x,
		       .q_ld = KERN_LD,
		       .cls_k = d->key,
		       .cls_v = d->value,
		       .cls_ld = KERN_LD,
		       .query_k = d->key,
		       .query_v = d->value,
		       .query_ld = KERN_LD,
		       .n_query = KERN_QUERY,
		       .doc_k = d->key,
		       .doc_v = d->value,
		       .doc_ld = KERN_LD,
		       .n_doc = KERN_COLUMNS,
		       .out = d->y,
		       .out_ld = KERN_LD};
	/* A text has one row of CLS. */
	int last = d->kind == XS_ROW_CLS ? 1 : KERN_COLUMNS;

	if (d->precision == XS_PRECISION_BF16) {
		a.q = a.cls_k = a.cls_v = a.query_k = a.query_v = a.doc_k = a.doc_v = d->pairs;
		d->kern->bf16->attend(&a, d->kind, 0, last);
	} else {
		d->kern->attend(&a, d->kind, 0, last);
	}
}

/* What memory allows: no kernel that passes over its operands once can be faster. */
static void kern_copy(kern_data *d)
{
	memcpy(d->y, d->x, (size_t)KERN_HIDDEN * KERN_LD * sizeof(float));
}

/* What is measured: the call, and its work in multiply-adds (of the precision's kind) or bytes. */
typedef struct kern_case {
	const char *name;
	void (*call)(kern_data *);
	double multiply_adds, bytes;
	xs_precision precision;
	int outputs, inputs; /* of a product */
	xs_end end;
	xs_attend_kind kind;
	int window;
} kern_case;

#define KERN_PRODUCT(name, precision, outputs, inputs, end)                                 \
	{                                                                                   \
		name, kern_linear, (double)(outputs) * (inputs)*KERN_COLUMNS, 0, precision, \
			outputs, inputs, end, XS_ROW_CLS, 0                                 \
	}
#define KERN_ATTEND(name, precision, kind, window, keys)                                       \
	{                                                                                      \
		name, kern_attend, 2.0 * (keys)*KERN_HIDDEN, 0, precision, 0, 0, XS_SET, kind, \
			window                                                                 \
	}
#define KERN_ATTENDS(p, precision)                                                  \
	KERN_ATTEND("attention, window 4, " p, precision, XS_ROW_DOC, 4,            \
		    (9 + 1 + KERN_QUERY) * KERN_COLUMNS),                           \
		KERN_ATTEND("attention, window 64, " p, precision, XS_ROW_DOC, 64,  \
			    (129 + 1 + KERN_QUERY) * KERN_COLUMNS),                 \
		KERN_ATTEND("attention, all to all, " p, precision, XS_ROW_DOC, -1, \
			    (KERN_COLUMNS + 1 + KERN_QUERY) * KERN_COLUMNS),        \
		KERN_ATTEND("attention of CLS, " p, precision, XS_ROW_CLS, 4,       \
			    KERN_COLUMNS + 1 + KERN_QUERY)

static const kern_case kern_cases[] = {
	KERN_PRODUCT("query, key or value, int8", XS_PRECISION_INT8, KERN_HIDDEN, KERN_HIDDEN,
		     XS_SET),
	KERN_PRODUCT("output, int8", XS_PRECISION_INT8, KERN_HIDDEN, KERN_HIDDEN, XS_ADD),
	KERN_PRODUCT("up and GELU, int8", XS_PRECISION_INT8, KERN_INNER, KERN_HIDDEN, XS_GELU),
	KERN_PRODUCT("down, int8", XS_PRECISION_INT8, KERN_HIDDEN, KERN_INNER, XS_ADD),
	KERN_PRODUCT("up and GELU, bf16", XS_PRECISION_BF16, KERN_INNER, KERN_HIDDEN, XS_GELU),
	KERN_PRODUCT("down, bf16", XS_PRECISION_BF16, KERN_HIDDEN, KERN_INNER, XS_ADD),
	KERN_PRODUCT("up and GELU, f32", XS_PRECISION_F32, KERN_INNER, KERN_HIDDEN, XS_GELU),
	KERN_PRODUCT("down, f32", XS_PRECISION_F32, KERN_HIDDEN, KERN_INNER, XS_ADD),
	KERN_ATTENDS("bf16", XS_PRECISION_BF16),
	KERN_ATTENDS("f32", XS_PRECISION_F32),
	{"quantise, int8", kern_encode, 0, KERN_HIDDEN *KERN_COLUMNS * 5.0, XS_PRECISION_INT8, 0, 0,
	 XS_SET, XS_ROW_CLS, 0},
	{"round, bf16", kern_encode, 0, KERN_HIDDEN *KERN_COLUMNS * 6.0, XS_PRECISION_BF16, 0, 0,
	 XS_SET, XS_ROW_CLS, 0},
	{"LayerNorm", kern_norm, 0, KERN_HIDDEN *KERN_COLUMNS * 8.0, XS_PRECISION_F32, 0, 0, XS_SET,
	 XS_ROW_CLS, 0},
};
enum { KERN_CASES = sizeof kern_cases / sizeof *kern_cases };

/* Rows of KERN_LD words: those of x, y and the operand, of key and value, of the weights and the pairs, and a
 * few for the rest. */
enum {
	KERN_ROWS = 3 * KERN_INNER + 2 * KERN_HIDDEN + KERN_HIDDEN * KERN_INNER / KERN_LD +
		    KERN_HIDDEN / 2 + 20
};

/* Small numbers that are the same in every run. */
static float *kern_floats(kern_data *d, size_t rows)
{
	float *x = d->next;

	/* Knuth's multiplicative hash: cheap, and without the patterns that a counter would
	 * have. */
	for (size_t i = 0; i < rows * KERN_LD; i++)
		x[i] = (float)(i * 2654435761u % 1000) / 1000 - 0.5f;
	d->next += rows * KERN_LD;
	return x;
}

static uint32_t *kern_words(kern_data *d, size_t rows)
{
	uint32_t *words = (uint32_t *)(void *)d->next;

	d->next += rows * KERN_LD;
	return words;
}

static void kern_data_init(kern_data *d)
{
	*d = (kern_data){.kern = xs_kern_get(),
			 .pattern = xs_pattern_sparse,
			 .operand = {.ld = KERN_LD}};
	d->block = d->next = xs_large((size_t)KERN_ROWS * KERN_LD * sizeof *d->block);
	d->x = kern_floats(d, KERN_INNER);
	d->y = kern_floats(d, KERN_INNER);
	d->key = kern_floats(d, KERN_HIDDEN);
	d->value = kern_floats(d, KERN_HIDDEN);
	d->gain = kern_floats(d, KERN_INNER / KERN_LD + 1);
	d->weights = kern_words(d, KERN_HIDDEN * KERN_INNER / KERN_LD + 1);
	d->operand.word = kern_words(d, KERN_INNER);
	d->operand.scale = kern_floats(d, 1);
	d->operand.zero = kern_floats(d, 1);
	d->pairs = kern_words(d, KERN_HIDDEN / 2);
	assert(d->next <= d->block + (size_t)KERN_ROWS * KERN_LD);
	d->kern->product[XS_PRECISION_BF16].encode(&(xs_operand){.word = d->pairs, .ld = KERN_LD},
						   d->x, NULL, KERN_LD, KERN_HIDDEN, KERN_COLUMNS);
	d->arena = xs_arena_new();
	/* Any numbers will do: time does not depend on them, as long as none is denormal. */
	d->matrix.bias = d->matrix.scale = d->matrix.sum = d->gain;
}

/* Weights of int8 as trained ones are, near to normal with deviation 37: the time of packed ones depends on
 * that.  Others are 0. */
static void kern_weigh(kern_data *d, xs_precision precision)
{
	int8_t *items = (int8_t *)d->weights;
	uint32_t hash = 1;

	memset(items, 0, (size_t)KERN_HIDDEN * KERN_INNER * sizeof *d->weights);
	for (size_t i = 0; precision == XS_PRECISION_INT8 && i < KERN_HIDDEN * KERN_INNER; i++) {
		int item = -126;

		for (int k = 0; k < 4; k++) {
			hash = hash * 1664525 + 1013904223; /* of Numerical Recipes */
			item += (int)(hash >> 26);
		}
		items[i] = (int8_t)item;
	}
}

static void kern_data_set(kern_data *d, const kern_case *k)
{
	const xs_kern_product *product = &d->kern->product[k->precision];
	int group = product->group;

	d->precision = k->precision;
	d->end = k->end;
	d->kind = k->kind;
	d->pattern.window = k->window;
	d->matrix.outputs = k->outputs;
	d->matrix.words = (k->inputs + group - 1) / group;
	d->matrix.stride = (size_t)d->matrix.words;
	d->matrix.data = d->weights;
	kern_weigh(d, k->precision);
	if (k->outputs && product->pack)
		d->matrix = product->pack(d->arena, &d->matrix);
}

/* The least processor time of a call, in seconds. */
static double kern_time(kern_data *d, void (*call)(kern_data *), double seconds)
{
	int64_t begin = xs_clock_ns();
	double least = 1e9;

	do {
		double from = bench_cpu_ms();

		for (int i = 0; i < 8; i++)
			call(d);
		/* Eight calls, from milliseconds to seconds. The least of many: whatever
		 * disturbs makes it longer, nothing makes it shorter. */
		from = (bench_cpu_ms() - from) / 8000;
		least = from < least ? from : least;
	} while (xs_clock_ms(begin) < seconds * 1000);
	return least;
}

static json_t *kern_row(const kern_case *k, double time, const double peak[3], double copy)
{
	double done = k->bytes > 0 ? k->bytes : 2 * k->multiply_adds;
	double limit = k->bytes > 0 ? copy : peak[k->precision];
	json_t *row = json_object();

	json_object_set_new(row, "kernel", json_string(k->name));
	json_object_set_new(row, "ns", bench_table_number(time * 1e9 / KERN_COLUMNS));
	json_object_set_new(row, "rate", bench_table_number(done / time / 1e9));
	json_object_set_new(row, "limit", bench_table_number(limit / 1e9));
	json_object_set_new(row, "of", json_string(k->bytes > 0 ? "GB/s" : "Gop/s"));
	json_object_set_new(row, "share", bench_table_number(done / time / limit));
	return row;
}

int bench_kern(bench *b)
{
	static const bench_column columns[] = {{"kernel", "kernel", 0}, {"ns", "ns a token", 1},
					       {"rate", "rate", 1},	{"limit", "limit", 1},
					       {"of", "of", 0},		{"share", "share", 3},
					       {NULL, NULL, 0}};
	static const char *const formats[] = {"f32", "bf16", "int8"}; /* as xs_precision */
	double peak[3], copy, each = b->seconds / (KERN_CASES + 1);
	json_t *rows = json_array();
	kern_data d;
	int rc = XS_OK;

	kern_data_init(&d);
	for (int i = 0; i < 3 && rc == XS_OK; i++)
		rc = bench_peak(&peak[i], formats[i], 1, KERN_PEAK_MS);
	/* A copy reads each byte and writes it: two bytes of traffic for one. */
	copy = 2.0 * KERN_HIDDEN * KERN_LD * sizeof(float) / kern_time(&d, kern_copy, each);
	for (int i = 0; i < KERN_CASES && rc == XS_OK; i++) {
		if (kern_cases[i].call == kern_attend &&
		    kern_cases[i].precision == XS_PRECISION_BF16 && !d.kern->bf16)
			continue; /* attention is over floats here */
		kern_data_set(&d, &kern_cases[i]);
		json_array_append_new(rows, kern_row(&kern_cases[i],
						     kern_time(&d, kern_cases[i].call, each), peak,
						     copy));
		if (atomic_load(&b->c->cancel))
			rc = xs_fail(XS_ECANCEL, "stopped");
	}
	if (rc == XS_OK)
		bench_show(b, "kern",
			   xs_arena_printf(b->c->arena,
					   "Kernels (%s), one thread, %d tokens at a time",
					   d.kern->name, KERN_COLUMNS),
			   columns, rows);
	else
		json_decref(rows);
	xs_arena_free(d.arena);
	free(d.block);
	return rc;
}
