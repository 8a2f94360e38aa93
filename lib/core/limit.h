#ifndef CORE_LIMIT_H
#define CORE_LIMIT_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * A limit on how often something may happen, in the memory of one process: so many at once, which
 * come back evenly over a period. (A token bucket.)
 */
struct limit {
	pthread_mutex_t mutex;
	double left;
	double most;
	double per_ms;
	double counted_ms;
};

/* most  how many may happen in period_s seconds, and at once */
void limit_init(struct limit *limit, int64_t most, int64_t period_s) __attribute__((nonnull));

/* Is none left? Then sets *wait_s to the whole seconds until there is one. Takes none. */
bool limit_exhausted(struct limit *limit, int *wait_s) __attribute__((nonnull, warn_unused_result));

/* Takes one, also below zero: what happened has happened. */
void limit_take(struct limit *limit) __attribute__((nonnull));

#endif
