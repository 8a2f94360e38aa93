#ifndef GAME_INSIGHT_H
#define GAME_INSIGHT_H

#include <stddef.h>
#include <stdint.h>

#include "game/practice.h"
#include "game/state.h"

/* A week or a month beside the one before it. */
struct comparison {
	struct span current;         /* whole, as far as there is any of it */
	struct span previous;        /* whole */
	struct span previous_so_far; /* as far into it as today lies in the current one */
};

/* A streak that has not been reached. */
struct mark {
	int32_t days;
	int32_t missing; /* beyond the current streak */
};

enum { MARKS_SHOWN = 3, WEEKDAYS = 7 };

/* What a person may like to know about the own practice. */
struct insight {
	int64_t active_days;
	struct comparison week;
	struct comparison month;
	struct day_totals
	    best_day; /* of the days that are not old enough to be folded; day DAY_NONE: none */
	int64_t weekdays[WEEKDAYS]; /* active days by weekday, Monday first */
	int regular_weekday;        /* the one with most, as 0 to 6; -1: there is none yet */
	struct mark marks[MARKS_SHOWN];
	size_t mark_count;
};

/*
 * Works it out.
 * state  of the same account in the same transaction: its streak is what marks are counted from
 * today  by the calendar of who asks
 */
struct insight insight_of(const struct practice *practice, const struct state *state, day_t today)
    __attribute__((nonnull, warn_unused_result));

#endif
