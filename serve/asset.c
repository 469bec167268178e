/* SPDX-License-Identifier: GPL-2.0-or-later */
/* asset.c - GET /assets/… and /xapian-search.js: files that are compiled into the program. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <xxhash.h>

#include "serve/handlers.h"
#include "serve/reply.h"

extern const char xs_asset_css[], xs_asset_css_end[], xs_asset_js[], xs_asset_js_end[],
	xs_asset_embed[], xs_asset_embed_end[], xs_asset_icon[], xs_asset_icon_end[];

static const struct {
	const char *path, *type, *begin, *end;
} asset_files[] = {
	{"/assets/page.css", "text/css; charset=utf-8", xs_asset_css, xs_asset_css_end},
	{"/assets/page.js", "text/javascript; charset=utf-8", xs_asset_js, xs_asset_js_end},
	{"/assets/icon.svg", "image/svg+xml", xs_asset_icon, xs_asset_icon_end},
	{"/favicon.ico", "image/svg+xml", xs_asset_icon, xs_asset_icon_end},
	{"/xapian-search.js", "text/javascript; charset=utf-8", xs_asset_embed, xs_asset_embed_end},
};

int xs_asset_run(xs_call *c)
{
	size_t i = 0, n = sizeof asset_files / sizeof *asset_files, len;
	const char *known = xs_call_header(c, "If-None-Match");
	char tag[24];

	while (i < n && strcmp(asset_files[i].path, c->path) != 0)
		i++;
	if (i == n)
		return xs_reply_error(c, 404, "there is nothing at %.200s", c->path);
	len = (size_t)(asset_files[i].end - asset_files[i].begin);
	/* A name of the content: after an upgrade of the program browsers fetch what has
	 * changed, within the five minutes that they keep it unasked. */
	snprintf(tag, sizeof tag, "\"%016" PRIx64 "\"",
		 (uint64_t)XXH3_64bits(asset_files[i].begin, len));
	xs_reply_header(c, "ETag", tag);
	xs_reply_header(c, "Cache-Control", "public, max-age=300");
	/* The search box stands in pages of other origins. */
	xs_reply_header(c, "Cross-Origin-Resource-Policy", "cross-origin");
	if (known && strstr(known, tag))
		return xs_reply_bytes(c, 304, NULL, "", 0);
	return xs_reply_bytes(c, 200, asset_files[i].type, asset_files[i].begin, len);
}
