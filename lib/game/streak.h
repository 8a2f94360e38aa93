#ifndef GAME_STREAK_H
#define GAME_STREAK_H

#include <stdbool.h>
#include <stdint.h>

#include "core/day.h"
#include "game/dayset.h"

/*
 * Streaks are a function of the set of active days, and of nothing else: a day that arrives late
 * closes the gap that it left.
 */

/*
 * What is kept of a set of active days: its latest run of consecutive ones, and how long its
 * longest is. Days of an empty one are DAY_NONE.
 */
struct streak {
	day_t run_first;
	day_t run_last;
	int32_t longest;
};

/* Counts a set. */
struct streak streak_of(const struct dayset *set) __attribute__((nonnull, warn_unused_result));

/*
 * Adds an active day to what is kept, as if it had been added to the set.
 * Returns false, and changes nothing, when only the set can tell: the day lies before the latest run.
 */
bool streak_extend(struct streak *streak, day_t day) __attribute__((nonnull, warn_unused_result));

/* The run of active days that ends on today or yesterday; 0 when there is none. */
int32_t streak_current_in(const struct dayset *set, day_t today)
    __attribute__((nonnull, warn_unused_result));

/*
 * The same from what is kept.
 * grace_days  how long after its last day a run is current: 1 by the asking device's calendar, 2
 *             by the server's, since its day may already be over where the person is
 * Returns false, and sets nothing, when only the set can tell: the latest run begins after today.
 */
bool streak_current(const struct streak *streak, day_t today, int grace_days, int32_t *current)
    __attribute__((nonnull, warn_unused_result));

#endif
