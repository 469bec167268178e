/* SPDX-License-Identifier: GPL-2.0-or-later */
/* value.c - one value: from text into its field, and back. */
#include <assert.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <utf8proc.h>

#include "base/buf.h"
#include "base/file.h"
#include "conf/table.h"
#include "conf/value.h"

/* Enums are written through an int. */
_Static_assert(sizeof(xs_conf_pattern) == sizeof(int), "enums must have the size of int");

bool xs_value_is_list(const xs_conf_key *key)
{
	return key->type == XS_CONF_STRINGS || key->type == XS_CONF_PATHS ||
	       key->type == XS_CONF_HOSTS;
}

/* The words of YAML 1.1, in any case, so that a file means the same to other readers. */
static bool value_bool(bool *out, const char *text)
{
	static const char *const words[] = {"false", "true", "no", "yes", "off", "on"};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (strcasecmp(text, words[i]) == 0) {
			/* False and true take turns in the list. */
			*out = i % 2;
			return true;
		}
	}
	return false;
}

static size_t value_digits(const char *s)
{
	return strspn(s, "0123456789");
}

/* A decimal integer and nothing else; a leading zero is refused, since YAML 1.1 reads octal there.
 * Returns what follows the digits, NULL if there is no such number.  18 digits always fit into 64
 * bits, so the sum cannot overflow; no bound of the table comes near. */
static const char *value_integer(int64_t *out, const char *text)
{
	bool minus = *text == '-';
	const char *s = text + minus;
	size_t n = value_digits(s);
	int64_t value = 0;

	if (n == 0 || n > 18 || (n > 1 && *s == '0'))
		return NULL;
	for (size_t i = 0; i < n; i++)
		value = value * 10 + (s[i] - '0');
	*out = minus ? -value : value;
	return s + n;
}

/* Letter by letter, unlike the booleans: these words are names of ours, and the manual has one form
 * of each. */
static bool value_word(int *out, const xs_conf_word *words, const char *text)
{
	for (; words && words->word; words++) {
		if (strcmp(text, words->word) == 0) {
			*out = words->value;
			return true;
		}
	}
	return false;
}

/* Words come first: "0" is a word of keys whose numbers begin higher.  The table's bounds are
 * within an int. */
static bool value_int(int *out, const xs_conf_key *key, const char *text)
{
	int64_t value;
	const char *end;

	if (value_word(out, key->words, text))
		return true;
	end = value_integer(&value, text);
	if (!end || *end || (double)value < key->min || (double)value > key->max)
		return false;
	*out = (int)value;
	return true;
}

bool xs_conf_number(int *out, const char *key, const char *text)
{
	const xs_conf_key *row = xs_table_row(key);

	/* A wrong key is our own defect: who calls has it as a constant. */
	assert(row && (row->type == XS_CONF_INT || row->type == XS_CONF_ENUM));
	return row->type == XS_CONF_INT ? value_int(out, row, text)
					: value_word(out, row->words, text);
}

/* Both k and K are taken, as people write either. */
static bool value_size(int64_t *out, const xs_conf_key *key, const char *text)
{
	static const char units[] = "kKMG";
	static const int shifts[] = {10, 10, 20, 30};
	int64_t value;
	const char *end = value_integer(&value, text), *unit;

	/* The bound comes before the unit as well: what is above it needs no product. */
	if (!end || value < 0 || (double)value > key->max)
		return false;
	if (*end) {
		unit = strchr(units, *end);
		/* 30 is the shift of G, the largest: with it, no unit can overflow. */
		if (!unit || end[1] || value > INT64_MAX >> 30)
			return false;
		value <<= shifts[unit - units];
	}
	if ((double)value < key->min || (double)value > key->max)
		return false;
	*out = value;
	return true;
}

/* -?digits[.digits][e[+-]digits], so neither hexadecimal, infinity nor spaces. */
static bool value_is_real(const char *s)
{
	size_t n;

	s += *s == '-';
	n = value_digits(s);
	if (n == 0)
		return false;
	s += n;
	if (*s == '.') {
		n = value_digits(++s);
		if (n == 0)
			return false;
		s += n;
	}
	if (*s == 'e' || *s == 'E') {
		s++;
		s += *s == '+' || *s == '-';
		n = value_digits(s);
		if (n == 0)
			return false;
		s += n;
	}
	return *s == '\0';
}

/* In the C locale: a comma for a decimal point would make a file depend on who reads it.
 * uselocale() is of this thread alone: setlocale() would change others while a server reads its
 * settings again. */
static bool value_real(double *out, const xs_conf_key *key, const char *text)
{
	double value;
	locale_t c, before;

	if (!value_is_real(text))
		return false;
	c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	before = uselocale(c);
	value = strtod(text, NULL);
	uselocale(before);
	freelocale(c);
	/* A number as large as 1e999 reads as infinity, which is above every bound. */
	if (!(value >= key->min && value <= key->max))
		return false;
	*out = value;
	return true;
}

/* host:port, [v6]:port.  Names are not looked up: a shard that is down today makes no setting
 * wrong. */
static bool value_is_host(const char *text)
{
	const char *colon = strrchr(text, ':'), *end;
	int64_t port;
	size_t len;

	if (!colon || colon == text || strpbrk(text, " \t\r\n/,"))
		return false;
	end = value_integer(&port, colon + 1);
	if (!end || *end || port < 1 || port > 65535)
		return false;
	len = (size_t)(colon - text);
	if (text[0] == '[')
		return len > 2 && text[len - 1] == ']';
	/* Another colon means an IPv6 address, of which only brackets show where it ends. */
	return memchr(text, ':', len) == NULL;
}

/* "./x" is shown as "x" in messages and in `conf`.  "" stays, as it says that there is none: joined
 * it would become the folder.  "./" alone stays too, as it is the folder itself. */
static const char *value_path(const char *folder, const char *text, xs_arena *a)
{
	if (*text == '\0')
		return "";
	while (text[0] == '.' && text[1] == '/' && text[2] != '\0' && text[2] != '/')
		text += 2;
	return xs_file_join(a, folder, text);
}

static bool value_list(xs_conf_list *out, size_t *bad, const xs_conf_key *key,
		       const char *const *texts, size_t n, const char *folder, xs_arena *a)
{
	/* One more than n, and zeroed: lists end at a NULL. */
	const char **items = xs_arena_array(a, n + 1, sizeof *items);

	if ((double)n < key->min)
		return false;
	for (size_t i = 0; i < n; i++) {
		*bad = i;
		if (*texts[i] == '\0' || (key->type == XS_CONF_HOSTS && !value_is_host(texts[i])))
			return false;
		items[i] = key->type == XS_CONF_PATHS ? value_path(folder, texts[i], a)
						      : xs_arena_dup(a, texts[i]);
	}
	/* Only now: a list that is refused leaves the field as it was. */
	out->items = items;
	out->n = n;
	return true;
}

bool xs_value_parse(void *base, size_t *bad, const xs_conf_key *key, const char *const *texts,
		    size_t n, const char *folder, xs_arena *a)
{
	void *field = (char *)base + key->offset;

	*bad = 0;
	if (xs_value_is_list(key))
		return value_list(field, bad, key, texts, n, folder, a);
	switch (key->type) {
	case XS_CONF_BOOL: return value_bool(field, texts[0]);
	case XS_CONF_INT: return value_int(field, key, texts[0]);
	case XS_CONF_SIZE: return value_size(field, key, texts[0]);
	case XS_CONF_REAL: return value_real(field, key, texts[0]);
	case XS_CONF_ENUM: return value_word(field, key->words, texts[0]);
	case XS_CONF_STRING:
	case XS_CONF_PATH:
		if ((double)strlen(texts[0]) < key->min)
			return false;
		*(const char **)field = key->type == XS_CONF_PATH ? value_path(folder, texts[0], a)
								  : xs_arena_dup(a, texts[0]);
		return true;
	/* MAPS and STAGES are not plain, which yaml.c reads. */
	default: return false;
	}
}

/* 15 digits (DBL_DIG) give back every decimal as it was typed; 17 would show 0.55 as
 * 0.55000000000000004. */
const char *xs_value_real(double value, xs_arena *a)
{
	locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0), before = uselocale(c);
	const char *text = xs_arena_printf(a, "%.15g", value);

	uselocale(before);
	freelocale(c);
	return text;
}

const char *xs_value_size(int64_t bytes, xs_arena *a)
{
	static const char units[] = "GMk";

	/* From the largest unit on: the first that divides evenly makes the shortest text. */
	for (int i = 0, shift = 30; i < 3; i++, shift -= 10) {
		if (bytes > 0 && bytes % ((int64_t)1 << shift) == 0)
			return xs_arena_printf(a, "%lld%c", (long long)(bytes >> shift), units[i]);
	}
	return xs_arena_printf(a, "%lld", (long long)bytes);
}

static const char *value_word_of(const xs_conf_word *words, int value)
{
	for (; words && words->word; words++) {
		if (words->value == value)
			return words->word;
	}
	return NULL;
}

const char *xs_value_text(const void *base, const xs_conf_key *key, xs_arena *a)
{
	const void *field = (const char *)base + key->offset;
	const char *word;

	switch (key->type) {
	case XS_CONF_BOOL: return *(const bool *)field ? "true" : "false";
	case XS_CONF_SIZE: return xs_value_size(*(const int64_t *)field, a);
	case XS_CONF_REAL: return xs_value_real(*(const double *)field, a);
	case XS_CONF_STRING:
	case XS_CONF_PATH: return *(const char *const *)field;
	case XS_CONF_ENUM:
	case XS_CONF_INT:
		word = value_word_of(key->words, *(const int *)field);
		return word ? word : xs_arena_printf(a, "%d", *(const int *)field);
	default: return "";
	}
}

/* Whether a text reads back as itself without quotes: letters, digits and signs that mean nothing
 * to YAML.  Numbers and words such as "no" are plain too: the table says what a value is. */
static bool value_is_plain(const char *text, bool flow)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789_./+-";

	if (*text == '\0' || strcmp(text, "~") == 0 || strcasecmp(text, "null") == 0)
		return false;
	/* "-5" is a number, but "-" and "- x" begin a list, and "---" a document. */
	if (text[0] == '-' && value_digits(text + 1) == 0)
		return false;
	/* It ends a document. */
	if (strcmp(text, "...") == 0)
		return false;
	for (const char *s = text; *s; s++) {
		/* A blank or a colon between two other characters means nothing to YAML; at an end,
		 * or before a blank, it does. */
		bool inner = s != text && s[1] != '\0' && s[1] != ' ';

		if (!strchr(safe, *s) && !(inner && !flow && (*s == ' ' || *s == ':')))
			return false;
	}
	return true;
}

/* Decodes one character; returns its bytes, 0 where there is none. */
static size_t value_character(utf8proc_int32_t *out, const char *s)
{
	utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s, -1, out);

	return n > 0 ? (size_t)n : 0;
}

bool xs_value_is_utf8(const char *text)
{
	utf8proc_int32_t c;
	size_t n = 1;

	for (; n > 0 && *text; text += n)
		n = value_character(&c, text);
	return n > 0;
}

/* What a YAML reader refuses (YAML 1.1, section 5.1.1) or takes for the end of a line. */
static bool value_is_unsafe(utf8proc_int32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || c == 0xfeff ||
	       c == 0xfffe || c == 0xffff;
}

/* A $ is never plain, so it always comes here and is doubled.  Texts are UTF-8 by now; if one were
 * not, it would end at its first bad byte. */
const char *xs_value_yaml(const char *text, bool flow, xs_arena *a)
{
	utf8proc_int32_t c;
	const char *out;
	size_t n;
	xs_buf b;

	if (value_is_plain(text, flow))
		return text;
	xs_buf_init(&b);
	xs_buf_putc(&b, '"');
	for (const char *s = text; *s && (n = value_character(&c, s)); s += n) {
		if (c == '"' || c == '\\')
			xs_buf_printf(&b, "\\%c", (int)c);
		else if (c == '$')
			xs_buf_puts(&b, "$$");
		else if (value_is_unsafe(c))
			xs_buf_printf(&b, "\\u%04x", (unsigned)c);
		else
			xs_buf_put(&b, s, n);
	}
	xs_buf_putc(&b, '"');
	out = xs_arena_dup(a, b.data);
	xs_buf_fini(&b);
	return out;
}

/* 60 bytes show which text is meant; the whole could be kilobytes.  Control characters would reach
 * the terminal that shows the message. */
const char *xs_value_quote(const char *text, xs_arena *a)
{
	size_t len = strlen(text), cut = len > 60 ? 60 : len;
	char *copy;

	/* Back to where a character begins: the message must stay UTF-8. */
	while (cut < len && cut > 0 && ((unsigned char)text[cut] & 0xc0) == 0x80)
		cut--;
	copy = xs_arena_dupn(a, text, cut);
	for (char *s = copy; *s; s++) {
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			*s = '?';
	}
	return xs_arena_printf(a, "\"%s%s\"", copy, cut < len ? "…" : "");
}
