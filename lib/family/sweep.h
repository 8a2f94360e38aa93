#ifndef FAMILY_SWEEP_H
#define FAMILY_SWEEP_H

#include "core/meter.h"
#include "core/problem.h"
#include "store/store.h"

/*
 * The thread for what is nobody's request. It forgets in time: a pairing code's expiry is a time of day, so it
 * may not lie about until somebody happens to write (rule P1). It weighs the process, and hands on what was
 * counted (daybook.h). It looks every SWEEP_PERIOD_S and writes only when there is something to write.
 */
enum { SWEEP_PERIOD_S = 15 };

struct sweep;

/* What a family has to be done in each round, the first at once; what it cannot do it does in a later one. */
typedef enum problem sweep_upkeep(struct store *store);

/* All of it borrowed, and longer-lived than the thread. */
struct sweep_plan {
	struct store *store;
	struct meter *meter;
	sweep_upkeep *upkeep; /* NULL: nothing more */
};

/* Starts the thread. PROBLEM_UNAVAILABLE after a line in the log. */
enum problem sweep_start(const struct sweep_plan *plan, struct sweep **sweep)
    __attribute__((nonnull, warn_unused_result));

/* Ends the thread as soon as it has handed on what was counted last. Accepts NULL. */
void sweep_stop(struct sweep *sweep);

#endif
