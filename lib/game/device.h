#ifndef GAME_DEVICE_H
#define GAME_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/day.h"
#include "core/problem.h"
#include "core/secret.h"
#include "game/totals.h"
#include "store/db.h"

extern const struct statement_table device_statements;

/* What counts: an import, or a client, which is all the rest. The numbers rest in the store. */
enum device_kind { DEVICE_IMPORT = 0, DEVICE_VSCODE, DEVICE_WEB, DEVICE_CLI };

/* "vscode", "web", "cli" from index 0, so that a choice's index + 1 is its kind; NULL-terminated. */
extern const char *const device_kinds[];

struct device {
	int64_t id;
	int64_t account;
	uint8_t uid[UUID_B];
	enum device_kind kind;
	bool revoked;
	day_t created_day;
	struct totals totals; /* all that it counted, in days and folded months */
	day_t first_day;      /* of its practice, DAY_NONE before */
	day_t last_day;       /* likewise */
	day_t horizon_day;    /* days up to this one are folded; DAY_NONE: none */
	day_t revoked_day;    /* DAY_NONE: it is not revoked */
};

/* Who asks: what a token stands for. */
struct caller {
	int64_t account;
	int64_t device;
	struct secret_hash token;
	bool token_waits;  /* first use of a new token: the old one must stop (device_settle) */
	bool account_idle; /* its last use was noted a week ago or earlier */
};

/* A device that was just made: what its bearer is told, once. */
struct device_made {
	int64_t id;
	char uid[UUID_TEXT_B];
	char token[TOKEN_TEXT_B];
};

/* All of these run inside the caller's transaction. */

/*
 * Who bears the token with this hash? On a refusal *caller is not to be used.
 * PROBLEM_TOKEN_UNKNOWN  nobody
 * PROBLEM_TOKEN_REVOKED  a revoked device, or one that uses a newer token
 */
enum problem device_authenticate(struct db *db, const struct secret_hash *token,
    struct caller *caller) __attribute__((nonnull, warn_unused_result));

/* Notes what authentication found: the new token is the only one, the account was used. */
enum problem device_settle(struct db *db, const struct caller *caller)
    __attribute__((nonnull, warn_unused_result));

/*
 * Adds a device to an account, with a token unless it is an import (token is "" then).
 * max  devices of its sort (clients, or imports) that the account may have, revoked ones not counted;
 *      DEVICE_ALWAYS: add it whatever there is
 * PROBLEM_QUOTA       it has them
 * PROBLEM_STORE_FULL  the store has reached its limit (db_has_room)
 */
#define DEVICE_ALWAYS INT64_MAX
enum problem device_add(struct db *db, int64_t account, enum device_kind kind, int64_t max,
    struct device_made *made) __attribute__((nonnull, warn_unused_result));

/*
 * Tells a client of an account again who it is, with a fresh token; those before stop at once. For a bearer
 * whose first reply was lost (game/retry.h).
 */
enum problem device_tell_again(struct db *db, int64_t id, struct device_made *made)
    __attribute__((nonnull, warn_unused_result));

/* Loads a device. PROBLEM_UNKNOWN_DEVICE if there is none of that id. */
enum problem device_load(struct db *db, int64_t id, struct device *device)
    __attribute__((nonnull, warn_unused_result));

/* All devices of an account, imports included, oldest first, in the arena. */
enum problem device_list(struct db *db, struct arena *arena, int64_t account,
    struct device **devices, size_t *count) __attribute__((nonnull, warn_unused_result));

/* How many clients an account has that are not revoked. */
enum problem device_count_clients(struct db *db, int64_t account, int64_t *count)
    __attribute__((nonnull, warn_unused_result));

/* What a merge brought to a device. */
struct device_growth {
	struct totals totals;
	day_t first_day, last_day; /* with practice; DAY_NONE: none */
};

/* Adds it to the device's totals and extends its first and last day. */
enum problem device_grow(struct db *db, int64_t id, const struct device_growth *growth)
    __attribute__((nonnull, warn_unused_result));

/* Moves a device's horizon to a folded day if that is later than the one known. */
enum problem device_folded(struct db *db, int64_t id, day_t day)
    __attribute__((nonnull, warn_unused_result));

/*
 * Revokes a client of an account: its tokens stop, its totals stay. The account's open pairing codes stop as
 * well, since the device may have opened one and would be back with it. One that never practised disappears.
 * PROBLEM_UNKNOWN_DEVICE  the account has no such client that is not revoked
 */
enum problem device_revoke(struct db *db, int64_t account, const uint8_t uid[UUID_B])
    __attribute__((nonnull, warn_unused_result));

/*
 * Revokes the client of an account that was unused for longest: its last day of practice, or the day on which it
 * joined where that is later, is the earliest; of several the oldest device. Sets uid to it.
 * PROBLEM_UNKNOWN_DEVICE  the account has no client that is not revoked
 */
enum problem device_revoke_idlest(struct db *db, int64_t account, uint8_t uid[UUID_B])
    __attribute__((nonnull, warn_unused_result));

/* A new token for a device; the old one stops when the new one is first used. */
enum problem device_new_token(struct db *db, int64_t id, char token[TOKEN_TEXT_B])
    __attribute__((nonnull, warn_unused_result));

#endif
