#ifndef GAME_ACTIVITY_H
#define GAME_ACTIVITY_H

#include <stdint.h>

#include "core/problem.h"
#include "game/dayset.h"
#include "store/db.h"

extern const struct statement_table activity_statements;

/*
 * Counts an account's active days from every row of it: those on which a device counted something, in days
 * and folded months, and those of streaks that imports claim (claim.h). Where a claim speaks for a day, the
 * import's own day does not count by itself.
 *
 * *days     is filled in
 * *claimed  the length of the longest streak that any import claims; 0: none
 *
 * It costs what the account holds, so it is for what happens rarely; the account keeps the result.
 */
enum problem activity_count(struct db *db, int64_t account, struct dayset *days, int32_t *claimed)
    __attribute__((nonnull, warn_unused_result));

#endif
