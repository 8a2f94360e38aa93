#ifndef CORE_SEATS_H
#define CORE_SEATS_H

#include <stdint.h>

/*
 * Shares the threads of a process fairly: each holder (an account, to the callers) has a few seats, and
 * what it asks for beyond them waits in a queue of its own, first come first served.
 *
 * Nothing blocks here. A request that waits is an entry in a queue and holds no thread; whoever leaves a seat
 * takes over the request that waited longest for it. So there is no wake-up that could get lost, and a request
 * waits only while others of its holder are being served.
 */
struct seats;

struct seats_plan {
	int threads; /* that serve: so many holders may have seats at a time, and others are refused */
	int per_holder;         /* seats that one holder may have, at least 1 */
	int waiting_per_holder; /* requests of one holder that may wait */
	int waiting_max;        /* requests of all holders together that may wait */
};

/* What waits embeds one of these. It belongs to the queue from SEATS_WAITS until seats_leave returns it. */
struct seats_waiter {
	struct seats_waiter *behind;
};

enum seats_answer {
	SEATS_TAKEN,  /* serve it now; seats_leave must follow */
	SEATS_WAITS,  /* some seats_leave will return the waiter */
	SEATS_REFUSED /* too many wait */
};

/* The caller owns it: seats_free, once every seat was left. */
struct seats *seats_new(const struct seats_plan *plan)
    __attribute__((nonnull, returns_nonnull, warn_unused_result));
void seats_free(struct seats *seats);

/* Asks for a seat of holder's. Any thread may call it. */
enum seats_answer seats_ask(struct seats *seats, int64_t holder, struct seats_waiter *waiter)
    __attribute__((nonnull, warn_unused_result));

/*
 * Leaves a seat of holder's, and returns the waiter that takes it over: the caller serves that one next and
 * leaves the seat again. NULL: nobody waited.
 */
struct seats_waiter *seats_leave(struct seats *seats, int64_t holder)
    __attribute__((nonnull, warn_unused_result));

#endif
