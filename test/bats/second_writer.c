/*
 * A second process that writes to the database of a running service, as breathctl does: through the
 * store, and so through the turn that all writers take.
 *
 *	second_writer DATABASE write COUNT PAUSE_MS   writes so often, one small job each, and tells how
 *	                                              long they took: writes=N p50_ms=N p99_ms=N max_ms=N
 *	second_writer DATABASE hold                   takes the turn, says so and keeps it until it is ended
 *
 * What it writes is a count in the table of quotas, under a kind and a day that nothing else uses.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/secret.h"
#include "game/quota.h"
#include "store/store.h"

enum { KIND = 99, MANY = 1000000000, BATCH = 64, WINDOW_MS = 20 };

static enum problem count_one(struct db *db, void *argument)
{
	(void)argument;
	return quota_take(db, (enum quota)KIND, MANY, QUOTA_SLOT_NONE);
}

static enum problem keep_turn(struct db *db, void *argument)
{
	enum problem problem = count_one(db, argument);

	puts("holding");
	fflush(stdout);
	for (;;)
		pause();
	return problem;
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

static int write_often(struct store *store, int count, int pause_ms)
{
	double *waits_ms = calloc((size_t)count, sizeof(*waits_ms));

	if (waits_ms == NULL)
		return EXIT_FAILURE;
	for (int i = 0; i < count; i++) {
		double began_ms = clock_monotonic_ms();

		if (store_write(store, count_one, NULL) != PROBLEM_NONE) {
			fprintf(stderr, "write %d was refused\n", i);
			free(waits_ms);
			return EXIT_FAILURE;
		}
		waits_ms[i] = clock_monotonic_ms() - began_ms;
		usleep((useconds_t)pause_ms * 1000);
	}
	qsort(waits_ms, (size_t)count, sizeof(*waits_ms), compare);
	printf("writes=%d p50_ms=%.1f p99_ms=%.1f max_ms=%.1f\n", count, waits_ms[count / 2],
	    waits_ms[count * 99 / 100], waits_ms[count - 1]);
	free(waits_ms);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	struct store_options options = {.batch_max = BATCH, .window_ms = WINDOW_MS};
	struct store *store;
	int status = 2;

	if (argc < 3 || !secret_init())
		return status;
	options.path = argv[1];
	if (store_open(&options, &store) != PROBLEM_NONE)
		return EXIT_FAILURE;
	if (strcmp(argv[2], "write") == 0 && argc == 5)
		status = write_often(store, atoi(argv[3]), atoi(argv[4]));
	else if (strcmp(argv[2], "hold") == 0)
		status = store_write(store, keep_turn, NULL) == PROBLEM_NONE ? EXIT_SUCCESS
									     : EXIT_FAILURE;
	store_close(store);
	return status;
}
