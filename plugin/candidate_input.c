/* SPDX-License-Identifier: GPL-2.0-or-later */
/* candidate_input.c - token ids of a candidate, from the index where it has them. */
#include "plugin/candidate_input.h"

#include <string.h>

#include "plugin/pace.h"
#include "plugin/passage_text.h"

/* Token ids of title and heading, then of the text. */
typedef struct input_ids {
	int32_t *ids;
	size_t prefix, n;
} input_ids;

/* What the model reads of a candidate, with `text` in place of its own. */
static char *input_text(size_t *len, const xs_candidate_reader *r, const xs_candidate *c,
			const char *text)
{
	char *out;

	*len = xs_passage_text(NULL, c->title, c->heading, text);
	out = r->host->alloc(r->q, *len + 1);
	xs_passage_text(out, c->title, c->heading, text);
	return out;
}

/* Ids of a text, with room for `more` behind them.  -1: the model has no vocabulary. */
static int64_t input_tokenize(int32_t **ids, const xs_candidate_reader *r, const char *text,
			      size_t len, size_t more)
{
	const xs_model *model = r->scoring->model;
	int64_t n = xs_model_tokenize(NULL, 0, model, text, len);

	if (n < 0)
		return -1;
	*ids = r->host->alloc(r->q, ((size_t)n + more + 1) * sizeof **ids);
	xs_model_tokenize(*ids, (size_t)n, model, text, len);
	return n;
}

/* The index keeps the token ids of the text alone; as a token of WordPiece never spans the space before
 * it, the prefix's ids followed by those are the ids of the whole, and only the prefix has to be split
 * here.  Ids that another vocabulary made are of no use.  False: the text has to be read. */
static bool input_kept(input_ids *out, const xs_candidate_reader *r, const xs_candidate *c)
{
	size_t len;
	const char *prefix;
	int64_t n;

	if (!r->keep_tokens || !r->scoring->info.joins || !c->ids ||
	    c->vocabulary != r->scoring->info.vocabulary_hash)
		return false;
	prefix = input_text(&len, r, c, "");
	n = input_tokenize(&out->ids, r, prefix, len, c->n_ids);
	if (n < 0)
		return false;
	memcpy(out->ids + n, c->ids, c->n_ids * sizeof *c->ids);
	out->prefix = (size_t)n;
	out->n = (size_t)n + c->n_ids;
	return true;
}

/* The same from the text. */
static bool input_split(input_ids *out, const xs_candidate_reader *r, const xs_candidate *c)
{
	size_t len;
	const char *text = input_text(&len, r, c, c->text);
	int64_t n = input_tokenize(&out->ids, r, text, len, 0), prefix;

	if (n < 0)
		return false;
	text = input_text(&len, r, c, "");
	prefix = xs_model_tokenize(NULL, 0, r->scoring->model, text, len);
	out->n = (size_t)n;
	out->prefix = prefix < n ? (size_t)prefix : (size_t)n;
	return true;
}

static bool input_is_new(const int32_t *question, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (question[k] == question[i])
			return false;
	return true;
}

static size_t input_matches(const int32_t *ids, size_t n, const int32_t *question,
			    size_t n_question)
{
	size_t found = 0;

	for (size_t i = 0; i < n_question; i++)
		for (size_t k = 0; k < n && input_is_new(question, i); k++)
			if (ids[k] == question[i]) {
				found++;
				break;
			}
	return found;
}

size_t xs_candidate_part_of(const int32_t *ids, size_t n, size_t room, const int32_t *question,
			    size_t n_question)
{
	size_t step = room / 4 ? room / 4 : 1, best = 0, most = 0;

	if (n <= room)
		return 0;
	for (size_t first = 0;; first += step) {
		size_t at = first < n - room ? first : n - room;
		size_t found = input_matches(ids + at, room, question, n_question);

		if (found > most) {
			most = found;
			best = at;
		}
		if (at == n - room)
			return best;
	}
}

/* Title and heading stay, but for what is beyond half of the room. */
static xs_input input_cut(xs_candidate_part *part, const xs_candidate_reader *r, input_ids whole)
{
	size_t most = (size_t)r->most, text = whole.n - whole.prefix;
	size_t prefix = whole.prefix < most / 2 ? whole.prefix : most / 2, room = most - prefix;

	if (room > text) {
		room = text;
		prefix = most - text;
	}
	part->tokens = whole.n;
	part->n = room;
	part->first = whole.prefix + xs_candidate_part_of(whole.ids + whole.prefix, text, room,
							  r->question, r->n_question);
	memmove(whole.ids + prefix, whole.ids + part->first, room * sizeof *whole.ids);
	return (xs_input){.ids = whole.ids, .n_ids = prefix + room};
}

void xs_candidate_reader_begin(xs_candidate_reader *r)
{
	int64_t n;

	if (!r->most)
		return;
	n = input_tokenize(&r->question, r, r->q->question, strlen(r->q->question), 0);
	r->n_question = n > 0 ? (size_t)n : 0;
}

bool xs_candidate_is_long(const xs_candidate *c)
{
	return xs_pace_tokens(c) > XS_PART_TOKENS;
}

xs_input xs_candidate_input(xs_candidate_part *part, const xs_candidate_reader *r,
			    const xs_candidate *c)
{
	bool cut = r->most && xs_candidate_is_long(c);
	input_ids whole;
	const char *text;
	size_t len;

	*part = (xs_candidate_part){0};
	if (input_kept(&whole, r, c) || (cut && input_split(&whole, r, c))) {
		if (cut && whole.n > (size_t)r->most)
			return input_cut(part, r, whole);
		return (xs_input){.ids = whole.ids, .n_ids = whole.n};
	}
	text = input_text(&len, r, c, c->text);
	return (xs_input){.text = text, .len = len};
}
