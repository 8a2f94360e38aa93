#ifndef GAME_TOTALS_H
#define GAME_TOTALS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/day.h"
#include "store/db.h"

/* What was practised: experience points, whole minutes, sessions and breathing cycles. */
struct totals {
	int64_t xp;
	int64_t minutes;
	int64_t sessions;
	int64_t cycles;
};

/* The most that one device can count on one day. */
enum {
	DAY_XP_MAX = 100000,
	DAY_MINUTES_MAX = 24 * 60,
	DAY_SESSIONS_MAX = 24 * 60,
	DAY_CYCLES_MAX = 100000,
};

/* What one device counted on one day. */
struct day_totals {
	day_t day;
	struct totals totals;
};

/* What a device counted in all, and its first and last day with practice; DAY_NONE: none. */
struct extent {
	struct totals totals;
	day_t first_day;
	day_t last_day;
};

void totals_add(struct totals *sum, const struct totals *more) __attribute__((nonnull));
/* less is never more than sum */
void totals_subtract(struct totals *sum, const struct totals *less) __attribute__((nonnull));

/* Raises each of mine to that of other where other's is larger: the merge of the whole product. */
void totals_raise(struct totals *mine, const struct totals *other) __attribute__((nonnull));

bool totals_equal(const struct totals *a, const struct totals *b)
    __attribute__((nonnull, warn_unused_result));

/* Is any of them positive? A day is active when its totals are. */
bool totals_any(const struct totals *totals) __attribute__((nonnull, warn_unused_result));

/* Four parameters of a statement, and four columns of a row, in the order of the struct. */
void totals_put(struct query *query, const struct totals *totals) __attribute__((nonnull));
struct totals totals_get(const struct query *query, int first_column) __attribute__((nonnull));

#endif
