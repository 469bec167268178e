/* SPDX-License-Identifier: GPL-2.0-or-later */
/* code_tags.c - one run of ctags, and the lines of JSON that it writes. */
#include "index/pages/code_tags.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/memory.h"
#include "index/pages/filter.h"

/* Its interactive mode (ctags-client-tools(7)) takes the code with its name from the input: so what it reads is what
 * the page has, in UTF-8, and may be of a site on the web. */
static const xs_filter tags_ctags = {
	.command = (const char *const[]){"ctags", "--options=NONE", "--quiet", "--_interactive",
					 "--sort=no",
					 /* A first line with #! tells the language, too. */
					 "-G", "--extras=-{anonymous}", "--fields=Nnlzse", NULL},
};

/* What languages call that which holds other parts, and that which does something.  Variables, fields and macros are
 * the text of sections. */
static const char *const tags_kinds[] = {
	"class",	   "struct",   "union",	    "interface",  "trait",
	"protocol",	   "enum",     "module",    "submodule",  "namespace",
	"package",	   "object",   "record",    "mixin",	  "implementation",
	"function",	   "func",     "fun",	    "functor",	  "method",
	"methodSpec",	   "getter",   "setter",    "subr",	  "constructor",
	"singletonMethod", "operator", "procedure", "subroutine", "subprogram",
	"program",	   "task",     "trigger",   "table",	  "view",
};

static bool tags_wanted(const char *kind, const char *language)
{
	for (size_t i = 0; i < sizeof tags_kinds / sizeof *tags_kinds; i++)
		if (!strcmp(kind, tags_kinds[i]))
			return true;
	/* Elsewhere members are variables. */
	return !strcmp(kind, "member") && !strcmp(language, "Python");
}

/* "" where it has no such text. */
static const char *tags_text(const json_t *tag, const char *key)
{
	const char *text = json_string_value(json_object_get(tag, key));

	return text ? text : "";
}

static size_t tags_number(const json_t *tag, const char *key)
{
	json_int_t value = json_integer_value(json_object_get(tag, key));

	return value > 0 ? (size_t)value : 0;
}

/* Reads one line; false: it is no tag, or none that makes a section. */
static bool tags_line(xs_code_tag *tag, xs_arena *a, const char *line, size_t len)
{
	json_t *object = json_loadb(line, len, 0, NULL);
	const char *name = tags_text(object, "name");
	bool wanted = *name && !strcmp(tags_text(object, "_type"), "tag") &&
		      tags_wanted(tags_text(object, "kind"), tags_text(object, "language"));

	*tag = (xs_code_tag){.line = tags_number(object, "line"),
			     .end = tags_number(object, "end")};
	wanted = wanted && tag->line;
	if (wanted) {
		tag->name = xs_arena_dup(a, name);
		tag->scope = xs_arena_dup(a, tags_text(object, "scope"));
	}
	json_decref(object);
	return wanted;
}

/* Of one line that comes first which holds the others. */
static int tags_compare(const void *a, const void *b)
{
	const xs_code_tag *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->end != y->end)
		return x->end > y->end ? -1 : 1;
	return (int)strlen(x->scope) - (int)strlen(y->scope);
}

void xs_code_tags_parse(xs_code_tag **out, size_t *n, xs_arena *a, const char *json, size_t len)
{
	xs_code_tag *list = NULL, tag;
	size_t found = 0, cap = 0, line;
	const char *end;

	for (; len; json += line, len -= line) {
		end = memchr(json, '\n', len);
		line = end ? (size_t)(end - json) + 1 : len;
		if (!tags_line(&tag, a, json, line))
			continue;
		list = xs_grow(list, found, &cap, sizeof *list);
		list[found++] = tag;
	}
	if (found)
		qsort(list, found, sizeof *list, tags_compare);
	*out = xs_arena_array(a, found, sizeof **out);
	*n = 0;
	/* One for each line: a script without line ends would have a section for each few words. */
	for (size_t i = 0; i < found; i++)
		if (!i || list[i].line != list[i - 1].line)
			(*out)[(*n)++] = list[i];
	free(list);
}

int xs_code_tags_find(xs_code_tag **out, size_t *n, xs_arena *a, const char *place,
		      const char *name, const char *bytes, size_t len, const xs_page_options *o)
{
	json_t *request = json_pack("{s:s, s:s, s:I}", "command", "generate-tags", "filename", name,
				    "size", (json_int_t)len);
	char *line = json_dumps(request, JSON_COMPACT);
	xs_arena *own = xs_arena_new();
	xs_buf input;
	const char *json;
	size_t json_len;
	int rc;

	*n = 0;
	xs_buf_init(&input);
	xs_buf_printf(&input, "%s\n", line);
	xs_buf_put(&input, bytes, len);
	rc = xs_filter_run(&json, &json_len, own, &tags_ctags, place, name, input.data, input.len,
			   o);
	if (rc == XS_OK)
		xs_code_tags_parse(out, n, a, json, json_len);
	xs_buf_fini(&input);
	xs_arena_free(own);
	free(line);
	json_decref(request);
	return rc;
}
