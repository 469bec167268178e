/* SPDX-License-Identifier: GPL-2.0-or-later */
/* setting.c - settings as numbers and words. */
#include "plugin/setting.h"

#include <stdlib.h>
#include <string.h>

#include "conf/conf.h"

int xs_setting_text(const char **out, const xs_host *host, const char *key)
{
	*out = host->setting(host, key);
	if (!*out)
		return host->fail(XS_EINPUT, "stage %s: this program has no setting %s",
				  host->stage, key);
	return XS_OK;
}

/* Values were checked when the file was read.  This happens where a stage is older or newer than the
 * program that loads it. */
static int setting_bad(const xs_host *host, const char *key, const char *text, const char *expected)
{
	return host->fail(XS_EINPUT, "%s: %s is not %s", key, text, expected);
}

int xs_setting_int(int *out, const xs_host *host, const char *key)
{
	const char *text;
	int rc = xs_setting_text(&text, host, key);

	if (rc != XS_OK)
		return rc;
	return xs_conf_number(out, key, text)
		       ? XS_OK
		       : setting_bad(host, key, text, "a value that this stage knows");
}

int xs_setting_real(double *out, const xs_host *host, const char *key)
{
	const char *text;
	char *end;
	int rc = xs_setting_text(&text, host, key);

	if (rc != XS_OK)
		return rc;
	*out = strtod(text, &end);
	/* Not only a number at the beginning: "3x" is none. */
	if (end == text || *end)
		return setting_bad(host, key, text, "a number");
	return XS_OK;
}

int xs_setting_bool(bool *out, const xs_host *host, const char *key)
{
	const char *text;
	int rc = xs_setting_text(&text, host, key);

	if (rc != XS_OK)
		return rc;
	/* However it was written in the file, conf/ gives one of these two words. */
	*out = strcmp(text, "true") == 0;
	return *out || strcmp(text, "false") == 0 ? XS_OK
						  : setting_bad(host, key, text, "true or false");
}
