#ifndef GAME_LATENCY_H
#define GAME_LATENCY_H

#include <stdint.h>

#include "core/day.h"
#include "core/metrics.h"
#include "core/problem.h"
#include "store/db.h"

extern const struct statement_table latency_statements;

/*
 * How long answers took, by the day: what processes have counted (metrics.h) outlives them here. A day's
 * counts say nothing of when, and are published when the day is over.
 */
struct latency {
	uint64_t took[METRICS_LATENCIES];
};

/* Adds to a day. Inside the caller's write transaction. */
enum problem latency_add(struct db *db, day_t day, const struct latency *more)
    __attribute__((nonnull, warn_unused_result));

/* The days from one up to another together. Inside the caller's transaction. */
enum problem latency_sum(struct db *db, day_t first, day_t last, struct latency *sum)
    __attribute__((nonnull, warn_unused_result));

/* How many answers there are, and how many of them took at most so long. */
int64_t latency_count(const struct latency *latency) __attribute__((nonnull, warn_unused_result));
int64_t latency_within(const struct latency *latency, uint32_t us)
    __attribute__((nonnull, warn_unused_result));

/* The least of the bounds that so many of a hundred answers keep; 0 where there are none. */
uint32_t latency_percentile(const struct latency *latency, int percent)
    __attribute__((nonnull, warn_unused_result));

#endif
