#ifndef GAME_EPOCH_H
#define GAME_EPOCH_H

#include <stdint.h>

#include "core/problem.h"
#include "store/db.h"

extern const struct statement_table epoch_statements;

/*
 * The store's epoch changes when an administrator puts a backup back. Clients that see a new one
 * queue every day that they hold again, so a restore loses nothing that any device still knows.
 */
enum { EPOCH_B = 8, EPOCH_TEXT_B = 2 * EPOCH_B + 1 };

/* The epoch as 16 hex digits. */
enum problem epoch_load(struct db *db, char text[EPOCH_TEXT_B])
    __attribute__((nonnull, warn_unused_result));

/* Gives a new store its first epoch; one that has an epoch keeps it. A job for store_write; argument is unused. */
enum problem epoch_begin(struct db *db, void *argument)
    __attribute__((nonnull(1), warn_unused_result));

/*
 * Begins a new epoch, and lets every device begin a new chain of pushes, since the store may have
 * forgotten the newest ones. A job for store_write; argument is unused.
 */
enum problem epoch_renew(struct db *db, void *argument)
    __attribute__((nonnull(1), warn_unused_result));

#endif
