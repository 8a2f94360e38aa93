#ifndef GAME_RATING_H
#define GAME_RATING_H

#include <stdint.h>

#include "core/problem.h"
#include "store/db.h"

extern const struct statement_table rating_statements;

/*
 * Ratings, one a person and year. An account may rate once it has practised on RATING_DAYS_MIN days since it was
 * opened, so that an average does not become the opinion of whoever opens accounts quickly: a new one
 * cannot write up a past. The account keeps the year in which it rated and nothing else, and the rating
 * becomes a number beside a day (tally.h), so nothing leads from the one to the other but that both
 * were stored on the same day.
 */
enum { RATING_DAYS_MIN = 3, RATING_NEVER = 0 };

/*
 * Takes a rating of an account today.
 * rating   TALLY_RATING_MIN to TALLY_RATING_MAX
 * per_day  how many are taken a day, from everybody together
 * slot     where the client's network falls, see quota_take
 * PROBLEM_PRACTICE_NEEDED  the account has practised on fewer days
 * PROBLEM_ALREADY_RATED    it has rated in this civil year, by the server's day
 * PROBLEM_DAY_EXHAUSTED, PROBLEM_NETWORK_EXHAUSTED  today's have been taken
 * Inside a write transaction, which must be undone on any problem.
 */
enum problem rating_take(struct db *db, int64_t account, int64_t rating, int64_t per_day, int slot)
    __attribute__((nonnull, warn_unused_result));

/* The year in which an account last rated; RATING_NEVER if it has not. Inside the caller's transaction. */
enum problem rating_year(struct db *db, int64_t account, int32_t *year)
    __attribute__((nonnull, warn_unused_result));

/* Of two accounts that become one, the later year stays. Inside a write transaction. */
enum problem rating_merge(struct db *db, int64_t from, int64_t into)
    __attribute__((nonnull, warn_unused_result));

#endif
