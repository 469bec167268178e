/* SPDX-License-Identifier: GPL-2.0-or-later */
/* print.c - text for a terminal: safe, bold, wrapped; a progress bar; lines of JSON. */
#include "cmd/print.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"

/* In the order of print_style. */
static const char *const print_codes[] = {"", "\x1b[1m", "\x1b[2m", "\x1b[36m"};
static atomic_bool print_bar; /* a progress line is on the terminal */
static int64_t print_bar_at;

/* Any thread may log, so the bar's flag is atomic: a message must not be glued to a bar. */
static void print_log(void *user, xs_level level, const char *text)
{
	/* By level.  An error says itself that something failed, and an info is no complaint. */
	static const char *const words[] = {"debug: ", "", "warning: ", ""};

	(void)user;
	print_progress_clear();
	fprintf(stderr, "xapian-search: %s", words[level]);
	print_text(stderr, text);
	fputc('\n', stderr);
}

void print_log_level(xs_level lowest)
{
	xs_log_to(print_log, NULL, lowest);
}

/* How many bytes of UTF-8 begin at `s`; 0: ill-formed there, or a control character.  No character
 * begins with 0x80 to 0xc1 or from 0xf5 on.  U+0080 to U+009F are controls that a terminal may
 * obey.  A NUL is no continuation, so nothing behind the end is read. */
static size_t print_length(const unsigned char *s)
{
	unsigned lead = s[0];
	size_t len = lead < 0x80   ? 1
		     : lead < 0xc2 ? 0
		     : lead < 0xe0 ? 2
		     : lead < 0xf0 ? 3
		     : lead < 0xf5 ? 4
				   : 0;

	if (lead < 0x20 || lead == 0x7f || (lead == 0xc2 && s[1] < 0xa0))
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

/* A blank for each bad byte, not nothing: "a<bell>b" must not become the word "ab". */
void print_text(FILE *to, const char *s)
{
	while (s && *s) {
		size_t len = print_length((const unsigned char *)s);

		if (len == 0)
			fputc(' ', to);
		else
			fwrite(s, 1, len, to);
		s += len ? len : 1;
	}
}

/* Plain text gets no code: without styles the output has no escape at all. */
void print_styled(bool colour, print_style style, const char *s)
{
	if (colour && style != PRINT_PLAIN)
		fputs(print_codes[style], stdout);
	print_text(stdout, s);
	if (colour && style != PRINT_PLAIN)
		fputs("\x1b[0m", stdout);
}

/* 80 where there is no terminal, and never below 30, where a bar would be longer than the line. */
static unsigned print_width(int fd, unsigned most)
{
	struct winsize size;

	/* 0: a terminal that does not know, as on a serial line. */
	if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return most < 80 ? most : 80;
	return size.ws_col < 30 ? 30 : size.ws_col < most ? size.ws_col : most;
}

/* Prints one word of `len` bytes, marks obeyed; `bold` is the state between words.  Controls are
 * dropped here, as print_columns() does not count them. */
static void print_word(const char *s, size_t len, bool colour, bool *bold)
{
	for (size_t i = 0; i < len;) {
		size_t n = print_length((const unsigned char *)s + i);

		if (s[i] == *PRINT_MARK_ON || s[i] == *PRINT_MARK_OFF) {
			*bold = s[i] == *PRINT_MARK_ON;
			if (colour)
				fputs(*bold ? print_codes[PRINT_BOLD] : "\x1b[0m", stdout);
			i++;
		} else if (n == 0 || i + n > len) {
			i++;
		} else {
			fwrite(s + i, 1, n, stdout);
			i += n;
		}
	}
}

/* Columns of a word: characters, which for wide scripts is less than what they fill. */
static unsigned print_columns(const char *s, size_t len)
{
	unsigned n = 0;

	for (size_t i = 0; i < len; i++)
		n += (unsigned char)s[i] >= 0x20 && ((unsigned char)s[i] & 0xc0) != 0x80;
	return n;
}

/* Words are never cut: an address that is broken cannot be clicked or copied.  A mark may hold over
 * a line's end, and the last one may be missing where a text was cut. */
void print_wrapped(bool colour, unsigned indent, const char *s)
{
	const char *const blanks = " \t\r\n";
	unsigned width = print_width(STDOUT_FILENO, 100), column = 0;
	bool bold = false;

	for (s += strspn(s, blanks); *s; s += strspn(s, blanks)) {
		size_t len = strcspn(s, blanks);
		unsigned columns = print_columns(s, len);

		if (column && column + 1 + columns >= width) {
			putchar('\n');
			column = 0;
		}
		if (column == 0)
			column = (unsigned)printf("%*s", (int)indent, "");
		else
			column += (unsigned)(putchar(' ') == ' ');
		print_word(s, len, colour, &bold);
		column += columns;
		s += len;
	}
	if (bold && colour)
		fputs("\x1b[0m", stdout);
	putchar('\n');
}

/* Drawn 20 times a second at most: a terminal over a slow line would hold up the work. */
void print_progress(uint64_t part, uint64_t whole, const char *text)
{
	char bar[25] = "";
	unsigned width = print_width(STDERR_FILENO, 200), used;
	size_t len = strlen(text);

	if (atomic_load(&print_bar) && xs_clock_ms(print_bar_at) < 50)
		return;
	fputs("\r\x1b[K", stderr);
	if (whole) {
		size_t full = (size_t)((part < whole ? part : whole) * (sizeof bar - 1) / whole);

		memset(bar, '.', sizeof bar - 1);
		memset(bar, '#', full);
	}
	used = whole ? (unsigned)fprintf(stderr, "[%s] %3u %% ", bar,
					 (unsigned)((part < whole ? part : whole) * 100 / whole))
		     : 0;
	/* Cut to the line: what wraps around is not taken away by a return. */
	while (len && print_columns(text, len) + used + 1 > width)
		len--;
	for (size_t i = 0; i < len; i++)
		fputc((unsigned char)text[i] < 0x20 || text[i] == 0x7f ? ' ' : text[i], stderr);
	fflush(stderr);
	print_bar_at = xs_clock_ns();
	atomic_store(&print_bar, true);
}

/* Of two threads that log at once, one clears. */
void print_progress_clear(void)
{
	if (atomic_exchange(&print_bar, false))
		fputs("\r\x1b[K", stderr);
}

/* Four rooms, as no line of ours shows more than four such numbers. */
static char *print_room(void)
{
	static char rooms[4][32];
	static unsigned next;

	return rooms[next++ % 4];
}

/* Powers of 1000, as disks and networks are sold; settings have their own, of 1024. */
const char *print_bytes(uint64_t bytes)
{
	static const char *const units[] = {"kB", "MB", "GB", "TB"};
	double n = (double)bytes / 1000;
	char *room = print_room();
	size_t unit = 0;

	if (bytes < 1000) {
		snprintf(room, 32, "%u bytes", (unsigned)bytes);
		return room;
	}
	/* From 999.5 on, "%.0f" would show 1000. */
	for (; n >= 999.5 && unit < 3; n /= 1000)
		unit++;
	snprintf(room, 32, n < 10 ? "%.1f %s" : "%.0f %s", n, units[unit]);
	return room;
}

/* Minutes and seconds are rounded down: 119.7 s must not become 1 min 60 s. */
const char *print_duration(double ms)
{
	char *room = print_room();
	double s = ms / 1000;

	if (ms < 10)
		snprintf(room, 32, "%.1f ms", ms);
	else if (ms < 1000)
		snprintf(room, 32, "%.0f ms", ms);
	else if (s < 60)
		snprintf(room, 32, "%.1f s", s);
	else
		snprintf(room, 32, "%.0f min %.0f s", floor(s / 60), fmod(floor(s), 60));
	return room;
}

/* Nine digits give a float back bit by bit; more would show digits that it does not have. */
void print_json(json_t *value)
{
	json_dumpf(value, stdout, JSON_COMPACT | JSON_REAL_PRECISION(9));
	putchar('\n');
	json_decref(value);
}
