#include "family/sweep.h"

#include <stdlib.h>

#include "core/log.h"
#include "core/thread.h"
#include "family/daybook.h"
#include "game/expiry.h"

struct sweep {
	struct sweep_plan plan;
	struct daybook daybook;
	pthread_t thread;
	pthread_mutex_t mutex; /* guards what follows */
	pthread_cond_t stop;
	bool stopping;
};

static enum problem look_for_expired(struct db *db, void *argument)
{
	return expiry_any(db, argument);
}

static enum problem forget_expired(struct db *db, void *argument)
{
	(void)argument;
	return expiry_forget_past(db);
}

static enum problem forget_codes(struct store *store)
{
	bool any = false;
	enum problem problem = store_read(store, look_for_expired, &any);

	return problem == PROBLEM_NONE && any ? store_write(store, forget_expired, NULL) : problem;
}

/* What cannot be done now is tried again in the next round; the store has logged why. */
static void sweep_once(struct sweep *sweep)
{
	const struct sweep_plan *plan = &sweep->plan;

	if (forget_codes(plan->store) != PROBLEM_NONE)
		log_line("expired codes could not be deleted yet");
	if (plan->upkeep != NULL && plan->upkeep(plan->store) != PROBLEM_NONE)
		log_line("upkeep could not be done yet");
	meter_weigh(plan->meter);
	if (daybook_is_due(&sweep->daybook) &&
	    daybook_write(&sweep->daybook, plan->store) != PROBLEM_NONE)
		log_line("what was counted could not be stored yet");
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
	if (daybook_write(&sweep->daybook, sweep->plan.store) != PROBLEM_NONE)
		log_line("what was counted last could not be stored");
	return NULL;
}

static void sweep_free(struct sweep *sweep)
{
	pthread_cond_destroy(&sweep->stop);
	pthread_mutex_destroy(&sweep->mutex);
	free(sweep);
}

enum problem sweep_start(const struct sweep_plan *plan, struct sweep **sweep)
{
	struct sweep *started = calloc(1, sizeof(*started));

	if (started == NULL)
		log_out_of_memory();
	started->plan = *plan;
	daybook_begin(&started->daybook, meter_metrics(plan->meter));
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
