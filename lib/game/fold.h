#ifndef GAME_FOLD_H
#define GAME_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/day.h"
#include "core/problem.h"
#include "game/totals.h"
#include "store/db.h"

extern const struct statement_table fold_statements;

struct account;

/* Rule P9: day totals older than this are folded into months. */
enum { FOLD_AFTER_DAYS = 430 };

/* Returns the first day that is kept as a day: earlier ones are folded. By the server's calendar. */
day_t fold_horizon(void) __attribute__((warn_unused_result));

/*
 * Folds an account's days before a day into months, which keep the sums and the set of active
 * days; sums and streak of the account stay what they are, and its stored row_count shrinks. Each device's horizon
 * moves to its last folded day. For boards a month keeps what counts on them (board.h) from the account's
 * first day (member.h) on: a day's XP, at most what a day may have, is what its devices have until that is
 * full, in their order.
 * Inside the caller's write transaction. *folded is how many rows of days went.
 */
enum problem fold_account(struct db *db, int64_t account, day_t before, int64_t *folded)
    __attribute__((nonnull, warn_unused_result));

/*
 * The same if anything of the account is due, that is, lies before fold_horizon(). Cheap when nothing is.
 */
enum problem fold_due(struct db *db, int64_t account, int64_t *folded)
    __attribute__((nonnull, warn_unused_result));

/*
 * Folding on arrival: a day that is due when it comes never becomes a row. It is taken once; the bit of its
 * month says that it is there, and if it comes again it changes nothing, whatever its totals are then.
 *
 * Days that follow each other in one month share one read and one write of it, so:
 * fold_begin, fold_take for each day, fold_end. Inside the caller's write transaction.
 */
struct folding {
	struct db *db;
	struct account *account;
	int64_t device;
	int64_t max_rows;  /* that the account may have */
	int32_t month;     /* the one at hand */
	bool is_new;       /* it has no row yet */
	int64_t present;   /* its days that were there before; bit k: day k + 1 */
	int64_t added;     /* its days that came */
	struct totals sum; /* of these */
	day_t last_day;    /* the latest of all that came; DAY_NONE: none */
};

struct folding fold_begin(struct db *db, struct account *account, int64_t device, int64_t max_rows)
    __attribute__((nonnull, warn_unused_result));

/*
 * Takes a day with totals, any of them positive.
 * *taken  false: it was there already, and nothing has changed
 * PROBLEM_TOO_MANY_DAYS  it needs a row, and the account has as many as it may have
 * PROBLEM_STORE_FULL     likewise, and the store has reached its limit (db_has_room)
 */
enum problem fold_take(struct folding *folding, const struct day_totals *day, bool *taken)
    __attribute__((nonnull, warn_unused_result));

/* Writes what is left and moves the device's horizon to the latest day taken. */
enum problem fold_end(struct folding *folding) __attribute__((nonnull, warn_unused_result));

#endif
