#ifndef GAME_IMPORT_H
#define GAME_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "game/account.h"
#include "game/claim.h"
#include "game/totals.h"

extern const struct statement_table import_statements;

/*
 * What an old installation had before it synced: a device of its own kind, found again by its
 * source, so that the same export or a later one, imported anywhere, grows the same import. It merges
 * as a device does, by the maximum; the rest is what no day can be given for.
 */
enum { SOURCE_B = 32, SOURCE_TEXT_B = 2 * SOURCE_B + 1 };

struct import {
	int64_t device;
	uint8_t source[SOURCE_B];
	struct totals rest;
	struct claim claim;
};

/* What a client sends. */
struct import_growth {
	uint8_t source[SOURCE_B];
	const struct day_totals *days; /* each day at most once */
	size_t day_count;
	const struct totals *rest; /* NULL: none */
	const struct claim *claim; /* NULL: none */
	int64_t max_imports;       /* that the account may have */
	int64_t max_rows;          /* see progress_merge_days */
};

/* All of these run inside the caller's transaction. */

/*
 * Grows an import of the account, or makes it.
 * PROBLEM_QUOTA  the account has as many imports as it may have
 * PROBLEM_TOO_MANY_DAYS, PROBLEM_STORE_FULL  as progress_merge_days
 */
enum problem import_grow(struct db *db, struct account *account, const struct import_growth *growth)
    __attribute__((nonnull, warn_unused_result));

/* All imports of an account, oldest first, in the arena. */
enum problem import_list(struct db *db, struct arena *arena, int64_t account,
    struct import **imports, size_t *count) __attribute__((nonnull, warn_unused_result));

/* All that an import brought, its rest included. */
enum problem import_measure(struct db *db, const struct import *import, struct extent *extent)
    __attribute__((nonnull, warn_unused_result));

/*
 * Merges one import into another of the same source, each of an account of its own, by the maximum as
 * any import grows, and removes it. Both accounts' days are folded up to the same day first, so that
 * days meet days, months meet months, and no day is left that counts as folded. The sums of both accounts must be recounted.
 */
enum problem import_unite(struct db *db, const struct account *from, const struct import *theirs,
    const struct account *into, const struct import *ours)
    __attribute__((nonnull, warn_unused_result));

/* Removes an import with all that it brought. PROBLEM_UNKNOWN_IMPORT: the account has none such. */
enum problem import_remove(struct db *db, struct account *account, const uint8_t source[SOURCE_B])
    __attribute__((nonnull, warn_unused_result));

#endif
