#ifndef GAME_QUOTA_H
#define GAME_QUOTA_H

#include <stdint.h>

#include "core/problem.h"
#include "store/db.h"

extern const struct statement_table quota_statements;

/* What anybody may create, up to a number a day. The values rest in the store. */
enum quota { QUOTA_ACCOUNTS = 0, QUOTA_RATINGS, QUOTA_OFFERS };

/*
 * Takes one of today's allowance. Inside the caller's write transaction, which a refusal undoes.
 * PROBLEM_ACCOUNTS_EXHAUSTED  that of accounts is used up
 * PROBLEM_DAY_EXHAUSTED       that of anything else
 */
enum problem quota_take(struct db *db, enum quota what, int64_t max)
    __attribute__((nonnull, warn_unused_result));

/* Forgets the days before today. Inside the caller's write transaction. */
enum problem quota_forget_past(struct db *db) __attribute__((nonnull, warn_unused_result));

#endif
