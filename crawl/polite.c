/* SPDX-License-Identifier: GPL-2.0-or-later */
/* polite.c - more by one after good answers, one again and slower after bad ones, as TCP does it. */
#include "crawl/polite.h"

/* Good answers before one more request at once; how much slower than usual an answer may be to count as good.
 * After trouble the delay doubles from half a second to a minute. */
enum { POLITE_GOOD = 10, POLITE_SLOWER = 3, POLITE_FIRST_MS = 500, POLITE_LAST_MS = 60000 };

void xs_polite_init(xs_polite *p, double least_ms, int most, double asks_s)
{
	*p = (xs_polite){.least_ms = least_ms, .most = most < 1 ? 1 : most, .allowed = 1};
	if (asks_s > 0) {
		p->most = 1;
		if (asks_s * 1000 > least_ms)
			p->least_ms = asks_s * 1000;
	}
	p->delay_ms = p->least_ms;
}

bool xs_polite_ready(const xs_polite *p, int64_t now_ns)
{
	return p->active < p->allowed && now_ns >= p->next_ns;
}

static void polite_wait(xs_polite *p, int64_t now_ns, double ms)
{
	int64_t at = now_ns + (int64_t)(ms * 1e6);

	if (at > p->next_ns)
		p->next_ns = at;
}

void xs_polite_begin(xs_polite *p, int64_t now_ns)
{
	p->active++;
	polite_wait(p, now_ns, p->delay_ms);
}

static void polite_trouble(xs_polite *p)
{
	p->good = 0;
	p->bad++;
	p->allowed = 1;
	p->delay_ms = p->delay_ms * 2 < POLITE_FIRST_MS ? POLITE_FIRST_MS : p->delay_ms * 2;
	/* What the server itself asks for may be more. */
	if (p->delay_ms > POLITE_LAST_MS)
		p->delay_ms = p->least_ms > POLITE_LAST_MS ? p->least_ms : POLITE_LAST_MS;
}

void xs_polite_end(xs_polite *p, int64_t now_ns, double ms, bool trouble, double retry_s)
{
	p->active--;
	if (retry_s > 0)
		polite_wait(p, now_ns, retry_s * 1000);
	if (trouble) {
		polite_trouble(p);
		polite_wait(p, now_ns, p->delay_ms);
		return;
	}
	p->bad = 0;
	/* Slower by far than usual: it has enough to do. */
	if (p->usual_ms > 0 && ms > POLITE_SLOWER * p->usual_ms && ms > 100) {
		p->good = 0;
		if (p->allowed > 1)
			p->allowed--;
	} else {
		p->good++;
	}
	p->usual_ms = p->usual_ms > 0 ? p->usual_ms * 0.9 + ms * 0.1 : ms;
	p->delay_ms = p->delay_ms / 2 > p->least_ms ? p->delay_ms / 2 : p->least_ms;
	if (p->good >= POLITE_GOOD && p->allowed < p->most) {
		p->good = 0;
		p->allowed++;
	}
}
