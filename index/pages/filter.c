/* SPDX-License-Identifier: GPL-2.0-or-later */
/* filter.c - the command line of a filter, and what is told when it fails. */
#include "index/pages/filter.h"

#include <string.h>

#include "index/pages/charset.h"
#include "index/pages/child.h"

/* An argument with the path in place of each "{file}". */
static char *filter_argument(xs_arena *a, const char *text, const char *path)
{
	static const char mark[] = "{file}";
	const char *at;
	char *out = xs_arena_dup(a, "");

	for (; (at = strstr(text, mark)); text = at + strlen(mark))
		out = xs_arena_printf(a, "%s%.*s%s", out, (int)(at - text), text, path);
	return xs_arena_printf(a, "%s%s", out, text);
}

static char **filter_arguments(xs_arena *a, const xs_filter *f, const char *path,
			       const xs_reader *limits)
{
	size_t n = 0, own = 0;
	char **argv;

	while (f->command[n])
		n++;
	argv = xs_arena_array(a, n + 5, sizeof *argv);
	argv[own++] = xs_arena_dup(a, limits->program);
	argv[own++] = xs_arena_dup(a, XS_FILTER_COMMAND);
	argv[own++] = xs_arena_printf(a, "%d", limits->seconds);
	argv[own++] = xs_arena_printf(a, "%lld", (long long)limits->memory);
	/* A name that begins with "-" would be an option. */
	if (*path == '-')
		path = xs_arena_printf(a, "./%s", path);
	for (size_t i = 0; i < n; i++)
		argv[own + i] = filter_argument(a, f->command[i], path);
	return argv;
}

/* The first line of the messages, behind ": "; "" if there is none.  It may be anything. */
static const char *filter_message(xs_arena *a, const xs_child *c)
{
	const xs_charset_hint hint = {.name = c->place, .label = "utf-8"};
	size_t len = strcspn(c->errors.data, "\r\n");
	const char *clean, *note;

	if (!len || xs_charset_utf8(&clean, &len, a, c->errors.data, len, &hint, &note) < 0)
		return "";
	return xs_arena_printf(a, ": %.*s", (int)len, clean);
}

int xs_filter_run(const char **out, size_t *out_len, xs_arena *a, const xs_filter *f,
		  const char *place, const char *path, const char *bytes, size_t len,
		  const xs_page_options *o)
{
	xs_child c = {.place = place, .what = "filter", .o = o};
	int rc;

	if (!o->reader.program)
		return xs_fail(XS_EUNSUPPORTED, "%s: there is no program that runs filters", place);
	c.argv = filter_arguments(a, f, path, &o->reader);
	xs_child_init(&c);
	rc = xs_child_run(&c, bytes, len);
	if (rc == XS_OK && c.status == XS_FILTER_NOT_RUN)
		rc = xs_fail(XS_EUNSUPPORTED, "%s: reading it needs %s, which cannot be run%s",
			     place, f->command[0], filter_message(a, &c));
	else if (rc == XS_OK && c.status != 0)
		rc = xs_fail(XS_EFORMAT, "%s: its filter %s ended with status %d%s", place,
			     f->command[0], c.status, filter_message(a, &c));
	*out_len = c.out.len;
	*out = xs_arena_dupn(a, c.out.data, c.out.len);
	xs_child_fini(&c);
	return rc;
}
