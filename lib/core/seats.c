/*
 * A holder has a row while one of its requests is being served. There are never more of those than threads, a
 * few dozen, so a row is found by looking at all of them. A queue exists only in a row all of whose seats are
 * taken: it is never stranded, since each of these seats will be left.
 */
#include "core/seats.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "core/log.h"

struct row {
	int64_t holder;
	int taken; /* seats; 0: the row is free */
	int waiting;
	struct seats_waiter *first, *last; /* of the queue; meaningless while nobody waits */
};

struct seats {
	struct seats_plan plan;
	pthread_mutex_t mutex; /* guards what follows */
	int waiting;           /* in all queues */
	struct row rows[];     /* one a thread */
};

struct seats *seats_new(const struct seats_plan *plan)
{
	size_t rows = (size_t)plan->threads;
	struct seats *seats = calloc(1, sizeof(*seats) + rows * sizeof(struct row));

	if (seats == NULL)
		log_out_of_memory();
	seats->plan = *plan;
	pthread_mutex_init(&seats->mutex, NULL);
	return seats;
}

void seats_free(struct seats *seats)
{
	if (seats == NULL)
		return;
	pthread_mutex_destroy(&seats->mutex);
	free(seats);
}

/* The row of a holder; where it has none, a free one if there is. The mutex is held. */
static struct row *find_row(struct seats *seats, int64_t holder)
{
	struct row *spare = NULL;

	for (int i = 0; i < seats->plan.threads; i++) {
		struct row *row = &seats->rows[i];

		if (row->taken > 0 && row->holder == holder)
			return row;
		if (row->taken == 0 && spare == NULL)
			spare = row;
	}
	return spare;
}

static enum seats_answer queue(struct seats *seats, struct row *row, struct seats_waiter *waiter)
{
	if (row->waiting >= seats->plan.waiting_per_holder ||
	    seats->waiting >= seats->plan.waiting_max)
		return SEATS_REFUSED;
	waiter->behind = NULL;
	if (row->waiting == 0)
		row->first = waiter;
	else
		row->last->behind = waiter;
	row->last = waiter;
	row->waiting++;
	seats->waiting++;
	return SEATS_WAITS;
}

enum seats_answer seats_ask(struct seats *seats, int64_t holder, struct seats_waiter *waiter)
{
	enum seats_answer answer = SEATS_TAKEN;
	struct row *row;

	pthread_mutex_lock(&seats->mutex);
	row = find_row(seats, holder);
	if (row == NULL) {
		answer = SEATS_REFUSED;
	} else if (row->taken >= seats->plan.per_holder) {
		answer = queue(seats, row, waiter);
	} else {
		row->holder = holder;
		row->taken++;
	}
	pthread_mutex_unlock(&seats->mutex);
	return answer;
}

struct seats_waiter *seats_leave(struct seats *seats, int64_t holder)
{
	struct seats_waiter *next = NULL;
	struct row *row;

	pthread_mutex_lock(&seats->mutex);
	row = find_row(seats, holder);
	assert(row != NULL && row->taken > 0);
	if (row->waiting > 0) {
		next = row->first;
		row->first = next->behind;
		row->waiting--;
		seats->waiting--;
	} else {
		row->taken--;
	}
	pthread_mutex_unlock(&seats->mutex);
	return next;
}
