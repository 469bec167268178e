/* SPDX-License-Identifier: GPL-2.0-or-later */
/* robots.c - lines, groups, and the longest match. */
#define _GNU_SOURCE
#include "crawl/robots.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "crawl/url.h"

/* More rules, or longer ones, are of no use and only cost time. */
enum { ROBOTS_RULES = 10000, ROBOTS_PATTERN = 4096, ROBOTS_SITEMAPS = 1000 };

typedef struct robots_list {
	xs_robots_rule *rules;
	size_t n, cap;
	double delay;
	bool named; /* a group was there */
} robots_list;

typedef struct robots_reader {
	xs_arena *a;
	const char *agent;
	robots_list own, all; /* of groups that name the agent; of "*" */
	bool in_own, in_all;  /* which the group at hand belongs to */
	bool ruled;	      /* it has rules: the next agent begins another */
	const char **sitemaps;
	size_t n_sitemaps, sitemaps_cap;
} robots_reader;

/* Makes paths and patterns alike (RFC 9309, 2.2.2).  In a path "*" and "$" are encoded, as they stand for
 * themselves; in a pattern, "$" but at its end. */
static const char *robots_normal(xs_arena *a, const char *text, size_t len, bool pattern)
{
	const char *from = xs_url_escape(a, text, len);
	char *out = xs_arena_alloc(a, 3 * strlen(from) + 1), *to = out;

	for (; *from; from++) {
		if ((*from == '*' && !pattern) || (*from == '$' && !(pattern && !from[1])))
			to = stpcpy(to, *from == '*' ? "%2A" : "%24");
		else
			*to++ = *from;
	}
	*to = '\0';
	return out;
}

static void robots_add(robots_list *l, xs_arena *a, const char *value, size_t len, bool allow)
{
	/* An empty rule matches nothing (2.2.2), so "Disallow:" leaves all allowed. */
	if (!len || len > ROBOTS_PATTERN || l->n >= ROBOTS_RULES)
		return;
	l->rules = xs_grow(l->rules, l->n, &l->cap, sizeof *l->rules);
	l->rules[l->n] =
		(xs_robots_rule){.pattern = robots_normal(a, value, len, true), .allow = allow};
	l->rules[l->n].len = strlen(l->rules[l->n].pattern);
	l->n++;
}

/* The product token that a line begins with: letters, "_" and "-" (2.2.1). */
static size_t robots_token(const char *value, size_t len)
{
	size_t n = 0;

	while (n < len && (isalpha((unsigned char)value[n]) || value[n] == '_' || value[n] == '-'))
		n++;
	return n;
}

static void robots_agent(robots_reader *r, const char *value, size_t len)
{
	size_t n = robots_token(value, len);

	if (r->ruled)
		r->in_own = r->in_all = r->ruled = false;
	/* "*" alone, or with words behind it that say why. */
	if (len && value[0] == '*' && (len == 1 || isspace((unsigned char)value[1])))
		r->in_all = r->all.named = true;
	else if (n == strlen(r->agent) && n && !strncasecmp(value, r->agent, n))
		r->in_own = r->own.named = true;
}

static void robots_rule(robots_reader *r, const char *value, size_t len, bool allow)
{
	r->ruled = true;
	if (r->in_own)
		robots_add(&r->own, r->a, value, len, allow);
	if (r->in_all)
		robots_add(&r->all, r->a, value, len, allow);
}

static void robots_delay(robots_reader *r, const char *value, size_t len)
{
	double seconds = strtod(xs_arena_dupn(r->a, value, len), NULL);

	/* "not a number" is none, too. */
	if (!(seconds > 0 && seconds < 1e6))
		return;
	if (r->in_own)
		r->own.delay = seconds;
	if (r->in_all)
		r->all.delay = seconds;
}

/* Where a line's key ends and its value begins: at a colon, or at blanks between the only two words of
 * a line, which is a slip that Google's parser takes as well.  False: the line is none. */
static bool robots_split(const char **value, size_t *value_len, size_t *key_len, const char *line,
			 size_t len)
{
	const char *colon = memchr(line, ':', len), *at = line, *end = line + len;

	if (!colon) {
		while (at < end && !isblank((unsigned char)*at))
			at++;
		colon = at;
		while (at < end && isblank((unsigned char)*at))
			at++;
		for (const char *rest = at; rest < end; rest++)
			if (isblank((unsigned char)*rest))
				return false;
		if (at == end)
			return false;
	} else {
		at = colon + 1;
	}
	*key_len = (size_t)(colon - line);
	while (*key_len && isblank((unsigned char)line[*key_len - 1]))
		--*key_len;
	while (at < end && isblank((unsigned char)*at))
		at++;
	*value = at;
	*value_len = (size_t)(end - at);
	return *key_len > 0;
}

static bool robots_is(const char *key, size_t len, const char *name)
{
	return len == strlen(name) && !strncasecmp(key, name, len);
}

static void robots_line(robots_reader *r, const char *line, size_t len)
{
	const char *hash = memchr(line, '#', len), *value;
	size_t value_len, key;

	if (hash)
		len = (size_t)(hash - line);
	while (len && isspace((unsigned char)line[len - 1]))
		len--;
	while (len && isspace((unsigned char)*line))
		line++, len--;
	if (!robots_split(&value, &value_len, &key, line, len))
		return;
	if (robots_is(line, key, "user-agent")) {
		robots_agent(r, value, value_len);
	} else if (robots_is(line, key, "allow") || robots_is(line, key, "disallow")) {
		robots_rule(r, value, value_len, key == 5);
	} else if (robots_is(line, key, "crawl-delay")) {
		robots_delay(r, value, value_len);
	} else if (robots_is(line, key, "sitemap") && value_len &&
		   r->n_sitemaps < ROBOTS_SITEMAPS) {
		r->sitemaps =
			xs_grow(r->sitemaps, r->n_sitemaps, &r->sitemaps_cap, sizeof *r->sitemaps);
		r->sitemaps[r->n_sitemaps++] = xs_arena_dupn(r->a, value, value_len);
	}
}

void xs_robots_parse(xs_robots *out, xs_arena *a, const char *bytes, size_t len, const char *agent)
{
	robots_reader r = {.a = a, .agent = agent};
	bool cut = len > XS_ROBOTS_MAX;
	const robots_list *use;
	size_t at = 0, n;

	*out = (xs_robots){0};
	if (cut)
		len = XS_ROBOTS_MAX;
	if (len >= 3 && !memcmp(bytes, "\xef\xbb\xbf", 3))
		at = 3;
	for (; at < len; at += n + 1) {
		for (n = 0; at + n < len && bytes[at + n] != '\n' && bytes[at + n] != '\r';)
			n++;
		/* Half a rule could forbid more than the whole one. */
		if (!cut || at + n < len)
			robots_line(&r, bytes + at, n);
	}
	use = r.own.named ? &r.own : &r.all;
	out->n = use->n;
	out->delay = use->delay;
	out->rules = xs_arena_array(a, use->n + 1, sizeof *out->rules);
	if (use->n)
		memcpy((void *)out->rules, use->rules, use->n * sizeof *out->rules);
	out->n_sitemaps = r.n_sitemaps;
	out->sitemaps = xs_arena_array(a, r.n_sitemaps + 1, sizeof *out->sitemaps);
	if (r.n_sitemaps)
		memcpy((void *)out->sitemaps, r.sitemaps, r.n_sitemaps * sizeof *out->sitemaps);
	free(r.own.rules);
	free(r.all.rules);
	free(r.sitemaps);
}

/* Whether the pattern matches from the path's beginning.  With one place to come back to, a star costs
 * the path's length at most, and no pattern more than both lengths multiplied. */
static bool robots_match(const char *pattern, const char *path)
{
	const char *star = NULL, *back = NULL;

	for (;;) {
		if (*pattern == '*') {
			star = ++pattern;
			back = path;
		} else if (!*pattern) {
			return true;
		} else if (pattern[0] == '$' && !pattern[1] && !*path) {
			return true;
		} else if (*path && *pattern == *path) {
			pattern++;
			path++;
		} else if (star && *back) {
			pattern = star;
			path = ++back;
		} else {
			return false;
		}
	}
}

bool xs_robots_allows(const xs_robots *r, const char *path)
{
	xs_arena *a;
	const char *own;
	const xs_robots_rule *best = NULL;

	if (!strcmp(path, "/robots.txt"))
		return true;
	a = xs_arena_new();
	own = robots_normal(a, path, strlen(path), false);
	for (size_t i = 0; i < r->n; i++) {
		const xs_robots_rule *rule = &r->rules[i];

		if ((!best || rule->len > best->len || (rule->len == best->len && rule->allow)) &&
		    robots_match(rule->pattern, own))
			best = rule;
	}
	xs_arena_free(a);
	return !best || best->allow;
}
