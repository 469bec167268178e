/* SPDX-License-Identifier: GPL-2.0-or-later */
/* head.c - by the library's lists of headers, and by where in its buffer they stand.
 *
 * The library's lists do not tell a bare LF from CRLF, nor that a NUL cut a line short.  But
 * release 0.9.75 reads each head in place: it puts NULs for what ends a name, a value and a line,
 * and its lists point into the one buffer.  So between a value and the next name there are two
 * bytes for a CRLF; any other distance is something that the library passed over.  (A NUL right
 * before a bare LF has the distance of a CRLF, and stays unseen.)  Later releases refuse all that
 * themselves when told to be strict; with them the distances are not looked at. */
#include "serve/head.h"

#include <string.h>
#include <strings.h>

/* The release whose buffer is known. */
#define HEAD_RELEASE "0.9.75"

/* What the library puts in place of a line's end. */
enum { HEAD_CRLF = 2 };

typedef struct head_walk {
	const char *next; /* where the next name has to stand; NULL: not looked at */
	const char *wrong;
	unsigned hosts, lengths, codings;
	bool chunked;
} head_walk;

static bool head_in_place(void)
{
	return !strcmp(MHD_get_version(), HEAD_RELEASE);
}

/* In the known release strictness closes connections without a word, and we find more ourselves. */
int xs_head_strict(void)
{
	return head_in_place() ? 0 : 1;
}

static bool head_is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

void xs_head_line_read(xs_head_line *out, const char *uri)
{
	const char *path_end = uri + strcspn(uri, "?"), *nul = strstr(uri, "%00");

	*out = (xs_head_line){.uri = uri, .end = uri + strlen(uri) + 1};
	for (const char *c = uri; *c; c++)
		out->bad = out->bad || *c == ' ' || head_is_control(*c);
	out->nul = nul && nul < path_end;
}

/* The characters of a token (RFC 9110, section 5.6.2).  A blank before the colon is seen here: it is the
 * last one of the name. */
static bool head_is_name(const char *name, size_t len)
{
	static const char more[] = "!#$%&'*+-.^_`|~0123456789";

	for (size_t i = 0; i < len; i++) {
		char small = name[i] | 0x20;

		if (!name[i] || (!(small >= 'a' && small <= 'z') && !strchr(more, name[i])))
			return false;
	}
	return len > 0;
}

static bool head_is_value(const char *value, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (head_is_control(value[i]) && value[i] != '\t')
			return false;
	return true;
}

static enum MHD_Result head_take(void *user, enum MHD_ValueKind kind, const char *name,
				 size_t name_len, const char *value, size_t len)
{
	head_walk *w = user;

	(void)kind;
	value = value ? value : "";
	if (!head_is_name(name, name_len))
		w->wrong = "a header's name has a character that no name may have";
	else if (!head_is_value(value, len))
		w->wrong = "a header has a control character";
	else if (w->next && name != w->next)
		w->wrong = "a line of the head does not end in CRLF, is folded, or has a NUL";
	w->next = w->next ? value + len + HEAD_CRLF : NULL;
	w->hosts += !strcasecmp(name, MHD_HTTP_HEADER_HOST);
	w->lengths += !strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH);
	if (!strcasecmp(name, MHD_HTTP_HEADER_TRANSFER_ENCODING)) {
		w->codings++;
		w->chunked = !strcasecmp(value, "chunked");
	}
	return w->wrong ? MHD_NO : MHD_YES;
}

/* How long the body is, and whose the request is, must have one meaning. */
static const char *head_meaning(const head_walk *w, const char *version)
{
	bool old = !strcmp(version, MHD_HTTP_VERSION_1_0);

	if (w->hosts > 1)
		return "the head has more than one Host";
	if (w->hosts == 0 && !old)
		return "the head has no Host";
	if (w->lengths > 1)
		return "the head has more than one Content-Length";
	if (w->codings && w->lengths)
		return "the head has both Content-Length and Transfer-Encoding";
	if (w->codings && (w->codings > 1 || !w->chunked || old))
		return "Transfer-Encoding: expected chunked, once, and not in a request of version 1.0";
	return NULL;
}

/* The request line is METHOD, NUL, the address, NUL, the version. */
static bool head_line_is_exact(const xs_head_line *line, const char *method, const char *version)
{
	return !line->bad && line->uri == method + strlen(method) + 1 && line->end == version;
}

const char *xs_head_wrong(struct MHD_Connection *connection, const xs_head_line *line,
			  const char *method, const char *version)
{
	const union MHD_ConnectionInfo *size =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	head_walk w = {0};

	if (line->bad || (head_in_place() && !head_line_is_exact(line, method, version)))
		return "the request line has more than one blank, or a control character";
	if (head_in_place())
		w.next = version + strlen(version) + HEAD_CRLF;
	MHD_get_connection_values_n(connection, MHD_HEADER_KIND, head_take, &w);
	/* The empty line that ends the head. */
	if (!w.wrong && w.next && size && w.next + HEAD_CRLF != method + size->header_size)
		w.wrong = "a line of the head does not end in CRLF, is folded, or has a NUL";
	return w.wrong ? w.wrong : head_meaning(&w, version);
}

bool xs_head_twice(struct MHD_Connection *connection)
{
	const char *text = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
						       MHD_HTTP_HEADER_CONTENT_LENGTH);

	if (!head_in_place() || !text ||
	    MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
					MHD_HTTP_HEADER_TRANSFER_ENCODING))
		return false;
	/* What the library takes for a number: digits, up to the largest of 64 bits. */
	return !*text || text[strspn(text, "0123456789")] || strlen(text) > 19;
}
