/* SPDX-License-Identifier: GPL-2.0-or-later */
/* setting.c - settings as numbers and words. */
#include "plugin/setting.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

int xs_setting_text(const char **out, const xs_host *host, const char *key)
{
	*out = host->setting(host, key);
	if (!*out)
		return host->fail(XS_EINPUT, "stage %s: this program has no setting %s",
				  host->stage, key);
	return XS_OK;
}

static int setting_bad(const xs_host *host, const char *key, const char *text, const char *expected)
{
	return host->fail(XS_EINPUT, "%s: %s is not %s", key, text, expected);
}

int xs_setting_int(int *out, const xs_host *host, const char *key)
{
	const char *text;
	char *end;
	long value;
	int rc = xs_setting_text(&text, host, key);

	if (rc)
		return rc;
	errno = 0;
	value = strtol(text, &end, 10);
	if (end == text || *end || errno || value < INT_MIN || value > INT_MAX)
		return setting_bad(host, key, text, "a whole number");
	*out = (int)value;
	return XS_OK;
}

int xs_setting_real(double *out, const xs_host *host, const char *key)
{
	const char *text;
	char *end;
	int rc = xs_setting_text(&text, host, key);

	if (rc)
		return rc;
	*out = strtod(text, &end);
	if (end == text || *end)
		return setting_bad(host, key, text, "a number");
	return XS_OK;
}

int xs_setting_bool(bool *out, const xs_host *host, const char *key)
{
	static const char *const words[] = {"false", "true", NULL};
	int value, rc = xs_setting_word(&value, host, key, words);

	if (!rc)
		*out = value == 1;
	return rc;
}

int xs_setting_word(int *out, const xs_host *host, const char *key, const char *const *words)
{
	const char *text;
	int rc = xs_setting_text(&text, host, key);

	if (rc)
		return rc;
	for (*out = 0; words[*out]; (*out)++)
		if (!strcmp(words[*out], text))
			return XS_OK;
	return setting_bad(host, key, text, "a value that this stage knows");
}
