/* SPDX-License-Identifier: MIT */
/* code.h - result codes, and where the thread's last error sentence is read.
 *
 * A function that can fail returns `int`: XS_OK or one of the negative codes.  Public: librerank's
 * header and the plugins' include it.  How a sentence is set is base/error.h. */
#ifndef XS_BASE_CODE_H
#define XS_BASE_CODE_H

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

/* The calling thread's last error sentence, "" if none.  Borrowed until the next failure in the same
 * thread. */
const char *xs_error(void);

/* The short name of a code ("format", "io", ...), for logs and JSON.  Static. */
const char *xs_code_name(int code);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
