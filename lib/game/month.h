#ifndef GAME_MONTH_H
#define GAME_MONTH_H

#include <stdint.h>

#include "core/problem.h"
#include "game/totals.h"
#include "store/db.h"

extern const struct statement_table month_statements;

/* What comes to a device's month of folded days (fold.h). In the sets bit k is day k + 1. */
struct month_growth {
	int32_t month;
	struct totals totals;
	int64_t active; /* its active days */
	int64_t board_xp;
	int64_t board_days; /* those that count on boards */
};

/* Adds to the sums and to the sets of a month, which it makes if need be. Inside the caller's write transaction. */
enum problem month_grow(struct db *db, int64_t account, int64_t device,
    const struct month_growth *growth) __attribute__((nonnull, warn_unused_result));

/* Moves all months of one device of an account to another one. Inside the caller's write transaction. */
enum problem month_move(struct db *db, int64_t account, int64_t from, int64_t into)
    __attribute__((nonnull, warn_unused_result));

#endif
