/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_source.c - walking of folders, JSON lines, loading; in a folder of its own. */
#define _GNU_SOURCE
#include <ftw.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "conf/conf.h"
#include "index/pages/address.h"
#include "index/pages/meta.h"
#include "index/pages/note.h"
#include "index/pages/source.h"
#include "index/question/query_parse.h"

static const xs_page_options options = {.max_bytes = 1 << 26,
					.passage_words = 180,
					.passage_overlap = 30};

typedef struct site {
	xs_arena *a;
	char *folder;
	xs_source source;
	xs_source_item *items;
	size_t n;
	xs_source_others others;
} site;

static int site_setup(void **state)
{
	site *s = calloc(1, sizeof *s);
	const char *temporary = getenv("TMPDIR");

	s->a = xs_arena_new();
	s->folder = xs_arena_printf(s->a, "%s/xs-source-XXXXXX", temporary ? temporary : "/tmp");
	s->source = (xs_source){.path = s->folder, .type = "auto", .url = "", .language = ""};
	*state = s;
	return mkdtemp(s->folder) ? 0 : -1;
}

static int site_remove(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static int site_teardown(void **state)
{
	site *s = *state;

	nftw(s->folder, site_remove, 16, FTW_DEPTH | FTW_PHYS);
	xs_arena_free(s->a);
	free(s);
	return 0;
}

static const char *site_path(const site *s, const char *name)
{
	return xs_file_join(s->a, s->folder, name);
}

static void put(const site *s, const char *name, const char *text)
{
	char *path = xs_arena_dup(s->a, site_path(s, name));
	char *slash = strrchr(path, '/');

	*slash = '\0';
	assert_int_equal(XS_OK, xs_file_mkdirs(path));
	*slash = '/';
	assert_int_equal(XS_OK, xs_file_write(path, text, strlen(text)));
}

static void walk(site *s)
{
	assert_int_equal(XS_OK, xs_source_walk(&s->items, &s->n, &s->others, s->a, &s->source));
}

/* Relative paths of what was found, errors as "!", joined by spaces. */
static const char *names(const site *s)
{
	const char *all = "";
	size_t i;

	for (i = 0; i < s->n; i++) {
		if (i)
			assert_true(strcmp(s->items[i - 1].key, s->items[i].key) < 0);
		all = xs_arena_printf(s->a, "%s%s%s", all, i ? " " : "",
				      s->items[i].rc < 0 ? "!" : s->items[i].rel);
	}
	return all;
}

static void load(const site *s, xs_page *page, size_t i)
{
	assert_true(i < s->n);
	assert_int_equal(XS_OK, xs_source_load(page, s->a, &s->source, &s->items[i], &options));
}

static void test_folder(void **state)
{
	site *s = *state;
	xs_page page;

	put(s, "a.html", "<title>A</title><p>text");
	put(s, "b/c d.md", "# C\n\ntext");
	put(s, "b.txt", "B\n\ntext");
	put(s, "no.css", "p {}");
	put(s, "README", "Read me\n\nThese are plain words, and more of them.\n");
	put(s, "strange",
	    "\x7f"
	    "ELF\x02\x01\x01\x03");
	put(s, ".hidden/d.html", "<p>x");
	put(s, "_sources/a.txt", "x");
	put(s, "empty.html", "");
	walk(s);
	assert_string_equal("README a.html b.txt b/c d.md empty.html", names(s));
	assert_string_equal(site_path(s, "a.html"), s->items[1].key);
	assert_int_equal(23, s->items[1].size);
	s->source.url = "https://x.org/docs";
	s->source.language = "English";
	load(s, &page, 3);
	assert_string_equal("https://x.org/docs/b/c%20d.md", page.url);
	assert_string_equal("C", page.title);
	assert_string_equal("b/c d.md", page.path);
	assert_string_equal("markdown", page.type);
	assert_string_equal("en", page.language);
	assert_true(page.mtime > 1600000000 && page.date == 0);
	load(s, &page, 4);
	assert_string_equal("empty.html", page.title);
	assert_int_equal(1, page.n);
}

static void test_patterns(void **state)
{
	static const char *const include[] = {"*.html", "notes", NULL}, *const exclude[] = {"old",
											    "*/x*",
											    NULL};
	site *s = *state;

	put(s, "a.html", "x");
	put(s, "notes", "plain words are here");
	put(s, "b.txt", "x");
	put(s, "old/c.html", "x");
	put(s, "d/xe.html", "x");
	put(s, "d/f.html", "x");
	s->source.include = include;
	s->source.exclude = exclude;
	walk(s);
	assert_string_equal("a.html d/f.html notes", names(s));
	s->source.include = NULL;
	s->source.type = "text";
	walk(s);
	assert_string_equal("b.txt", names(s));
}

static void test_links(void **state)
{
	site *s = *state;

	put(s, "real/a.html", "x");
	assert_int_equal(0, symlink("..", site_path(s, "real/up")));
	assert_int_equal(0, symlink("real", site_path(s, "again")));
	assert_int_equal(0, symlink("nothing", site_path(s, "broken.html")));
	assert_int_equal(0, symlink("self", site_path(s, "self")));
	assert_int_equal(0, symlink("real/a.html", site_path(s, "b.html")));
	assert_int_equal(0, mkfifo(site_path(s, "fifo.html"), 0600));
	walk(s);
	assert_string_equal("b.html real/a.html", names(s));
}

static void test_unreadable(void **state)
{
	site *s = *state;

	if (geteuid() == 0)
		skip(); /* root reads everything */
	put(s, "a.html", "x");
	put(s, "locked/b.html", "x");
	put(s, "c.html", "x");
	chmod(site_path(s, "locked"), 0);
	chmod(site_path(s, "c.html"), 0);
	walk(s);
	chmod(site_path(s, "locked"), 0700);
	assert_string_equal("a.html c.html !", names(s));
	assert_non_null(strstr(s->items[2].error, "Permission denied"));
	assert_string_equal(site_path(s, "locked/"), s->items[2].keep);
	assert_int_equal(XS_EIO,
			 xs_source_load(&(xs_page){0}, s->a, &s->source, &s->items[1], &options));
}

static void test_wrong(void **state)
{
	site *s = *state;
	xs_page_options small = {.max_bytes = 10, .passage_words = 180, .passage_overlap = 30};
	xs_page page;

	put(s, "a.html", "<p>more than ten bytes");
	put(s, "b.html", "x");
	walk(s);
	assert_int_equal(XS_EINPUT, xs_source_load(&page, s->a, &s->source, &s->items[0], &small));
	assert_non_null(strstr(xs_error(),
			       "a.html has 22 bytes, expected at most 10 (index.max_page_bytes)"));
	unlink(site_path(s, "b.html"));
	assert_int_equal(XS_EIO, xs_source_load(&page, s->a, &s->source, &s->items[1], &options));
	s->source.type = "djvu";
	assert_int_equal(XS_EINPUT, xs_source_walk(&s->items, &s->n, &s->others, s->a, &s->source));
	s->source.type = "auto";
	s->source.path = site_path(s, "missing");
	assert_int_equal(XS_EINPUT, xs_source_walk(&s->items, &s->n, &s->others, s->a, &s->source));
	assert_non_null(strstr(xs_error(), "missing"));
}

static const char lines[] =
	"{\"url\": \"b\", \"title\": \"B\", \"text\": \"First words.\", \"date\": \"2024-05-31\", \"n\": 1}\n"
	"\n"
	"{\"url\": \"http://y.org/a\", \"html\": \"<title>A</title><h2 id=h>H</h2><p>one\\u0000 two\", "
	"\"language\": \"fr\"}\r\n"
	"{\"url\": \"c\", \"text\": }\n"
	"[1]\n"
	"{\"text\": \"nowhere\"}\n"
	"{\"url\": \"b\", \"text\": \"again\"}\n"
	"{\"_id\": \"42\", \"text\": \"no end of line\"}";

static void test_lines(void **state)
{
	site *s = *state;
	xs_page page;

	put(s, "pages.jsonl", lines);
	s->source.path = site_path(s, "pages.jsonl");
	s->source.type = "auto";
	s->source.url = "http://x.org";
	walk(s);
	assert_string_equal("pages.jsonl pages.jsonl pages.jsonl ! ! ! !", names(s));
	assert_string_equal(site_path(s, "pages.jsonl#42"), s->items[0].key);
	load(s, &page, 0);
	assert_string_equal("http://x.org/42", page.url);
	assert_string_equal("no end of line", page.passages[0].text);
	load(s, &page, 1);
	assert_string_equal("B", page.title);
	assert_string_equal("First words.", page.passages[0].text);
	assert_string_equal("{\"n\":1}", page.meta);
	assert_int_equal(1717113600, page.date);
	assert_true(s->items[1].hashed && page.hash[0] == s->items[1].hash[0] &&
		    page.hash[1] == s->items[1].hash[1]);
	load(s, &page, 2);
	assert_string_equal("http://y.org/a", page.url);
	assert_string_equal("A", page.title);
	assert_string_equal("fr", page.language);
	assert_string_equal("html", page.type);
	assert_string_equal("one two", page.passages[0].text);
	assert_string_equal("h", page.passages[0].anchor);
	assert_non_null(strstr(s->items[3].error, "pages.jsonl:4:22: "));
	assert_non_null(strstr(s->items[4].error, "pages.jsonl:5:1: expected a JSON object"));
	assert_non_null(strstr(s->items[5].error, "pages.jsonl:6:1: the object has no \"url\""));
	assert_non_null(strstr(s->items[6].error, "pages.jsonl:7:1: the URL b is that of line 1"));
	assert_string_equal(site_path(s, "pages.jsonl#"), s->items[6].keep);
}

/* More than the reader takes at once, so that lines lie across its borders. */
static void test_many_lines(void **state)
{
	site *s = *state;
	FILE *f = fopen(site_path(s, "many.jsonl"), "w");
	xs_page page;
	int i;

	assert_non_null(f);
	for (i = 0; i < 30000; i++)
		fprintf(f, "{\"url\": \"p%05d\", \"text\": \"%0*d words\"}\n", i, 100 + i % 50, i);
	fclose(f);
	walk(s);
	assert_int_equal(30000, s->n);
	for (i = 0; i < 30000; i += 997) {
		load(s, &page, (size_t)i);
		assert_int_equal(i, atoi(page.passages[0].text));
	}
}

static void *load_all(void *arg)
{
	const site *s = arg;
	xs_arena *a = xs_arena_new();
	xs_page page;
	size_t i, words = 0;

	for (i = 0; i < s->n; i++)
		if (xs_source_load(&page, a, &s->source, &s->items[i], &options) == XS_OK)
			words += strlen(page.passages[0].text);
	xs_arena_free(a);
	return (void *)words;
}

static void test_threads(void **state)
{
	site *s = *state;
	pthread_t threads[4];
	void *words[4];
	int i;

	for (i = 0; i < 40; i++)
		put(s, xs_arena_printf(s->a, "%d.%s", i, i % 2 ? "html" : "md"),
		    "# A\n\n<p>some words</p>\n");
	walk(s);
	for (i = 0; i < 4; i++)
		assert_int_equal(0, pthread_create(&threads[i], NULL, load_all, s));
	for (i = 0; i < 4; i++)
		pthread_join(threads[i], &words[i]);
	for (i = 1; i < 4; i++)
		assert_ptr_equal(words[0], words[i]);
	assert_true(words[0] != NULL);
}

/* Where pages are found: by the path, the source's rules, and what they ask for. */
static void test_addresses(void **state)
{
	static const struct {
		const char *root, *rel, *asked; /* NULL: nothing */
		bool strip, folders;
		const char *url;
		size_t notes;
	} cases[] = {
		{"https://x.org", "a/b.md", NULL, false, false, "https://x.org/a/b.md", 0},
		{"https://x.org", "a/b.md", NULL, true, false, "https://x.org/a/b", 0},
		{"https://x.org", "a/v1.2", NULL, true, false, "https://x.org/a/v1.2", 0},
		{"https://x.org", "a.b/c", NULL, true, false, "https://x.org/a.b/c", 0},
		{"https://x.org", "a/index.md", NULL, true, false, "https://x.org/a/index", 0},
		{"https://x.org", "a/index.html", NULL, false, true, "https://x.org/a/", 0},
		{"https://x.org", "a/README.md", NULL, true, true, "https://x.org/a/", 0},
		{"https://x.org", "_index.md", NULL, true, true, "https://x.org/", 0},
		{"https://x.org", "a/indexes.md", NULL, true, true, "https://x.org/a/indexes", 0},
		{"", "a/index.md", NULL, true, true, "a/", 0},
		{"https://x.org", "a/b.md", "/c/d/", false, false, "https://x.org/c/d/", 0},
		{"https://x.org", "a/b.md", "c", true, false, "https://x.org/a/c", 0},
		{"https://x.org", "b.md", "c d", true, false, "https://x.org/c%20d", 0},
		{"https://x.org/docs/", "b.md", "/c", false, false, "https://x.org/docs/c", 0},
		{"https://x.org/docs/", "b.md", "/docs/c", false, false, "https://x.org/docs/c", 0},
		{"https://x.org/docs", "b.md", "/docsets", false, false,
		 "https://x.org/docs/docsets", 0},
		{"https://x.org/docs", "b.md", "/", false, false, "https://x.org/docs/", 0},
		{"", "b.md", "/c", false, false, "/c", 0},
		{"https://x.org", "b.md", "https://x.org/c", false, false, "https://x.org/c", 0},
		{"https://x.org", "b.md", "https://x.org.evil/c", true, false, "https://x.org/b",
		 1},
		{"https://x.org", "b.md", "/:year/:title", true, false, "https://x.org/b", 1},
		{"https://x.org", "b.md", "../c", true, false, "https://x.org/b", 1},
	};
	site *s = *state;
	xs_source source = {.path = "x"};
	xs_page page;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		page = (xs_page){.place = "x", .address = cases[i].asked};
		source.url = cases[i].root;
		source.strip_extension = cases[i].strip;
		source.index_folders = cases[i].folders;
		assert_string_equal(cases[i].url,
				    xs_address_asked(&page, s->a, &source, cases[i].rel));
		assert_int_equal(cases[i].notes, page.n_notes);
	}
}

/* No more notes than are useful, each cut at a character. */
static void test_notes(void **state)
{
	site *s = *state;
	xs_page page = {.place = "x.md"};
	char text[1025] = "";

	for (int i = 0; i < 512; i++)
		strcat(text, "é");
	xs_note(&page, s->a, 7, "%s", text);
	assert_true(strlen(page.notes[0]) > 400 && strlen(page.notes[0]) < 600);
	assert_memory_equal("x.md:7: é", page.notes[0], 10);
	assert_int_equal(0, (strlen(page.notes[0]) - 8) % 2);
	for (int i = 0; i < 100; i++)
		xs_note(&page, s->a, 0, "%d", i);
	assert_int_equal(16, page.n_notes);
	assert_string_equal("x.md: 14", page.notes[15]);
}

static void test_meta(void **state)
{
	site *s = *state;

	assert_string_equal("en", xs_meta_language(s->a, "en-US"));
	assert_string_equal("de", xs_meta_language(s->a, "German"));
	assert_string_equal("de", xs_meta_language(s->a, "ger"));
	assert_string_equal("tlh", xs_meta_language(s->a, "tlh"));
	assert_string_equal("", xs_meta_language(s->a, "e"));
	assert_string_equal("", xs_meta_language(s->a, "12"));
	assert_string_equal("", xs_meta_language(s->a, "Volapuek"));
	assert_string_equal("a b", xs_meta_url(s->a, "", "a b", true));
	assert_string_equal("http://x/a%20b", xs_meta_url(s->a, "http://x", "/a b", true));
	assert_string_equal("http://y/a", xs_meta_url(s->a, "http://x", "http://y/a", false));
	assert_string_equal("http://x/http%3A", xs_meta_url(s->a, "http://x/", "http%3A", false));
}

#define SITE_TEST(f) cmocka_unit_test_setup_teardown(f, site_setup, site_teardown)

/* The table of kinds and the words of the setting, which cannot know each other. */
static void test_kinds(void **state)
{
	const xs_conf_word *words = xs_conf_key_find("sources.type")->words;
	xs_arena *a = xs_arena_new();
	xs_parsed parsed;
	const xs_kind *kind;
	bool known;
	size_t i;

	(void)state;
	assert_string_equal("auto", words[0].word);
	for (i = 0; (kind = xs_kind_at(i)); i++) {
		const char *word = words[i + 1].word;

		if (!word || strcmp(word, kind->name) != 0)
			fail_msg("conf/table.c has \"%s\" where index/pages/kind.c has \"%s\"",
				 word ? word : "nothing", kind->name);
		assert_int_equal(i + 1, words[i + 1].value);
		assert_ptr_equal(kind, xs_kind_named(kind->name));
		assert_int_equal(1, kind->apart + (kind->read != NULL) + (kind->list != NULL));
		assert_true(!kind->list == !kind->take);
		/* Questions have a list of types of their own. */
		assert_int_equal(XS_OK, xs_query_parse_filter(&parsed, a,
							      xs_arena_printf(a, "type:%s",
									      kind->page_type)));
		for (size_t j = 0; j < i; j++)
			assert_int_not_equal(kind->number, xs_kind_at(j)->number);
	}
	assert_null(words[i + 1].word);
	assert_string_equal("html", xs_kind_extension(&known, "a.b/c.XHtml")->name);
	assert_null(xs_kind_extension(&known, "a.css"));
	assert_true(known);
	assert_null(xs_kind_extension(&known, "README"));
	assert_false(known);
	assert_null(xs_kind_extension(&known, "a.htm "));
	assert_false(known);
	assert_null(xs_kind_extension(&known, "a."));
	assert_false(known);
	assert_string_equal("text", xs_kind_mime("text/plain")->name);
	assert_null(xs_kind_mime("text/plai"));
	assert_null(xs_kind_mime(""));
	xs_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SITE_TEST(test_folder),	    SITE_TEST(test_patterns), SITE_TEST(test_links),
		SITE_TEST(test_unreadable), SITE_TEST(test_wrong),    SITE_TEST(test_lines),
		SITE_TEST(test_many_lines), SITE_TEST(test_threads),  SITE_TEST(test_meta),
		SITE_TEST(test_addresses),  SITE_TEST(test_notes),    cmocka_unit_test(test_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
