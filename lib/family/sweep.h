#ifndef FAMILY_SWEEP_H
#define FAMILY_SWEEP_H

#include "core/problem.h"
#include "store/store.h"

/*
 * The thread that forgets in time: a pairing code's expiry is a time of day, so it may not lie about
 * until somebody happens to write (rule P1). It looks every SWEEP_PERIOD_S and writes only when there
 * is something to delete.
 */
enum { SWEEP_PERIOD_S = 15 };

struct sweep;

/* Starts the thread. PROBLEM_UNAVAILABLE after a line in the log. The store must outlive it. */
enum problem sweep_start(struct store *store, struct sweep **sweep)
    __attribute__((nonnull, warn_unused_result));

/* Ends the thread, at once. Accepts NULL. */
void sweep_stop(struct sweep *sweep);

#endif
