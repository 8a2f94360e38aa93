#ifndef GAME_PROGRESS_H
#define GAME_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "game/account.h"
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
 *           totals for that day so far; each day at most once
 * gains     what of it came in time for boards (board.h) is added to these; NULL: nothing does
 * *recount  set when the streak cannot be extended by these days alone, because one lies before the
 *           latest run: progress_recount_streak must follow; never cleared
 *
 * Days up to the device's horizon have been folded and are ignored.
 */
enum problem progress_merge_days(struct db *db, struct account *account, int64_t device,
    const struct day_totals *days, size_t count, struct gains *gains, bool *recount)
    __attribute__((nonnull(1, 2, 7), warn_unused_result));

/*
 * The account's active days: those on which any device counted something, and those of streaks
 * that imports claim (claim.h).
 */
enum problem progress_active_days(struct db *db, int64_t account, struct dayset *days)
    __attribute__((nonnull, warn_unused_result));

/* Counts the account's streak anew, from its active days. */
enum problem progress_recount_streak(struct db *db, struct account *account)
    __attribute__((nonnull, warn_unused_result));

/* Counts sums and streak anew, from every row. */
enum problem progress_recount(struct db *db, struct account *account)
    __attribute__((nonnull, warn_unused_result));

/* What one device of the account counted, in days and folded months. */
enum problem progress_of_device(struct db *db, int64_t account, int64_t device,
    struct extent *extent) __attribute__((nonnull, warn_unused_result));

/* Removes what one device of the account counted. Sums and streak must be recounted. */
enum problem progress_remove_device(struct db *db, int64_t account, int64_t device)
    __attribute__((nonnull, warn_unused_result));

#endif
