/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scans.c - the variants of the kernels of vectors/. */
#include "config.h"

#include "tests/kern/scans.h"

#include <stdio.h>
#include <string.h>

#include "tests/kern/check.h"
#include "vectors/kern/list.h"

int scans_main(int argc, char **argv, void (*test)(const xs_scan *), void (*bench)(const xs_scan *))
{
#define SCANS_NAME(v, cpu) #v,
	static const char *const names[] = {XS_SCAN_LIST(SCANS_NAME)};
#undef SCANS_NAME
	bool timed = argc > 1 && !strcmp(argv[1], "--bench");

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const xs_scan *scan = xs_scan_find(names[i]);

		if (!scan)
			printf("%s: does not run on this CPU, left out\n", names[i]);
		else if (timed)
			bench(scan);
		else
			test(scan);
	}
	return timed ? 0 : check_result();
}
