/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unpack.c - the decoders of zlib, libbrotli and libzstd, one behind the other called alike. */
#include "crawl/unpack.h"

#include <brotli/decode.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>
#include <zstd.h>

#include "base/memory.h"

/* What zlib calls the largest window and gzip's header; the largest window that Zstandard may want of who reads
 * pages, 8 MiB (RFC 9659, section 3). */
enum { UNPACK_GZIP_BITS = 15 + 16, UNPACK_ZSTD_BITS = 23, UNPACK_PIECE = 1 << 14 };

/* Bytes that are to be unpacked, and room for what they are. */
typedef struct unpack_step {
	const uint8_t *in;
	size_t in_len;
	uint8_t *out;
	size_t out_len;
} unpack_step;

typedef enum unpack_state {
	UNPACK_MORE, /* input or room is wanted */
	UNPACK_END,  /* a stream has ended; another may follow */
	UNPACK_DAMAGED
} unpack_state;

/* Unpacks as much as goes, and moves the step on. */
typedef unpack_state unpack_run(xs_unpack *u, unpack_step *s);

struct xs_unpack {
	unpack_run *run;
	uint8_t magic; /* the first byte of a further stream */
	bool follows;  /* streams may stand one behind the other, and are one text */
	z_stream gzip;
	BrotliDecoderState *brotli;
	ZSTD_DStream *zstd;
	bool whole; /* a stream has ended, and none has begun behind it */
};

static unpack_state unpack_gzip(xs_unpack *u, unpack_step *s)
{
	z_stream *z = &u->gzip;
	int got;

	if (u->whole)
		inflateReset(z);
	z->next_in = (Bytef *)(uintptr_t)s->in;
	z->avail_in = (uInt)s->in_len;
	z->next_out = s->out;
	z->avail_out = (uInt)s->out_len;
	got = inflate(z, Z_NO_FLUSH);
	*s = (unpack_step){z->next_in, z->avail_in, z->next_out, z->avail_out};
	if (got == Z_STREAM_END)
		return UNPACK_END;
	return got == Z_OK || got == Z_BUF_ERROR ? UNPACK_MORE : UNPACK_DAMAGED;
}

static unpack_state unpack_brotli(xs_unpack *u, unpack_step *s)
{
	switch (BrotliDecoderDecompressStream(u->brotli, &s->in_len, &s->in, &s->out_len, &s->out,
					      NULL)) {
	case BROTLI_DECODER_RESULT_SUCCESS: return UNPACK_END;
	case BROTLI_DECODER_RESULT_ERROR: return UNPACK_DAMAGED;
	default: return UNPACK_MORE;
	}
}

static unpack_state unpack_zstd(xs_unpack *u, unpack_step *s)
{
	ZSTD_inBuffer in = {s->in, s->in_len, 0};
	ZSTD_outBuffer out = {s->out, s->out_len, 0};
	size_t got = ZSTD_decompressStream(u->zstd, &out, &in);

	*s = (unpack_step){s->in + in.pos, s->in_len - in.pos, s->out + out.pos,
			   s->out_len - out.pos};
	if (ZSTD_isError(got))
		return UNPACK_DAMAGED;
	return got ? UNPACK_MORE : UNPACK_END;
}

/* Where a library fails for want of memory, each piece is damaged. */
xs_unpack *xs_unpack_new(const char *coding)
{
	xs_unpack *u = xs_calloc(1, sizeof *u);

	if (!strcasecmp(coding, "gzip") || !strcasecmp(coding, "x-gzip")) {
		*u = (xs_unpack){.run = unpack_gzip, .follows = true, .magic = 0x1f};
		inflateInit2(&u->gzip, UNPACK_GZIP_BITS);
	} else if (!strcasecmp(coding, "zstd")) {
		*u = (xs_unpack){.run = unpack_zstd,
				 .follows = true,
				 .magic = 0x28,
				 .zstd = ZSTD_createDStream()};
		ZSTD_DCtx_setParameter(u->zstd, ZSTD_d_windowLogMax, UNPACK_ZSTD_BITS);
	} else if (!strcasecmp(coding, "br")) {
		*u = (xs_unpack){.run = unpack_brotli,
				 .brotli = BrotliDecoderCreateInstance(NULL, NULL, NULL)};
	} else {
		free(u);
		return NULL;
	}
	return u;
}

void xs_unpack_free(xs_unpack *u)
{
	if (!u)
		return;
	if (u->run == unpack_gzip)
		inflateEnd(&u->gzip);
	if (u->brotli)
		BrotliDecoderDestroyInstance(u->brotli);
	ZSTD_freeDStream(u->zstd);
	free(u);
}

int xs_unpack_put(xs_buf *out, xs_unpack *u, const char *bytes, size_t len, size_t max)
{
	uint8_t piece[UNPACK_PIECE];
	unpack_step s = {.in = (const uint8_t *)bytes, .in_len = len};
	unpack_state state;

	while (out->len <= max) {
		/* What is no further stream is filling, as gzip(1) takes it. */
		if (u->whole && (!u->follows || !s.in_len || *s.in != u->magic))
			break;
		s.out = piece;
		s.out_len = sizeof piece;
		state = u->run(u, &s);
		xs_buf_put(out, (const char *)piece, sizeof piece - s.out_len);
		if (state == UNPACK_DAMAGED)
			return xs_fail(XS_EFORMAT, "its packed bytes are damaged");
		u->whole = state == UNPACK_END;
		/* Not where the room is used up: the last byte that was unpacked may have filled it. */
		if (state == UNPACK_MORE && s.out_len)
			break;
	}
	return XS_OK;
}

bool xs_unpack_whole(const xs_unpack *u)
{
	return u->whole;
}
