#ifndef GAME_CLOSING_H
#define GAME_CLOSING_H

#include <stdbool.h>
#include <stdint.h>

#include "core/problem.h"
#include "store/db.h"
#include "store/store.h"

extern const struct statement_table closing_statements;

/*
 * Weeks are closed once: then what is published about people is made of them and stays as it is, whatever
 * arrives late, is withdrawn or erased afterwards. That is what makes two figures, or one that is
 * looked at twice, tell no more than one.
 *
 * A week is closed when CLOSING_AFTER_DAYS days have passed since: by then its Sunday is over everywhere, and
 * what clients send with a delay has come. It cannot be opened again, so none is closed by a clock that may be
 * wrong (account_doubts_clock): after a jump ahead those of a year would be, before anybody practised in them.
 */
enum {
	CLOSING_AFTER_DAYS = 2,
	CLOSING_WEEKS_MAX = 8,  /* that are made up for, where nobody closed them in time */
	CLOSING_KEEP_WEEKS = 62 /* after which what was published is forgotten, as are days by P9 */
};

/* The newest week whose time has come. */
int32_t closing_due(void) __attribute__((warn_unused_result));

/* The newest week that was closed; *any is false before the first. Inside the caller's transaction. */
enum problem closing_newest(struct db *db, int32_t *week, bool *any)
    __attribute__((nonnull, warn_unused_result));

/*
 * Closes the weeks that are due; most of the time there is none, which it finds out in a moment. Where
 * two processes do it at once the first one's figures stand.
 */
enum problem closing_run(struct store *store) __attribute__((nonnull, warn_unused_result));

/* Forgets what was published long ago, and counts of as long. A job for store_write; argument is unused. */
enum problem closing_forget(struct db *db, void *argument)
    __attribute__((nonnull(1), warn_unused_result));

#endif
