/* SPDX-License-Identifier: GPL-2.0-or-later */
/* step.h - what is done once, and whose failure is kept.
 *
 * The caller holds the lock of what the step belongs to. */
#ifndef XS_PLUGIN_STEP_H
#define XS_PLUGIN_STEP_H

#include <stdbool.h>

/* Zeroed: not done yet. */
typedef struct xs_step {
	bool done;
	int rc;
	char *why;
} xs_step;

/* Runs it at the first call; later ones return its code, and set its sentence again if it failed. */
int xs_step_run(xs_step *s, int (*run)(void *arg), void *arg);
void xs_step_fini(xs_step *s);

#endif
