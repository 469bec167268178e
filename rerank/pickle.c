/* SPDX-License-Identifier: MIT */
/* pickle.c - a stack machine of the opcodes that data needs, each a function in one table.
 *
 * No opcode imports, calls or builds anything: what Python would call is a value that says so.
 * An opcode adds at most one value, so memory is bounded by the pickle's length. */
#include "rerank/pickle.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

typedef struct unpickler {
	xs_arena *a;
	const char *name;
	const char *const *allowed;
	const unsigned char *p, *begin, *end;
	xs_pickle **stack, **memo;
	size_t n, cap, memo_n, memo_cap;
	size_t pairs; /* of all ordered dictionaries that were made of lists */
	bool stopped;
} unpickler;

static int pickle_fail(const unpickler *u, const char *what)
{
	return xs_fail(XS_EFORMAT, "%s: at byte %zu of the pickle: %s", u->name,
		       (size_t)(u->p - u->begin), what);
}

/* The next n bytes; NULL: there are fewer. */
/* All reading goes through here and pickle_number(), so no other function compares with the end. */
static const unsigned char *pickle_take(unpickler *u, size_t n)
{
	const unsigned char *at = u->p;

	if ((size_t)(u->end - u->p) < n)
		return NULL;
	u->p += n;
	return at;
}

/* A little-endian number of n bytes. */
static int pickle_number(uint64_t *out, unpickler *u, size_t n)
{
	const unsigned char *p = pickle_take(u, n);

	*out = 0;
	if (!p)
		return pickle_fail(u, "it is cut short");
	for (; n; n--)
		*out = *out << 8 | p[n - 1];
	return XS_OK;
}

static void pickle_push(unpickler *u, xs_pickle *v)
{
	u->stack = xs_grow(u->stack, u->n, &u->cap, sizeof *u->stack);
	u->stack[u->n++] = v;
}

static xs_pickle *pickle_new(unpickler *u, xs_pickle_kind kind)
{
	xs_pickle *v = xs_arena_alloc(u->a, sizeof *v);

	v->kind = kind;
	pickle_push(u, v);
	return v;
}

/* Takes the topmost value, which is no mark. */
static int pickle_pop(xs_pickle **out, unpickler *u)
{
	if (!u->n || u->stack[u->n - 1]->kind == XS_PICKLE_MARK)
		return pickle_fail(u, "a value is missing");
	*out = u->stack[--u->n];
	return XS_OK;
}

static void pickle_add(unpickler *u, xs_pickle *to, xs_pickle *item)
{
	size_t cap = to->cap ? to->cap * 2 : 4;
	xs_pickle **more;

	if (to->n == to->cap) {
		more = xs_arena_array(u->a, cap, sizeof *more);
		if (to->n)
			memcpy(more, to->item, to->n * sizeof *more);
		to->item = more;
		to->cap = cap;
	}
	to->item[to->n++] = item;
}

/* Where the values after the last mark begin; the mark itself is taken off by the caller. */
static int pickle_mark(size_t *from, unpickler *u)
{
	/* Marks are values on the stack here, so that no opcode can take one for another value. */
	for (*from = u->n; *from; --*from)
		if (u->stack[*from - 1]->kind == XS_PICKLE_MARK)
			return XS_OK;
	return pickle_fail(u, "a mark is missing");
}

static int op_proto(unpickler *u, unsigned char op)
{
	uint64_t v;
	int rc = pickle_number(&v, u, 1);

	(void)op;
	return rc == XS_OK && v > 5 ? pickle_fail(u, "an unknown protocol") : rc;
}

/* The length of a frame says where to read ahead to: nothing here. */
static int op_frame(unpickler *u, unsigned char op)
{
	uint64_t v;

	(void)op;
	return pickle_number(&v, u, 8);
}

static int op_stop(unpickler *u, unsigned char op)
{
	(void)op;
	if (u->n != 1 || u->stack[0]->kind == XS_PICKLE_MARK)
		return pickle_fail(u, "it does not end with one value");
	u->stopped = true;
	return XS_OK;
}

static int op_empty(unpickler *u, unsigned char op)
{
	pickle_new(u, op == '}'	  ? XS_PICKLE_DICT
		      : op == ']' ? XS_PICKLE_LIST
		      : op == ')' ? XS_PICKLE_TUPLE
		      : op == '(' ? XS_PICKLE_MARK
				  : XS_PICKLE_NONE);
	return XS_OK;
}

static int op_bool(unpickler *u, unsigned char op)
{
	pickle_new(u, XS_PICKLE_BOOL)->number = op == 0x88;
	return XS_OK;
}

/* BININT (signed), BININT1, BININT2. */
static int op_integer(unpickler *u, unsigned char op)
{
	uint64_t v;
	int rc = pickle_number(&v, u, op == 'K' ? 1 : op == 'M' ? 2 : 4);

	if (rc == XS_OK)
		pickle_new(u, XS_PICKLE_INT)->number =
			op == 'J' ? (int64_t)(int32_t)(uint32_t)v : (int64_t)v;
	return rc;
}

static int op_long(unpickler *u, unsigned char op)
{
	const unsigned char *bytes;
	uint64_t n, v = 0;
	xs_pickle *to;
	int rc = pickle_number(&n, u, 1);

	(void)op;
	if (rc < 0)
		return rc;
	bytes = pickle_take(u, n);
	if (!bytes)
		return pickle_fail(u, "a number is cut short");
	to = pickle_new(u, n > 8 ? XS_PICKLE_LONG : XS_PICKLE_INT);
	to->text = (const char *)bytes;
	to->len = n;
	/* The highest bit of the last byte is the sign: longer numbers (the magic of the older
	 * form) are compared as bytes and never as a number. */
	if (n && n <= 8) {
		v = bytes[n - 1] & 0x80 ? UINT64_MAX : 0;
		for (; n; n--)
			v = v << 8 | bytes[n - 1];
	}
	to->number = (int64_t)v;
	return XS_OK;
}

static int op_float(unpickler *u, unsigned char op)
{
	(void)op;
	if (!pickle_take(u, 8))
		return pickle_fail(u, "a number is cut short");
	pickle_new(u, XS_PICKLE_FLOAT);
	return XS_OK;
}

/* BINUNICODE and BINSTRING with four bytes of length, the short ones with one. */
static int op_text(unpickler *u, unsigned char op)
{
	const unsigned char *bytes;
	xs_pickle *v;
	uint64_t n;
	int rc = pickle_number(&n, u, op == 'X' || op == 'T' ? 4 : 1);

	if (rc < 0)
		return rc;
	bytes = pickle_take(u, n);
	if (!bytes || memchr(bytes, 0, n))
		return pickle_fail(u, bytes ? "a text has a NUL in it" : "a text is cut short");
	v = pickle_new(u, XS_PICKLE_TEXT);
	v->text = xs_arena_dupn(u->a, (const char *)bytes, n);
	v->len = n;
	return XS_OK;
}

/* Makes the name a value if it is allowed. */
static int pickle_global(unpickler *u, const char *module, int module_len, const char *name,
			 int name_len)
{
	char *full = xs_arena_printf(u->a, "%.*s.%.*s", module_len, module, name_len, name);
	xs_pickle *v;

	/* This list is what makes a hostile file harmless: a name that is not on it ends the
	 * reading, before anything is made of it. */
	for (const char *const *allowed = u->allowed; *allowed; allowed++)
		if (strcmp(*allowed, full) == 0) {
			v = pickle_new(u, XS_PICKLE_GLOBAL);
			v->text = full;
			v->len = strlen(full);
			return XS_OK;
		}
	return xs_fail(
		XS_EFORMAT,
		"%s: the pickle names %.100s, which is refused: a file of weights holds tensors "
		"of known types alone",
		u->name, full);
}

/* GLOBAL: two lines. */
static int op_global(unpickler *u, unsigned char op)
{
	const char *module = (const char *)u->p, *name, *stop;

	(void)op;
	name = memchr(module, '\n', (size_t)(u->end - u->p));
	stop = name ? memchr(name + 1, '\n', (size_t)((const char *)u->end - name - 1)) : NULL;
	if (!stop)
		return pickle_fail(u, "a name is cut short");
	u->p = (const unsigned char *)stop + 1;
	return pickle_global(u, module, (int)(name - module), name + 1, (int)(stop - name - 1));
}

static int op_stack_global(unpickler *u, unsigned char op)
{
	xs_pickle *module, *name;
	int rc = pickle_pop(&name, u);

	(void)op;
	if (rc == XS_OK)
		rc = pickle_pop(&module, u);
	if (rc < 0)
		return rc;
	if (module->kind != XS_PICKLE_TEXT || name->kind != XS_PICKLE_TEXT)
		return pickle_fail(u, "a name is no text");
	return pickle_global(u, module->text, (int)module->len, name->text, (int)name->len);
}

/* TUPLE1, TUPLE2, TUPLE3 and TUPLE, which takes all after the mark. */
static int op_tuple(unpickler *u, unsigned char op)
{
	size_t n = op == 't' ? 0 : op - 0x84u, from = u->n - n;
	xs_pickle *v;
	int rc = XS_OK;

	if (op == 't')
		rc = pickle_mark(&from, u);
	else if (u->n < n)
		rc = pickle_fail(u, "a value is missing");
	for (size_t i = from; rc == XS_OK && i < u->n; i++)
		if (u->stack[i]->kind == XS_PICKLE_MARK)
			rc = pickle_fail(u, "a mark is out of place");
	if (rc < 0)
		return rc;
	v = xs_arena_alloc(u->a, sizeof *v);
	v->kind = XS_PICKLE_TUPLE;
	v->n = v->cap = u->n - from;
	v->item = xs_arena_array(u->a, v->n + 1, sizeof *v->item);
	if (v->n)
		memcpy(v->item, u->stack + from, v->n * sizeof *v->item);
	u->n = op == 't' ? from - 1 : from;
	pickle_push(u, v);
	return XS_OK;
}

/* The container below the values from `from` on. */
static int pickle_fill(unpickler *u, size_t from, size_t below, xs_pickle_kind kind)
{
	xs_pickle *to = below ? u->stack[below - 1] : NULL;

	if (!to || to->kind != kind || (kind == XS_PICKLE_DICT && (u->n - from) % 2))
		return pickle_fail(u, kind == XS_PICKLE_DICT ? "items without a dictionary"
							     : "items without a list");
	for (size_t i = from; i < u->n; i++)
		pickle_add(u, to, u->stack[i]);
	u->n = below;
	return XS_OK;
}

/* APPENDS and SETITEMS: all after the mark. */
static int op_many(unpickler *u, unsigned char op)
{
	size_t from;
	int rc = pickle_mark(&from, u);

	return rc < 0 ? rc
		      : pickle_fill(u, from, from - 1, op == 'u' ? XS_PICKLE_DICT : XS_PICKLE_LIST);
}

/* APPEND and SETITEM: one item or a key with its value. */
static int op_one(unpickler *u, unsigned char op)
{
	size_t n = op == 's' ? 2 : 1;

	for (size_t i = 1; i <= n; i++)
		if (u->n < i || u->stack[u->n - i]->kind == XS_PICKLE_MARK)
			return pickle_fail(u, "a value is missing");
	return pickle_fill(u, u->n - n, u->n - n, op == 's' ? XS_PICKLE_DICT : XS_PICKLE_LIST);
}

static int pickle_memo_put(unpickler *u, uint64_t at)
{
	if (!u->n)
		return pickle_fail(u, "a value is missing");
	/* Python counts them: never more than there are opcodes. */
	if (at > (uint64_t)(u->p - u->begin))
		return pickle_fail(u, "a memo's number is too high");
	while (u->memo_n <= at) {
		u->memo = xs_grow(u->memo, u->memo_n, &u->memo_cap, sizeof *u->memo);
		u->memo[u->memo_n++] = NULL;
	}
	u->memo[at] = u->stack[u->n - 1];
	return XS_OK;
}

static int op_put(unpickler *u, unsigned char op)
{
	uint64_t at = u->memo_n;
	int rc = op == 0x94 ? XS_OK : pickle_number(&at, u, op == 'q' ? 1 : 4);

	return rc < 0 ? rc : pickle_memo_put(u, at);
}

static int op_get(unpickler *u, unsigned char op)
{
	uint64_t at;
	int rc = pickle_number(&at, u, op == 'h' ? 1 : 4);

	if (rc == XS_OK && (at >= u->memo_n || !u->memo[at]))
		rc = pickle_fail(u, "a memo that is not there");
	if (rc == XS_OK)
		pickle_push(u, u->memo[at]);
	return rc;
}

static int op_persistent(unpickler *u, unsigned char op)
{
	xs_pickle *id, *v;
	int rc = pickle_pop(&id, u);

	(void)op;
	if (rc == XS_OK && id->kind != XS_PICKLE_TUPLE)
		rc = pickle_fail(u, "a persistent id is no tuple");
	if (rc < 0)
		return rc;
	v = pickle_new(u, XS_PICKLE_PERSISTENT);
	v->item = id->item;
	v->n = id->n;
	return XS_OK;
}

/* OrderedDict(pairs), as Python 2 writes it.  A list may be named again and again, so what is
 * copied is bounded by itself. */
static int pickle_pairs(unpickler *u, xs_pickle *to, const xs_pickle *pairs)
{
	u->pairs += pairs->n;
	if (u->pairs > (size_t)(u->end - u->begin))
		return pickle_fail(u, "ordered dictionaries of more pairs than it has bytes");
	for (size_t i = 0; i < pairs->n; i++) {
		const xs_pickle *pair = pairs->item[i];

		if ((pair->kind != XS_PICKLE_LIST && pair->kind != XS_PICKLE_TUPLE) || pair->n != 2)
			return pickle_fail(u, "an ordered dictionary of something else than pairs");
		pickle_add(u, to, pair->item[0]);
		pickle_add(u, to, pair->item[1]);
	}
	return XS_OK;
}

/* REDUCE is the opcode that runs code in Python. Here it makes a value that names the function and
 * holds its arguments. */
static int op_reduce(unpickler *u, unsigned char op)
{
	xs_pickle *arguments, *function, *v;
	int rc = pickle_pop(&arguments, u);

	(void)op;
	if (rc == XS_OK)
		rc = pickle_pop(&function, u);
	if (rc < 0)
		return rc;
	if (function->kind != XS_PICKLE_GLOBAL || arguments->kind != XS_PICKLE_TUPLE)
		return pickle_fail(u, "a call of something that is no name");
	if (strcmp(function->text, "collections.OrderedDict") == 0) {
		v = pickle_new(u, XS_PICKLE_DICT);
		return arguments->n ? pickle_pairs(u, v, arguments->item[0]) : XS_OK;
	}
	v = pickle_new(u, XS_PICKLE_CALL);
	v->text = function->text;
	v->len = function->len;
	v->item = arguments->item;
	v->n = arguments->n;
	return XS_OK;
}

/* A dictionary's attributes (a state_dict's _metadata) say nothing of the tensors. */
static int op_build(unpickler *u, unsigned char op)
{
	xs_pickle *state;
	int rc = pickle_pop(&state, u);

	(void)op;
	if (rc == XS_OK && (!u->n || u->stack[u->n - 1]->kind != XS_PICKLE_DICT))
		rc = pickle_fail(u, "a state of something that is no dictionary");
	return rc;
}

typedef int pickle_op(unpickler *u, unsigned char op);

/* What is not in the table is refused: INST, OBJ, NEWOBJ and EXT1 build objects, and no file of
 * weights needs them. */
static pickle_op *const pickle_ops[256] = {
	[0x80] = op_proto,	  [0x95] = op_frame,	 ['.'] = op_stop,    ['}'] = op_empty,
	[']'] = op_empty,	  [')'] = op_empty,	 ['('] = op_empty,   ['N'] = op_empty,
	[0x88] = op_bool,	  [0x89] = op_bool,	 ['J'] = op_integer, ['K'] = op_integer,
	['M'] = op_integer,	  [0x8a] = op_long,	 ['G'] = op_float,   ['X'] = op_text,
	['T'] = op_text,	  ['U'] = op_text,	 [0x8c] = op_text,   ['c'] = op_global,
	['t'] = op_tuple,	  [0x85] = op_tuple,	 [0x86] = op_tuple,  [0x87] = op_tuple,
	['u'] = op_many,	  ['e'] = op_many,	 ['s'] = op_one,     ['a'] = op_one,
	['q'] = op_put,		  ['r'] = op_put,	 [0x94] = op_put,    ['h'] = op_get,
	['j'] = op_get,		  ['Q'] = op_persistent, ['R'] = op_reduce,  ['b'] = op_build,
	[0x93] = op_stack_global,
};

static int pickle_run(unpickler *u)
{
	const unsigned char *op;
	int rc = XS_OK;

	while (rc == XS_OK && !u->stopped) {
		op = pickle_take(u, 1);
		if (!op)
			return pickle_fail(u, "it ends without a STOP");
		if (!pickle_ops[*op])
			return xs_fail(
				XS_EFORMAT,
				"%s: opcode 0x%02x at byte %zu of the pickle is refused: a file "
				"of weights holds tensors of known types alone",
				u->name, *op, (size_t)(op - u->begin));
		rc = pickle_ops[*op](u, *op);
	}
	return rc;
}

int xs_pickle_read(const xs_pickle **out, size_t *used, xs_arena *a, const unsigned char *bytes,
		   size_t len, const char *const *allowed, const char *name)
{
	size_t most = len < XS_PICKLE_BYTES ? len : XS_PICKLE_BYTES;
	unpickler u = {.a = a,
		       .name = name,
		       .allowed = allowed,
		       .p = bytes,
		       .begin = bytes,
		       .end = bytes + most};
	int rc = pickle_run(&u);

	*out = rc == XS_OK ? u.stack[0] : NULL;
	*used = (size_t)(u.p - bytes);
	free(u.stack);
	free(u.memo);
	return rc;
}

const xs_pickle *xs_pickle_get(const xs_pickle *dict, const char *key)
{
	if (!dict || dict->kind != XS_PICKLE_DICT)
		return NULL;
	for (size_t i = 0; i + 1 < dict->n; i += 2)
		if (dict->item[i]->kind == XS_PICKLE_TEXT && strcmp(dict->item[i]->text, key) == 0)
			return dict->item[i + 1];
	return NULL;
}
