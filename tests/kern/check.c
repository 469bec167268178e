/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check.c - what the checks of the kernels share. */
#include "config.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "rerank/kern/list.h"
#include "tests/kern/check.h"

enum { CHECK_BUFFERS = 64, CHECK_CANARY = 0xa5, CHECK_SHOWN = 5, CHECK_KERNELS = 64 };

static struct check_buffer {
	unsigned char *map, *watched; /* bytes beside the floats */
	size_t size, n_watched;
} check_buffers[CHECK_BUFFERS];
static int check_n_buffers;
static long check_passed, check_failed, check_group_passed, check_group_failed;
static uint64_t check_state = 0x9e3779b97f4a7c15u;

/* Between two unmapped pages: the floats at the front or at the end, the rest watched. */
static float *check_buffer_new(size_t n, bool front)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), bytes = n * sizeof(float);
	size_t body = (bytes + page - 1) / page * page, rest = body - bytes;
	unsigned char *map =
		mmap(NULL, body + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned char *first = map + page;

	if (map == MAP_FAILED || (body && mprotect(first, body, PROT_READ | PROT_WRITE)) ||
	    check_n_buffers == CHECK_BUFFERS) {
		perror("check: no guarded buffer");
		exit(99);
	}
	struct check_buffer *b = &check_buffers[check_n_buffers++];
	*b = (struct check_buffer){map, front ? first + bytes : first, body + 2 * page, rest};
	memset(b->watched, CHECK_CANARY, rest);
	float *x = (float *)(void *)(front ? first : first + rest);
	for (size_t i = 0; i < n; i++)
		x[i] = NAN;
	return x;
}

float *check_floats(size_t n)
{
	return check_buffer_new(n, false);
}

float *check_floats_front(size_t n)
{
	return check_buffer_new(n, true);
}

uint32_t *check_words(size_t n)
{
	return (uint32_t *)(void *)check_floats(n);
}

float *check_copy(const float *from, size_t n)
{
	float *x = check_floats(n);

	if (n)
		memcpy(x, from, n * sizeof *x);
	return x;
}

void check_release(void)
{
	while (check_n_buffers) {
		struct check_buffer *b = &check_buffers[--check_n_buffers];
		bool kept = true;

		for (size_t i = 0; i < b->n_watched; i++)
			kept = kept && b->watched[i] == CHECK_CANARY;
		if (!kept)
			check_case(false, "bytes beside a buffer were written");
		munmap(b->map, b->size);
	}
}

/* xorshift64* (Vigna 2016). */
uint32_t check_below(uint32_t n)
{
	check_state ^= check_state >> 12;
	check_state ^= check_state << 25;
	check_state ^= check_state >> 27;
	return (uint32_t)((check_state * 0x2545f4914f6cdd1du >> 32) % n);
}

float check_uniform(void)
{
	return (float)check_below(1u << 24) / (1 << 23) - 1;
}

/* Box and Muller. */
float check_normal(void)
{
	double radius = sqrt(-2 * log(((double)check_below(1u << 24) + 1) / (1 << 24)));

	return (float)(radius * cos(3.14159265358979 * check_uniform()));
}

void check_fill(float *x, size_t n, float scale)
{
	for (size_t i = 0; i < n; i++)
		x[i] = check_normal() * scale;
}

bool check_wanted(void)
{
	static int every, n;
	const char *text = getenv("CHECK_EVERY");

	if (!every)
		every = text && atoi(text) > 0 ? atoi(text) : 1;
	return n++ % every == 0;
}

bool check_known(check_kernel *kernel)
{
	static check_kernel *known[CHECK_KERNELS];
	static int n;

	for (int i = 0; i < n; i++)
		if (known[i] == kernel)
			return true;
	if (n < CHECK_KERNELS)
		known[n++] = kernel;
	return false;
}

void check_case(bool passed, const char *format, ...)
{
	if (passed) {
		check_group_passed++;
		return;
	}
	if (check_group_failed++ < CHECK_SHOWN) {
		va_list args;

		va_start(args, format);
		printf("FAILED: ");
		vprintf(format, args);
		printf("\n");
		va_end(args);
	}
}

void check_group(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf(": %ld passed, %ld failed\n", check_group_passed, check_group_failed);
	check_passed += check_group_passed;
	check_failed += check_group_failed;
	check_group_passed = check_group_failed = 0;
}

uint32_t check_bits(float x)
{
	uint32_t bits;

	memcpy(&bits, &x, sizeof bits);
	return bits;
}

float check_float(uint32_t bits)
{
	float x;

	memcpy(&x, &bits, sizeof x);
	return x;
}

/* Floats in their order as whole numbers: -0 and 0 are one. */
static int64_t check_rank(float x)
{
	uint32_t bits = check_bits(x);

	return bits >> 31 ? -(int64_t)(bits & 0x7fffffff) : (int64_t)bits;
}

uint32_t check_ulp(float a, float b)
{
	if (isnan(a) || isnan(b))
		return isnan(a) && isnan(b) ? 0 : UINT32_MAX;
	int64_t distance = check_rank(a) - check_rank(b);
	return (uint32_t)(distance < 0 ? -distance : distance);
}

bool check_same(const float *a, const float *b, size_t n)
{
	return !n || !memcmp(a, b, n * sizeof *a);
}

size_t check_size(size_t rows, size_t ld, size_t cols)
{
	return rows && cols ? (rows - 1) * ld + cols : 0;
}

size_t check_lanes(int cols)
{
	return (size_t)(cols + XS_KERN_LANES - 1) / XS_KERN_LANES * XS_KERN_LANES;
}

bool check_gaps(const float *m, size_t rows, size_t ld, size_t cols)
{
	for (size_t r = 0; cols && r + 1 < rows; r++)
		for (size_t c = cols; c < ld; c++)
			if (!isnan(m[r * ld + c]))
				return false;
	return true;
}

void check_time(const char *name, const char *variant, double work, double limit,
		void (*call)(void *), void *user)
{
	enum { ROUNDS = 20, NAMES = 64 };
	static struct {
		char name[64];
		double ms;
	} first[NAMES];
	double best = INFINITY;
	int i = 0;

	for (int round = 0; round < ROUNDS; round++) {
		int64_t start = xs_clock_ns();

		call(user);
		best = fmin(best, xs_clock_ms(start));
	}
	while (i < NAMES - 1 && *first[i].name && strcmp(first[i].name, name))
		i++;
	if (!*first[i].name) {
		snprintf(first[i].name, sizeof first[i].name, "%s", name);
		first[i].ms = best;
	}
	printf("%-32s %-12s %10.4f ms  %6.2f x  %5.1f %% of the limit\n", name, variant, best,
	       first[i].ms / best, 100 * work / (best / 1000) / limit);
}

int check_result(void)
{
	printf("%ld passed, %ld failed\n", check_passed, check_failed);
	return check_failed || !check_passed;
}

int check_main(int argc, char **argv, const xs_kern *more, void (*test)(const xs_kern *),
	       void (*bench)(const xs_kern *))
{
#define CHECK_NAME(v, cpu, pack, item, group, pack_int8, bf16) #v,
	static const char *const names[] = {XS_KERN_LIST(CHECK_NAME)};
#undef CHECK_NAME
	bool timed = argc > 1 && !strcmp(argv[1], "--bench");
	void (*run)(const xs_kern *) = timed ? bench : test;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const xs_kern *kern = xs_kern_find(names[i]);

		if (!kern)
			printf("%s: does not run on this CPU, left out\n", names[i]);
		else
			run(kern);
	}
	if (more)
		run(more);
	return timed ? 0 : check_result();
}
