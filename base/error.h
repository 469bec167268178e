/* SPDX-License-Identifier: MIT */
/* error.h - result codes, and the thread's last error sentence.
 *
 * Knows nothing of search.  A function that can fail returns `int`: XS_OK or one of the negative
 * codes below.  Whoever detects a failure describes it once with xs_fail(); callers pass the code
 * on and leave the sentence as it is. */
#ifndef XS_BASE_ERROR_H
#define XS_BASE_ERROR_H

#include <stdarg.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The tree is built with hidden symbols; these are librerank's. */
#pragma GCC visibility push(default)

enum xs_code {
	XS_OK = 0,
	XS_ENOTFOUND = -1,   /* an answer, not a failure: sets no sentence */
	XS_EINPUT = -2,	     /* a request, option or setting is wrong */
	XS_EFORMAT = -3,     /* a file, page or model is damaged or of an unknown kind */
	XS_EIO = -4,	     /* the system could not read or write */
	XS_EBUSY = -5,	     /* locked by another process: try again */
	XS_ESTALE = -6,	     /* the index changed while it was read; handled inside index/ */
	XS_ECANCEL = -7,     /* stopped by the caller (signal, deadline) */
	XS_EINTERNAL = -8,   /* our own defect, or a library's */
	XS_EUNSUPPORTED = -9 /* well formed, but not something this build can do */
};

#if defined(__GNUC__)
#define XS_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define XS_PRINTF(fmt, args)
#endif

/* Sets the calling thread's error sentence (cut at 1023 bytes) and returns `code`. */
int xs_fail(int code, const char *format, ...) XS_PRINTF(2, 3);
int xs_vfail(int code, const char *format, va_list args);

/* The calling thread's last error sentence, "" if none.  Borrowed until the thread's next
 * xs_fail(). */
const char *xs_error(void);

/* The short name of a code ("format", "io", ...), for logs and JSON.  Static. */
const char *xs_code_name(int code);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif
#endif
