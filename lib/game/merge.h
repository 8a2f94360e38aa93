#ifndef GAME_MERGE_H
#define GAME_MERGE_H

#include "core/arena.h"
#include "game/account.h"

extern const struct statement_table merge_statements;

/*
 * Makes one account of two: `from` goes, `into` stays with its pseudonym and its recovery code.
 * Devices with their tokens, imports, shares and everything counted move, so the sums add up exactly; only where
 * both hold an import of the same source, which would count one installation twice, the two become
 * one by the maximum (import_unite). The identifier of `from` is kept as a former one of `into`; its
 * codes stop, and requests that joined it answer for the other one. Its standings go; those of `into`, if it is on boards, are counted anew (member_merge).
 * What is more than a quota allows stays.
 *
 * Inside the caller's write transaction. *into is changed and stored.
 */
enum problem merge_accounts(struct db *db, const struct account *from, struct account *into)
    __attribute__((nonnull, warn_unused_result));

/* An account's former identifiers as text, in the arena. */
enum problem merge_list_former(struct db *db, struct arena *arena, int64_t account,
    const char ***uids, size_t *count) __attribute__((nonnull, warn_unused_result));

#endif
