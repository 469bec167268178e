/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mail.c - mail (RFC 5322, MIME) by GMime: one message, or a mailbox of many, each a section under its subject. */
#include <gmime/gmime.h>
#include <string.h>

#include "index/documents/html_out.h"
#include "index/documents/plain.h"

/* The heading of a message in a mailbox; its own are deeper. */
enum { MAIL_SUBJECT = 2 };

/* How deep parts are looked into: more is no mail of people. */
enum { MAIL_DEPTH = 32 };

/* Adds the text of a part; returns whether it has any. */
static bool mail_text(xs_buf *html, GMimeTextPart *part)
{
	GMimeContentType *type = g_mime_object_get_content_type(GMIME_OBJECT(part));
	char *text = g_mime_text_part_get_text(part);
	bool words = !xs_html_out_blank(text);

	if (words && g_mime_content_type_is_type(type, "text", "html"))
		words = xs_html_out_body(html, text, strlen(text), "UTF-8", MAIL_SUBJECT);
	else if (words && g_mime_content_type_is_type(type, "text", "plain"))
		xs_html_out_paragraphs(html, text, strlen(text));
	else
		words = false;
	g_free(text);
	return words;
}

static bool mail_part(xs_buf *html, GMimeObject *part, int depth);

/* Of several forms of one text the first that has words is read: the plainest comes first (RFC 2046, 5.1.4). */
static bool mail_parts(xs_buf *html, GMimeMultipart *parts, int depth)
{
	bool one = g_mime_content_type_is_type(g_mime_object_get_content_type(GMIME_OBJECT(parts)),
					       "multipart", "alternative");
	bool words = false;

	for (int i = 0; i < g_mime_multipart_get_count(parts) && !(one && words); i++)
		words |= mail_part(html, g_mime_multipart_get_part(parts, i), depth);
	return words;
}

/* Adds what a part says; attachments are no text of the message, but one that is passed on is. */
static bool mail_part(xs_buf *html, GMimeObject *part, int depth)
{
	GMimeMessage *message;

	if (!part || depth > MAIL_DEPTH)
		return false;
	if (GMIME_IS_MULTIPART(part))
		return mail_parts(html, GMIME_MULTIPART(part), depth + 1);
	if (GMIME_IS_MESSAGE_PART(part)) {
		message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(part));
		return message && mail_part(html, g_mime_message_get_mime_part(message), depth + 1);
	}
	return GMIME_IS_TEXT_PART(part) && !g_mime_part_is_attachment(GMIME_PART(part)) &&
	       mail_text(html, GMIME_TEXT_PART(part));
}

/* The names of who wrote it, without their addresses: these are for the ones they wrote to.  NULL: there are none.  The
 * caller frees it. */
static char *mail_author(GMimeMessage *m)
{
	InternetAddressList *from = g_mime_message_get_from(m);
	GString *names = g_string_new(NULL);

	for (int i = 0; i < internet_address_list_length(from); i++) {
		const char *name =
			internet_address_get_name(internet_address_list_get_address(from, i));

		if (!xs_html_out_blank(name))
			g_string_append_printf(names, "%s%s", names->len ? ", " : "", name);
	}
	return g_string_free(names, !names->len);
}

static void mail_head(xs_buf *html, GMimeMessage *m)
{
	GDateTime *date = g_mime_message_get_date(m);
	char *author = mail_author(m), *day = date ? g_date_time_format_iso8601(date) : NULL;

	xs_html_out_title(html, g_mime_message_get_subject(m));
	xs_html_out_meta(html, "author", author);
	xs_html_out_meta(html, "date", day);
	g_free(day);
	g_free(author);
}

/* The parser takes any bytes for a message. */
static bool mail_is_one(GMimeMessage *m)
{
	static const char *const names[] = {"From", "Date", "Subject", "Received", "Message-Id"};

	for (size_t i = 0; m && i < sizeof names / sizeof *names; i++)
		if (g_mime_object_get_header(GMIME_OBJECT(m), names[i]))
			return true;
	return false;
}

static GMimeParser *mail_open(const char *bytes, size_t len, GMimeFormat format)
{
	GMimeStream *stream;
	GMimeParser *parser;

	g_mime_init();
	stream = g_mime_stream_mem_new_with_buffer(bytes, len);
	parser = g_mime_parser_new_with_stream(stream);
	g_mime_parser_set_format(parser, format);
	g_object_unref(stream);
	return parser;
}

int xs_mail_convert(xs_buf *html, const char *bytes, size_t len)
{
	GMimeParser *parser = mail_open(bytes, len, GMIME_FORMAT_MESSAGE);
	GMimeMessage *m = g_mime_parser_construct_message(parser, NULL);
	int rc = XS_OK;

	if (mail_is_one(m)) {
		mail_head(html, m);
		xs_buf_puts(html, "<main>\n");
		/* A subject alone may be all that is to be said. */
		if (!mail_part(html, g_mime_message_get_mime_part(m), 0) &&
		    xs_html_out_blank(g_mime_message_get_subject(m)))
			rc = xs_html_out_empty();
		xs_buf_puts(html, "</main>\n");
	} else {
		rc = xs_fail(XS_EFORMAT, "it is no mail: it has no header of one");
	}
	if (m)
		g_object_unref(m);
	g_object_unref(parser);
	return rc;
}

/* Adds a message of a mailbox; returns whether it is one. */
static bool mail_section(xs_buf *html, GMimeMessage *m)
{
	const char *subject;
	char *author;

	if (!mail_is_one(m))
		return false;
	subject = g_mime_message_get_subject(m);
	subject = xs_html_out_blank(subject) ? "…" : subject;
	author = mail_author(m);
	xs_html_out_heading(html, MAIL_SUBJECT, NULL, subject, strlen(subject));
	if (author)
		xs_html_out_paragraphs(html, author, strlen(author));
	g_free(author);
	mail_part(html, g_mime_message_get_mime_part(m), 0);
	return true;
}

int xs_mbox_convert(xs_buf *html, const char *bytes, size_t len)
{
	GMimeParser *parser = mail_open(bytes, len, GMIME_FORMAT_MBOX);
	size_t messages = 0, lost = 0;
	GMimeMessage *m;
	xs_buf box;

	xs_buf_init(&box);
	while (!g_mime_parser_eos(parser)) {
		m = g_mime_parser_construct_message(parser, NULL);
		if (mail_section(&box, m))
			messages++;
		else
			lost++;
		if (!m)
			break;
		g_object_unref(m);
	}
	g_object_unref(parser);
	/* Before the text, as xs_convert() has it. */
	if (messages && lost)
		xs_buf_printf(html, "!messages that are damaged are left out: %zu\n", lost);
	xs_buf_puts(html, "<main>\n");
	xs_buf_put(html, box.data, box.len);
	xs_buf_puts(html, "</main>\n");
	xs_buf_fini(&box);
	return messages ? XS_OK : xs_fail(XS_EFORMAT, "it is no mailbox: it has no message");
}
