/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialect.h - what generators of sites have added to Markdown, taken off or made into Markdown.
 *
 * Knows Hugo, Jekyll, MkDocs, Docusaurus, VitePress and MDX, each by its marks. */
#ifndef XS_INDEX_PAGES_DIALECT_H
#define XS_INDEX_PAGES_DIALECT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Adds `text` to `out`, changed so, but for code in fences, between backticks and indented:
 *
 *	# Name {#id}  {: #id}  {.class #id}    the anchor as HTML; also on the line below
 *	{{< x >}}  {{% x %}}  {% x %}          off; what is between two of them stays, but of
 *	                                       {% comment %}
 *	:::note[Title]  ::: tip Title  !!! note "Title"  === "Title"  > [!NOTE]    the title stays
 *	{: .class}  [TOC]  [[toc]]             off
 *	import A from 'b'   {/ * comment * /}  off
 *	<Tabs>  <TabItem label="x" />          off; what they hold stays
 *
 * In MDX (`mdx`, or a page that imports) also exports and expressions: of {"text"} the text stays. */
void xs_dialect_clean(xs_buf *out, const char *text, size_t len, bool mdx);

#endif
