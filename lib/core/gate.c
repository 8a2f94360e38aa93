/*
 * Whoever leaves hands the gate over to the one who has waited longest: in between nobody finds it free, so
 * nobody who has just come slips past. A wait has one deadline, however often it is woken before.
 */
#include "core/gate.h"

#include <stddef.h>

#include "core/clock.h"
#include "core/thread.h"

enum { WAITING_MAX = 3, PATIENCE_MS = 3000 };

/* A place in the queue; it lies on the stack of whoever waits. */
struct gate_place {
	bool is_in; /* the gate was handed over */
	struct gate_place *next;
};

void gate_init(struct gate *gate)
{
	pthread_mutex_init(&gate->mutex, NULL);
	thread_cond_init(&gate->moved);
	gate->taken = false;
	gate->first = NULL;
	gate->waiting = 0;
}

/* Takes a place out of the queue, wherever it stands. */
static void leave_queue(struct gate *gate, const struct gate_place *place)
{
	struct gate_place **link = &gate->first;

	while (*link != place)
		link = &(*link)->next;
	*link = place->next;
	gate->waiting--;
}

/* Queues behind all others. Returns whether the gate was handed over before the deadline. */
static bool wait_for_turn(struct gate *gate)
{
	double deadline_ms = clock_monotonic_ms() + PATIENCE_MS;
	struct gate_place place = {0};
	struct gate_place **last = &gate->first;

	while (*last != NULL)
		last = &(*last)->next;
	*last = &place;
	gate->waiting++;
	while (!place.is_in) {
		long left_ms = (long)(deadline_ms - clock_monotonic_ms());

		if (left_ms > 0) {
			thread_cond_wait_ms(&gate->moved, &gate->mutex, left_ms);
			continue;
		}
		leave_queue(gate, &place);
		break;
	}
	return place.is_in;
}

bool gate_enter(struct gate *gate)
{
	bool is_in;

	pthread_mutex_lock(&gate->mutex);
	is_in = !gate->taken;
	if (is_in)
		gate->taken = true;
	else if (gate->waiting < WAITING_MAX)
		is_in = wait_for_turn(gate);
	pthread_mutex_unlock(&gate->mutex);
	return is_in;
}

void gate_leave(struct gate *gate)
{
	struct gate_place *first;

	pthread_mutex_lock(&gate->mutex);
	first = gate->first;
	if (first == NULL) {
		gate->taken = false;
	} else {
		leave_queue(gate, first);
		first->is_in = true;
		pthread_cond_broadcast(&gate->moved);
	}
	pthread_mutex_unlock(&gate->mutex);
}
