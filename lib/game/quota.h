#ifndef GAME_QUOTA_H
#define GAME_QUOTA_H

#include <stdint.h>

#include "core/problem.h"
#include "store/db.h"

extern const struct statement_table quota_statements;

/* What anybody may create, up to a number a day. The values rest in the store. */
enum quota { QUOTA_ACCOUNTS = 0, QUOTA_RATINGS, QUOTA_OFFERS };

enum { QUOTA_SLOT_NONE = -1 };

/*
 * Returns the part of max that one network may use up: 2 %, rounded up, and at least five, so that a small
 * installation, whose people may all sit behind one address, works. Never more than max.
 */
int64_t quota_share(int64_t max) __attribute__((warn_unused_result));

/*
 * Takes one of today's allowance. Inside the caller's write transaction, which a refusal undoes.
 *
 * slot  in which of 256 slots the client's network falls (http/route.h), of which each may use up quota_share(max), so
 *       that nobody alone can take from everybody what a day has; QUOTA_SLOT_NONE: nobody knows, and only the whole
 *       is counted
 *
 * What is stored of it is how often each slot came on this day. A slot is eight bits of a hash of an address, which
 * millions of addresses have in common, and its row is removed with its day.
 *
 * PROBLEM_ACCOUNTS_EXHAUSTED  the allowance of accounts is used up
 * PROBLEM_DAY_EXHAUSTED       that of anything else is
 * PROBLEM_NETWORK_EXHAUSTED   the slot's share of it is
 */
enum problem quota_take(struct db *db, enum quota what, int64_t max, int slot)
    __attribute__((nonnull, warn_unused_result));

/* Forgets the days before today. Inside the caller's write transaction. */
enum problem quota_forget_past(struct db *db) __attribute__((nonnull, warn_unused_result));

#endif
