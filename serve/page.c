/* SPDX-License-Identifier: GPL-2.0-or-later */
/* page.c - GET /: the search page, as HTML that needs no script.
 *
 * Every link is relative, so that the page may stand below any path of a proxy. */
#include "serve/page.h"

#include <string.h>

#include "serve/handlers.h"
#include "serve/markup.h"
#include "serve/reply.h"
#include "serve/site.h"

/* Nothing but our own files: text of a page that slips through escaping cannot run, load or
 * send anything, and no other site can show this page in a frame. */
static const char page_policy[] =
	"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

static void page_filters(xs_page_out *p, bool first, const page_change *change)
{
	const xs_ask *a = p->ask;

	for (size_t i = 0; i < a->n_filters && !change->all; i++) {
		/* Numbered from 1, so that 0 leaves all of them. Empty ones come from forms. */
		if (i + 1 == change->without || !*a->filters[i])
			continue;
		xs_markup_param(&p->b, first, "filter", a->filters[i]);
		first = false;
	}
	if (change->filter)
		xs_markup_param(&p->b, first, "filter", change->filter);
}

/* Only where the page was asked with it: a key in a header is never written into a link. */
void page_key(xs_page_out *p)
{
	const char *key = xs_call_param(p->call, "key");

	if (key && *key)
		xs_markup_param(&p->b, false, "key", key);
}

void page_link(xs_page_out *p, const page_change *change)
{
	const xs_ask *a = p->ask;
	const char *n = xs_call_param(p->call, "n");
	const char *sort = change->sort ? change->sort : a->newest ? "date" : "";
	char number[24];

	xs_markup_param(&p->b, true, "q", change->text ? change->text : a->text);
	page_filters(p, false, change);
	/* What is the default is left out: addresses stay short and two that mean the same are
	 * alike. */
	if (!strcmp(sort, "date"))
		xs_markup_param(&p->b, false, "sort", sort);
	if (!a->rerank)
		xs_markup_param(&p->b, false, "rerank", "off");
	if (*a->language)
		xs_markup_param(&p->b, false, "language", a->language);
	if (n && *n)
		xs_markup_param(&p->b, false, "n", n);
	if (a->explain || change->scores)
		xs_markup_param(&p->b, false, "explain", "on");
	page_key(p);
	if (change->page > 0) {
		snprintf(number, sizeof number, "%ld", change->page);
		xs_markup_param(&p->b, false, "page", number);
		/* To the first page, too: who goes back finds what was there. */
		xs_markup_param(&p->b, false, "window", a->window);
	}
}

static void page_head(xs_page_out *p, bool home)
{
	xs_buf *b = &p->b;

	xs_buf_puts(b,
		    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
	if (!home)
		xs_buf_puts(b, "<meta name=\"robots\" content=\"noindex\">\n");
	xs_buf_puts(b, "<title>");
	if (!home) {
		xs_markup_text(b, p->ask->text);
		xs_buf_puts(b, " - ");
	}
	xs_markup_text(b, p->name);
	xs_buf_puts(b, "</title>\n<link rel=\"stylesheet\" href=\"assets/page.css\">\n"
		       "<link rel=\"icon\" type=\"image/svg+xml\" href=\"assets/icon.svg\">\n"
		       "<link rel=\"search\" type=\"application/opensearchdescription+xml\" "
		       "href=\"opensearch.xml\" title=\"");
	xs_markup_text(b, p->name);
	xs_buf_printf(b, "\">\n<script src=\"assets/page.js\" defer></script>\n</head>\n<body%s>\n",
		      home ? " class=\"home\"" : "");
}

static void page_hidden(xs_page_out *p, const char *name, const char *value)
{
	xs_buf_printf(&p->b, "<input type=\"hidden\" name=\"%s\" value=\"", name);
	xs_markup_text(&p->b, value);
	xs_buf_puts(&p->b, "\">\n");
}

/* The form keeps what restricts the search, so that another question is asked in the same
 * place; the page number and the window go, as they are of this question. */
static void page_form(xs_page_out *p, bool home)
{
	const char *n = xs_call_param(p->call, "n"), *key = xs_call_param(p->call, "key");
	const xs_ask *a = p->ask;
	xs_buf *b = &p->b;

	xs_buf_printf(b, "<%s>\n<div class=\"wide\">\n", home ? "main" : "header");
	if (home)
		xs_buf_puts(b, "<h1 class=\"name\">");
	else
		xs_buf_puts(
			b,
			"<a class=\"skip\" href=\"#results\">Skip to the results</a>\n<a class=\"name\" href=\"./\">");
	xs_markup_text(b, p->name);
	xs_buf_printf(b,
		      "</%s>\n<form role=\"search\" action=\"./\" method=\"get\">\n"
		      "<div class=\"field\"><label class=\"hidden\" for=\"q\">Search ",
		      home ? "h1" : "a");
	xs_markup_text(b, p->name);
	xs_buf_puts(
		b,
		"</label>\n<input type=\"search\" id=\"q\" name=\"q\" maxlength=\"1000\" autocomplete=\"off\" "
		"autocapitalize=\"none\" spellcheck=\"false\" placeholder=\"Search\"");
	xs_buf_puts(b, home ? " autofocus value=\"" : " value=\"");
	xs_markup_text(b, a->text);
	xs_buf_puts(b, "\"></div>\n");
	for (size_t i = 0; i < a->n_filters; i++)
		if (*a->filters[i])
			page_hidden(p, "filter", a->filters[i]);
	if (a->newest)
		page_hidden(p, "sort", "date");
	if (!a->rerank)
		page_hidden(p, "rerank", "off");
	if (*a->language)
		page_hidden(p, "language", a->language);
	if (n && *n)
		page_hidden(p, "n", n);
	if (key && *key)
		page_hidden(p, "key", key);
	xs_buf_printf(b, "<button type=\"submit\">Search</button>\n</form>\n</div>\n</%s>\n",
		      home ? "main" : "header");
}

static void page_foot(xs_page_out *p)
{
	xs_buf_puts(
		&p->b,
		"<footer><div class=\"wide\">\n<details class=\"help\"><summary>How to ask</summary>\n"
		"<p>Any of your words may match; more, and rarer ones, count more. "
		"<code>\"two words\"</code> in quotes must stand together, <code>+word</code> must be there, "
		"<code>-word</code> must not. <code>title:word</code>, <code>section:guide</code>, "
		"<code>type:html</code>, <code>lang:en</code> and <code>date:2024-05..2024-12</code> restrict.</p>\n"
		"<p>Keys: <kbd>/</kbd> goes to the box, <kbd>&darr;</kbd> and <kbd>&uarr;</kbd> go through suggestions "
		"and results, <kbd>Esc</kbd> goes back.</p>\n</details>\n</div></footer>\n</body>\n</html>\n");
}

static int page_send(xs_page_out *p, int status)
{
	/* Before the buffer is taken, which leaves it empty. */
	size_t len = p->b.len;

	xs_reply_header(p->call, "Content-Security-Policy", page_policy);
	/* Other sites do not learn what was asked. Nobody keeps a copy: a proxy would give it
	 * to somebody whose key shows other pages. */
	xs_reply_header(p->call, "Referrer-Policy", "same-origin");
	xs_reply_header(p->call, "Cache-Control", "private, no-store");
	return xs_reply_take(p->call, status, "text/html; charset=utf-8", xs_buf_take(&p->b), len);
}

/* A search that could not be: a sentence, the box with what was asked, and the status. */
static int page_failed(xs_page_out *p, int status, const char *why)
{
	page_head(p, false);
	page_form(p, false);
	xs_buf_puts(
		&p->b,
		"<div class=\"wide\"><main id=\"results\">\n<div class=\"error\" role=\"alert\"><h1>");
	/* Words for people who do not know statuses; the sentence below says what exactly. */
	xs_buf_puts(&p->b, status == 401 || status == 403 ? "This search is not open to everybody"
			   : status == 429		  ? "That was too often"
			   : status < 500		  ? "This cannot be searched for"
							  : "The search does not work right now");
	xs_buf_puts(&p->b, "</h1>\n<p>");
	xs_markup_text(&p->b, *why ? why : "The reason is not known.");
	xs_buf_puts(&p->b, status < 500 ? "</p></div>\n"
					: "</p>\n<p>Please try again in a moment.</p></div>\n");
	xs_buf_puts(&p->b, "</main></div>\n");
	page_foot(p);
	return page_send(p, status);
}

static int page_home(xs_page_out *p)
{
	page_head(p, true);
	page_form(p, true);
	page_foot(p);
	return page_send(p, 200);
}

static void page_begin(xs_page_out *p, xs_call *c, const xs_ask *a)
{
	const char *name = xs_site_conf(c->site)->site.name;

	*p = (xs_page_out){.call = c, .ask = a, .name = *name ? name : "Search"};
	xs_buf_init(&p->b);
}

int xs_page_error(xs_call *c, int status, const char *sentence)
{
	xs_page_out p;
	xs_ask a;

	(void)xs_ask_read(&a, c, false); /* as much of it as can be read */
	page_begin(&p, c, &a);
	return page_failed(&p, status, sentence);
}

static int page_answer(xs_page_out *p)
{
	page_head(p, false);
	page_form(p, false);
	page_results(p);
	page_foot(p);
	return page_send(p, 200);
}

int xs_page_run(xs_call *c)
{
	xs_page_out p;
	xs_ask a;
	int rc = xs_ask_read(&a, c, true);
	/* A question of blanks is none: the first page is shown, not an error. */
	bool home = rc == XS_OK && !a.text[strspn(a.text, " \t\r\n")];

	if (rc == XS_OK && !home)
		rc = xs_ask_run(&a, c);
	if (rc == XS_OK) {
		page_begin(&p, c, &a);
		rc = home ? page_home(&p) : page_answer(&p);
	}
	xs_ask_end(&a);
	return rc;
}
