/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bench_peak.c - how fast this machine multiplies matrices. */
#include "cmd/bench_peak.h"

#include <oneapi/dnnl/dnnl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/memory.h"
#include "rerank/kern/kern.h"

/* Rows of a tile, and the sides of the feed-forward matrices of the default model. */
enum { PEAK_ROWS = 256, PEAK_HIDDEN = 384, PEAK_INNER = 1536, PEAK_SHAPES = 2 };

static const int peak_shapes[PEAK_SHAPES][2] = {{PEAK_HIDDEN, PEAK_INNER}, {PEAK_INNER, PEAK_HIDDEN}};

static const struct peak_format {
	const char *name;
	dnnl_data_type_t source, weights, result;
} peak_formats[] = {
	{"f32", dnnl_f32, dnnl_f32, dnnl_f32},
	{"bf16", dnnl_bf16, dnnl_bf16, dnnl_f32},
	{"int8", dnnl_u8, dnnl_s8, dnnl_s32},
};

/* One product, ready to run; its weights are packed as the library likes them. */
typedef struct peak_product {
	dnnl_primitive_t run;
	dnnl_memory_t source, weights, result;
	double operations;
} peak_product;

typedef struct peak_thread {
	const struct peak_format *format;
	pthread_t thread;
	pthread_barrier_t *start;
	double ms;
	double rate; /* operations a second; 0: there is no such product */
} peak_thread;

/* Of the OpenMP API, section 18.2.1; clang's headers come without omp.h. */
extern void omp_set_num_threads(int n);

#if DNNL_VERSION_MAJOR >= 3
typedef dnnl_memory_desc_t peak_shape;

static dnnl_status_t peak_describe(peak_shape *out, dnnl_dim_t rows, dnnl_dim_t columns,
				   dnnl_data_type_t type, bool any)
{
	const dnnl_dims_t sides = {rows, columns};

	return dnnl_memory_desc_create_with_tag(out, 2, sides, type,
						any ? dnnl_format_tag_any : dnnl_ab);
}

static void peak_forget(peak_shape *shape)
{
	dnnl_memory_desc_destroy(*shape);
}

static dnnl_status_t peak_choose(dnnl_primitive_desc_t *out, dnnl_engine_t engine,
				 const peak_shape shapes[3])
{
	return dnnl_matmul_primitive_desc_create(out, engine, shapes[0], shapes[1], NULL, shapes[2],
						 NULL);
}
#else
typedef dnnl_memory_desc_t peak_shape;

static dnnl_status_t peak_describe(peak_shape *out, dnnl_dim_t rows, dnnl_dim_t columns,
				   dnnl_data_type_t type, bool any)
{
	const dnnl_dims_t sides = {rows, columns};

	return dnnl_memory_desc_init_by_tag(out, 2, sides, type,
					    any ? dnnl_format_tag_any : dnnl_ab);
}

static void peak_forget(peak_shape *shape)
{
	(void)shape; /* a value */
}

static dnnl_status_t peak_choose(dnnl_primitive_desc_t *out, dnnl_engine_t engine,
				 const peak_shape shapes[3])
{
	dnnl_matmul_desc_t product;
	dnnl_status_t status = dnnl_matmul_desc_init(&product, &shapes[0], &shapes[1], NULL, &shapes[2]);

	return status == dnnl_success
		       ? dnnl_primitive_desc_create(out, &product, NULL, engine, NULL)
		       : status;
}
#endif

/* Memory of one operand, its bytes set: any bits but those of numbers that slow a CPU down do. */
static dnnl_status_t peak_operand(dnnl_memory_t *out, const_dnnl_primitive_desc_t product,
				  dnnl_query_t which, dnnl_engine_t engine)
{
	dnnl_status_t status;
	void *bytes;

	status = dnnl_memory_create(out, dnnl_primitive_desc_query_md(product, which, 0), engine,
				    DNNL_MEMORY_ALLOCATE);
	if (status == dnnl_success)
		status = dnnl_memory_get_data_handle(*out, &bytes);
	if (status == dnnl_success)
		memset(bytes, 0x3c, /* 0.0115 as f32 and bf16, 60 as int8 */
		       dnnl_memory_desc_get_size(dnnl_primitive_desc_query_md(product, which, 0)));
	return status;
}

static void peak_product_fini(peak_product *p)
{
	dnnl_primitive_destroy(p->run);
	dnnl_memory_destroy(p->source);
	dnnl_memory_destroy(p->weights);
	dnnl_memory_destroy(p->result);
}

static dnnl_status_t peak_product_init(peak_product *out, const struct peak_format *f,
				       dnnl_engine_t engine, const int shape[2])
{
	dnnl_primitive_desc_t product = NULL;
	peak_shape shapes[3];
	dnnl_status_t status;

	*out = (peak_product){.operations = 2.0 * PEAK_ROWS * shape[0] * shape[1]};
	status = peak_describe(&shapes[0], PEAK_ROWS, shape[0], f->source, false);
	if (status == dnnl_success)
		status = peak_describe(&shapes[1], shape[0], shape[1], f->weights, true);
	if (status == dnnl_success)
		status = peak_describe(&shapes[2], PEAK_ROWS, shape[1], f->result, false);
	if (status != dnnl_success)
		return status;
	status = peak_choose(&product, engine, shapes);
	for (int i = 0; i < 3; i++)
		peak_forget(&shapes[i]);
	if (status == dnnl_success)
		status = dnnl_primitive_create(&out->run, product);
	if (status == dnnl_success)
		status = peak_operand(&out->source, product, dnnl_query_src_md, engine);
	if (status == dnnl_success)
		status = peak_operand(&out->weights, product, dnnl_query_weights_md, engine);
	if (status == dnnl_success)
		status = peak_operand(&out->result, product, dnnl_query_dst_md, engine);
	dnnl_primitive_desc_destroy(product);
	return status;
}

static bool peak_multiply(const peak_product *p, dnnl_stream_t stream)
{
	const dnnl_exec_arg_t operands[] = {{DNNL_ARG_SRC, p->source},
					    {DNNL_ARG_WEIGHTS, p->weights},
					    {DNNL_ARG_DST, p->result}};

	return dnnl_primitive_execute(p->run, stream, 3, operands) == dnnl_success &&
	       dnnl_stream_wait(stream) == dnnl_success;
}

/* Processor time of this thread, in milliseconds: what others take of a CPU does not count. */
static double peak_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Multiplies until the time is over, once all threads are ready; operations a second. */
static double peak_measure(const peak_thread *t, const peak_product *products, dnnl_stream_t stream,
			   bool ready)
{
	double done = 0, begin;

	for (int i = 0; ready && i < PEAK_SHAPES; i++) /* the first run fills the caches */
		ready = peak_multiply(&products[i], stream);
	pthread_barrier_wait(t->start);
	begin = peak_clock();
	while (ready && peak_clock() - begin < t->ms)
		for (int i = 0; i < PEAK_SHAPES; i++) {
			ready = ready && peak_multiply(&products[i], stream);
			done += products[i].operations;
		}
	return ready ? done / (peak_clock() - begin) * 1000 : 0;
}

static void *peak_work(void *arg)
{
	peak_product products[PEAK_SHAPES] = {{0}};
	dnnl_engine_t engine = NULL;
	dnnl_stream_t stream = NULL;
	peak_thread *t = arg;
	bool ready;

	omp_set_num_threads(1);
	ready = dnnl_engine_create(&engine, dnnl_cpu, 0) == dnnl_success &&
		dnnl_stream_create(&stream, engine, dnnl_stream_default_flags) == dnnl_success;
	for (int i = 0; ready && i < PEAK_SHAPES; i++)
		ready = peak_product_init(&products[i], t->format, engine, peak_shapes[i]) == dnnl_success;
	t->rate = peak_measure(t, products, stream, ready);
	for (int i = 0; i < PEAK_SHAPES; i++)
		peak_product_fini(&products[i]);
	dnnl_stream_destroy(stream);
	dnnl_engine_destroy(engine);
	return NULL;
}

/* XS_CPU bounds these products as it bounds the model's; "ref" is the least that oneDNN knows. */
static void peak_bound(void)
{
	const char *name = xs_kern_get()->name;

	if (strcmp(name, "ref") == 0)
		dnnl_set_max_cpu_isa(dnnl_cpu_isa_sse41);
	else if (strcmp(name, "avx2") == 0)
		dnnl_set_max_cpu_isa(dnnl_cpu_isa_avx2);
}

static int peak_run(double *out, const struct peak_format *format, unsigned threads, double ms)
{
	peak_thread *all = xs_calloc(threads, sizeof *all);
	pthread_barrier_t start;
	bool every = true;

	*out = 0;
	pthread_barrier_init(&start, NULL, threads);
	for (unsigned i = 0; i < threads; i++) {
		all[i] = (peak_thread){.format = format, .start = &start, .ms = ms};
		if (pthread_create(&all[i].thread, NULL, peak_work, &all[i]) != 0)
			xs_out_of_memory(0); /* the others wait for it */
	}
	for (unsigned i = 0; i < threads; i++) {
		pthread_join(all[i].thread, NULL);
		every = every && all[i].rate > 0;
		*out += all[i].rate;
	}
	pthread_barrier_destroy(&start);
	free(all);
	return every ? XS_OK
		     : xs_fail(XS_EUNSUPPORTED, "there are no %s products on this CPU", format->name);
}

int bench_peak(double *out, const char *format, unsigned threads, double ms)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, peak_bound);
	for (size_t i = 0; i < sizeof peak_formats / sizeof *peak_formats; i++)
		if (strcmp(peak_formats[i].name, format) == 0)
			return peak_run(out, &peak_formats[i], threads, ms);
	return xs_fail(XS_EUNSUPPORTED, "the products of the format %s are not known", format);
}
