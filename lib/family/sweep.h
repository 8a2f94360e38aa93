#ifndef FAMILY_SWEEP_H
#define FAMILY_SWEEP_H

#include "core/problem.h"
#include "store/store.h"

/*
 * The thread that forgets in time: a pairing code's expiry is a time of day, so it may not lie about
 * until somebody happens to write (rule P1). It looks every SWEEP_PERIOD_S and writes only when there
 * is something to delete. A family may have it do more (struct family_plan, upkeep).
 */
enum { SWEEP_PERIOD_S = 15 };

struct sweep;

/* What is to be done in each round, the first at once; what it could not do it does in a later one. */
typedef enum problem sweep_upkeep(struct store *store);

/*
 * Starts the thread. PROBLEM_UNAVAILABLE after a line in the log. The store must outlive it.
 * upkeep  NULL: nothing more
 */
enum problem sweep_start(struct store *store, sweep_upkeep *upkeep, struct sweep **sweep)
    __attribute__((nonnull(1, 3), warn_unused_result));

/* Ends the thread, at once. Accepts NULL. */
void sweep_stop(struct sweep *sweep);

#endif
