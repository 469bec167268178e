/* SPDX-License-Identifier: GPL-2.0-or-later */
/* body.h - fields of a JSON body, each checked; and strings that a request brings.
 *
 * A null counts as absent.  Each returns XS_OK, or XS_EINPUT with a sentence that names the field. */
#ifndef XS_SERVE_BODY_H
#define XS_SERVE_BODY_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "base/error.h"

/* A field that is there and not null; else NULL.  Borrowed. */
const json_t *xs_body_field(const json_t *object, const char *name);

/* A text, borrowed from the object.  Absent: *out stays. */
int xs_body_text(const char **out, const json_t *object, const char *name);
/* A whole number from min to max.  Absent: *out stays. */
int xs_body_int(long *out, const json_t *object, const char *name, long min, long max);
int xs_body_bool(bool *out, const json_t *object, const char *name);

/* "an object", "a string", ...: what a value is, for messages.  Static. */
const char *xs_body_kind(const json_t *value);

#endif
