/*
 * Another process that writes to the store of a service: `second_writer DATABASE COUNT`.
 *
 * Each write is as small as one can be, and goes through the same lock as the service's; how long
 * each took is told when all are done, so that a suite can say how long a writer waits.
 *
 * Prints writes=N p50_ms=N p99_ms=N max_ms=N
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/clock.h"
#include "game/quota.h"
#include "store/store.h"

enum { KIND = 99, MANY = 1000000, PAUSE_MS = 5 };

static enum problem write_little(struct db *db, void *argument)
{
	(void)argument;
	return quota_take(db, (enum quota)KIND, MANY);
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

int main(int argc, char **argv)
{
	const struct timespec pause = {.tv_nsec = PAUSE_MS * 1000000L};
	struct store_options options = {.batch_max = 1};
	struct store *store;
	double *waits_ms;
	int count;

	if (argc != 3 || (count = atoi(argv[2])) < 100) {
		fprintf(stderr, "usage: second_writer database count\n");
		return 2;
	}
	options.path = argv[1];
	waits_ms = calloc((size_t)count, sizeof(*waits_ms));
	if (waits_ms == NULL || store_open(&options, &store) != PROBLEM_NONE)
		return EXIT_FAILURE;
	for (int i = 0; i < count; i++) {
		double began_ms = clock_monotonic_ms();

		if (store_write(store, write_little, NULL) != PROBLEM_NONE)
			return EXIT_FAILURE;
		waits_ms[i] = clock_monotonic_ms() - began_ms;
		nanosleep(&pause, NULL);
	}
	store_close(store);
	qsort(waits_ms, (size_t)count, sizeof(*waits_ms), compare);
	printf("writes=%d p50_ms=%.1f p99_ms=%.1f max_ms=%.1f\n", count, waits_ms[count / 2],
	    waits_ms[count * 99 / 100], waits_ms[count - 1]);
	free(waits_ms);
	return EXIT_SUCCESS;
}
