#ifndef GAME_HISTORY_H
#define GAME_HISTORY_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/problem.h"
#include "game/totals.h"

extern const struct statement_table history_statements;

/* A day of a device, and how much of its XP came in time for boards. */
struct history_day {
	struct day_totals counted;
	int64_t timely_xp;
};

/* A folded month of a device. */
struct month_totals {
	int32_t month;
	struct totals totals;
	int64_t active; /* bit k: day k + 1 of the month */
	int64_t board_xp;
	int64_t board_days; /* as active, of days that count on boards */
};

/* All that one device of an account counted, oldest first, for its owner's export. */
struct history {
	struct history_day *days;
	size_t day_count;
	struct month_totals *months;
	size_t month_count;
};

/* Loads a device's history into the arena. Inside the caller's transaction. */
enum problem history_load(struct db *db, struct arena *arena, int64_t account, int64_t device,
    struct history *history) __attribute__((nonnull, warn_unused_result));

/* How many days and months all histories of an account have together. */
enum problem history_size(struct db *db, int64_t account, int64_t *size)
    __attribute__((nonnull, warn_unused_result));

#endif
