/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wire.c - between the library that speaks HTTP (libmicrohttpd) and calls. */
#include "serve/wire.h"

#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <microhttpd.h>
#include <utf8proc.h>

#include "serve/reply.h"

/* What is being made of the library's lists. */
typedef struct wire_pairs {
	xs_arena *arena;
	xs_pair *pairs;
	size_t n, room;
	const char *bad; /* the name of one that is not UTF-8 */
} wire_pairs;

/* Well-formed, and without a NUL. */
static bool wire_is_text(const char *s, size_t len)
{
	utf8proc_int32_t point;

	for (size_t i = 0; i < len;) {
		utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s + i,
						      (utf8proc_ssize_t)(len - i), &point);

		if (n < 1 || point == 0)
			return false;
		i += (size_t)n;
	}
	return true;
}

static enum MHD_Result wire_take(void *user, enum MHD_ValueKind kind, const char *name,
				 size_t name_len, const char *value, size_t len)
{
	wire_pairs *w = user;
	xs_pair *pair = &w->pairs[w->n];

	/* The library counted them just before; a second count that differs would be its fault,
	 * and must not be ours. */
	if (w->n == w->room)
		return MHD_NO;
	value = value ? value : "";
	/* Parameters go into queries and replies, which are UTF-8. Headers are compared with
	 * what we know, and may be anything. */
	if (kind == MHD_GET_ARGUMENT_KIND &&
	    (!wire_is_text(name, name_len) || !wire_is_text(value, len))) {
		w->bad = wire_is_text(name, name_len) ? xs_arena_dupn(w->arena, name, name_len)
						      : "?";
		return MHD_YES;
	}
	*pair = (xs_pair){xs_arena_dupn(w->arena, name, name_len),
			  xs_arena_dupn(w->arena, value, len)};
	w->n++;
	return MHD_YES;
}

static const xs_pair *wire_pairs_of(size_t *n, const char **bad, xs_call *c,
				    struct MHD_Connection *connection, enum MHD_ValueKind kind)
{
	wire_pairs w = {.arena = c->arena};

	w.room = (size_t)MHD_get_connection_values_n(connection, kind, NULL, NULL);
	w.pairs = xs_arena_array(c->arena, w.room + 1, sizeof *w.pairs);
	MHD_get_connection_values_n(connection, kind, wire_take, &w);
	*n = w.n;
	if (w.bad)
		*bad = w.bad;
	return w.pairs;
}

static const char *wire_address(xs_call *c, struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	char host[NI_MAXHOST];
	socklen_t len;

	/* A local socket has no address; serve.proxies may name it as "unix". */
	if (!info || info->client_addr->sa_family == AF_UNIX)
		return "unix";
	len = info->client_addr->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
						       : sizeof(struct sockaddr_in);
	if (getnameinfo(info->client_addr, len, host, sizeof host, NULL, 0, NI_NUMERICHOST))
		return "unknown";
	return xs_arena_dup(c->arena, host);
}

xs_call *xs_wire_call(struct MHD_Connection *connection, const char *method, const char *path)
{
	xs_call *c = xs_call_new();
	const char *bad = NULL;

	/* First: the budget of the reranker begins here. */
	c->arrived = xs_clock_ns();
	c->method = xs_arena_dup(c->arena, method);
	c->path = xs_arena_dup(c->arena, path);
	c->address = c->client = wire_address(c, connection);
	c->params = wire_pairs_of(&c->n_params, &bad, c, connection, MHD_GET_ARGUMENT_KIND);
	c->headers = wire_pairs_of(&c->n_headers, &bad, c, connection, MHD_HEADER_KIND);
	if (!wire_is_text(path, strlen(path)))
		xs_reply_error(c, 400, "the path is not UTF-8");
	else if (bad)
		xs_reply_error(c, 400, "the parameter %.40s is not UTF-8", bad);
	return c;
}

uint64_t xs_wire_announced(const xs_call *c)
{
	const char *text = xs_call_header(c, "Content-Length");

	/* The library has refused what is no number. */
	return text ? strtoull(text, NULL, 10) : 0;
}

bool xs_wire_reply(struct MHD_Connection *connection, xs_call *c, bool last)
{
	xs_reply *r = &c->reply;
	struct MHD_Response *response =
		MHD_create_response_from_buffer(r->len, r->body ? r->body : "",
						r->body ? MHD_RESPMEM_MUST_FREE
							: MHD_RESPMEM_PERSISTENT);
	bool sent;

	if (!response)
		return false;
	/* It is the library's now, which frees it when it has been sent. */
	r->body = NULL;
	if (r->type)
		MHD_add_response_header(response, "Content-Type", r->type);
	/* Browsers believe the type: JSON with a page's text in it is never taken for HTML. */
	MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
	for (size_t i = 0; i < r->n_headers; i++)
		MHD_add_response_header(response, r->headers[i].name, r->headers[i].value);
	if (last)
		MHD_add_response_header(response, "Connection", "close");
	sent = MHD_queue_response(connection, (unsigned)r->status, response) == MHD_YES;
	MHD_destroy_response(response);
	return sent;
}
