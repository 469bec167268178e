/* SPDX-License-Identifier: MIT */
/* level.h - how much a message matters, and the form of a function that receives messages.
 *
 * Public: librerank's header and the plugins' include it. */
#ifndef XS_BASE_LEVEL_H
#define XS_BASE_LEVEL_H

typedef enum xs_level { XS_LOG_DEBUG, XS_LOG_INFO, XS_LOG_WARN, XS_LOG_ERROR } xs_level;

/* Receives one message without a newline.  Called by any thread, one call at a time.  It must not
 * log. */
typedef void xs_log_sink(void *user, xs_level level, const char *text);

#endif
