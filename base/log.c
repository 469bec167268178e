/* SPDX-License-Identifier: MIT */
/* log.c - hands messages to the program's sink, one at a time. */
#include "base/log.h"

#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;
static xs_log_sink *log_sink;
static void *log_user;
static xs_level log_lowest;

void xs_log_to(xs_log_sink *sink, void *user, xs_level lowest)
{
	pthread_mutex_lock(&log_lock);
	log_sink = sink;
	log_user = user;
	log_lowest = lowest;
	pthread_mutex_unlock(&log_lock);
}

void xs_log(xs_level level, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	pthread_mutex_lock(&log_lock);
	if (log_sink && level >= log_lowest)
		log_sink(log_user, level, text);
	pthread_mutex_unlock(&log_lock);
}
