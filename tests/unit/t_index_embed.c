/* SPDX-License-Identifier: GPL-2.0-or-later */
/* t_index_embed.c - vectors of passages: what makes a new one, what a run that ends early leaves, and the file.
 *
 * The embedder is a hash of the text, so that every text has a vector of its own. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>
#include <xxhash.h>

#include "base/buf.h"
#include "base/file.h"
#include "index/index.h"
#include "index/record.h"
#include "vectors/vectors.h"

enum { DIMENSIONS = 16, MANY = 600 };

/* What the embedder did, and when it stops. */
typedef struct fake {
	size_t texts, calls;
	size_t fail_at, stop_at, die_at; /* in which call, from 1; 0: never */
	atomic_int stop;
	bool no_german;
	int log; /* a file that each call adds its texts to, as fake_line; 0: none */
	uint64_t run;
} fake;

/* A text that was embedded: in which run, in which call of it. */
typedef struct fake_line {
	uint64_t run, call, content;
} fake_line;

static char folder[64];
static fake model;
static uint64_t identity;

static void fake_vector(float *out, const char *title, const char *heading, const char *text)
{
	uint64_t hash = XXH3_64bits_withSeed(text, strlen(text),
					     XXH3_64bits(title, strlen(title)) +
						     XXH3_64bits(heading, strlen(heading)));
	double sum = 0;

	for (int i = 0; i < DIMENSIONS; i++) {
		out[i] = (float)((hash >> (4 * i) & 15) + 1);
		sum += (double)out[i] * (double)out[i];
	}
	for (int i = 0; i < DIMENSIONS; i++)
		out[i] /= (float)sqrt(sum);
}

static uint64_t content(const char *title, const char *heading, const char *text)
{
	xs_record r = {.title = title, .heading = heading, .text = text};

	return xs_record_content(&r);
}

static void fake_log(const fake *f, const xs_embed_passage *p, size_t n)
{
	fake_line *lines = calloc(n, sizeof *lines);

	for (size_t i = 0; i < n; i++)
		lines[i] =
			(fake_line){f->run, f->calls, content(p[i].title, p[i].heading, p[i].text)};
	if (write(f->log, lines, n * sizeof *lines) < 0)
		abort();
	free(lines);
}

static int fake_embed(void *user, float *vectors, const xs_embed_passage *p, size_t n,
		      const xs_deadline *stop)
{
	fake *f = user;

	f->calls++;
	if (f->calls == f->die_at)
		raise(SIGKILL);
	if (f->calls == f->fail_at)
		return xs_fail(XS_EIO, "the model is tired");
	if (f->calls == f->stop_at)
		atomic_store(&f->stop, 1);
	if (xs_deadline_over(stop))
		return xs_fail(XS_ECANCEL, "stopped");
	for (size_t i = 0; i < n; i++)
		fake_vector(vectors + i * DIMENSIONS, p[i].title, p[i].heading, p[i].text);
	f->texts += n;
	if (f->log)
		fake_log(f, p, n);
	return XS_OK;
}

static bool fake_embeds(void *user, const char *language)
{
	const fake *f = user;

	return !f->no_german || strcmp(language, "de") != 0;
}

static const char *place(xs_arena *a, const char *name)
{
	return xs_file_join(a, folder, name);
}

static int setup(void **state)
{
	xs_arena *a = xs_arena_new();
	int rc;

	(void)state;
	model = (fake){0};
	identity = 1;
	strcpy(folder, "t_index_embed.XXXXXX");
	rc = mkdtemp(folder) ? xs_file_mkdirs(place(a, "site")) : -1;
	xs_arena_free(a);
	return rc;
}

static int teardown(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	return system(command);
}

static void page(const char *name, const char *text)
{
	xs_arena *a = xs_arena_new();

	assert_int_equal(xs_file_write(place(a, xs_arena_printf(a, "site/%s", name)), text,
				       strlen(text)),
			 XS_OK);
	xs_arena_free(a);
}

/* A page of MANY passages. */
static void long_page(const char *name, int number)
{
	xs_buf b;

	xs_buf_init(&b);
	for (int i = 0; i < MANY; i++)
		xs_buf_printf(&b, "## Part %d\n\nText number %d of page %d.\n\n", i, i, number);
	page(name, b.data);
	xs_buf_fini(&b);
}

static xs_index *open_index(xs_arena *a, const char *name, xs_index_mode mode)
{
	const xs_index_options o = {.path = place(a, name),
				    .language = "en",
				    .title_weight = 3,
				    .heading_weight = 2,
				    .threads = 1,
				    .page = {1 << 20, 180, 30},
				    .batch_pages = 10,
				    .embed = fake_embed,
				    .embeds = fake_embeds,
				    .embed_user = &model,
				    .embed_identity = identity,
				    .embed_dimensions = DIMENSIONS};
	xs_index *ix;

	if (xs_index_open(&ix, &o, mode) != XS_OK)
		fail_msg("%s", xs_error());
	return ix;
}

static void update(xs_arena *a, xs_index *ix)
{
	const xs_source site = {.path = place(a, "site"),
				.type = "auto",
				.url = "https://x.example/"};
	xs_index_summary s;

	if (xs_index_update(&s, a, ix, &site, 1, true, NULL, NULL, NULL) != XS_OK)
		fail_msg("%s", xs_error());
	assert_int_equal(s.failed, 0);
}

/* Indexes and embeds as one run does. */
static int run(xs_embed_summary *out)
{
	const xs_deadline stop = {.cancel = &model.stop};
	xs_arena *a = xs_arena_new();
	xs_index *ix = open_index(a, "index", XS_WRITE);
	int rc;

	model.texts = model.calls = 0;
	update(a, ix);
	rc = xs_index_embed(out, ix, NULL, NULL, &stop);
	atomic_store(&model.stop, 0);
	xs_index_close(ix);
	xs_arena_free(a);
	return rc;
}

/* A run that ends well, and embeds so many and keeps so many. */
static void runs(size_t embedded, size_t kept)
{
	xs_embed_summary s;

	if (run(&s) != XS_OK)
		fail_msg("%s", xs_error());
	assert_int_equal(s.embedded, embedded);
	assert_int_equal(s.kept, kept);
	assert_int_equal(s.passages, s.embedded + s.kept + s.foreign);
	assert_int_equal(model.texts, embedded);
}

static int check(xs_index_report *out, xs_arena *a, const char *name)
{
	xs_index *ix = open_index(a, name, XS_READ);
	int rc = xs_index_check(out, a, ix);

	xs_index_close(ix);
	return rc;
}

/* Every passage that is to have one has its vector in the file, and nothing else is there. */
static void is_whole(const char *name, size_t rows)
{
	xs_arena *a = xs_arena_new();
	xs_index_report r;
	xs_index_status s;
	xs_index *ix;

	if (check(&r, a, name) != XS_OK)
		fail_msg("%s", xs_error());
	assert_int_equal(r.vectors, rows);
	assert_int_equal(r.stale, 0);
	ix = open_index(a, name, XS_READ);
	assert_int_equal(xs_index_status_get(&s, a, ix), XS_OK);
	assert_int_equal(s.vectors, rows);
	assert_int_equal(s.vectors_identity, identity);
	assert_true(s.vectors_bytes > 0);
	xs_index_close(ix);
	xs_arena_free(a);
}

static int64_t asked(const char *sql)
{
	xs_arena *a = xs_arena_new();
	int64_t n = 0;
	sqlite3_stmt *s;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(place(a, "index/site.db"), &db), SQLITE_OK);
	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	if (sqlite3_step(s) == SQLITE_ROW)
		n = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	sqlite3_close(db);
	xs_arena_free(a);
	return n;
}

static ino_t file_number(void)
{
	xs_arena *a = xs_arena_new();
	struct stat st;

	assert_int_equal(stat(place(a, "index/vectors"), &st), 0);
	xs_arena_free(a);
	return st.st_ino;
}

static void content_is_of_three_texts(void **state)
{
	xs_record r = {.title = "a", .heading = "b", .text = "c", .docid = 7, .url = "u"};

	(void)state;
	assert_int_equal(content("a", "b", "c"), xs_record_content(&r));
	assert_int_not_equal(content("a", "b", "c"), content("ab", "", "c"));
	assert_int_not_equal(content("a", "b", "c"), content("a", "", "bc"));
	assert_int_not_equal(content("a", "b", "c"), content("b", "a", "c"));
	assert_int_not_equal(content("", "", ""), 0);
}

static void a_vector_is_that_of_its_passage(void **state)
{
	xs_arena *a = xs_arena_new();
	float vector[DIMENSIONS];
	xs_vector_query *q;
	xs_vectors *v;
	size_t found = 0;

	(void)state;
	page("one.md", "# One\n\nFirst text.\n\n## Below\n\nSecond text.\n");
	page("two.md", "# Two\n\nThird text.\n");
	runs(3, 0);
	is_whole("index", 3);
	assert_int_equal(xs_vectors_open(&v, place(a, "index/vectors")), XS_OK);
	fake_vector(vector, "One", "Below", "Second text.");
	q = xs_vector_query_new(v, vector);
	for (size_t i = 0; i < 3; i++)
		if (xs_vectors_key(v, i).content == content("One", "Below", "Second text.")) {
			assert_true(xs_vectors_cosine(v, q, i) > 0.99F);
			found++;
		}
	assert_int_equal(found, 1);
	xs_vector_query_free(q);
	xs_vectors_close(v);
	xs_arena_free(a);
}

static void only_what_changed_is_embedded(void **state)
{
	ino_t file;

	(void)state;
	page("one.md", "# One\n\nFirst text.\n\n## Below\n\nSecond text.\n");
	page("two.md", "# Two\n\nThird text.\n");
	runs(3, 0);
	file = file_number();
	runs(0, 3);
	assert_int_equal(model.calls, 0);
	assert_int_equal(file_number(), file);
	page("one.md", "# One\n\nFirst text.\n\n## Below\n\nAnother text.\n");
	runs(1, 2);
	is_whole("index", 3);
	/* The title is embedded with each passage. */
	page("one.md", "# Eins\n\nFirst text.\n\n## Below\n\nAnother text.\n");
	runs(2, 1);
	assert_int_equal(asked("SELECT count(*) FROM vectors"), 3);
	is_whole("index", 3);
}

static void a_page_that_moves_keeps_its_vectors(void **state)
{
	xs_arena *a = xs_arena_new();

	(void)state;
	page("one.md", "# One\n\nFirst text.\n\n## Below\n\nSecond text.\n");
	page("two.md", "# Two\n\nThird text.\n");
	runs(3, 0);
	assert_int_equal(rename(place(a, "site/one.md"), place(a, "site/uno.md")), 0);
	runs(0, 3);
	is_whole("index", 3);
	assert_int_equal(unlink(place(a, "site/uno.md")), 0);
	runs(0, 1);
	is_whole("index", 1);
	assert_int_equal(asked("SELECT count(*) FROM vectors"), 1);
	xs_arena_free(a);
}

static void the_same_text_is_embedded_once(void **state)
{
	ino_t file;

	(void)state;
	page("one.md", "# Title\n\nThe same.\n\n## One\n\nFirst.\n");
	page("two.md", "# Title\n\nThe same.\n\n## Two\n\nSecond.\n");
	runs(3, 1);
	is_whole("index", 4);
	assert_int_equal(asked("SELECT count(*) FROM vectors"), 3);
	file = file_number();
	runs(0, 4);
	assert_int_equal(file_number(), file);
}

/* Pages of the same bytes: one is shown, and one has vectors. */
static void a_page_that_is_not_shown_has_none(void **state)
{
	xs_arena *a = xs_arena_new();

	(void)state;
	page("a.md", "# Title\n\nThe same.\n");
	page("longer.md", "# Title\n\nThe same.\n");
	runs(1, 0);
	is_whole("index", 1);
	assert_int_equal(unlink(place(a, "site/a.md")), 0);
	runs(0, 1);
	is_whole("index", 1);
	xs_arena_free(a);
}

static void another_embedder_begins_anew(void **state)
{
	(void)state;
	page("one.md", "# One\n\nFirst text.\n");
	runs(1, 0);
	identity = UINT64_MAX;
	runs(1, 0);
	is_whole("index", 1);
	assert_int_equal(asked("SELECT count(*) FROM vectors"), 1);
	runs(0, 1);
}

static void languages_may_be_left_out(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_index_report r;
	xs_embed_summary s;

	(void)state;
	page("en.html", "<html lang=en><title>One</title><p>First text.");
	page("de.html", "<html lang=de><title>Zwei</title><p>Zweiter Text.");
	runs(2, 0);
	model.no_german = true;
	assert_int_equal(run(&s), XS_OK);
	assert_int_equal(s.foreign, 1);
	assert_int_equal(s.kept, 1);
	is_whole("index", 1);
	assert_int_equal(check(&r, a, "index"), XS_OK);
	assert_int_equal(r.lacking, 0);
	xs_arena_free(a);
	assert_int_equal(asked("SELECT count(*) FROM vectors"), 1);
}

static void what_was_stopped_goes_on(void **state)
{
	xs_embed_summary s;
	size_t first;

	(void)state;
	long_page("long.md", 0);
	model.stop_at = 2;
	assert_int_equal(run(&s), XS_ECANCEL);
	first = s.embedded;
	assert_true(first > 0 && first < MANY);
	assert_int_equal(model.texts, first);
	/* What is embedded serves at once. */
	is_whole("index", first);
	model.stop_at = 0;
	runs(MANY - first, first);
	is_whole("index", MANY);
}

static size_t log_lines(void)
{
	struct stat st;

	assert_int_equal(fstat(model.log, &st), 0);
	return (size_t)st.st_size / sizeof(fake_line);
}

/* Embeds in a process of its own, which is killed some time after its `calls`-th batch, and never gets
 * further than to the next but one.  Whether it came to its end before. */
static bool killed_run(size_t calls, useconds_t later)
{
	/* Batches grow from 64 on, as this embedder is quick. */
	size_t before = log_lines(), batches = 64 * (((size_t)1 << calls) - 1);
	pid_t pid = fork(), done = 0;
	xs_embed_summary s;
	int status = 0;

	model.die_at = pid ? 0 : calls + 2;
	if (pid == 0)
		_exit(run(&s) == XS_OK ? 0 : 1);
	assert_true(pid > 0);
	while (!(done = waitpid(pid, &status, WNOHANG)) && log_lines() < before + batches)
		usleep(200);
	if (!done) {
		usleep(later);
		assert_int_equal(kill(pid, SIGKILL), 0);
		assert_int_equal(waitpid(pid, &status, 0), pid);
	}
	assert_true(status == 0 || WIFSIGNALED(status));
	return status == 0;
}

/* What a run embedded before its last batch is never embedded again. */
static void a_kill_costs_one_batch(void **state)
{
	enum { PAGES = 6 };
	xs_arena *a = xs_arena_new();
	fake_line *lines;
	size_t n, kills = 0;
	char *bytes;

	(void)state;
	srand(1);
	for (int i = 0; i < PAGES; i++)
		long_page(xs_arena_printf(a, "long%d.md", i), i);
	model.log = open(place(a, "log"), O_RDWR | O_CREAT | O_APPEND, 0600);
	assert_true(model.log >= 0);
	for (model.run = 0; !killed_run((size_t)rand() % 3, (useconds_t)rand() % 10000);
	     model.run++) {
		xs_index_report r;

		kills++;
		/* Killed before there was an index, it left none. */
		if (log_lines() && check(&r, a, "index") != XS_OK)
			fail_msg("%s", xs_error());
	}
	assert_true(kills >= 3);
	assert_int_equal(xs_file_read(&bytes, &n, a, place(a, "log"), 1 << 24), XS_OK);
	lines = (fake_line *)(void *)bytes;
	n /= sizeof *lines;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			if (lines[k].content == lines[i].content) {
				/* Embedded before: in the last batch of a run that was killed. */
				assert_true(lines[k].run < lines[i].run);
				for (size_t m = k; m < n && lines[m].run == lines[k].run; m++)
					assert_int_equal(lines[m].call, lines[k].call);
			}
	close(model.log);
	model.log = 0;
	is_whole("index", (size_t)PAGES * MANY);
	runs(0, (size_t)PAGES * MANY);
	xs_arena_free(a);
}

static void a_failure_loses_one_batch(void **state)
{
	xs_embed_summary s;
	size_t first;

	(void)state;
	long_page("long.md", 0);
	model.fail_at = 3;
	assert_int_equal(run(&s), XS_EIO);
	assert_string_equal(xs_error(), "the model is tired");
	first = s.embedded;
	assert_int_equal(model.texts, first);
	model.fail_at = 0;
	runs(MANY - first, first);
	is_whole("index", MANY);
}

/* Runs after the file was damaged, which makes it anew and embeds nothing. */
static void mends(const char *sentence)
{
	xs_arena *a = xs_arena_new();
	xs_index_report r;

	assert_int_equal(check(&r, a, "index"), XS_EFORMAT);
	if (!strstr(r.sentence, sentence))
		fail_msg("\"%s\" does not say \"%s\"", r.sentence, sentence);
	runs(0, 3);
	is_whole("index", 3);
	xs_arena_free(a);
}

static void a_damaged_file_is_made_anew(void **state)
{
	xs_arena *a = xs_arena_new();
	const char *path = place(a, "index/vectors");
	xs_vectors_writer *w;
	int8_t items[8] = {1};
	xs_file *left;
	char *bytes;
	size_t len;

	(void)state;
	page("one.md", "# One\n\nFirst text.\n\n## Below\n\nSecond text.\n");
	page("two.md", "# Two\n\nThird text.\n");
	runs(3, 0);
	assert_int_equal(xs_file_read(&bytes, &len, a, path, 1 << 20), XS_OK);
	assert_int_equal(xs_file_write(path, bytes, len - 1), XS_OK);
	mends("vectors");
	bytes[len / 2] ^= 1;
	assert_int_equal(xs_file_write(path, bytes, len), XS_OK);
	mends("index again");
	assert_int_equal(xs_file_write(path, "", 0), XS_OK);
	mends("vectors");
	/* Of another embedder, and of other dimensions: well made, and no fault. */
	for (uint64_t other = 1; other < 3; other++) {
		assert_int_equal(xs_vectors_create(&w, path, other, 8), XS_OK);
		assert_int_equal(xs_vectors_put(w, (xs_vector_key){1, 1}, items, 1), XS_OK);
		assert_int_equal(xs_vectors_end(w), XS_OK);
		runs(0, 3);
		is_whole("index", 3);
	}
	assert_int_equal(unlink(path), 0);
	/* What a killed run left of its file. */
	assert_int_equal(xs_file_begin(&left, path), XS_OK);
	runs(0, 3);
	is_whole("index", 3);
	assert_int_equal(xs_file_end(left, XS_OK), XS_EIO);
	xs_arena_free(a);
}

/* Words without vectors, as with "index --vectors later". */
static void words_may_come_before(void **state)
{
	xs_arena *a = xs_arena_new();
	uint64_t before, after;
	xs_index_report r;
	xs_index *ix;

	(void)state;
	page("one.md", "# One\n\nFirst text.\n\n## Below\n\nSecond text.\n");
	ix = open_index(a, "index", XS_WRITE);
	update(a, ix);
	xs_index_close(ix);
	assert_int_equal(check(&r, a, "index"), XS_OK);
	assert_int_equal(r.vectors, 0);
	assert_int_equal(r.lacking, 2);
	runs(2, 0);
	page("one.md", "# One\n\nFirst text.\n\n## Below\n\nAnother text.\n");
	page("two.md", "# Two\n\nThird text.\n");
	ix = open_index(a, "index", XS_WRITE);
	update(a, ix);
	xs_index_close(ix);
	assert_int_equal(check(&r, a, "index"), XS_OK);
	assert_int_equal(r.passages, 3);
	assert_int_equal(r.vectors, 1);
	assert_int_equal(r.lacking, 2);
	assert_int_equal(r.stale, 1);
	ix = open_index(a, "index", XS_READ);
	assert_int_equal(xs_index_version(&before, ix), XS_OK);
	runs(2, 1);
	/* What is kept of answers was found without these vectors. */
	assert_int_equal(xs_index_version(&after, ix), XS_OK);
	assert_int_not_equal(before, after);
	xs_index_close(ix);
	is_whole("index", 3);
	xs_arena_free(a);
}

static void a_backup_has_the_vectors_of_its_pages(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_index *ix;

	(void)state;
	page("one.md", "# One\n\nFirst text.\n\n## Below\n\nSecond text.\n");
	runs(2, 0);
	ix = open_index(a, "index", XS_READ);
	assert_int_equal(xs_index_backup(ix, place(a, "whole"), NULL), XS_OK);
	is_whole("whole", 2);
	/* A writer was quicker with the words. */
	page("one.md", "# One\n\nFirst text.\n\n## Below\n\nAnother text.\n");
	xs_index_close(ix);
	ix = open_index(a, "index", XS_WRITE);
	update(a, ix);
	xs_index_close(ix);
	ix = open_index(a, "index", XS_READ);
	assert_int_equal(xs_index_backup(ix, place(a, "half"), NULL), XS_OK);
	xs_index_close(ix);
	is_whole("half", 1);
	/* One that is damaged is not copied. */
	assert_int_equal(xs_file_write(place(a, "index/vectors"), "x", 1), XS_OK);
	ix = open_index(a, "index", XS_READ);
	assert_int_equal(xs_index_backup(ix, place(a, "without"), NULL), XS_OK);
	xs_index_close(ix);
	assert_int_equal(access(place(a, "without/vectors"), F_OK), -1);
	/* Nor what is no file. */
	assert_int_equal(unlink(place(a, "index/vectors")), 0);
	assert_int_equal(mkdir(place(a, "index/vectors"), 0777), 0);
	ix = open_index(a, "index", XS_READ);
	assert_int_equal(xs_index_backup(ix, place(a, "again"), NULL), XS_OK);
	xs_index_close(ix);
	assert_int_equal(access(place(a, "again/vectors"), F_OK), -1);
	xs_arena_free(a);
}

/* Passages that an older release stored have no content yet. */
static void older_passages_get_their_content(void **state)
{
	(void)state;
	long_page("long.md", 0);
	page("one.md", "# One\n\nFirst text.\n\n## Below\n\nSecond text.\n");
	runs(MANY + 2, 0);
	asked("UPDATE passages SET content = 0");
	runs(0, MANY + 2);
	assert_int_equal(asked("SELECT count(*) FROM passages WHERE content = 0"), 0);
	is_whole("index", MANY + 2);
}

static void an_empty_index_has_an_empty_file(void **state)
{
	(void)state;
	page("out.html", "<meta name=robots content=noindex><p>Not to be found.");
	runs(0, 0);
	is_whole("index", 0);
}

static void who_reads_does_not_index_embed(void **state)
{
	xs_arena *a = xs_arena_new();
	xs_embed_summary s;
	xs_index *ix;

	(void)state;
	page("one.md", "# One\n\nFirst text.\n");
	runs(1, 0);
	ix = open_index(a, "index", XS_READ);
	assert_int_equal(xs_index_embed(&s, ix, NULL, NULL, NULL), XS_EINPUT);
	xs_index_close(ix);
	xs_arena_free(a);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(content_is_of_three_texts),
		TEST(a_vector_is_that_of_its_passage),
		TEST(only_what_changed_is_embedded),
		TEST(a_page_that_moves_keeps_its_vectors),
		TEST(the_same_text_is_embedded_once),
		TEST(a_page_that_is_not_shown_has_none),
		TEST(another_embedder_begins_anew),
		TEST(languages_may_be_left_out),
		TEST(what_was_stopped_goes_on),
		TEST(a_kill_costs_one_batch),
		TEST(a_failure_loses_one_batch),
		TEST(a_damaged_file_is_made_anew),
		TEST(words_may_come_before),
		TEST(a_backup_has_the_vectors_of_its_pages),
		TEST(older_passages_get_their_content),
		TEST(an_empty_index_has_an_empty_file),
		TEST(who_reads_does_not_index_embed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
