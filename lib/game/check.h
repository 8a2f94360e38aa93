#ifndef GAME_CHECK_H
#define GAME_CHECK_H

#include <stdint.h>

#include "core/problem.h"
#include "store/db.h"

extern const struct statement_table check_statements;

/*
 * Holds everything that is derived against what it is derived from, for `breathctl check`: each
 * account's sums and streak, each device's last day, and that every row has its owner.
 *
 * complain  called with one sentence a finding, which names rows by the store's own numbers only
 * accounts  how many were looked at
 * Inside a read transaction.
 */
enum problem check_progress(struct db *db, void (*complain)(const char *finding), int64_t *accounts)
    __attribute__((nonnull, warn_unused_result));

#endif
