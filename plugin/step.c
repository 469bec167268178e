/* SPDX-License-Identifier: GPL-2.0-or-later */
/* step.c - a failure is kept as well: to try again with each search would read a model each time. */
#include "plugin/step.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"

int xs_step_run(xs_step *s, int (*run)(void *arg), void *arg)
{
	if (!s->done) {
		s->rc = run(arg);
		s->done = true;
		if (s->rc)
			s->why = xs_strdup(xs_error());
	}
	return s->rc ? xs_fail(s->rc, "%s", s->why) : XS_OK;
}

void xs_step_fini(xs_step *s)
{
	free(s->why);
}
