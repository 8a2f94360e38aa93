#ifndef GAME_PROGRESS_H
#define GAME_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "game/account.h"
#include "game/claim.h"
#include "game/member.h"
#include "game/totals.h"

extern const struct statement_table progress_statements;

/*
 * What was practised, merged so that it never conflicts.
 *
 * The unit is what one device counted on one civil day. A device only adds to its own totals, so
 * each is a number that only grows, and the largest one ever seen is the newest: merging is the
 * maximum, a repeat or an old upload changes nothing, and two devices add up because each counts for
 * itself. (A grow-only counter map; M. Shapiro et al., "A comprehensive study of Convergent and
 * Commutative Replicated Data Types", INRIA RR-7506, 2011, section 3.1.)
 *
 * Sums and streak rest with the account; a merge changes the struct that the caller loaded, and
 * account_save_progress stores it.
 *
 * All of these run inside the caller's transaction.
 */

/*
 * Merges what one device counted into the account.
 *
 * days      each a civil day as the device's calendar had it, from DAY_FIRST on, with the device's
 *           totals for that day so far; each day at most once. Those before fold_horizon() are folded (fold.h)
 * claim     of an import: on the days that it speaks for, the import's own do not count as active; NULL: none
 * max_rows  days and folded months that the account may hold
 * gains     what of it came in time for boards (board.h) is added to these; NULL: nothing does
 *
 * PROBLEM_TOO_MANY_DAYS  the account would hold more than max_rows
 * PROBLEM_STORE_FULL     a row is needed, and the store has reached its limit (db_has_room)
 */
struct merge_options {
	const struct claim *claim;
	int64_t max_rows;
	struct gains *gains;
};
enum problem progress_merge_days(struct db *db, struct account *account, int64_t device,
    const struct day_totals *days, size_t count, const struct merge_options *options)
    __attribute__((nonnull, warn_unused_result));

/*
 * Makes the account's active days known: those on which any device counted something, and those of streaks
 * that imports claim (claim.h). From the rows where the account does not know them yet.
 */
enum problem progress_know_active(struct db *db, struct account *account)
    __attribute__((nonnull, warn_unused_result));

/* The active days of an account that is not at hand. */
enum problem progress_active_days(struct db *db, int64_t account, struct dayset *days)
    __attribute__((nonnull, warn_unused_result));

/* Counts active days and streak anew, from every row. */
enum problem progress_recount_streak(struct db *db, struct account *account)
    __attribute__((nonnull, warn_unused_result));

/* Counts sums, row_count, active days and streak anew, from every row. */
enum problem progress_recount(struct db *db, struct account *account)
    __attribute__((nonnull, warn_unused_result));

/* Counts a device's own totals anew. */
enum problem progress_recount_device(struct db *db, int64_t account, int64_t device)
    __attribute__((nonnull, warn_unused_result));

/* Sums the XP of an account's days from first to last that are not folded. */
enum problem progress_xp_between(struct db *db, int64_t account, day_t first, day_t last,
    int64_t *xp) __attribute__((nonnull, warn_unused_result));

/* Removes what one device of the account counted. The account must be recounted. */
enum problem progress_remove_device(struct db *db, int64_t account, int64_t device)
    __attribute__((nonnull, warn_unused_result));

#endif
