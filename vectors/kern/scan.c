/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scan.c - which variant of the kernels runs. */
#include "config.h"

#include <string.h>

#include "vectors/kern/list.h"

#define SCAN_ROW(v, cpu) {{#v, xs_scan_signs_##v, xs_scan_dots_##v}, cpu},
static const struct {
	xs_scan scan;
	xs_cpu cpu;
} scan_variants[] = {XS_SCAN_LIST(SCAN_ROW)};
#undef SCAN_ROW
enum { SCAN_N = sizeof scan_variants / sizeof *scan_variants };

const xs_scan *xs_scan_find(const char *name)
{
	for (int i = 0; i < SCAN_N; i++)
		if (!strcmp(scan_variants[i].scan.name, name))
			return xs_cpu_runs(scan_variants[i].cpu) ? &scan_variants[i].scan : NULL;
	return NULL;
}

const xs_scan *xs_scan_of(xs_cpu set)
{
	int i = SCAN_N - 1;

	/* The first, of plain C, is for all. */
	while (!xs_cpu_has(set, scan_variants[i].cpu))
		i--;
	return &scan_variants[i].scan;
}

const xs_scan *xs_scan_get(void)
{
	return xs_scan_of(xs_cpu_get());
}
