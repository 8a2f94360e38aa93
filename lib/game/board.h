#ifndef GAME_BOARD_H
#define GAME_BOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/day.h"
#include "game/period.h"

/*
 * Which boards there are, and what counts on them.
 *
 * XP counts if it came in time: while its month or the one after was the current one by the server's
 * day, which is as long as its month's board is open. So nobody climbs by writing up a past that
 * nobody could have seen. An account's day counts with the XP of all its devices together, at most
 * BOARD_DAY_XP_MAX of it, since one pair of lungs breathes at 3 to 6 XP a minute; a day with any is a
 * board day. Imports never count.
 */
enum { BOARD_DAY_XP_MAX = 600 };

enum metric { METRIC_XP = 0, METRIC_DAYS, METRIC_STREAK };

/* "xp", "days", "streak", by metric; NULL-terminated. */
extern const char *const metric_names[];

/* Boards by number, as they rest in the store. The streak is the longest one. */
enum {
	BOARD_XP_DAY = 0,
	BOARD_XP_WEEK,
	BOARD_XP_MONTH,
	BOARD_XP_ALL,
	BOARD_DAYS_WEEK,
	BOARD_DAYS_MONTH,
	BOARD_DAYS_ALL,
	BOARD_STREAK_ALL,
	BOARDS,
};

struct board {
	enum metric metric;
	enum period_kind kind;
};

extern const struct board boards[BOARDS];

/* The number of a board; -1: there is none of the metric for such periods. */
int board_find(enum metric metric, enum period_kind kind) __attribute__((warn_unused_result));

/* Would XP of a day come in time today? */
bool board_day_in_time(day_t day, day_t today) __attribute__((warn_unused_result));

/* What counts of a day on which all devices of an account have so much XP in time. */
int64_t board_day_xp(int64_t timely_xp) __attribute__((warn_unused_result));

/* Has a day, or a later one of its month, to count from a day on? DAY_NONE: all have. */
bool board_month_counts(int32_t month, day_t from_day) __attribute__((warn_unused_result));

#endif
