/* SPDX-License-Identifier: GPL-2.0-or-later */
/* backup.c - the command `backup`: a copy of the index, also while it is searched and written. */
#include <getopt.h>

#include <jansson.h>

#include "base/clock.h"
#include "cmd/option.h"
#include "cmd/print.h"
#include "cmd/site.h"
#include "plugin/json.h"

const xs_cmd_option cmd_backup_options[] = {
	{"json", 'j', NULL, NULL, "print what was copied as JSON"},
	{NULL, 0, NULL, NULL, NULL},
};

/* Tells what the copy holds, by reading it.  The copy is opened like any index: one that cannot be
 * searched is reported now, and not on the day when it is needed. */
static int backup_report(xs_cmd *c, const char *folder, bool json, double ms)
{
	xs_index_status status = {0};
	xs_index *copy = NULL;
	uint64_t bytes;
	int rc = site_index_open_at(&copy, c, folder);

	if (rc == XS_OK)
		rc = xs_index_status_get(&status, c->arena, copy);
	xs_index_close(copy);
	if (rc != XS_OK)
		return rc;
	bytes = status.site_bytes + status.xapian_bytes + status.vectors_bytes;
	if (json)
		print_json(json_pack("{s:o, s:I, s:I, s:I, s:o}", "folder", xs_json_text(folder),
				     "pages", (json_int_t)status.pages, "passages",
				     (json_int_t)status.passages, "bytes", (json_int_t)bytes, "ms",
				     xs_json_ms(ms)));
	else
		cmd_say(c, "%s: %llu pages, %llu passages, %s, %s", folder,
			(unsigned long long)status.pages, (unsigned long long)status.passages,
			print_bytes(bytes), print_duration(ms));
	return XS_OK;
}

int cmd_backup(xs_cmd *c, int argc, char **argv)
{
	/* No end but a signal: a large index takes as long as it takes. */
	xs_deadline stop = {.cancel = &c->cancel};
	int64_t begin = xs_clock_ns();
	xs_index *ix = NULL;
	bool json = false;
	const char *arg;
	int row, rc;

	/* There is one option, so any row is that one. */
	while ((row = option_next(&arg, c, argc, argv, cmd_backup_options)) >= 0)
		json = true;
	if (row == OPTION_STOP)
		return c->rc;
	/* An empty name is mostly a variable of a script that was not set. */
	if (argc - optind != 1 || !*argv[optind])
		return cmd_usage(c, "expected the folder that the copy goes to");
	/* Never the shards: a copy is of files on this machine. */
	rc = cmd_settings(c);
	if (rc == XS_OK)
		rc = site_index_open_at(&ix, c, c->conf->index.path);
	if (rc == XS_OK)
		rc = xs_index_backup(ix, argv[optind], &stop);
	if (rc == XS_OK)
		rc = backup_report(c, argv[optind], json, xs_clock_ms(begin));
	xs_index_close(ix);
	return rc == XS_OK ? CMD_OK : cmd_failed(c, rc);
}
