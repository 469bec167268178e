/* SPDX-License-Identifier: MIT */
/* error.h - how a failure is told.
 *
 * Knows nothing of search.  Whoever detects a failure describes it once with xs_fail(); callers pass
 * the code on and leave the sentence as it is.  Codes and xs_error() are base/code.h's. */
#ifndef XS_BASE_ERROR_H
#define XS_BASE_ERROR_H

#include <stdarg.h>

#include "base/code.h"

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define XS_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define XS_PRINTF(fmt, args)
#endif

/* Sets the calling thread's error sentence (cut at 1023 bytes) and returns `code`. */
int xs_fail(int code, const char *format, ...) XS_PRINTF(2, 3);
int xs_vfail(int code, const char *format, va_list args);

#ifdef __cplusplus
}
#endif
#endif
