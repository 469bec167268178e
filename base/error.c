/* SPDX-License-Identifier: MIT */
/* error.c - the thread's last error sentence. */
#include "base/error.h"

#include <stdio.h>

/* For each thread: two requests that fail at once must not read each other's sentence. */
static _Thread_local char error_text[1024];

int xs_vfail(int code, const char *format, va_list args)
{
	char text[sizeof error_text];

	/* The arguments may point into the old sentence. */
	vsnprintf(text, sizeof text, format, args);
	/* A sentence that is too long is cut: to fail while failing would help nobody. */
	snprintf(error_text, sizeof error_text, "%s", text);
	return code;
}

int xs_fail(int code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	xs_vfail(code, format, args);
	va_end(args);
	return code;
}

const char *xs_error(void)
{
	return error_text;
}

const char *xs_code_name(int code)
{
	switch (code) {
	case XS_OK: return "ok";
	case XS_ENOTFOUND: return "not found";
	case XS_EINPUT: return "input";
	case XS_EFORMAT: return "format";
	case XS_EIO: return "io";
	case XS_EBUSY: return "busy";
	case XS_ESTALE: return "stale";
	case XS_ECANCEL: return "cancelled";
	case XS_EUNSUPPORTED: return "unsupported";
	default: return "internal";
	}
}
