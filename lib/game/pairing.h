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

/*
 * Finds the account that a code is of, and until when the code is good (seconds since 1970-01-01 UTC). Does not
 * use it up. PROBLEM_UNKNOWN_CODE: it is nobody's, used or expired.
 */
enum problem pairing_find(struct db *db, const uint8_t code[PAIRING_B], int64_t *account,
    int64_t *expires_s) __attribute__((nonnull, warn_unused_result));

/* Uses up an account's code. */
enum problem pairing_close(struct db *db, int64_t account)
    __attribute__((nonnull, warn_unused_result));

#endif
