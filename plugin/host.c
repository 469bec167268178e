/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host.c - what the program offers to stages. */
#include "plugin/host.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/memory.h"
#include "conf/conf.h"
#include "plugin/query.h"

typedef struct host_setting {
	const char *key, *text;
} host_setting;

struct xs_settings {
	const xs_conf *conf;
	pthread_mutex_t lock; /* of all below */
	xs_arena *arena;
	host_setting *known;
	size_t n, cap;
};

xs_settings *xs_settings_new(const xs_conf *conf)
{
	xs_settings *s = xs_calloc(1, sizeof *s);

	s->conf = conf;
	s->arena = xs_arena_new();
	pthread_mutex_init(&s->lock, NULL);
	return s;
}

/* The texts end here: no stage may ask after its close(). */
void xs_settings_free(xs_settings *s)
{
	if (!s)
		return;
	pthread_mutex_destroy(&s->lock);
	xs_arena_free(s->arena);
	free(s->known);
	free(s);
}

/* xs_conf_get() makes a new text at each call; a server asks for the same ones for months. */
static const char *host_setting_of(xs_settings *s, const char *key)
{
	host_setting *found = NULL;

	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < s->n && !found; i++)
		if (!strcmp(s->known[i].key, key))
			found = &s->known[i];
	if (!found) {
		s->known = xs_grow(s->known, s->n, &s->cap, sizeof *s->known);
		found = &s->known[s->n++];
		found->key = xs_arena_dup(s->arena, key);
		/* NULL is remembered, too: an unknown key is not looked for again. */
		found->text = xs_conf_get(s->conf, s->arena, key);
	}
	key = found->text;
	pthread_mutex_unlock(&s->lock);
	return key;
}

const xs_conf *xs_host_conf(const xs_host *host)
{
	return ((const xs_stage_host *)host)->settings->conf;
}

/* A short key is of the stage's own map; what it may hold, only the stage knows. */
static const char *host_get(const xs_host *host, const char *key)
{
	xs_settings *s = ((const xs_stage_host *)host)->settings;

	if (!strchr(key, '.'))
		return xs_conf_stage(s->conf, host->stage, key);
	return host_setting_of(s, key);
}

/* The sentence is the thread's, as everywhere (base/error.h). */
static int host_fail(int code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	xs_vfail(code, format, args);
	va_end(args);
	return code;
}

static void host_log(xs_level level, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	/* A sentence that is longer is cut: a log's line need not hold all of it. */
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	xs_log(level, "%s", text);
}

/* The list is copied for each new sentence: warnings are few, and an arena cannot grow an array. */
static void host_warn(xs_query *q, const char *format, ...)
{
	const char **warnings =
		xs_arena_array(xs_query_arena(q), q->n_warnings + 1, sizeof *warnings);
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	for (size_t i = 0; i < q->n_warnings; i++)
		warnings[i] = q->warnings[i];
	warnings[q->n_warnings++] = xs_arena_dup(xs_query_arena(q), text);
	q->warnings = warnings;
}

/* An arena never returns NULL: without memory the program ends (base/memory.h), so no stage has to
 * check. */
static void *host_alloc(xs_query *q, size_t size)
{
	return xs_arena_alloc(xs_query_arena(q), size);
}

void xs_host_init(xs_stage_host *out, const char *stage, xs_settings *settings)
{
	out->settings = settings;
	out->table = (xs_host){
		.abi = XS_PLUGIN_ABI,
		.size = sizeof out->table,
		.stage = stage,
		.fail = host_fail,
		.log = host_log,
		.warn = host_warn,
		.alloc = host_alloc,
		.setting = host_get,
		.clock = xs_clock_ns,
	};
}
