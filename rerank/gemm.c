/* SPDX-License-Identifier: MIT */
#include "rerank/gemm.h"

#include <assert.h>
#include <oneapi/dnnl/dnnl.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include "rerank/kern/kern.h"

/* Of the OpenMP API, section 18.2.1; clang's headers come without omp.h. */
extern void omp_set_num_threads(int n);

/* XS_CPU bounds oneDNN as it bounds our kernels.  Its "ref" is plain x86-64 with SSE4.1, the least
 * that oneDNN knows. */
static void gemm_bound(void)
{
	const char *name = xs_kern_get()->name;

	if (strcmp(name, "ref") == 0)
		dnnl_set_max_cpu_isa(dnnl_cpu_isa_sse41);
	else if (strcmp(name, "avx2") == 0)
		dnnl_set_max_cpu_isa(dnnl_cpu_isa_avx2);
}

void xs_gemm_f32(int m, int n, int k, const float *a, size_t lda, const float *b, size_t ldb,
		 float *c, size_t ldc)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	static _Thread_local bool single;
	dnnl_status_t status;

	pthread_once(&once, gemm_bound);
	if (!single) {
		omp_set_num_threads(
		    1); /* for products of this thread; ours are the pool's threads */
		single = true;
	}
	status = dnnl_sgemm('N', 'N', m, n, k, 1, a, (dnnl_dim_t)lda, b, (dnnl_dim_t)ldb, 0, c,
			    (dnnl_dim_t)ldc);
	assert(status == dnnl_success); /* it refuses wrong arguments alone */
	(void)status;
}
