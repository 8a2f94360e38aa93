#ifndef GAME_FOLD_H
#define GAME_FOLD_H

#include <stddef.h>
#include <stdint.h>

#include "core/day.h"
#include "core/problem.h"
#include "store/db.h"

extern const struct statement_table fold_statements;

/* Rule P9: day totals older than this are folded into months. */
enum { FOLD_AFTER_DAYS = 430 };

/*
 * Folds an account's days before a day into months, which keep the sums and the set of active
 * days; sums and streak of the account stay what they are. Each device's horizon moves to its last
 * folded day, so that a late repeat of a folded day is not counted again. For boards a month keeps
 * what counts on them (board.h) from the account's first day (member.h) on: a day's XP, at most what a
 * day may have, is what its devices have until that is full, in their order.
 * Inside the caller's write transaction. *folded is how many rows of days went.
 */
enum problem fold_account(struct db *db, int64_t account, day_t before, int64_t *folded)
    __attribute__((nonnull, warn_unused_result));

#endif
