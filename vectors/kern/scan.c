/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scan.c - which variant of the kernels runs. */
#include "config.h"

#include <stdbool.h>
#include <string.h>

#include "vectors/kern/list.h"

#define SCAN_ROW(v, cpu, counts_bits) {{#v, xs_scan_signs_##v, xs_scan_dots_##v}, cpu, counts_bits},
static const struct scan_variant {
	xs_scan scan;
	xs_cpu cpu;
	bool counts_bits;
} scan_variants[] = {XS_SCAN_LIST(SCAN_ROW)};
#undef SCAN_ROW
enum { SCAN_N = sizeof scan_variants / sizeof *scan_variants };

static bool scan_runs(const struct scan_variant *v)
{
	return xs_cpu_runs(v->cpu) && (!v->counts_bits || xs_cpu_counts_bits());
}

const xs_scan *xs_scan_find(const char *name)
{
	for (int i = 0; i < SCAN_N; i++)
		if (!strcmp(scan_variants[i].scan.name, name))
			return scan_runs(&scan_variants[i]) ? &scan_variants[i].scan : NULL;
	return NULL;
}

const xs_scan *xs_scan_get(void)
{
	int i = SCAN_N - 1;

	/* The first, of plain C, always runs. */
	while (scan_variants[i].cpu > xs_cpu_get() || !scan_runs(&scan_variants[i]))
		i--;
	return &scan_variants[i].scan;
}
