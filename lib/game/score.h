#ifndef GAME_SCORE_H
#define GAME_SCORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/day.h"
#include "core/problem.h"
#include "game/streak.h"
#include "store/db.h"

extern const struct statement_table score_statements;

/* A value on a board in one of its periods, or a change of it. */
struct score {
	int board;
	int32_t period;
	int64_t value;
};

/*
 * An account's, of all periods that are open: of each board at most the period before, the current one
 * and the one of tomorrow. Which ones these are follows from the day of the beginning, also for whoever
 * goes on with them: between two looks at the clock it may be midnight.
 */
enum { SCORES_MAX = 24 };
struct scores {
	day_t today;
	struct score rows[SCORES_MAX];
	size_t count;
};

/* None yet, of the periods that are open today. */
struct scores scores_begin(void) __attribute__((warn_unused_result));

/* Is a board's period open on their day? */
bool scores_have(const struct scores *scores, int board, int32_t period)
    __attribute__((nonnull, warn_unused_result));

/* A score; 0 where there is none. */
int64_t scores_of(const struct scores *scores, int board, int32_t period)
    __attribute__((nonnull, warn_unused_result));

/* Adds to a score, which need not be there. */
void scores_add(struct scores *scores, int board, int32_t period, int64_t value)
    __attribute__((nonnull));

/* Adds what a day brings, or brings more, to the boards for XP and days in the periods that are open. */
void scores_add_day(struct scores *scores, day_t day, int64_t xp, int64_t days)
    __attribute__((nonnull));

/*
 * Counts an account's scores from its days and folded months, whether or not it is on boards: those
 * of open periods that are not 0. This is what a board figure is; whatever else changes one must come
 * to the same.
 *
 * from_day  the first day that counts; DAY_NONE: all do. Of a month that was folded before there was
 *           such a day, all counts that folding kept, unless it ended before the day.
 * run       the streak of board days
 * Inside the caller's transaction.
 */
enum problem scores_count(struct db *db, int64_t account, day_t from_day, struct scores *scores,
    struct streak *run) __attribute__((nonnull, warn_unused_result));

/* The XP in time that all devices of an account have on a day. */
enum problem scores_timely_xp(struct db *db, int64_t account, day_t day, int64_t *xp)
    __attribute__((nonnull, warn_unused_result));

/* The last day on which the account has any XP in time; DAY_NONE: none that is not folded. */
enum problem scores_last_day(struct db *db, int64_t account, day_t *day)
    __attribute__((nonnull, warn_unused_result));

#endif
