/* SPDX-License-Identifier: MIT */
/* attend_neon.c - attention. */
#include "config.h"

#include <stddef.h>

#include "rerank/kern/list.h"
#include "rerank/kern/vec_neon.h"

#define ATTEND_KEYS 12
#define ATTEND_SLIDES 0
#define FULL_SCORES 12
#define FULL_FEATURES 8
#include "rerank/kern/attend_f32_vec.h"
#include "rerank/kern/attend_vec.h"

void xs_attend_neon(const xs_attend *a, xs_attend_kind kind, int first, int last)
{
	attend_all(a, kind, first, last);
}
