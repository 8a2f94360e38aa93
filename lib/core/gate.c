#include "core/gate.h"

#include "core/thread.h"

enum { WAITING_MAX = 3, PATIENCE_MS = 3000 };

void gate_init(struct gate *gate)
{
	pthread_mutex_init(&gate->mutex, NULL);
	thread_cond_init(&gate->left);
	gate->waiting = 0;
	gate->taken = false;
}

bool gate_enter(struct gate *gate)
{
	bool is_mine = false;

	pthread_mutex_lock(&gate->mutex);
	if (gate->waiting < WAITING_MAX) {
		gate->waiting++;
		while (gate->taken && thread_cond_wait_ms(&gate->left, &gate->mutex, PATIENCE_MS))
			;
		gate->waiting--;
		is_mine = !gate->taken;
		gate->taken = true;
	}
	pthread_mutex_unlock(&gate->mutex);
	return is_mine;
}

void gate_leave(struct gate *gate)
{
	pthread_mutex_lock(&gate->mutex);
	gate->taken = false;
	pthread_cond_signal(&gate->left);
	pthread_mutex_unlock(&gate->mutex);
}
