/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kind.c - the table of kinds. */
#include "index/pages/kind.h"

#include <string.h>
#include <strings.h>

#include "index/pages/code.h"
#include "index/pages/html.h"
#include "index/pages/jsonl.h"
#include "index/pages/markdown.h"
#include "index/pages/text.h"

static int kind_html(xs_page *page, xs_arena *a, const char *bytes, size_t len,
		     const xs_page_options *o)
{
	return xs_html_page(page, a, bytes, len, false, o);
}

/* Programs that make HTML of a format.  They read their input: a page of a crawl has no file. */
static const xs_filter kind_mandoc = {
	.command = (const char *const[]){"mandoc", "-T", "html", NULL},
};
/* In its sandbox it reads no other file than its input.  (Of RTF, unrtf loses the words of links.) */
static const xs_filter kind_latex = {
	.command = (const char *const[]){"pandoc", "--sandbox", "--standalone", "--quiet",
					 "--from=latex", "--to=html", NULL},
};
static const xs_filter kind_rtf = {
	.command = (const char *const[]){"pandoc", "--sandbox", "--standalone", "--quiet",
					 "--from=rtf", "--to=html", NULL},
};

static const xs_kind kind_rows[] = {
	{
		.name = "html",
		.title = "HTML",
		.page_type = "html",
		.extensions = "html htm xhtml shtml",
		.mimes = "text/html application/xhtml+xml",
		.number = 0,
		.declares = true,
		.read = kind_html,
	},
	{
		.name = "markdown",
		.title = "Markdown",
		.page_type = "markdown",
		.extensions = "md markdown mkd mdown mdx",
		/* libmagic calls it text/plain, so its name alone tells it. */
		.mimes = "",
		.number = 1,
		.read = xs_markdown_page,
	},
	{
		.name = "text",
		.title = "text",
		.page_type = "text",
		.extensions = "txt text",
		.mimes = "text/plain",
		.number = 2,
		.read = xs_text_page,
	},
	{
		.name = "jsonl",
		.title = "JSON lines",
		.page_type = "text",
		.extensions = "jsonl ndjson",
		/* Most JSON holds no pages, so the name has to say that this does. */
		.mimes = "",
		.number = 3,
		.list = xs_jsonl_walk,
		.take = xs_jsonl_page,
	},
	{
		.name = "pdf",
		.title = "PDF",
		.page_type = "pdf",
		.extensions = "pdf",
		.mimes = "application/pdf",
		.number = 4,
		.apart = true,
	},
	{
		.name = "docx",
		.title = "Word",
		.page_type = "docx",
		.extensions = "docx docm dotx",
		.mimes = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		.number = 5,
		.apart = true,
	},
	{
		.name = "pptx",
		.title = "PowerPoint",
		.page_type = "pptx",
		.extensions = "pptx pptm ppsx",
		.mimes =
			"application/vnd.openxmlformats-officedocument.presentationml.presentation",
		.number = 6,
		.apart = true,
	},
	{
		.name = "xlsx",
		.title = "Excel",
		.page_type = "xlsx",
		.extensions = "xlsx xlsm",
		.mimes = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		.number = 7,
		.apart = true,
	},
	{
		.name = "odt",
		.title = "OpenDocument text",
		.page_type = "odt",
		.extensions = "odt ott",
		.mimes = "application/vnd.oasis.opendocument.text",
		.number = 8,
		.apart = true,
	},
	{
		.name = "odp",
		.title = "OpenDocument slides",
		.page_type = "odp",
		.extensions = "odp otp",
		.mimes = "application/vnd.oasis.opendocument.presentation",
		.number = 9,
		.apart = true,
	},
	{
		.name = "ods",
		.title = "OpenDocument sheets",
		.page_type = "ods",
		.extensions = "ods ots",
		.mimes = "application/vnd.oasis.opendocument.spreadsheet",
		.number = 10,
		.apart = true,
	},
	{
		.name = "epub",
		.title = "EPUB",
		.page_type = "epub",
		.extensions = "epub",
		.mimes = "application/epub+zip",
		.number = 11,
		.apart = true,
	},
	{
		.name = "ipynb",
		.title = "Jupyter notebook",
		.page_type = "ipynb",
		.extensions = "ipynb",
		.mimes = "application/x-ipynb+json",
		.number = 12,
		.apart = true,
		.text = true,
	},
	{
		.name = "csv",
		.title = "CSV",
		.page_type = "csv",
		.extensions = "csv tsv",
		.mimes = "text/csv text/tab-separated-values",
		.number = 13,
		.apart = true,
		.text = true,
	},
	{
		.name = "feed",
		.title = "RSS or Atom",
		.page_type = "feed",
		.extensions = "rss atom",
		/* On the web its entries are pages themselves. */
		.mimes = "",
		.number = 14,
		.apart = true,
	},
	{
		.name = "mail",
		.title = "mail",
		.page_type = "mail",
		.extensions = "eml",
		.mimes = "message/rfc822",
		.number = 15,
		.apart = true,
	},
	{
		.name = "mbox",
		.title = "mailbox",
		.page_type = "mail",
		.extensions = "mbox mbx",
		.mimes = "application/mbox",
		.number = 16,
		.apart = true,
		.untitled = true,
	},
	{
		.name = "rst",
		.title = "reStructuredText",
		.page_type = "rst",
		.extensions = "rst",
		.mimes = "",
		.number = 17,
		.read = xs_text_rst_page,
	},
	{
		.name = "asciidoc",
		.title = "AsciiDoc",
		.page_type = "asciidoc",
		.extensions = "adoc asciidoc",
		.mimes = "",
		.number = 18,
		.read = xs_text_asciidoc_page,
	},
	{
		.name = "man",
		.title = "manual page",
		.page_type = "man",
		/* Their own extensions, 1 to 9, are those of other files too. */
		.extensions = "man mdoc roff",
		.mimes = "text/troff",
		.number = 19,
		.declares = true,
		.filter = &kind_mandoc,
		.read = kind_html,
	},
	{
		.name = "rtf",
		.title = "RTF",
		.page_type = "rtf",
		.extensions = "rtf",
		.mimes = "text/rtf application/rtf",
		.number = 20,
		.declares = true,
		.filter = &kind_rtf,
		.read = kind_html,
	},
	{
		.name = "latex",
		.title = "LaTeX",
		.page_type = "latex",
		.extensions = "tex latex ltx",
		.mimes = "text/x-tex application/x-tex application/x-latex",
		.number = 21,
		.declares = true,
		.filter = &kind_latex,
		.read = kind_html,
	},
	{
		.name = "code",
		.title = "source code (with type: code)",
		.page_type = "code",
		.extensions =
			"adb ads awk bas bash c c++ cbl cc cjs clj cob cpp cs cu cxx d dart el erl ex exs f f90 f95 go "
			"groovy h h++ hh hpp hrl hs hxx java jl js jsx kt kts lisp lua m mjs ml mli mm mts pas php pl "
			"pm proto ps1 py pyi pyx r rb rs sc scala scm sh sql sv swift tcl ts tsx v vhd vhdl vim zig zsh",
		.mimes = "",
		.number = 22,
		.asked = true,
		.read = xs_code_page,
	},
};

enum { KIND_ROWS = sizeof kind_rows / sizeof *kind_rows };

/* The first line is text to libmagic, but nothing that people read as a page; the second is not even
 * looked into. */
static const char kind_others[] =
	"c conf cpp css dot h inv ini js json log map md5 mjs py sh sql svg toml ts xml yaml yml "
	"gz png jpg gif woff woff2 ttf";

/* Documents, whose absence someone may wonder about. */
static const char *const kind_documents[] = {"doc", "ppt",  "xls", "ps",  "djvu",
					     "chm", "mobi", "org", "pod", "wiki"};

/* Whether `word` is among the words of `list`, in either case. */
static bool kind_lists(const char *list, const char *word)
{
	size_t n = strlen(word), len;

	for (; *list; list += len + (list[len] == ' ')) {
		len = strcspn(list, " ");
		/* In either case: files of Windows are called PAGE.HTM. */
		if (len == n && !strncasecmp(list, word, n))
			return true;
	}
	return false;
}

const xs_kind *xs_kind_at(size_t i)
{
	return i < KIND_ROWS ? &kind_rows[i] : NULL;
}

const xs_kind *xs_kind_named(const char *name)
{
	for (size_t i = 0; i < KIND_ROWS; i++)
		if (!strcmp(name, kind_rows[i].name))
			return &kind_rows[i];
	return NULL;
}

bool xs_kind_has(const xs_kind *kind, const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot && kind_lists(kind->extensions, dot + 1);
}

/* The first row that has the extension; no two rows have the same. */
const xs_kind *xs_kind_extension(bool *known, const char *path)
{
	const char *dot = strrchr(path, '.');

	*known = true;
	for (size_t i = 0; i < KIND_ROWS; i++)
		if (!kind_rows[i].asked && xs_kind_has(&kind_rows[i], path))
			return &kind_rows[i];
	/* What is not known libmagic looks into (source.c), such as a README. */
	*known = dot && kind_lists(kind_others, dot + 1);
	return NULL;
}

const char *xs_kind_other(const char *path)
{
	const char *dot = strrchr(path, '.');

	for (size_t i = 0; dot && i < sizeof kind_documents / sizeof *kind_documents; i++)
		if (!strcasecmp(dot + 1, kind_documents[i]))
			return kind_documents[i];
	return NULL;
}

const xs_kind *xs_kind_mime(const char *type)
{
	for (size_t i = 0; i < KIND_ROWS; i++)
		if (kind_lists(kind_rows[i].mimes, type))
			return &kind_rows[i];
	return NULL;
}

const char *xs_kind_names(xs_arena *a, bool titles)
{
	const char *out = "";

	for (size_t i = 0; i < KIND_ROWS; i++)
		out = xs_arena_printf(a, "%s%s%s", out,
				      !i		   ? ""
				      : i + 1 == KIND_ROWS ? " or "
							   : ", ",
				      titles ? kind_rows[i].title : kind_rows[i].name);
	return out;
}
