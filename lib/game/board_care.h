#ifndef GAME_BOARD_CARE_H
#define GAME_BOARD_CARE_H

#include <stdint.h>

#include "core/problem.h"
#include "store/db.h"
#include "store/store.h"

extern const struct statement_table board_care_statements;

/*
 * What an administrator does about boards: look, compare, mend, and forget what is closed.
 */

/*
 * Counts the standings of everybody, and every histogram of an open period, from what they are derived
 * from, and calls complain with a sentence for each that is not as counted. Inside a read transaction.
 */
enum problem boards_check(struct db *db, void (*complain)(const char *finding))
    __attribute__((nonnull, warn_unused_result));

/*
 * Makes all of it what counting says, in many short transactions.
 * *mended  how many figures of accounts were not; histograms are written anew in any case
 */
enum problem boards_mend(struct store *store, int64_t *mended)
    __attribute__((nonnull, warn_unused_result));

/*
 * Of periods that are closed keeps the first RANKING_KEPT and no histogram, in many short transactions.
 * *dropped  how many standings went
 */
enum problem boards_close(struct store *store, int64_t *dropped)
    __attribute__((nonnull, warn_unused_result));

/* How many people are on each board, as the histograms have it; closed periods have none once they are purged. */
typedef void boards_see(int board, int32_t period, int64_t people, void *argument);
enum problem boards_list(struct db *db, boards_see *see, void *argument)
    __attribute__((nonnull(1, 2), warn_unused_result));

#endif
