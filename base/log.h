/* SPDX-License-Identifier: MIT */
/* log.h - messages for the operator; where they go is the program's choice.
 *
 * Nothing below cmd/ prints: it logs, and cmd/ sets the sink.  Any thread may log. */
#ifndef XS_BASE_LOG_H
#define XS_BASE_LOG_H

#include "base/error.h"
#include "base/level.h"

/* Sets the sink and the lowest level it is given.  Without a sink messages are dropped.
 * To be called before other threads start. */
void xs_log_to(xs_log_sink *sink, void *user, xs_level lowest);

/* Logs one message, cut at 1023 bytes. */
void xs_log(xs_level level, const char *format, ...) XS_PRINTF(2, 3);

#endif
