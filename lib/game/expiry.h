#ifndef GAME_EXPIRY_H
#define GAME_EXPIRY_H

#include <stdbool.h>

#include "core/problem.h"
#include "store/db.h"

extern const struct statement_table expiry_statements;

/*
 * What lives for minutes and therefore carries a moment: pairing codes, and the requests that made a device
 * (game/retry.h). It is deleted soon after it has expired, and is in no copy of the database that lives on
 * (rule P1). Each of these runs inside the caller's transaction.
 */

/* Sets *any to whether something has expired. */
enum problem expiry_any(struct db *db, bool *any) __attribute__((nonnull, warn_unused_result));

/* Deletes what has expired. */
enum problem expiry_forget_past(struct db *db) __attribute__((nonnull, warn_unused_result));

/* Deletes everything that can expire, whether it has or not. */
enum problem expiry_forget_all(struct db *db) __attribute__((nonnull, warn_unused_result));

#endif
