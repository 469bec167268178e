/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reader.c - the process that reads one document: confined first, then it looks at the bytes. */
#include "cmd/reader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "cmd/cmd.h"
#include "index/documents/confine.h"
#include "index/documents/convert.h"
#include "index/pages/reader.h"

/* Standard input, a file in memory. */
static int reader_map(const char **bytes, size_t *len)
{
	struct stat st;
	void *map;

	if (fstat(STDIN_FILENO, &st) != 0)
		return xs_fail(XS_EIO, "look at the document: %s", strerror(errno));
	*len = (size_t)st.st_size;
	/* Of nothing there is no map. */
	if (!*len)
		return XS_OK;
	map = mmap(NULL, *len, PROT_READ, MAP_PRIVATE, STDIN_FILENO, 0);
	if (map == MAP_FAILED)
		return xs_fail(XS_EIO, "map the document: %s", strerror(errno));
	*bytes = map;
	return XS_OK;
}

int reader_main(int argc, char **argv)
{
	const char *bytes = "";
	size_t len = 0;
	xs_buf html;
	int rc;

	if (argc != 5)
		return CMD_INPUT;
	xs_buf_init(&html);
	rc = reader_map(&bytes, &len);
	if (rc == XS_OK)
		rc = xs_confine(atoi(argv[3]), atoll(argv[4]));
	if (rc == XS_OK)
		rc = xs_convert(&html, argv[2], bytes, len);
	/* What was made before a failure is no sentence. */
	if (rc == XS_OK)
		fwrite(html.data, 1, html.len, stdout);
	else
		fputs(xs_error(), stdout);
	/* At once: what is done at a process's end otherwise (a sanitizer looks for leaks, by another
	 * process) is not allowed any more. */
	_exit(fflush(stdout) != 0 ? CMD_INTERNAL : rc == XS_OK ? CMD_OK : XS_READER_REFUSED);
}
