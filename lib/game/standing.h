#ifndef GAME_STANDING_H
#define GAME_STANDING_H

#include <stdint.h>

#include "core/arena.h"
#include "core/problem.h"
#include "game/score.h"
#include "store/db.h"

extern const struct statement_table standing_statements;

/*
 * The rows of those who are on boards, by their place (member.h), and the histograms of open periods,
 * which follow from them. Each change of a row is here, and counts in its histogram with the same
 * COMMIT; a histogram's changes of a whole batch are summed first (db_count).
 *
 * All of these run inside the caller's write transaction.
 */

/* Adds to the scores of a place, which need not have them yet. No change is negative. */
enum problem standing_add(struct db *db, int64_t place, const struct scores *changes)
    __attribute__((nonnull, warn_unused_result));

/*
 * Makes the rows those that were counted, of all periods that were open on the day of the count,
 * writing only what differs; rows of other periods stay. *changed is how many rows were not as counted.
 */
enum problem standing_set(struct db *db, int64_t place, const struct scores *counted,
    int64_t *changed) __attribute__((nonnull, warn_unused_result));

/* Removes all rows of a place, those of closed periods too. */
enum problem standing_remove(struct db *db, int64_t place)
    __attribute__((nonnull, warn_unused_result));

/* The rows of a place in periods that are open on a day. Reads only. */
enum problem standing_load(struct db *db, int64_t place, day_t today, struct scores *scores)
    __attribute__((nonnull, warn_unused_result));

/* All rows of a place, those of closed periods too, in the arena. Reads only. */
enum problem standing_list(struct db *db, struct arena *arena, int64_t place, struct score **rows,
    size_t *count) __attribute__((nonnull, warn_unused_result));

#endif
