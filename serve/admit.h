/* SPDX-License-Identifier: GPL-2.0-or-later */
/* admit.h - whether a call may be answered, as whose, and with what left out. */
#ifndef XS_SERVE_ADMIT_H
#define XS_SERVE_ADMIT_H

#include "serve/call.h"
#include "serve/rate.h"

/* Finds the call's route, its client and key, and sets what follows from them; tells browsers of other
 * sites whether they may read the reply.  False: the reply is set, a refusal or one that is complete. */
bool xs_admit(xs_call *c, xs_rates *rates);

#endif
