/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pdf.c - pages of a PDF, line by line. */
#define _GNU_SOURCE
#include "index/documents/pdf.h"

#include <ctype.h>
#include <poppler.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "index/documents/html_out.h"
#include "index/documents/pdf_outline.h"

typedef struct pdf {
	PopplerDocument *document;
	xs_arena *a;
	xs_buf *html; /* of its pages */
	xs_pdf_entry *entries;
	size_t n, next; /* of them; the first that is not written */
	int page;
	int bad;    /* pages that poppler cannot read */
	bool words; /* some page has text */
} pdf;

/* What poppler gives of a page. */
typedef struct pdf_sheet {
	const char *text;
	const PopplerRectangle *boxes; /* of its characters, as long as there are any */
	guint n;
	double height; /* points */
} pdf_sheet;

static void pdf_date(xs_buf *html, const char *name, GDateTime *date)
{
	char *text = date ? g_date_time_format_iso8601(date) : NULL;

	xs_html_out_meta(html, name, text);
	g_free(text);
	if (date)
		g_date_time_unref(date);
}

static void pdf_head(xs_buf *html, const pdf *p, const char *first)
{
	struct {
		const char *name;
		char *value;
	} rows[] = {
		{"author", poppler_document_get_author(p->document)},
		{"description", poppler_document_get_subject(p->document)},
		{"keywords", poppler_document_get_keywords(p->document)},
	};
	char *title = poppler_document_get_title(p->document);

	if (!xs_html_out_title(html, title))
		xs_html_out_title(html, first);
	g_free(title);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		xs_html_out_meta(html, rows[i].name, rows[i].value);
		g_free(rows[i].value);
	}
	pdf_date(html, "date", poppler_document_get_creation_date_time(p->document));
	pdf_date(html, "dcterms.modified",
		 poppler_document_get_modification_date_time(p->document));
}

/* Length of the number before a title ("2.1 "), which may stand in the page alone, or in the outline alone. */
static size_t pdf_number(const char *text, size_t len)
{
	size_t n = strspn(text, " \t0123456789.");

	return n < len ? n : 0;
}

/* The next word, from `at` on. */
static const char *pdf_word(size_t *len, const char *at, const char *end)
{
	while (at < end && (isspace((unsigned char)*at)))
		at++;
	for (*len = 0; at + *len < end && !isspace((unsigned char)at[*len]); ++*len)
		;
	return at;
}

/* Whether a line is the title of an entry, however their spaces, case and numbers are. */
static bool pdf_is_title(const char *line, size_t len, const char *title)
{
	const char *end = line + len, *title_end = title + strlen(title);
	size_t n, m;

	line += pdf_number(line, len);
	title += pdf_number(title, strlen(title));
	do {
		line = pdf_word(&n, line, end);
		title = pdf_word(&m, title, title_end);
		if (n != m || strncasecmp(line, title, n) != 0)
			return false;
		line += n;
		title += m;
	} while (n);
	return true;
}

static void pdf_heading(pdf *p, const xs_pdf_entry *e)
{
	char id[32];

	snprintf(id, sizeof id, "page=%d", p->page);
	/* <h1> would stand for the whole document. */
	xs_html_out_heading(p->html, e->level + 1, id, e->title, strlen(e->title));
}

/* The line that has an entry's title, *len bytes; NULL: none has. */
static const char *pdf_find(size_t *len, const char *text, const char *title)
{
	for (; *text; text += *len + (text[*len] == '\n')) {
		*len = strcspn(text, "\n");
		if (pdf_is_title(text, *len, title))
			return text;
	}
	return NULL;
}

/* The first line, from `from` on, that stands below a place in the page. */
static const char *pdf_below(const pdf_sheet *sheet, const char *from, double top)
{
	glong i = g_utf8_pointer_to_offset(sheet->text, from);
	bool begins = true;

	/* Boxes are counted from the upper edge, one for each character. */
	for (; *from && i < (glong)sheet->n; from = g_utf8_next_char(from), i++) {
		if (begins && sheet->boxes[i].y2 > sheet->height - top)
			break;
		begins = *from == '\n';
	}
	return from;
}

/* Whether a byte may be of a small letter; of scripts other than ASCII's it is not known. */
static bool pdf_small(char c)
{
	return islower((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* How many bytes at the end of a line are a hyphen within a word, which goes on in the next line. */
static size_t pdf_hyphen(const char *line, size_t len, const char *next, const char *end)
{
	if (next >= end || !pdf_small(*next))
		return 0;
	if (len > 1 && line[len - 1] == '-' && pdf_small(line[len - 2]))
		return 1;
	return len > 2 && !memcmp(line + len - 2, "\xc2\xad", 2) ? 2 : 0; /* U+00AD */
}

/* Adds lines as one block.  A word that is broken at the end of a line is made whole: a hyphen that
 * belongs to it is lost, too. */
static void pdf_lines(xs_buf *html, const char *text, const char *end)
{
	const char *stop;
	size_t hyphen;

	xs_buf_puts(html, "<p>");
	for (; text < end; text = stop + 1) {
		stop = memchr(text, '\n', (size_t)(end - text));
		stop = stop ? stop : end;
		hyphen = pdf_hyphen(text, (size_t)(stop - text), stop + 1, end);
		xs_html_out_text(html, text, (size_t)(stop - text) - hyphen);
		if (!hyphen)
			xs_buf_putc(html, '\n');
	}
	xs_buf_puts(html, "</p>\n");
}

/* An entry of the outline stands where its title is, else where it leads to, else before what follows. */
static void pdf_page_text(pdf *p, const pdf_sheet *sheet)
{
	const char *text = sheet->text, *at;
	size_t len;

	for (; p->next < p->n && p->entries[p->next].page == p->page; p->next++) {
		const xs_pdf_entry *e = &p->entries[p->next];

		at = pdf_find(&len, text, e->title);
		if (!at) {
			len = 0;
			at = e->top < 0 ? text : pdf_below(sheet, text, e->top);
		}
		if (at > text)
			pdf_lines(p->html, text, at);
		text = at + len;
		pdf_heading(p, e);
	}
	pdf_lines(p->html, text, text + strlen(text));
}

static void pdf_page(pdf *p, PopplerPage *page)
{
	char *text = poppler_page_get_text(page);
	PopplerRectangle *boxes = NULL;
	pdf_sheet sheet = {.text = text ? text : ""};

	if (poppler_page_get_text_layout(page, &boxes, &sheet.n))
		sheet.boxes = boxes;
	poppler_page_get_size(page, NULL, &sheet.height);
	p->words |= !xs_html_out_blank(sheet.text);
	pdf_page_text(p, &sheet);
	g_free(boxes);
	g_free(text);
}

static void pdf_pages(pdf *p, int n)
{
	PopplerPage *page;

	for (p->page = 1; p->page <= n; p->page++) {
		page = poppler_document_get_page(p->document, p->page - 1);
		xs_buf_printf(p->html, "<hr id=\"page=%d\">\n", p->page);
		if (page) {
			pdf_page(p, page);
			g_object_unref(page);
		} else {
			p->bad++;
		}
	}
}

static int pdf_open_fail(const GError *error)
{
	if (error && g_error_matches(error, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED))
		return xs_fail(XS_EFORMAT, "it needs a password");
	return xs_fail(XS_EFORMAT, "it is a damaged PDF, or none: %s",
		       error ? error->message : "poppler does not say why");
}

static int pdf_convert(xs_buf *html, pdf *p)
{
	const char *first;
	int n = poppler_document_get_n_pages(p->document);

	xs_pdf_outline(&p->entries, &p->n, &first, p->a, p->document);
	pdf_pages(p, n);
	if (!p->words)
		return xs_fail(XS_EFORMAT, "it has no text: its %d pages are pictures, or empty",
			       n);
	if (p->bad)
		xs_buf_printf(html, "!pages that are damaged are left out: %d of %d\n", p->bad, n);
	pdf_head(html, p, first);
	xs_buf_printf(html, "<main>\n%s</main>\n", p->html->data);
	return XS_OK;
}

int xs_pdf_convert(xs_buf *html, const char *bytes, size_t len)
{
	GBytes *data = g_bytes_new_static(bytes, len);
	GError *error = NULL;
	xs_buf body;
	pdf p = {.a = xs_arena_new(), .html = &body};
	int rc;

	xs_buf_init(&body);
	p.document = poppler_document_new_from_bytes(data, NULL, &error);
	rc = p.document ? pdf_convert(html, &p) : pdf_open_fail(error);
	g_clear_error(&error);
	if (p.document)
		g_object_unref(p.document);
	g_bytes_unref(data);
	xs_buf_fini(&body);
	xs_arena_free(p.a);
	return rc;
}
