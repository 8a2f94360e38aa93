#ifndef GAME_COMMUNITY_H
#define GAME_COMMUNITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/problem.h"
#include "game/group_week.h"
#include "store/db.h"

extern const struct statement_table community_statements;

/*
 * What everybody practised together in a week: group_week.h, of all accounts. Nobody chose to be in it, so
 * it tells nothing about anybody (rule P7).
 *
 * Counted are those who contributed in the week or in one of the COMMUNITY_LOOKBACK_WEEKS before it: of
 * everybody who ever opened an account, participation would say nothing. So who is counted follows from
 * classes of weeks as well, and a person's minutes, and days of a week that is none, move nothing.
 * Imports are in nobody's week.
 */
enum { COMMUNITY_LOOKBACK_WEEKS = 4 };

struct community_week {
	int32_t week;
	bool published; /* false: nothing may be told of it, and figures are 0 */
	struct group_week figures;
};

/*
 * Measures a week. Reads every account: for a thread that has time, not for a request.
 * Inside a read transaction, so that no merge is seen from both sides.
 */
enum problem community_measure(struct db *db, int32_t week, struct community_week *measured)
    __attribute__((nonnull, warn_unused_result));

/* Stores a week for good, if it is published. In a write transaction. */
enum problem community_put(struct db *db, const struct community_week *week)
    __attribute__((nonnull, warn_unused_result));

/* The published weeks from one on, oldest first, in the arena. Inside the caller's transaction. */
enum problem community_list(struct db *db, struct arena *arena, int32_t from,
    struct community_week **weeks, size_t *count) __attribute__((nonnull, warn_unused_result));

#endif
