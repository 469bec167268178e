/* SPDX-License-Identifier: GPL-2.0-or-later */
/* assets.S - what the search page is made of beside HTML, as read-only data (serve/asset.c). */
#include "serve/assets.stamp.h"

	.section .rodata

	.macro file symbol, path
	.global \symbol
	.hidden \symbol
	.global \symbol\()_end
	.hidden \symbol\()_end
\symbol:
	.incbin "\path"
\symbol\()_end:
	.byte 0
	.endm

	file xs_asset_css, "serve/static/page.css"
	file xs_asset_js, "serve/static/page.js"
	file xs_asset_embed, "serve/static/xapian-search.js"
	file xs_asset_icon, "serve/static/icon.svg"

	.section .note.GNU-stack, "", %progbits
