/* SPDX-License-Identifier: GPL-2.0-or-later */
/* paging_token.c - numbers of 32 bits in base64 of URLs (RFC 4648, section 5). */
#include "plugin/paging_token.h"
#include "plugin/query.h"

#include <string.h>

#include <xxhash.h>

#include "base/arena.h"
#include "base/buf.h"

/* Bytes: the form, four of the question, four a page. */
enum { TOKEN_FORM = 1, TOKEN_HEAD = 5 };

static const char token_letters[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

uint32_t xs_paging_token_page(uint64_t page)
{
	/* Half of it, as an address has little room.  Among 1000 pages two are alike in one token of
	 * 8000; the second of them is then not shown. */
	return (uint32_t)(page ^ page >> 32);
}

/* Big-endian whatever the machine: any server of a site may read a token that another wrote. */
static void token_number(unsigned char *to, uint32_t number)
{
	for (int i = 0; i < 4; i++)
		to[i] = (unsigned char)(number >> (24 - 8 * i));
}

static uint32_t token_read_number(const unsigned char *from)
{
	return (uint32_t)from[0] << 24 | (uint32_t)from[1] << 16 | (uint32_t)from[2] << 8 | from[3];
}

/* What makes two questions the same: the text without blanks around it, conditions, and order. */
static uint32_t token_question(const xs_query *q)
{
	static const char blanks[] = " \t\r\n\f\v";
	const char *text = q->text + strspn(q->text, blanks);
	size_t len = strlen(text);
	uint64_t hash;

	while (len && strchr(blanks, text[len - 1]))
		len--;
	/* Not the number of results: more of the same question may be asked for. */
	hash = XXH3_64bits_withSeed(text, len, q->newest);
	for (size_t i = 0; i < q->n_filters; i++)
		hash = XXH3_64bits_withSeed(q->filters[i], strlen(q->filters[i]), hash);
	return xs_paging_token_page(hash);
}

/* The bytes of a token; their number is a multiple of 3 less what is left over. */
static size_t token_decode(unsigned char *out, const char *token)
{
	unsigned bits = 0, held = 0;
	size_t n = 0;

	for (; *token; token++) {
		const char *at = strchr(token_letters, *token);

		if (!at)
			return 0;
		/* At most 13 bits wait; what was written must not run over. */
		held = (held << 6 | (unsigned)(at - token_letters)) & 0xFFFF;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			out[n++] = (unsigned char)(held >> bits);
		}
	}
	return n;
}

static char *token_encode(xs_arena *a, const unsigned char *bytes, size_t n)
{
	char *out = xs_arena_alloc(a, n * 4 / 3 + 4), *to = out;
	unsigned bits = 0, held = 0;

	for (size_t i = 0; i < n; i++) {
		held = (held << 8 | bytes[i]) & 0xFFFF;
		for (bits += 8; bits >= 6; bits -= 6)
			*to++ = token_letters[held >> (bits - 6) & 63];
	}
	if (bits)
		*to++ = token_letters[held << (6 - bits) & 63];
	return out;
}

int xs_paging_token_read(xs_query *q, const char *token, size_t skip)
{
	size_t len = strlen(token), n;
	unsigned char *bytes;
	uint32_t *seen;

	/* Before memory is taken: whoever asks decides how long it is. */
	if (len > (TOKEN_HEAD + 4 * XS_PAGING_TOKEN_PAGES) * 4 / 3 + 4)
		return xs_fail(
			XS_EINPUT,
			"the list of results shown before is longer than any that was given out");
	bytes = xs_arena_alloc(xs_query_arena(q), len + 1);
	n = token_decode(bytes, token);
	if (n < TOKEN_HEAD || (n - TOKEN_HEAD) % 4 || bytes[0] != TOKEN_FORM)
		return xs_fail(
			XS_EINPUT,
			"the list of results shown before is damaged; expected what an earlier "
			"reply gave as \"window\"");
	/* A token of another question would leave out pages that this one never showed. */
	if (token_read_number(bytes + 1) != token_question(q))
		return xs_fail(XS_EINPUT,
			       "the list of results shown before is of another question");
	n = (n - TOKEN_HEAD) / 4;
	seen = xs_arena_array(xs_query_arena(q), n + 1, sizeof *seen);
	for (size_t i = 0; i < n; i++)
		seen[i] = token_read_number(bytes + TOKEN_HEAD + 4 * i);
	q->seen = seen;
	/* Only those before the page that is asked for: who goes back sees the same results. */
	q->n_seen = n < skip ? n : skip;
	q->offset = skip - q->n_seen;
	/* What was found with them keeps its order, whatever time the reranker has now: a page of
	 * results that is asked for again is the same. */
	xs_query_set_order(q, seen + q->n_seen, n - q->n_seen);
	return XS_OK;
}

static bool token_has(const unsigned char *pages, size_t n, const unsigned char *page)
{
	for (size_t i = 0; i < n; i++)
		if (memcmp(pages + 4 * i, page, 4) == 0)
			return true;
	return false;
}

const char *xs_paging_token_write(const xs_query *q)
{
	size_t n = 0, room = q->n_seen + q->n_candidates;
	unsigned char *bytes, *pages;

	/* Bounded, as it stands in an address: 2000 pages are about 11 kB. */
	room = room < XS_PAGING_TOKEN_PAGES ? room : XS_PAGING_TOKEN_PAGES;
	bytes = xs_arena_alloc(xs_query_arena(q), TOKEN_HEAD + 4 * room + 4);
	pages = bytes + TOKEN_HEAD;
	bytes[0] = TOKEN_FORM;
	token_number(bytes + 1, token_question(q));
	for (; n < q->n_seen && n < room; n++)
		token_number(pages + 4 * n, q->seen[n]);
	for (size_t i = 0; i < q->n_candidates && n < room; i++) {
		token_number(pages + 4 * n, xs_paging_token_page(q->candidates[i]->page));
		/* Further passages of a page do not list it again. */
		n += !token_has(pages, n, pages + 4 * n);
	}
	return token_encode(xs_query_arena(q), bytes, TOKEN_HEAD + 4 * n);
}
