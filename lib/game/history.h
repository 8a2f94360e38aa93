#ifndef GAME_HISTORY_H
#define GAME_HISTORY_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/problem.h"
#include "game/totals.h"

extern const struct statement_table history_statements;

/* A folded month of a device. */
struct month_totals {
	int32_t month;
	struct totals totals;
	int64_t active; /* bit k: day k + 1 of the month */
};

/* All that one device of an account counted, oldest first, for its owner's export. */
struct history {
	struct day_totals *days;
	size_t day_count;
	struct month_totals *months;
	size_t month_count;
};

/* Loads a device's history into the arena. Inside the caller's transaction. */
enum problem history_load(struct db *db, struct arena *arena, int64_t account, int64_t device,
    struct history *history) __attribute__((nonnull, warn_unused_result));

#endif
