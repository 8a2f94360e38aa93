#ifndef GAME_ACCOUNT_H
#define GAME_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/code.h"
#include "core/day.h"
#include "core/problem.h"
#include "core/secret.h"
#include "game/handle.h"
#include "game/streak.h"
#include "game/totals.h"
#include "store/db.h"

extern const struct statement_table account_statements;

/* A person, of whom nothing is known but what was practised. */
struct account {
	int64_t id; /* the store's own; never leaves it */
	uint8_t uid[UUID_B];
	char handle[HANDLE_TEXT_B];
	day_t created_day;
	day_t used_day;
	day_t recovery_day; /* the recovery code was last made or renewed */
	struct totals totals;
	struct streak streak;
	int64_t row_count; /* days and folded months of its devices; there is a limit */
	bool knows_active; /* active is counted: progress_know_active */
	struct dayset active;
};

/*
 * Everything below runs inside the caller's transaction, and each may also return
 * PROBLEM_UNAVAILABLE or PROBLEM_INTERNAL as the store says.
 */

/*
 * Opens an account with fresh identifiers and a fresh recovery code, which is shown once.
 * per_day  how many may be opened a day
 * slot     where the client's network falls, see quota_take
 * PROBLEM_ACCOUNTS_EXHAUSTED  today's are, or no free pseudonym was found
 * PROBLEM_NETWORK_EXHAUSTED   today's of the slot are
 * PROBLEM_STORE_FULL          the store has reached its limit (db_has_room)
 */
enum problem account_open(struct db *db, int64_t per_day, int slot, struct account *account,
    char recovery_code[RECOVERY_TEXT_B]) __attribute__((nonnull, warn_unused_result));

/*
 * Loads an account. The active days of one that has not changed since before they were kept are not known.
 * PROBLEM_TOKEN_UNKNOWN  there is none of that id: it was erased meanwhile
 */
enum problem account_load(struct db *db, int64_t id, struct account *account)
    __attribute__((nonnull, warn_unused_result));

/* Stores totals, streak, active days and row_count, and that the account was used today. */
enum problem account_save_progress(struct db *db, const struct account *account)
    __attribute__((nonnull, warn_unused_result));

/* Counts the account's rows of days and months anew and stores how many there are. */
enum problem account_count_rows(struct db *db, int64_t id)
    __attribute__((nonnull, warn_unused_result));

/* Notes that the account was used today, so that it is not purged. */
enum problem account_touch(struct db *db, int64_t id) __attribute__((nonnull, warn_unused_result));

/* A fresh pseudonym. PROBLEM_UNAVAILABLE: no free one was found, which is all but impossible */
enum problem account_renew_handle(struct db *db, int64_t id, char handle[HANDLE_TEXT_B])
    __attribute__((nonnull, warn_unused_result));

/* A new recovery code; the old one stops. */
enum problem account_renew_recovery(struct db *db, int64_t id, char recovery_code[RECOVERY_TEXT_B])
    __attribute__((nonnull, warn_unused_result));

/* Whose recovery code is this? PROBLEM_RECOVERY_UNKNOWN: nobody's. */
enum problem account_find_by_recovery(struct db *db, const uint8_t code[RECOVERY_B], int64_t *id)
    __attribute__((nonnull, warn_unused_result));

/* Erases an account and everything that hangs on it, its standings among it; no byte of it stays on disk (P8, db_scrub_after_commit). */
enum problem account_erase(struct db *db, int64_t id) __attribute__((nonnull, warn_unused_result));

/* Finds up to max accounts that were last used before a day; their ids, in no order. */
enum problem account_find_unused(struct db *db, day_t before, int64_t *ids, size_t max,
    size_t *count) __attribute__((nonnull, warn_unused_result));

/*
 * The newest day that any device practised on, by its own calendar; where none did, the newest on which any
 * account was used; DAY_NONE in an empty store. Which day it is, devices know independently of this machine,
 * whose clock would otherwise confirm itself: what it takes for a use today proves nothing about today.
 */
enum problem account_newest_use(struct db *db, day_t *day)
    __attribute__((nonnull, warn_unused_result));

/*
 * Is the clock so far past the newest use that it may be wrong? A clock that has jumped forward would make
 * everything old, and every week one that is over. So who removes what is old, or closes what is over, asks
 * for somebody who was here lately; an empty store, DAY_NONE, has nothing to lose.
 */
enum { ACCOUNT_DOUBT_DAYS = 30 };
bool account_doubts_clock(day_t newest_use) __attribute__((warn_unused_result));

/* The next account after one, in the order of ids, for walks over all; *id 0 after the last. */
enum problem account_next(struct db *db, int64_t after, int64_t *id)
    __attribute__((nonnull, warn_unused_result));

#endif
