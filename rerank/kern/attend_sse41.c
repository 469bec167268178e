/* SPDX-License-Identifier: MIT */
/* attend_sse41.c - attention. */
#include "config.h"

#include <stddef.h>

#include "rerank/kern/list.h"
#include "rerank/kern/vec_sse41.h"

#define ATTEND_KEYS 8
#define ATTEND_SLIDES 0
#define FULL_SCORES 5
#define FULL_FEATURES 4
#include "rerank/kern/attend_f32_vec.h"
#include "rerank/kern/attend_vec.h"

void xs_attend_sse41(const xs_attend *a, xs_attend_kind kind, int first, int last)
{
	attend_all(a, kind, first, last);
}
