/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scans.h - every variant of vectors/kern/list.h, one after the other. */
#ifndef XS_TESTS_KERN_SCANS_H
#define XS_TESTS_KERN_SCANS_H

#include "vectors/kern/scan.h"

/* As check_main (check.h). */
int scans_main(int argc, char **argv, void (*test)(const xs_scan *),
	       void (*bench)(const xs_scan *));

#endif
