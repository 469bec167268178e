/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_conf.c - the settings: tests/data/conf.test, what is no YAML of ours, finding the file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/file.h"
#include "conf/conf.h"
#include "tests/unit/conf.h"

/* ---- tests/data/conf.test ---- */

static const char *conf_after(const char *line, const char *word)
{
	size_t len = strlen(word);

	return strncmp(line, word, len) == 0 ? line + len : NULL;
}

/* A YAML line; one that starts with "\t" has its \t and \xNN replaced. */
static void conf_yaml_line(xs_buf *yaml, const char *line)
{
	unsigned byte;

	if (!conf_after(line, "\\t")) {
		xs_buf_printf(yaml, "%s\n", line);
		return;
	}
	while (*line) {
		if (conf_after(line, "\\t")) {
			xs_buf_putc(yaml, '\t');
			line += 2;
		} else if (sscanf(line, "\\x%2x", &byte) == 1) {
			xs_buf_putc(yaml, (char)byte);
			line += 4;
		} else {
			xs_buf_putc(yaml, *line++);
		}
	}
	xs_buf_putc(yaml, '\n');
}

/* "KEY = TEXT" of a value or an origin. */
static void conf_compare(const char *title, const xs_conf *c, xs_arena *a, const char *line,
			 const char *(*get)(const xs_conf *, xs_arena *, const char *))
{
	const char *equals = strstr(line, " = ");
	const char *key = xs_arena_dupn(a, line, (size_t)(equals - line));

	conf_same(title, key, get(c, a, key), equals + 3);
}

/* "KEY=VALUE"; returns xs_conf_set()'s code. */
static int conf_option(xs_conf *c, xs_arena *a, const char *line)
{
	const char *equals = strchr(line, '=');

	return xs_conf_set(c, xs_arena_dupn(a, line, (size_t)(equals - line)), equals + 1);
}

/* Runs the expectations of one case on what its YAML gave. */
static void conf_expect(const char *title, const char **lines, size_t n, xs_conf *c, int rc,
			xs_arena *a)
{
	const char *error = rc == XS_OK ? NULL : xs_arena_dup(a, xs_error()), *rest;
	bool expected = false;

	for (size_t i = 0; i < n; i++) {
		rest = conf_after(lines[i], "error ");
		if (rest) {
			expected = true;
			conf_same(title, "error", error,
				  xs_arena_printf(a, "site/t.yaml:%s", rest));
			assert_int_equal(rc, XS_EINPUT);
		} else if (!conf_after(lines[i], "env ") && error) {
			break;
		} else if ((rest = conf_after(lines[i], "set "))) {
			if (conf_option(c, a, rest) != XS_OK)
				fail_msg("%s: %s: %s", title, rest, xs_error());
		} else if ((rest = conf_after(lines[i], "refused "))) {
			assert_int_equal(conf_option(c, a, rest), XS_EINPUT);
		} else if ((rest = conf_after(lines[i], "says "))) {
			conf_same(title, "refusal", xs_error(), rest);
		} else if ((rest = conf_after(lines[i], "check "))) {
			assert_int_equal(xs_conf_check(c), XS_EINPUT);
			conf_same(title, "check", xs_error(), rest);
		} else if ((rest = conf_after(lines[i], "value "))) {
			conf_compare(title, c, a, rest, xs_conf_get);
		} else if ((rest = conf_after(lines[i], "origin "))) {
			conf_compare(title, c, a, rest, xs_conf_origin);
		} else if (!conf_after(lines[i], "env ")) {
			fail_msg("%s: unknown expectation: %s", title, lines[i]);
		}
	}
	if (error && !expected)
		fail_msg("%s: %s", title, error);
}

/* What is written of a conf reads back as the same. */
static void conf_round_trip(const char *title, const xs_conf *c, xs_arena *a)
{
	xs_conf *again;
	const xs_conf_key *key;
	xs_buf b;

	xs_buf_init(&b);
	xs_conf_write(&b, c);
	if (xs_conf_parse(&again, "again.yaml", b.data, b.len) != XS_OK)
		fail_msg("%s: written and read back: %s\n%s", title, xs_error(), b.data);
	for (size_t i = 0; (key = xs_conf_key_at(i)); i++)
		conf_same(title, key->name, xs_conf_get(again, a, key->name),
			  xs_conf_get(c, a, key->name));
	xs_conf_free(again);
	xs_buf_fini(&b);
}

static void conf_case(const char *title, const xs_buf *yaml, const char **lines, size_t n,
		      xs_arena *a)
{
	const char *env;
	xs_conf *c;
	int rc;

	for (size_t i = 0; i < n; i++) {
		env = conf_after(lines[i], "env ");
		if (env)
			assert_int_equal(putenv(xs_arena_dup(a, env)), 0);
	}
	rc = xs_conf_parse(&c, "site/t.yaml", yaml->data, yaml->len);
	assert_true((rc == XS_OK) == (c != NULL));
	conf_expect(title, lines, n, c, rc, a);
	if (c)
		conf_round_trip(title, c, a);
	xs_conf_free(c);
	for (size_t i = 0; i < n; i++) {
		env = conf_after(lines[i], "env ");
		if (env)
			unsetenv(xs_arena_dupn(a, env, strcspn(env, "=")));
	}
}

static void t_data(void **state)
{
	xs_arena *a = xs_arena_new();
	char *text = conf_slurp(a, "tests/data/conf.test", NULL), *line;
	const char *title = NULL, *lines[100];
	size_t n = 0, cases = 0;
	xs_buf yaml;

	(void)state;
	xs_buf_init(&yaml);
	while ((line = strsep(&text, "\n"))) {
		bool start = conf_after(line, "=== ") != NULL;

		if (title && (start || !text)) {
			conf_case(title, &yaml, lines, n, a);
			cases++;
		}
		if (start) {
			title = line + 4;
			xs_buf_reset(&yaml);
			n = 0;
		} else if (conf_after(line, ">>> ")) {
			assert_true(n < sizeof lines / sizeof lines[0]);
			lines[n++] = line + 4;
		} else if (title && n == 0) {
			conf_yaml_line(&yaml, line);
		}
	}
	assert_true(cases > 80);
	xs_buf_fini(&yaml);
	xs_arena_free(a);
}

/* ---- the table ---- */

static void t_defaults(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_conf *c = xs_conf_new();
	const xs_conf_key *key;

	(void)state;
	for (size_t i = 0; (key = xs_conf_key_at(i)); i++) {
		size_t len = strlen(key->text);

		if (!xs_conf_key_at(i + 1))
			assert_true(i > 40);
		if (!xs_conf_maps(key) && strcmp(key->name, "index.path") != 0)
			conf_same("default", key->name, xs_conf_get(c, a, key->name),
				  key->fallback);
		assert_ptr_equal(xs_conf_key_find(key->name), key);
		assert_string_equal(xs_conf_origin(c, a, key->name), "default");
		assert_true(len > 10 && key->text[len - 1] == '.');
		assert_true(*xs_conf_expected(key, a) != '\0');
	}
	assert_string_equal(c->index.path, "index");
	assert_int_equal(c->rerank.depth, XS_CONF_DEPTH_AUTO);
	assert_int_equal(c->rerank.window, XS_WINDOW_MODEL);
	assert_int_equal(c->index.max_page_bytes, 64 << 20);
	assert_int_equal(c->log.level, XS_LOG_WARN);
	assert_true(c->blend.weights.rerank > 0.249 && c->blend.weights.rerank < 0.251);
	assert_int_equal(c->pipeline.n, 6);
	assert_null(c->pipeline.items[6]);
	assert_null(xs_conf_get(c, a, "rerank"));
	assert_null(xs_conf_get(c, a, "stages.none.key"));
	assert_null(xs_conf_origin(c, a, "no.such"));
	assert_null(xs_conf_stage(c, "a", "b"));
	xs_conf_free(c);
	xs_conf_free(NULL);
	xs_arena_free(a);
}

/* Small files that would be large when their aliases and variables are followed. */
static void t_bombs(void **state)
{
	xs_conf *c;
	xs_buf b;

	(void)state;
	xs_buf_init(&b);
	xs_buf_puts(&b, "sources:\n- path: x\n  include: &a [y");
	for (int i = 0; i < 990; i++)
		xs_buf_puts(&b, ",y");
	xs_buf_puts(&b, "]\n");
	for (int i = 0; i < 900; i++)
		xs_buf_puts(&b, "- {path: x, include: *a}\n");
	assert_int_equal(xs_conf_parse(&c, "b", b.data, b.len), XS_EINPUT);
	assert_non_null(strstr(xs_error(), "more than 100000 values"));

	xs_buf_reset(&b);
	xs_buf_puts(&b, "site: {name: &a \"");
	for (int i = 0; i < 20000; i++)
		xs_buf_puts(&b, "long text ");
	xs_buf_puts(&b, "\"}\nplugins: [*a");
	for (int i = 0; i < 900; i++)
		xs_buf_puts(&b, ",*a");
	xs_buf_puts(&b, "]\n");
	assert_int_equal(xs_conf_parse(&c, "b", b.data, b.len), XS_EINPUT);
	assert_non_null(strstr(xs_error(), "bytes of text, with aliases"));

	xs_buf_reset(&b);
	xs_buf_puts(&b, "plugins: [a");
	for (int i = 0; i < 1000; i++)
		xs_buf_puts(&b, ",a");
	xs_buf_puts(&b, "]\n");
	assert_int_equal(xs_conf_parse(&c, "b", b.data, b.len), XS_EINPUT);
	assert_string_equal(xs_error(), "b:1:10: 1001 entries; at most 1000 are taken");

	xs_buf_reset(&b);
	xs_buf_puts(&b, "stages:\n  a: &m {");
	for (int i = 0; i < 600; i++)
		xs_buf_printf(&b, "k%d: v, ", i);
	xs_buf_puts(&b, "k: v}\n  b: *m\n");
	assert_int_equal(xs_conf_parse(&c, "b", b.data, b.len), XS_EINPUT);
	assert_non_null(strstr(xs_error(), "more than 1000 settings of stages"));

	xs_buf_reset(&b);
	for (int i = 0; i < 40000; i++)
		xs_buf_putc(&b, 'x');
	setenv("T_CONF_LONG", b.data, 1);
	xs_buf_reset(&b);
	xs_buf_puts(&b, "site: {name: \"${T_CONF_LONG}${T_CONF_LONG}\"}");
	assert_int_equal(xs_conf_parse(&c, "b", b.data, b.len), XS_EINPUT);
	assert_string_equal(xs_error(), "b:1:14: a value of more than 65536 bytes");
	unsetenv("T_CONF_LONG");

	xs_buf_reset(&b);
	for (int i = 0; i < 100000; i++)
		xs_buf_putc(&b, '[');
	assert_int_equal(xs_conf_parse(&c, "b", b.data, b.len), XS_EINPUT);

	for (int i = 0; i < 200000; i++)
		xs_buf_putc(&b, '#');
	assert_int_equal(xs_conf_parse(&c, "b", b.data, b.len), XS_EINPUT);
	assert_string_equal(xs_error(), "b: 300000 bytes; a configuration has at most 262144");
	xs_buf_fini(&b);
}

static void t_bytes(void **state)
{
	static const char yaml[] = "site: {name: \"${T_CONF_BYTES}\"}";
	xs_arena *a = xs_arena_new();
	xs_conf *c;

	(void)state;
	setenv("T_CONF_BYTES", "a\xff", 1);
	assert_int_equal(xs_conf_parse(&c, "b", yaml, strlen(yaml)), XS_EINPUT);
	assert_string_equal(xs_error(), "b:1:14: a variable of the environment is not in UTF-8");
	setenv("T_CONF_BYTES", "a\xc3\xbc", 1);
	assert_int_equal(xs_conf_parse(&c, "b", yaml, strlen(yaml)), XS_OK);
	assert_string_equal(c->site.name, "a\xc3\xbc");
	assert_int_equal(xs_conf_set(c, "site.name", "a\xc3"), XS_EINPUT);
	assert_int_equal(xs_conf_set(c, "site.n\xff", "a"), XS_EINPUT);
	assert_string_equal(c->site.name, "a\xc3\xbc");
	xs_conf_free(c);
	unsetenv("T_CONF_BYTES");
	/* A file's name cannot end the comment that tells it. */
	assert_int_equal(xs_conf_parse(&c, "a\nb: c", "log: {level: info}", 18), XS_OK);
	conf_round_trip("a name with a newline", c, a);
	xs_conf_free(c);
	xs_arena_free(a);
}

/* ---- files ---- */

static void conf_write_file(xs_arena *a, const char *folder, const char *name, const char *text)
{
	char *path = xs_file_join(a, folder, name), *slash = strrchr(path, '/');

	assert_int_equal(xs_file_mkdirs(xs_arena_dupn(a, path, (size_t)(slash - path))), XS_OK);
	assert_int_equal(xs_file_write(path, text, strlen(text)), XS_OK);
}

static void t_files(void **state)
{
	char folder[] = "t_conf.XXXXXX";
	const char *found = NULL;
	xs_arena *a = xs_arena_new();
	char *home;
	xs_conf *c;

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	home = xs_arena_printf(a, "%s/home", getcwd(xs_arena_alloc(a, 4096), 4096));
	setenv("HOME", home, 1); /* the tests that follow see it too; none reads it */
	unsetenv("XDG_CONFIG_HOME");
	conf_write_file(a, home, ".config/xapian-search/xapian-search.yaml", "rerank: {model: m}");
	assert_int_equal(xs_conf_find(&found, a, NULL), XS_OK);
	assert_string_equal(found,
			    xs_file_join(a, home, ".config/xapian-search/xapian-search.yaml"));
	assert_int_equal(xs_conf_load(&c, found), XS_OK);
	assert_string_equal(c->rerank.model, xs_file_join(a, home, ".config/xapian-search/m"));
	assert_string_equal(xs_conf_file(c), found);
	xs_conf_free(c);
	conf_write_file(a, home, "xdg/xapian-search/xapian-search.yaml", "rerank: {depth: x}");
	setenv("XDG_CONFIG_HOME", xs_file_join(a, home, "xdg"), 1);
	assert_int_equal(xs_conf_find(&found, a, NULL), XS_OK);
	assert_string_equal(found, xs_file_join(a, home, "xdg/xapian-search/xapian-search.yaml"));
	assert_int_equal(xs_conf_load(&c, found), XS_EINPUT);
	assert_null(c);
	assert_string_equal(xs_error(),
			    xs_arena_printf(a,
					    "%s:1:17: rerank.depth: expected a whole number "
					    "from 1 to 1000 or auto, found \"x\"",
					    found));
	conf_write_file(a, home, "../xapian-search.yaml", "index: {path: i}");
	assert_int_equal(xs_conf_find(&found, a, NULL), XS_OK);
	assert_string_equal(found, "xapian-search.yaml");
	assert_int_equal(xs_conf_load(&c, found), XS_OK);
	assert_string_equal(c->index.path, "i");
	xs_conf_free(c);
	assert_int_equal(xs_conf_find(&found, a, "given"), XS_OK);
	assert_int_equal(xs_conf_load(&c, found), XS_EINPUT);
	assert_string_equal(xs_error(), "given: there is no such configuration file");
	assert_int_equal(xs_conf_load(&c, "."), XS_EIO);
	assert_int_equal(chdir(".."), 0);
	assert_int_equal(system(xs_arena_printf(a, "rm -rf %s", folder)), 0);
	xs_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_data),  cmocka_unit_test(t_defaults), cmocka_unit_test(t_bombs),
		cmocka_unit_test(t_bytes), cmocka_unit_test(t_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
