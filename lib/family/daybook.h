#ifndef FAMILY_DAYBOOK_H
#define FAMILY_DAYBOOK_H

#include <stdbool.h>

#include "core/metrics.h"
#include "game/latency.h"
#include "store/store.h"

/*
 * Brings what a process has counted of its answers to the store, by the day: once an hour, when the day
 * changes and at the end, so that the figures outlive the process and say no more than a day does.
 */
struct daybook {
	const struct metrics *metrics;
	struct latency told; /* what of it is in the store */
	day_t day;           /* to which what is not told belongs */
	double told_ms;
};

/* metrics  borrowed; they count on meanwhile */
void daybook_begin(struct daybook *daybook, const struct metrics *metrics) __attribute__((nonnull));

bool daybook_is_due(const struct daybook *daybook) __attribute__((nonnull, warn_unused_result));

/* Brings what is new, if anything is. What could not be stored is brought the next time. */
enum problem daybook_write(struct daybook *daybook, struct store *store)
    __attribute__((nonnull, warn_unused_result));

#endif
