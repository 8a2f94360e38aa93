#ifndef GAME_FORMER_H
#define GAME_FORMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/problem.h"
#include "core/secret.h"
#include "store/db.h"

extern const struct statement_table former_statements;

/*
 * Devices that were revoked. Their totals stay, so their rows do; what keeps these from piling up:
 * - one that never practised disappears at once, and only its tokens are remembered for a while, so that their
 *   bearer is told `token_revoked` and not `token_unknown`;
 * - those that were revoked over FORMER_KEPT_DAYS ago, and whose days are all folded, are joined into one. Its
 *   export lists the identifiers of the others: a client that finds the device that it once was in no export
 *   counts everything again.
 *
 * All of these run inside the caller's transaction.
 */
enum {
	FORMER_KEPT_DAYS = 430,
	FORMER_TOKENS_MAX = 64, /* of devices that have disappeared, an account */
};

/* Removes a client that was just revoked if it never practised; does nothing otherwise. */
enum problem former_settle(struct db *db, int64_t account, int64_t device)
    __attribute__((nonnull, warn_unused_result));

/* Sets *known to whether this is a token of a device that was revoked and has disappeared. */
enum problem former_knows_token(struct db *db, const struct secret_hash *token, bool *known)
    __attribute__((nonnull, warn_unused_result));

/* Joins the account's old revoked devices into the oldest of them. *joined: how many it took in. */
enum problem former_join(struct db *db, int64_t account, int64_t *joined)
    __attribute__((nonnull, warn_unused_result));

/* The identifiers of the devices that were joined into one, as text, in the arena. */
enum problem former_list(struct db *db, struct arena *arena, int64_t device, const char ***uids,
    size_t *count) __attribute__((nonnull, warn_unused_result));

/*
 * Runs a statement that has its parameters to its end; its rows are identifiers of 16 bytes. Lists them as text,
 * in the arena. *uids is NULL where there are none.
 */
enum problem former_read_uids(struct query *query, struct arena *arena, const char ***uids,
    size_t *count) __attribute__((nonnull, warn_unused_result));

#endif
