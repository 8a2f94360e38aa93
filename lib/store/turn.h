#ifndef STORE_TURN_H
#define STORE_TURN_H

#include "core/problem.h"

/*
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

/* Waits for the turn. PROBLEM_UNAVAILABLE if the lock file fails. */
enum problem turn_take(struct turn *turn) __attribute__((nonnull, warn_unused_result));
void turn_give(struct turn *turn) __attribute__((nonnull));

#endif
