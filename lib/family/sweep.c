#include "family/sweep.h"

#include <stdlib.h>

#include "core/log.h"
#include "core/thread.h"
#include "game/pairing.h"

struct sweep {
	struct store *store;
	sweep_upkeep *upkeep;
	pthread_t thread;
	pthread_mutex_t mutex; /* guards what follows */
	pthread_cond_t stop;
	bool stopping;
};

static enum problem look_for_expired(struct db *db, void *argument)
{
	return pairing_any_expired(db, argument);
}

static enum problem forget_expired(struct db *db, void *argument)
{
	(void)argument;
	return pairing_forget_expired(db);
}

/* What cannot be done now is tried again in the next round; the store has logged why. */
static void sweep_once(struct sweep *sweep)
{
	bool any = false;

	if (sweep->upkeep != NULL && sweep->upkeep(sweep->store) != PROBLEM_NONE)
		log_line("upkeep could not be done yet");
	if (store_read(sweep->store, look_for_expired, &any) != PROBLEM_NONE || !any)
		return;
	if (store_write(sweep->store, forget_expired, NULL) != PROBLEM_NONE)
		log_line("expired codes could not be deleted yet");
}

static void *sweep_until_stopped(void *argument)
{
	struct sweep *sweep = argument;

	pthread_mutex_lock(&sweep->mutex);
	while (!sweep->stopping) {
		pthread_mutex_unlock(&sweep->mutex);
		sweep_once(sweep);
		pthread_mutex_lock(&sweep->mutex);
		if (!sweep->stopping)
			thread_cond_wait_ms(&sweep->stop, &sweep->mutex, SWEEP_PERIOD_S * 1000L);
	}
	pthread_mutex_unlock(&sweep->mutex);
	return NULL;
}

static void sweep_free(struct sweep *sweep)
{
	pthread_cond_destroy(&sweep->stop);
	pthread_mutex_destroy(&sweep->mutex);
	free(sweep);
}

enum problem sweep_start(struct store *store, sweep_upkeep *upkeep, struct sweep **sweep)
{
	struct sweep *started = calloc(1, sizeof(*started));

	if (started == NULL)
		log_out_of_memory();
	started->store = store;
	started->upkeep = upkeep;
	pthread_mutex_init(&started->mutex, NULL);
	thread_cond_init(&started->stop);
	if (!thread_start(&started->thread, sweep_until_stopped, started)) {
		sweep_free(started);
		return PROBLEM_UNAVAILABLE;
	}
	*sweep = started;
	return PROBLEM_NONE;
}

void sweep_stop(struct sweep *sweep)
{
	if (sweep == NULL)
		return;
	pthread_mutex_lock(&sweep->mutex);
	sweep->stopping = true;
	pthread_cond_signal(&sweep->stop);
	pthread_mutex_unlock(&sweep->mutex);
	pthread_join(sweep->thread, NULL);
	sweep_free(sweep);
}
