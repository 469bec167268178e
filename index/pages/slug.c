/* SPDX-License-Identifier: GPL-2.0-or-later */
/* slug.c - the rules of github-slugger; names met so far are the keys of a JSON object. */
#include "index/pages/slug.h"

#include <jansson.h>
#include <stdlib.h>
#include <utf8proc.h>

#include "base/buf.h"
#include "base/memory.h"

struct xs_slugs {
	json_t *met; /* how often a name was asked for again */
};

xs_slugs *xs_slugs_new(void)
{
	xs_slugs *s = xs_malloc(sizeof *s);

	s->met = json_object();
	return s;
}

void xs_slugs_free(xs_slugs *s)
{
	if (!s)
		return;
	json_decref(s->met);
	free(s);
}

/* What github-slugger's expression leaves in: letters, marks, numbers, connectors as "_". */
static bool slug_keeps(utf8proc_int32_t c)
{
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ME:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_PC: return true;
	default: return c == '-';
	}
}

static void slug_text(xs_buf *to, const char *heading, size_t len)
{
	const utf8proc_uint8_t *s = (const utf8proc_uint8_t *)heading;
	utf8proc_uint8_t bytes[4];
	utf8proc_int32_t c;
	utf8proc_ssize_t n;
	size_t i;

	/* Not at the ends: within, each space becomes a "-" of its own. */
	while (len && heading[len - 1] == ' ')
		len--;
	for (i = 0; i < len && heading[i] == ' ';)
		i++;
	for (; i < len; i += (size_t)n) {
		n = utf8proc_iterate(s + i, (utf8proc_ssize_t)(len - i), &c);
		if (n <= 0)
			/* A bad byte is left out. */
			n = 1;
		else if (c == ' ')
			xs_buf_putc(to, '-');
		else if (slug_keeps(c))
			xs_buf_put(to, bytes,
				   (size_t)utf8proc_encode_char(utf8proc_tolower(c), bytes));
	}
}

const char *xs_slugs_make(xs_slugs *s, xs_arena *a, const char *heading, size_t len)
{
	const char *name, *slug;
	json_int_t again;
	xs_buf b;

	xs_buf_init(&b);
	slug_text(&b, heading, len);
	slug = name = xs_arena_dupn(a, b.data, b.len);
	xs_buf_fini(&b);
	/* A heading of signs alone has no anchor. */
	if (!*name)
		return name;
	/* As github-slugger counts: "a", "a-1", and a heading "a-1" after these is "a-1-1". */
	while (json_object_get(s->met, slug)) {
		again = json_integer_value(json_object_get(s->met, name)) + 1;
		json_object_set_new(s->met, name, json_integer(again));
		slug = xs_arena_printf(a, "%s-%lld", name, (long long)again);
	}
	json_object_set_new(s->met, slug, json_integer(0));
	return slug;
}
