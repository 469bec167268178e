/* SPDX-License-Identifier: GPL-2.0-or-later */
/* segment.c - ubrk_*() of ICU over UText, which reads UTF-8 as it is. */
#include "index/words/segment.h"

#include <pthread.h>
#include <stdbool.h>

#include <unicode/ubrk.h>
#include <unicode/utext.h>

/* A break iterator takes a millisecond to open and may be used by one thread at a time. */
static pthread_key_t segment_key;
static pthread_once_t segment_once = PTHREAD_ONCE_INIT;
static bool segment_keyed;

static void segment_close(void *iterator)
{
	ubrk_close(iterator);
}

static void segment_init(void)
{
	segment_keyed = pthread_key_create(&segment_key, segment_close) == 0;
}

/* This thread's iterator; NULL: there is none. */
static UBreakIterator *segment_iterator(void)
{
	UErrorCode code = U_ZERO_ERROR;
	UBreakIterator *iterator;

	pthread_once(&segment_once, segment_init);
	if (!segment_keyed)
		return NULL;
	iterator = pthread_getspecific(segment_key);
	if (iterator)
		return iterator;
	/* One iterator has the dictionaries of all these scripts, whatever its locale is. */
	iterator = ubrk_open(UBRK_WORD, "en", NULL, 0, &code);
	if (U_FAILURE(code))
		return NULL;
	if (pthread_setspecific(segment_key, iterator) != 0) {
		ubrk_close(iterator);
		return NULL;
	}
	return iterator;
}

/* Where a run is to be cut before the dictionary reads it: at the beginning of a character. */
static size_t segment_window(const char *text, size_t len)
{
	if (len <= XS_SEGMENT_RUN)
		return len;
	for (len = XS_SEGMENT_RUN; len && ((unsigned char)text[len] & 0xC0) == 0x80; len--)
		;
	return len;
}

size_t xs_segment(unsigned short ends[XS_SEGMENT_WORDS], const char *text, size_t len)
{
	UBreakIterator *iterator = segment_iterator();
	UErrorCode code = U_ZERO_ERROR;
	UText utext = UTEXT_INITIALIZER;
	size_t window = segment_window(text, len), n = 0;
	int32_t end;

	if (!window)
		return 0;
	utext_openUTF8(&utext, text, (int64_t)window, &code);
	if (iterator && U_SUCCESS(code)) {
		ubrk_setUText(iterator, &utext, &code);
		ubrk_first(iterator);
		while (U_SUCCESS(code) && n < XS_SEGMENT_WORDS &&
		       (end = ubrk_next(iterator)) != UBRK_DONE)
			ends[n++] = (unsigned short)end;
		/* The last word of a window may go on behind it. */
		if (n > 1 && window < len && ends[n - 1] == window)
			n--;
	}
	utext_close(&utext);
	if (!n)
		ends[n++] = (unsigned short)window;
	return n;
}
