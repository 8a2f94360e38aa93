#ifndef GAME_PAIRING_H
#define GAME_PAIRING_H

#include <stdbool.h>
#include <stdint.h>

#include "core/code.h"
#include "core/problem.h"
#include "store/db.h"

extern const struct statement_table pairing_statements;

/*
 * Pairing codes: with one, another device joins an account. Single use, ten minutes, one a time for
 * an account. Each of these runs inside the caller's transaction.
 */
enum { PAIRING_TTL_S = 600 };

/* Makes a code for an account; the one before stops. */
enum problem pairing_open(struct db *db, int64_t account, char code[PAIRING_TEXT_B])
    __attribute__((nonnull, warn_unused_result));

/* Whose code is this? PROBLEM_UNKNOWN_CODE: nobody's, used or expired. It stays good. */
enum problem pairing_find(struct db *db, const uint8_t code[PAIRING_B], int64_t *account)
    __attribute__((nonnull, warn_unused_result));

/* Uses up an account's code. */
enum problem pairing_close(struct db *db, int64_t account)
    __attribute__((nonnull, warn_unused_result));

/* Are there codes that have expired? */
enum problem pairing_any_expired(struct db *db, bool *any)
    __attribute__((nonnull, warn_unused_result));

/* Forgets codes that have expired. */
enum problem pairing_forget_expired(struct db *db) __attribute__((nonnull, warn_unused_result));

/* Deletes all codes: what a copy that lives on must not hold, since their expiry is a moment (P1). */
enum problem pairing_forget_all(struct db *db) __attribute__((nonnull, warn_unused_result));

#endif
