/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html_select.c - expressions are compiled for each page: libxml2 writes in what it compiled. */
#include "index/pages/html_select.h"

#include <ctype.h>
#include <libxml/HTMLtree.h>
#include <libxml/hash.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "index/pages/html_names.h"

/* Steps that one expression may take on one page: a second or so.  A plain one takes about as many as
 * the page has elements. */
enum { SELECT_STEPS = 20 * 1000 * 1000 };

/* The first thing that is wrong. */
typedef struct select_fault {
	char why[120];
	int at; /* byte of the expression; -1: unknown */
} select_fault;

/* libxml2 gives the handler a number and no sentence. */
static void select_note(void *user, xmlErrorPtr error)
{
	static const struct {
		int code;
		const char *why;
	} rows[] = {
		{XPATH_UNFINISHED_LITERAL_ERROR, "a string has no end"},
		{XPATH_FORBID_VARIABLE_ERROR, "there are no variables"},
		{XPATH_UNDEF_PREFIX_ERROR, "there are no prefixes of names"},
		{XPATH_INVALID_ARITY, "a function has too many or too few arguments"},
		{XPATH_OP_LIMIT_EXCEEDED, "it takes too long on this page"},
	};
	select_fault *fault = user;
	const char *why = "it cannot be read";
	size_t i;

	if (*fault->why || !error)
		return;
	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		if (error->code == rows[i].code + XML_XPATH_EXPRESSION_OK)
			why = rows[i].why;
	snprintf(fault->why, sizeof fault->why, "%s", why);
	fault->at = error->str1 ? error->int1 : -1;
}

/* has-class('NAME') of the element in question.  CHECK_ARITY() wants these names. */
static void select_has_class(xmlXPathParserContextPtr ctxt, int nargs)
{
	const xmlNode *node = ctxt->context->node;
	const xmlAttr *at;
	bool has = false;
	xmlChar *name;

	CHECK_ARITY(1);
	name = xmlXPathPopString(ctxt);
	if (xmlXPathCheckError(ctxt) || !name)
		return;
	at = node && node->type == XML_ELEMENT_NODE ? node->properties : NULL;
	for (; at; at = at->next)
		if (!strcmp((const char *)at->name, "class") && at->children &&
		    at->children->content)
			has |= xs_html_word((const char *)at->children->content, (char *)name);
	xmlFree(name);
	xmlXPathReturnBoolean(ctxt, has);
}

/* `place`: of the page; NULL while settings are checked. */
static int select_fail(const char *place, const char *setting, const char *expression,
		       const select_fault *fault)
{
	char at[32] = "";

	if (fault->at >= 0)
		snprintf(at, sizeof at, " at byte %d", fault->at + 1);
	return xs_fail(XS_EINPUT,
		       "%s%s%s: \"%.200s\": %s%s; expected XPath that gives elements, such as "
		       "//div[has-class('menu')] or //*[@id='menu']",
		       place ? place : "", place ? ": " : "", setting, expression,
		       *fault->why ? fault->why : "it gives no elements", at);
}

/* A name alone, as "div.menu", is XPath, and would select nothing: pages begin with <html>. */
static bool select_is_whole(const char *expression)
{
	return *expression == '/' || *expression == '(' || !strncmp(expression, "id(", 3);
}

/* Bytes of a name at `s`; 0: none begins there. */
static size_t select_name(const char *s)
{
	size_t len = 0;

	while (isalnum((unsigned char)s[len]) || (unsigned char)s[len] >= 0x80 ||
	       (s[len] && strchr("_-.", s[len])))
		len++;
	return len;
}

/* Whether a name before a bracket is one that XPath has there. */
static bool select_knows(const xmlXPathContext *context, const char *name, size_t len)
{
	static const char *const others[] = {"node", "text", "comment", "processing-instruction",
					     "and",  "or",   "div",	"mod"};
	char word[32];
	size_t i;

	if (len >= sizeof word)
		return false;
	memcpy(word, name, len);
	word[len] = '\0';
	for (i = 0; i < sizeof others / sizeof *others; i++)
		if (!strcmp(word, others[i]))
			return true;
	return xmlHashLookup(context->funcHash, (const xmlChar *)word) != NULL;
}

/* Finds a function that there is not: libxml2 would look for it when a page calls it, and print what it
 * thinks of that. */
static void select_functions(select_fault *fault, const xmlXPathContext *context,
			     const char *expression)
{
	const char *s = expression;
	size_t len, blank;

	while (*s && !*fault->why) {
		if (*s == '"' || *s == '\'') {
			s += 1 + strcspn(s + 1, (char[]){*s, '\0'});
			s += *s != '\0';
			continue;
		}
		len = select_name(s);
		blank = strspn(s + len, " \t\r\n");
		if (len && s[len + blank] == '(' && !select_knows(context, s, len)) {
			snprintf(fault->why, sizeof fault->why, "there is no function %.*s()",
				 len < 64 ? (int)len : 64, s);
			fault->at = (int)(s - expression);
		}
		s += len + !len;
	}
}

/* One expression, and what it makes of elements. */
typedef struct select_one {
	const char *place, *setting, *expression; /* for the sentence; see select_fail() */
	uintptr_t mark;
} select_one;

/* Marks what an expression selects. */
static int select_mark(xmlXPathContext *context, const select_one *one, select_fault *fault)
{
	xmlXPathCompExpr *compiled = NULL;
	xmlXPathObject *found = NULL;
	bool right;
	int i;

	*fault = (select_fault){"", -1};
	if (!select_is_whole(one->expression))
		snprintf(fault->why, sizeof fault->why, "it does not begin with /");
	else
		select_functions(fault, context, one->expression);
	if (!*fault->why)
		compiled = xmlXPathCtxtCompile(context, (const xmlChar *)one->expression);
	context->opCount = 0;
	if (compiled)
		found = xmlXPathCompiledEval(compiled, context);
	right = found && found->type == XPATH_NODESET;
	for (i = 0; right && found->nodesetval && i < found->nodesetval->nodeNr; i++) {
		xmlNode *node = found->nodesetval->nodeTab[i];

		/* Before anything else of it is looked at: a namespace is no node. */
		right = node->type == XML_ELEMENT_NODE;
		if (right)
			node->_private = (void *)((uintptr_t)node->_private | one->mark);
	}
	xmlXPathFreeObject(found);
	xmlXPathFreeCompExpr(compiled);
	return right ? XS_OK : select_fail(one->place, one->setting, one->expression, fault);
}

static xmlXPathContext *select_context(xmlDoc *doc, select_fault *fault)
{
	xmlXPathContext *context = xmlXPathNewContext(doc);

	if (!context)
		return NULL;
	context->error = select_note;
	context->userData = fault;
	context->flags |= XML_XPATH_NOVAR;
	context->opLimit = SELECT_STEPS;
	xmlXPathRegisterFunc(context, (const xmlChar *)"has-class", select_has_class);
	return context;
}

int xs_html_select_check(const char *setting, const char *expression)
{
	const select_one one = {NULL, setting, expression, 0};
	xmlDoc *doc = htmlNewDocNoDtD(NULL, NULL);
	select_fault fault;
	xmlXPathContext *context = doc ? select_context(doc, &fault) : NULL;
	int rc;

	if (context)
		rc = select_mark(context, &one, &fault);
	else
		rc = xs_fail(XS_EINTERNAL, "libxml2 has made no document");
	xmlXPathFreeContext(context);
	xmlFreeDoc(doc);
	return rc;
}

int xs_html_select(xmlDoc *doc, const char *place, const char *const *keep, const char *const *drop)
{
	select_one one = {place, "sources.keep_elements", "", XS_SELECT_KEEP};
	select_fault fault;
	xmlXPathContext *context = select_context(doc, &fault);
	int rc = XS_OK;

	if (!context)
		return xs_fail(XS_EINTERNAL, "libxml2 has made no context for XPath");
	/* Sets of nodes are sorted, which takes long where their order is not known. */
	xmlXPathOrderDocElems(doc);
	for (; keep && *keep && rc == XS_OK; keep++) {
		one.expression = *keep;
		rc = select_mark(context, &one, &fault);
	}
	one.setting = "sources.drop_elements";
	one.mark = XS_SELECT_DROP;
	for (; drop && *drop && rc == XS_OK; drop++) {
		one.expression = *drop;
		rc = select_mark(context, &one, &fault);
	}
	xmlXPathFreeContext(context);
	return rc;
}
