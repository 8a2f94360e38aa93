#ifndef CORE_GATE_H
#define CORE_GATE_H

#include <pthread.h>
#include <stdbool.h>

/*
 * For work that takes so much memory that one thread at a time does it, whoever asks. Up to three others
 * wait, first come, first served, each for three seconds in all; whoever comes then, or has waited in vain,
 * is to be refused.
 */
struct gate_place;

struct gate {
	pthread_mutex_t mutex; /* guards what follows */
	pthread_cond_t moved;  /* somebody who waits was let in */
	bool taken;
	struct gate_place *first; /* those who wait, in the order in which they came */
	int waiting;
};

void gate_init(struct gate *gate) __attribute__((nonnull));

/*
 * Waits for its turn. Returns true when the caller is inside, alone, until it calls gate_leave; false when
 * three wait already, or three seconds have passed: then the caller is not inside and must not leave.
 */
bool gate_enter(struct gate *gate) __attribute__((nonnull, warn_unused_result));
void gate_leave(struct gate *gate) __attribute__((nonnull));

#endif
