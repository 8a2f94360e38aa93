#ifndef STORE_TURN_H
#define STORE_TURN_H

#include <stdbool.h>

#include "core/problem.h"

/*
 * What the processes that use a store agree on by locks on a file beside it.
 *
 * The turn to write: one writer at a time over all processes, first come, first served.
 *
 * Two file locks are taken one after the other, `next` then `turn`; `next` is released as soon as
 * `turn` is held. So a process that has just written cannot take the turn again past another one
 * that already waits as `next`, which is what starves writers under SQLite's own polling lock. And
 * since the turn is held through COMMIT and its checkpoint, no two connections ever write and
 * checkpoint at once: SQLite 3.7.0 to 3.51.2 can corrupt a WAL when they do
 * (https://sqlite.org/wal.html#walresetbug).
 *
 * The locks are open-file-description locks (fcntl F_OFD_SETLKW): the kernel frees them when a
 * process dies, however it dies.
 */
struct turn;

/* Opens the lock file `<store path>.lock`, creating it. PROBLEM_UNAVAILABLE after a line in the log. */
enum problem turn_open(const char *store_path, struct turn **turn)
    __attribute__((nonnull, warn_unused_result));
/* Accepts NULL. */
void turn_close(struct turn *turn);

/*
 * Who uses the store, which is more than who writes: everybody shares it, for as long as it is open, but
 * for whoever changes what the others rest on: the schema, or the whole file. That one has it alone, so
 * no executable ever meets a schema that is not its own, whoever starts and stops them in which order.
 * Either holds until turn_close.
 */

/* Waits while somebody has it alone. PROBLEM_UNAVAILABLE if the lock file fails, after a line in the log. */
enum problem turn_share(struct turn *turn) __attribute__((nonnull, warn_unused_result));

/*
 * Waits until nobody shares it, wait_ms at most.
 * PROBLEM_UNAVAILABLE  somebody still does, or the lock file failed, after a line in the log
 */
enum problem turn_alone(struct turn *turn, long wait_ms)
    __attribute__((nonnull, warn_unused_result));

/*
 * Is this process the only one left that shares the store? Then it has it alone from now on. Does not wait.
 * Two that ask at once while both share it are both told false: hold the turn until turn_close, so that
 * the second asks when the first has gone.
 */
bool turn_is_last(struct turn *turn) __attribute__((nonnull, warn_unused_result));

/* Waits for the turn. PROBLEM_UNAVAILABLE if the lock file fails. */
enum problem turn_take(struct turn *turn) __attribute__((nonnull, warn_unused_result));
void turn_give(struct turn *turn) __attribute__((nonnull));

#endif
