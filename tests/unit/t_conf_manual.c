/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_conf_manual.c - the table of settings against the manual page and the example.
 *
 * `t_conf_manual --keys` writes the list of keys as man/xapian-search.yaml.5 must have it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "conf/conf.h"
#include "tests/unit/conf.h"

/* ---- the manual page ---- */

static const char manual[] = "man/xapian-search.yaml.5";

/* Adds words to mdoc text, in lines of 80 columns at most; a full stop ends a line. */
static void conf_mdoc_text(xs_buf *out, const char *text)
{
	size_t column = 0;

	while (*text) {
		size_t len = strcspn(text, " ");

		if (column && column + 1 + len > 80) {
			xs_buf_putc(out, '\n');
			column = 0;
		}
		xs_buf_printf(out, "%s%.*s", column ? " " : "", (int)len, text);
		column += len + (column > 0);
		text += len;
		text += strspn(text, " ");
	}
	xs_buf_putc(out, '\n');
}

static void conf_mdoc_key(xs_buf *out, const xs_conf_key *key, xs_arena *a)
{
	const char *value = key->fallback;

	xs_buf_printf(out, ".It Ic %s\n", key->name);
	conf_mdoc_text(out, key->text);
	if (!value)
		return;
	if (*value == '\0')
		value = "empty";
	else if (strcmp(value, "[]") == 0)
		value = "an empty list";
	else if (strcmp(value, "{}") == 0)
		value = "an empty map";
	conf_mdoc_text(out, xs_arena_printf(a, "Expects %s; the default is %s.",
					    xs_conf_describe(key, a), value));
}

static void t_manual(void **state)
{
	xs_arena *a = xs_arena_new();
	const char *page = conf_slurp(a, manual, NULL);
	const xs_conf_key *key;
	size_t n = 0, items = 0;
	xs_buf b;

	(void)state;
	xs_buf_init(&b);
	for (; (key = xs_conf_key_at(n)); n++) {
		if (!strstr(page, xs_arena_printf(a, ".It Ic %s\n", key->name)))
			fail_msg("%s is not documented in %s", key->name, manual);
		xs_buf_reset(&b);
		conf_mdoc_key(&b, key, a);
		if (!strstr(page, b.data))
			fail_msg("%s says something else of %s than the table, which has\n%s",
				 manual, key->name, b.data);
	}
	for (const char *s = page; (s = strstr(s, ".It Ic ")); s++)
		items++;
	if (items != n)
		fail_msg("%s documents %zu keys, the table has %zu", manual, items, n);
	xs_buf_fini(&b);
	xs_arena_free(a);
}

/* Every literal block of the page is a configuration. */
static void t_manual_examples(void **state)
{
	static const char begin[] = ".Bd -literal -offset indent\n";
	xs_arena *a = xs_arena_new();
	const char *page = conf_slurp(a, manual, NULL);
	size_t n = 0;
	xs_conf *c;

	(void)state;
	for (const char *s = page; (s = strstr(s, begin)); n++) {
		s += strlen(begin);
		if (xs_conf_parse(&c, "example", s, (size_t)(strstr(s, ".Ed\n") - s)) != XS_OK)
			fail_msg("example %zu of %s: %s", n + 1, manual, xs_error());
		xs_conf_free(c);
	}
	assert_true(n >= 4);
	xs_arena_free(a);
}

static int conf_print_keys(void)
{
	xs_arena *a = xs_arena_new();
	const xs_conf_key *key;
	xs_buf b;

	xs_buf_init(&b);
	for (size_t i = 0; (key = xs_conf_key_at(i)); i++)
		conf_mdoc_key(&b, key, a);
	fputs(b.data, stdout);
	xs_buf_fini(&b);
	xs_arena_free(a);
	return 0;
}

/* ---- the example ---- */

static void t_example(void **state)
{
	static const char file[] = "examples/xapian-search.yaml";
	xs_arena *a = xs_arena_new();
	size_t len, keys = 0;
	char *text = conf_slurp(a, file, &len);
	const xs_conf_key *key;
	xs_conf *c, *all;
	xs_buf b;

	(void)state;
	xs_buf_init(&b);
	xs_conf_example(&b);
	if (strcmp(b.data, text) != 0)
		fail_msg("%s is not what `xapian-search conf --example` writes", file);
	if (xs_conf_parse(&c, file, text, len) != XS_OK)
		fail_msg("%s", xs_error());
	/* With each "#key:" taken in, every key is set, and to its default. */
	xs_buf_reset(&b);
	for (char *line; (line = strsep(&text, "\n"));) {
		char *hash = line + strspn(line, " ");

		if (*hash == '#' && (hash[1] == '-' || (hash[1] >= 'a' && hash[1] <= 'z'))) {
			keys += hash[1] != '-';
			memmove(hash, hash + 1, strlen(hash));
		}
		xs_buf_printf(&b, "%s\n", line);
	}
	if (xs_conf_parse(&all, file, b.data, b.len) != XS_OK)
		fail_msg("%s with all keys taken in: %s", file, xs_error());
	for (size_t i = 0; (key = xs_conf_key_at(i)); i++) {
		/* A filter has no default. */
		if (strncmp(key->name, "filters", 7) != 0)
			conf_same(file, key->name, xs_conf_get(all, a, key->name),
				  xs_conf_get(c, a, key->name));
		assert_string_not_equal(xs_conf_origin(all, a, key->name), "default");
		keys--;
	}
	assert_int_equal(keys, -3); /* sources and its path, filters */
	assert_string_equal(c->sources.items[0].path, "examples/docs");
	xs_buf_fini(&b);
	xs_conf_free(c);
	xs_conf_free(all);
	xs_arena_free(a);
}

/* ---- hostile files ---- */

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_manual),
		cmocka_unit_test(t_manual_examples),
		cmocka_unit_test(t_example),
	};

	if (argc > 1 && strcmp(argv[1], "--keys") == 0)
		return conf_print_keys();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
