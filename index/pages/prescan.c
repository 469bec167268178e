/* SPDX-License-Identifier: GPL-2.0-or-later */
/* prescan.c - libxml2's HTML parser over the first bytes, whatever they are encoded in. */
#define _GNU_SOURCE
#include "index/pages/prescan.h"

#include <ctype.h>
#include <libxml/HTMLparser.h>
#include <pthread.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "index/pages/encoding_labels.h"

/* The standard's number: a declaration that comes later is not seen. */
enum { PRESCAN_BYTES = 1024 };

typedef struct prescan {
	char *label;
	bool found, known; /* a label; one that means something */
} prescan;

static void prescan_parse(prescan *p, const char *bytes, size_t len);

static void prescan_take(prescan *p, const char *label, size_t len)
{
	/* The first label that means something counts.  One that does not is kept to be told. */
	bool known = xs_encoding_find(label, len);

	if (!len || len >= XS_LABEL || p->known || (p->found && !known))
		return;
	memcpy(p->label, label, len);
	p->label[len] = '\0';
	p->found = true;
	p->known = known;
}

/* The label in "text/html; charset=utf-8" (HTML standard, "extracting a character encoding"). */
static void prescan_content(prescan *p, const char *s)
{
	size_t len;

	while ((s = strcasestr(s, "charset"))) {
		s += strlen("charset");
		s += strspn(s, " \t\r\n\f");
		/* The standard then goes on to the next "charset". */
		if (*s != '=')
			continue;
		s++;
		s += strspn(s, " \t\r\n\f");
		len = *s == '"'	   ? strcspn(++s, "\"")
		      : *s == '\'' ? strcspn(++s, "'")
				   : strcspn(s, "; \t\r\n\f");
		prescan_take(p, s, len);
		return;
	}
}

static void prescan_start(void *user, const xmlChar *name, const xmlChar **list)
{
	bool meta = !strcmp((const char *)name, "meta"), xml = !strcmp((const char *)name, "xml");
	const char *type = "", *content = "", *charset = NULL;

	for (; list && list[0]; list += 2) {
		const char *key = (const char *)list[0];
		const char *value = list[1] ? (const char *)list[1] : "";

		if (!strcmp(key, meta ? "charset" : "encoding"))
			charset = value;
		else if (!strcmp(key, "http-equiv"))
			type = value;
		else if (!strcmp(key, "content"))
			content = value;
	}
	if ((meta || xml) && charset)
		prescan_take(user, charset, strlen(charset));
	else if (meta && !strcasecmp(type, "content-type"))
		prescan_content(user, content);
}

/* An XML declaration has the form of a start tag but for its marks. */
static void prescan_instruction(void *user, const xmlChar *target, const xmlChar *data)
{
	xs_arena *a;
	const char *tag;

	if (strcmp((const char *)target, "xml") != 0 || !data)
		return;
	a = xs_arena_new();
	tag = xs_arena_printf(a, "<xml %.*s>", (int)strcspn((const char *)data, "<>?"),
			      (const char *)data);
	prescan_parse(user, tag, strlen(tag));
	xs_arena_free(a);
}

static void prescan_parse(prescan *p, const char *bytes, size_t len)
{
	htmlSAXHandler sax = {.startElement = prescan_start,
			      .processingInstruction = prescan_instruction};
	htmlParserCtxtPtr context = htmlCreateMemoryParserCtxt(bytes, (int)len);

	if (!context)
		return;
	/* IGNORE_ENC: libxml2 must not change to an encoding while we look for it. */
	htmlCtxtUseOptions(context, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
					    HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC);
	/* In place of the usual handlers, which build a tree. */
	*context->sax = sax;
	context->userData = p;
	htmlParseDocument(context);
	htmlFreeParserCtxt(context);
}

bool xs_prescan(char label[XS_LABEL], const char *bytes, size_t len)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	char ascii[PRESCAN_BYTES];
	prescan p = {.label = label};
	size_t i;

	/* libxml2 asks for it before several threads use it. */
	pthread_once(&once, xmlInitParser);
	len = len < PRESCAN_BYTES ? len : PRESCAN_BYTES;
	/* Markup is ASCII in all encodings that can be named here; what is not would make the parser
	 * guess one. */
	for (i = 0; i < len; i++)
		ascii[i] = bytes[i] && (unsigned char)bytes[i] < 0x80 ? bytes[i] : '?';
	if (len)
		prescan_parse(&p, ascii, len);
	return p.found;
}
