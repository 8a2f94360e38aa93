#ifndef GAME_TALLY_H
#define GAME_TALLY_H

#include <stdint.h>

#include "core/day.h"
#include "core/problem.h"
#include "store/db.h"

extern const struct statement_table tally_statements;

/*
 * What is counted by the day without a thought of whom: a bare number beside a date. The values rest in
 * the store; a rating's is its points.
 */
enum tally {
	TALLY_OFFERS = 0, /* the sync offer was shown */
	TALLY_RATING_MIN = 1,
	TALLY_RATING_MAX = 5,
	TALLY_WEB_ACCOUNTS = 6, /* one was opened in a browser, where the offer is shown */
};

/* Counts one today. Inside the caller's write transaction. */
enum problem tally_count(struct db *db, enum tally what)
    __attribute__((nonnull, warn_unused_result));

/* How often it was from one day up to another. Inside the caller's transaction. */
enum problem tally_sum(struct db *db, enum tally what, day_t first, day_t last, int64_t *times)
    __attribute__((nonnull, warn_unused_result));

#endif
