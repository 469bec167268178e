/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gunzip.c - zlib's inflate; members one behind the other are one text. */
#include "crawl/gunzip.h"

#include <stdlib.h>
#include <zlib.h>

#include "base/memory.h"

/* What zlib calls the largest window and gzip's header. */
enum { GUNZIP_BITS = 15 + 16, GUNZIP_PIECE = 1 << 14 };

struct xs_gunzip {
	z_stream z;
	bool whole; /* a member has ended, and none has begun behind it */
};

xs_gunzip *xs_gunzip_new(void)
{
	xs_gunzip *g = xs_calloc(1, sizeof *g);

	/* It fails for want of memory alone, and then each piece is damaged. */
	inflateInit2(&g->z, GUNZIP_BITS);
	return g;
}

void xs_gunzip_free(xs_gunzip *g)
{
	if (!g)
		return;
	inflateEnd(&g->z);
	free(g);
}

int xs_gunzip_put(xs_buf *out, xs_gunzip *g, const char *bytes, size_t len, size_t max)
{
	Bytef piece[GUNZIP_PIECE];
	int got;

	g->z.next_in = (Bytef *)bytes;
	g->z.avail_in = (uInt)len;
	while (out->len <= max) {
		if (g->whole) {
			/* What is no further member is filling, as gzip(1) takes it. */
			if (!g->z.avail_in || *g->z.next_in != 0x1f)
				break;
			inflateReset(&g->z);
		}
		g->z.next_out = piece;
		g->z.avail_out = sizeof piece;
		got = inflate(&g->z, Z_NO_FLUSH);
		xs_buf_put(out, piece, sizeof piece - g->z.avail_out);
		g->whole = got == Z_STREAM_END;
		/* The piece may have ended just where its last byte was unpacked. */
		if (got == Z_BUF_ERROR || (got == Z_OK && g->z.avail_out))
			break;
		if (got != Z_OK && got != Z_STREAM_END)
			return xs_fail(XS_EFORMAT, "its packed bytes are damaged");
	}
	return XS_OK;
}

bool xs_gunzip_whole(const xs_gunzip *g)
{
	return g->whole;
}
