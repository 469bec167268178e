/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fetch.c - libcurl's multi interface; one slot a request. */
#define _GNU_SOURCE
#include "crawl/fetch.h"

#include <ctype.h>
#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/memory.h"
#include "crawl/links.h"
#include "crawl/peer.h"
#include "crawl/unpack.h"

/* Fewer bytes a second than this for so long, and the server is not waited for; longest header that is kept. */
enum { FETCH_SLOW_BYTES = 10, FETCH_SLOW_S = 20, FETCH_HEADER = 4096 };

/* Bytes of a body beside an error that are waited for, though nobody reads them: the connection stays. */
enum { FETCH_ERROR = 1 << 16 };

/* Why a transfer was ended by us. */
typedef enum fetch_end {
	FETCH_RUNS,
	FETCH_LARGE,
	FETCH_CUT,
	FETCH_UNREAD,
	FETCH_DAMAGED,
	FETCH_PRIVATE
} fetch_end;

typedef struct xs_fetch_slot {
	struct xs_fetch *of;
	CURL *easy;
	struct curl_slist *headers;
	xs_arena *a;
	xs_answer answer;
	xs_buf body;
	const char *packing; /* Content-Encoding; "": none */
	xs_unpack *unpack;   /* NULL: the body is not packed, or has not begun */
	char why[CURL_ERROR_SIZE];
	size_t max_bytes;
	bool cut;
	xs_fetch_wants *wants;
	const void *wants_user;
	const char *url;
	fetch_end end;
	bool judged;	 /* whether the body is to be read was asked */
	bool error_page; /* the status is not 200 */
	size_t skipped;	 /* of its body */
	int64_t begun;
	struct xs_fetch_slot *next; /* of those that run; of those that are done */
} fetch_slot;

struct xs_fetch {
	const xs_fetch_options *options;
	CURLM *multi;
	fetch_slot *running, *done;
	size_t active;
};

static void fetch_slot_free(fetch_slot *s)
{
	curl_easy_cleanup(s->easy);
	curl_slist_free_all(s->headers);
	xs_unpack_free(s->unpack);
	xs_buf_fini(&s->body);
	xs_arena_free(s->a);
	free(s);
}

/* libcurl wants this once, before threads. */
static void fetch_once(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

int xs_fetch_open(xs_fetch **out, const xs_fetch_options *options)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	xs_fetch *f;

	pthread_once(&once, fetch_once);
	f = xs_calloc(1, sizeof *f);
	f->options = options;
	f->multi = curl_multi_init();
	*out = f;
	if (!f->multi) {
		xs_fetch_close(f);
		*out = NULL;
		return xs_fail(XS_EINTERNAL, "libcurl could not be started");
	}
	return XS_OK;
}

void xs_fetch_close(xs_fetch *f)
{
	fetch_slot *s;

	if (!f)
		return;
	while ((s = f->running)) {
		f->running = s->next;
		curl_multi_remove_handle(f->multi, s->easy);
		fetch_slot_free(s);
	}
	while ((s = f->done)) {
		f->done = s->next;
		fetch_slot_free(s);
	}
	curl_multi_cleanup(f->multi);
	free(f);
}

/* ---- what libcurl calls */

/* The value of a header line if it is this one; NULL.  In the slot's arena. */
static const char *fetch_value(fetch_slot *s, const char *line, size_t len, const char *name)
{
	size_t n = strlen(name);

	if (len <= n || len > FETCH_HEADER || strncasecmp(line, name, n) != 0 || line[n] != ':')
		return NULL;
	line += n + 1;
	len -= n + 1;
	while (len && isspace((unsigned char)*line))
		line++, len--;
	while (len && isspace((unsigned char)line[len - 1]))
		len--;
	return xs_arena_dupn(s->a, line, len);
}

/* "text/html; charset=UTF-8". */
static void fetch_type(fetch_slot *s, const char *value)
{
	size_t len = strcspn(value, "; \t");
	char *type = xs_arena_dupn(s->a, value, len), *p;
	const char *at = strcasestr(value, "charset=");

	for (p = type; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	s->answer.type = type;
	if (at) {
		at += strlen("charset=");
		at += strspn(at, "\"'");
		s->answer.charset = xs_arena_dupn(s->a, at, strcspn(at, "\"'; \t,"));
	}
}

/* Seconds, or a date (RFC 9110, 10.2.3). */
static double fetch_retry(const char *value)
{
	char *end;
	double seconds = strtod(value, &end);
	time_t at;

	if (end != value && !*end)
		return seconds >= 0 && seconds < 1e9 ? seconds : -1;
	at = curl_getdate(value, NULL);
	if (at == (time_t)-1)
		return -1;
	seconds = difftime(at, time(NULL));
	return seconds > 0 ? seconds : 0;
}

/* How a Content-Encoding packs; "" for not at all, be it that a server writes "none" or "UTF-8" there. */
static const char *fetch_packing(const char *value)
{
	static const char *const known[] = {"gzip", "x-gzip", "deflate", "br", "zstd", "compress"};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (!strcasecmp(value, known[i]))
			return known[i];
	/* Several, one over the other. */
	return strchr(value, ',') ? value : "";
}

static size_t fetch_header(char *line, size_t size, size_t n, void *user)
{
	fetch_slot *s = user;
	xs_answer *r = &s->answer;
	const char *value;
	size_t len = size * n;

	if (len > 5 && !strncmp(line, "HTTP/", 5)) {
		/* Of several answers, such as "100 Continue", the last counts. */
		r->n_robots = 0;
	} else if ((value = fetch_value(s, line, len, "content-type"))) {
		fetch_type(s, value);
	} else if ((value = fetch_value(s, line, len, "etag"))) {
		r->etag = value;
	} else if ((value = fetch_value(s, line, len, "last-modified"))) {
		r->modified = value;
	} else if ((value = fetch_value(s, line, len, "location"))) {
		r->location = value;
	} else if ((value = fetch_value(s, line, len, "content-encoding"))) {
		s->packing = fetch_packing(value);
	} else if ((value = fetch_value(s, line, len, "retry-after"))) {
		r->retry_s = fetch_retry(value);
	} else if ((value = fetch_value(s, line, len, "x-robots-tag"))) {
		if (r->n_robots < XS_FETCH_TAGS)
			r->robots[r->n_robots++] = value;
	} else if ((value = fetch_value(s, line, len, "link")) &&
		   (value = xs_links_canonical(s->a, value))) {
		r->canonical = value;
	}
	return len;
}

/* Looks at the headers, as the body begins. */
static void fetch_judge_body(fetch_slot *s)
{
	curl_off_t length = 0;
	long status = 0;

	s->judged = true;
	curl_easy_getinfo(s->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(s->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
	s->error_page = status != 200;
	if (s->error_page)
		return;
	if (s->wants && !s->wants(s->wants_user, s->answer.type, s->url))
		s->end = FETCH_UNREAD;
	else if (!s->cut && length > 0 && (uint64_t)length > s->max_bytes)
		s->end = FETCH_LARGE;
	else if (*s->packing && !(s->unpack = xs_unpack_new(s->packing)))
		s->end = FETCH_DAMAGED;
}

static size_t fetch_body(char *bytes, size_t size, size_t n, void *user)
{
	fetch_slot *s = user;
	size_t len = size * n;

	if (!s->judged)
		fetch_judge_body(s);
	if (s->error_page) {
		s->skipped += len;
		if (s->skipped > FETCH_ERROR)
			s->end = FETCH_UNREAD;
	}
	if (s->end != FETCH_RUNS || s->error_page)
		return s->end == FETCH_RUNS ? len : 0;
	if (!s->unpack)
		xs_buf_put(&s->body, bytes, len);
	else if (xs_unpack_put(&s->body, s->unpack, bytes, len, s->max_bytes) < 0)
		s->end = FETCH_DAMAGED;
	if (s->body.len > s->max_bytes)
		s->end = s->cut ? FETCH_CUT : FETCH_LARGE;
	return s->end == FETCH_RUNS ? len : 0;
}

/* Where the address is known and nothing was sent yet. */
static curl_socket_t fetch_socket(void *user, curlsocktype purpose, struct curl_sockaddr *to)
{
	fetch_slot *s = user;

	if (purpose == CURLSOCKTYPE_IPCXN && !s->of->options->private_peers &&
	    xs_peer_private(&to->addr)) {
		s->end = FETCH_PRIVATE;
		return CURL_SOCKET_BAD;
	}
	/* Another address of the name may do. */
	s->end = FETCH_RUNS;
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* ---- requests */

static void fetch_add_header(fetch_slot *s, const char *line)
{
	struct curl_slist *more = curl_slist_append(s->headers, line);

	if (more)
		s->headers = more;
}

static void fetch_set(fetch_slot *s, const xs_fetch_request *q)
{
	const xs_fetch_options *o = s->of->options;

	curl_easy_setopt(s->easy, CURLOPT_URL, q->url);
	curl_easy_setopt(s->easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(s->easy, CURLOPT_PROXY, ""); /* the environment's would hide the peer */
	curl_easy_setopt(s->easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(s->easy, CURLOPT_USERAGENT, o->agent);
	curl_easy_setopt(s->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	curl_easy_setopt(s->easy, CURLOPT_PIPEWAIT, 1L);
	curl_easy_setopt(s->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)(o->connect_s * 1000));
	curl_easy_setopt(s->easy, CURLOPT_TIMEOUT_MS, (long)(o->total_s * 1000));
	curl_easy_setopt(s->easy, CURLOPT_LOW_SPEED_LIMIT, (long)FETCH_SLOW_BYTES);
	curl_easy_setopt(s->easy, CURLOPT_LOW_SPEED_TIME, (long)FETCH_SLOW_S);
	curl_easy_setopt(s->easy, CURLOPT_ERRORBUFFER, s->why);
	curl_easy_setopt(s->easy, CURLOPT_HEADERFUNCTION, fetch_header);
	curl_easy_setopt(s->easy, CURLOPT_HEADERDATA, s);
	curl_easy_setopt(s->easy, CURLOPT_WRITEFUNCTION, fetch_body);
	curl_easy_setopt(s->easy, CURLOPT_WRITEDATA, s);
	curl_easy_setopt(s->easy, CURLOPT_OPENSOCKETFUNCTION, fetch_socket);
	curl_easy_setopt(s->easy, CURLOPT_OPENSOCKETDATA, s);
	curl_easy_setopt(s->easy, CURLOPT_PRIVATE, s);
	if (q->login) {
		curl_easy_setopt(s->easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		curl_easy_setopt(s->easy, CURLOPT_USERPWD, q->login);
	}
	fetch_add_header(s,
			 "Accept: text/html, application/xhtml+xml, text/plain;q=0.9, */*;q=0.5");
	/* Not by libcurl's option, which takes half a stream for the whole. */
	fetch_add_header(s, "Accept-Encoding: " XS_UNPACK_CODINGS);
	if (*q->etag)
		fetch_add_header(s, xs_arena_printf(s->a, "If-None-Match: %s", q->etag));
	if (*q->modified)
		fetch_add_header(s, xs_arena_printf(s->a, "If-Modified-Since: %s", q->modified));
	for (size_t i = 0; q->headers && q->headers[i]; i++)
		fetch_add_header(s, q->headers[i]);
	curl_easy_setopt(s->easy, CURLOPT_HTTPHEADER, s->headers);
}

int xs_fetch_start(xs_fetch *f, const xs_fetch_request *request)
{
	fetch_slot *s = xs_calloc(1, sizeof *s);

	s->of = f;
	s->easy = curl_easy_init();
	s->a = xs_arena_new();
	xs_buf_init(&s->body);
	s->url = xs_arena_dup(s->a, request->url);
	s->packing = "";
	s->max_bytes = request->max_bytes;
	s->cut = request->cut;
	s->wants = request->wants;
	s->wants_user = request->wants_user;
	s->begun = xs_clock_ns();
	s->answer = (xs_answer){.user = request->user,
				.error = "",
				.type = "",
				.charset = "",
				.etag = "",
				.modified = "",
				.location = "",
				.canonical = "",
				.retry_s = -1,
				.slot = s};
	if (s->easy)
		fetch_set(s, request);
	if (!s->easy || curl_multi_add_handle(f->multi, s->easy) != CURLM_OK) {
		fetch_slot_free(s);
		return xs_fail(XS_EINTERNAL, "libcurl took no further request");
	}
	s->next = f->running;
	f->running = s;
	f->active++;
	return XS_OK;
}

/* The sentence of a failure, and whether another try may do. */
static void fetch_judge(fetch_slot *s, CURLcode code)
{
	xs_answer *r = &s->answer;

	r->rc = XS_EINPUT;
	switch (s->end) {
	case FETCH_UNREAD: r->unread = true; /* fall through */
	case FETCH_CUT: r->rc = XS_OK; break;
	case FETCH_LARGE:
		r->error =
			xs_arena_printf(s->a, "it has more than %zu bytes (index.max_page_bytes)",
					s->max_bytes);
		break;
	case FETCH_PRIVATE:
		r->error = "its name leads to a private address, which is not connected to "
			   "(crawl.private_addresses allows it)";
		break;
	case FETCH_DAMAGED:
		r->error = s->unpack
				   ? "its packed bytes are damaged"
				   : xs_arena_printf(s->a,
						     "it is packed by %s, which was not asked for",
						     s->packing);
		break;
	case FETCH_RUNS:
		r->rc = XS_EIO;
		r->error = xs_arena_printf(s->a, "the server did not answer as expected: %s",
					   *s->why ? s->why : curl_easy_strerror(code));
		break;
	}
}

/* Of a packed body the end is known only by what is in it. */
static void fetch_judge_end(fetch_slot *s)
{
	if (s->answer.status != 200 || !*s->packing || (s->unpack && xs_unpack_whole(s->unpack)))
		return;
	s->answer.rc = XS_EIO;
	s->answer.error = "its packed bytes end too soon";
}

/* Puts what has ended to those that are done, in their order. */
static void fetch_ended(xs_fetch *f, fetch_slot *s)
{
	fetch_slot **at = &f->running;

	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	s->next = NULL;
	curl_multi_remove_handle(f->multi, s->easy);
	f->active--;
	s->answer.ms = xs_clock_ms(s->begun);
	s->answer.body = s->body.data ? s->body.data : "";
	s->answer.len = s->body.len;
	for (at = &f->done; *at;)
		at = &(*at)->next;
	*at = s;
}

static void fetch_message(xs_fetch *f, CURL *easy, CURLcode code)
{
	char *private = NULL;
	fetch_slot *s;
	long status = 0;

	curl_easy_getinfo(easy, CURLINFO_PRIVATE, &private);
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	s = (fetch_slot *)(void *)private;
	s->answer.status = (int)status;
	if (code != CURLE_OK)
		fetch_judge(s, code);
	else
		fetch_judge_end(s);
	fetch_ended(f, s);
}

void xs_fetch_stop(xs_fetch *f)
{
	while (f->running) {
		f->running->answer.rc = XS_ECANCEL;
		fetch_ended(f, f->running);
	}
}

int xs_fetch_work(xs_fetch *f, int ms)
{
	CURLMsg *message;
	CURLMcode code;
	int running, left;

	code = curl_multi_perform(f->multi, &running);
	/* With an answer at hand there is something else to do. */
	if (code == CURLM_OK && !f->done && running == (int)f->active)
		code = curl_multi_poll(f->multi, NULL, 0, ms, NULL);
	if (code == CURLM_OK)
		code = curl_multi_perform(f->multi, &running);
	while ((message = curl_multi_info_read(f->multi, &left)))
		if (message->msg == CURLMSG_DONE)
			fetch_message(f, message->easy_handle, message->data.result);
	return code == CURLM_OK ? XS_OK : xs_fail(XS_EIO, "libcurl: %s", curl_multi_strerror(code));
}

int xs_fetch_take(xs_answer *out, xs_fetch *f)
{
	fetch_slot *s = f->done;

	if (!s)
		return XS_ENOTFOUND;
	f->done = s->next;
	*out = s->answer;
	return XS_OK;
}

void xs_answer_free(xs_answer *a)
{
	fetch_slot_free(a->slot);
}

size_t xs_fetch_active(const xs_fetch *f)
{
	return f->active;
}
