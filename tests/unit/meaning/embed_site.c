/* SPDX-License-Identifier: GPL-2.0-or-later */
/* embed_site.c - a folder of pages that is indexed and embedded. */
#include "tests/unit/meaning/embed_site.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <xxhash.h>

#include "base/buf.h"
#include "base/file.h"
#include "index/record.h"
#include "tests/unit/shared/folder.h"

fake model;
uint64_t identity;

int site_set_up(void **state)
{
	xs_arena *a = xs_arena_new();
	int rc = folder_set_up(state);

	model = (fake){0};
	identity = 1;
	if (rc == 0)
		rc = xs_file_mkdirs(place(a, "site"));
	xs_arena_free(a);
	return rc;
}

void fake_vector(float *out, const char *title, const char *heading, const char *text)
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

uint64_t content(const char *title, const char *heading, const char *text)
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

void page(const char *name, const char *text)
{
	xs_arena *a = xs_arena_new();

	assert_int_equal(xs_file_write(place(a, xs_arena_printf(a, "site/%s", name)), text,
				       strlen(text)),
			 XS_OK);
	xs_arena_free(a);
}

void long_page(const char *name, int number)
{
	xs_buf b;

	xs_buf_init(&b);
	for (int i = 0; i < MANY; i++)
		xs_buf_printf(&b, "## Part %d\n\nText number %d of page %d.\n\n", i, i, number);
	page(name, b.data);
	xs_buf_fini(&b);
}

xs_index *open_index(xs_arena *a, const char *name, xs_index_mode mode)
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

void update(xs_arena *a, xs_index *ix)
{
	const xs_source site = {.path = place(a, "site"),
				.type = "auto",
				.url = "https://x.example/"};
	xs_index_summary s;

	if (xs_index_update(&s, a, ix, &site, 1, true, NULL, NULL, NULL) != XS_OK)
		fail_msg("%s", xs_error());
	assert_int_equal(s.failed, 0);
}

int run(xs_embed_summary *out)
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

void runs(size_t embedded, size_t kept)
{
	xs_embed_summary s;

	if (run(&s) != XS_OK)
		fail_msg("%s", xs_error());
	assert_int_equal(s.embedded, embedded);
	assert_int_equal(s.kept, kept);
	assert_int_equal(s.passages, s.embedded + s.kept + s.foreign);
	assert_int_equal(model.texts, embedded);
}

int check(xs_index_report *out, xs_arena *a, const char *name)
{
	xs_index *ix = open_index(a, name, XS_READ);
	int rc = xs_index_check(out, a, ix);

	xs_index_close(ix);
	return rc;
}

void is_whole(const char *name, size_t rows)
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
