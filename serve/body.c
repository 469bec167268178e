/* SPDX-License-Identifier: GPL-2.0-or-later */
/* body.c - fields of a JSON body, each checked. */
#include "serve/body.h"

/* null counts as absent: clients write it for a field that is not set. */
const json_t *xs_body_field(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	return json_is_null(value) ? NULL : value;
}

const char *xs_body_kind(const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT: return "an object";
	case JSON_ARRAY: return "a list";
	case JSON_STRING: return "a text";
	case JSON_INTEGER:
	case JSON_REAL: return "a number";
	case JSON_TRUE:
	case JSON_FALSE: return "true or false";
	case JSON_NULL: break;
	}
	return "null";
}

int xs_body_text(const char **out, const json_t *object, const char *name)
{
	const json_t *value = xs_body_field(object, name);

	if (!value)
		return XS_OK;
	if (!json_is_string(value))
		return xs_fail(XS_EINPUT, "%s: expected a text, found %s", name,
			       xs_body_kind(value));
	*out = json_string_value(value);
	return XS_OK;
}

int xs_body_int(long *out, const json_t *object, const char *name, long min, long max)
{
	const json_t *value = xs_body_field(object, name);

	if (!value)
		return XS_OK;
	/* No rounding: 1.5 results, or "10" as a text, are a mistake of the client that it
	 * should see. */
	if (!json_is_integer(value))
		return xs_fail(XS_EINPUT, "%s: expected a whole number, found %s", name,
			       xs_body_kind(value));
	if (json_integer_value(value) < min || json_integer_value(value) > max)
		return xs_fail(XS_EINPUT, "%s: expected a whole number from %ld to %ld", name, min,
			       max);
	*out = (long)json_integer_value(value);
	return XS_OK;
}

int xs_body_bool(bool *out, const json_t *object, const char *name)
{
	const json_t *value = xs_body_field(object, name);

	if (!value)
		return XS_OK;
	if (!json_is_boolean(value))
		return xs_fail(XS_EINPUT, "%s: expected true or false, found %s", name,
			       xs_body_kind(value));
	*out = json_is_true(value);
	return XS_OK;
}
