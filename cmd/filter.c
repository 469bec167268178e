/* SPDX-License-Identifier: GPL-2.0-or-later */
/* filter.c - the process that becomes a filter: limits first, then the command. */
#include "cmd/filter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "cmd/cmd.h"
#include "index/documents/confine.h"
#include "index/pages/filter.h"

int filter_main(int argc, char **argv)
{
	if (argc < 5)
		return CMD_INPUT;
	if (xs_confine_command(atoi(argv[2]), atoll(argv[3])) < 0) {
		fprintf(stderr, "%s\n", xs_error());
	} else {
		execvp(argv[4], argv + 4);
		fprintf(stderr, "%s\n", strerror(errno));
	}
	/* At once, as in cmd/reader.c. */
	_exit(XS_FILTER_NOT_RUN);
}
