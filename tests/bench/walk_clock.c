// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Time and medians. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "tests/bench/walk_bench.h"

double clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * 1e9 + now.tv_nsec;
}

void samples_add(struct samples *samples, double value)
{
	if (samples->nr < SAMPLES_MAX)
		samples->value[samples->nr++] = value;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double samples_median(const struct samples *samples)
{
	struct samples sorted = *samples;
	int nr = sorted.nr;

	if (!nr)
		return 0;
	qsort(sorted.value, nr, sizeof(sorted.value[0]), by_value);
	return (sorted.value[(nr - 1) / 2] + sorted.value[nr / 2]) / 2;
}
