#ifndef CORE_GATE_H
#define CORE_GATE_H

#include <pthread.h>
#include <stdbool.h>

/*
 * For work that takes so much memory that one thread at a time does it, whoever asks. Three may wait at the
 * gate, three seconds each; whoever comes then, or waited in vain, is to be refused.
 */
struct gate {
	pthread_mutex_t mutex; /* guards what follows */
	pthread_cond_t left;
	int waiting;
	bool taken;
};

void gate_init(struct gate *gate) __attribute__((nonnull));

/* Waits until nobody is inside. False: too many wait, or it was in vain; else gate_leave must follow. */
bool gate_enter(struct gate *gate) __attribute__((nonnull, warn_unused_result));
void gate_leave(struct gate *gate) __attribute__((nonnull));

#endif
