#ifndef GAME_GONE_H
#define GAME_GONE_H

#include <stdint.h>

#include "core/problem.h"
#include "store/db.h"
#include "store/gone_list.h"

extern const struct statement_table gone_statements;

/*
 * What people took back, which a backup that is put back must not give out again: each kind of thing that
 * db_note_gone is told of, and how it is found and taken away once more in a restored database.
 */
enum gone {
	GONE_ACCOUNT = 'a',  /* by its uid: erased by its owner, or unused for long */
	GONE_IMPORT = 'i',   /* by its device's uid: removed by its owner */
	GONE_DEVICE = 'd',   /* by its uid: revoked */
	GONE_TOKEN = 't',    /* by its hash: another one took its place */
	GONE_RECOVERY = 'r', /* by the code's hash: likewise */
	GONE_VISIBLE = 'v',  /* by the account's uid: left the public boards */
	GONE_HANDLE = 'h',   /* by itself: the pseudonym was given up */
	GONE_SHARE = 's',    /* by its uid: withdrawn */
};

/* Notes what an account has of a kind: GONE_VISIBLE its uid, GONE_HANDLE its pseudonym. In a write transaction. */
enum problem gone_note_account(struct db *db, enum gone kind, int64_t account)
    __attribute__((nonnull, warn_unused_result));

/* How many things of a kind were taken away again. */
struct gone_count {
	enum gone kind;
	const char *name; /* "accounts erased" */
	int64_t count;
};
enum { GONE_KINDS = 8 };

/*
 * Takes away again what is on the list, out of a restored database: erases, revokes and stops as their
 * owners did, in the caller's write transaction. counts are filled in.
 */
enum problem gone_again(struct db *db, const struct gone_list *list,
    struct gone_count counts[GONE_KINDS]) __attribute__((nonnull, warn_unused_result));

/* Tells a list what of it is still there, in the live database. In a read transaction. */
enum problem gone_find_living(struct db *db, struct gone_list *list)
    __attribute__((nonnull, warn_unused_result));

#endif
