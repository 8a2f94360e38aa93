#include "core/gate.h"

#include <stdatomic.h>
#include <time.h>

#include "check.h"
#include "core/clock.h"
#include "core/thread.h"

enum { WAITING_MAX = 3, PATIENCE_MS = 3000, FOREVER_MS = 60000 };

static struct gate gate;

/* Somebody who comes to the gate on a thread of their own. */
struct visitor {
	pthread_t thread;
	int number;
	double waited_ms;
	bool was_let_in;
	atomic_bool is_done;
};

/* The numbers of those who were let in, in that order; only who is inside writes to it. */
static int order[8];
static int let_in;

static void *visit(void *argument)
{
	struct visitor *visitor = argument;
	double began_ms = clock_monotonic_ms();

	visitor->was_let_in = gate_enter(&gate);
	visitor->waited_ms = clock_monotonic_ms() - began_ms;
	if (visitor->was_let_in) {
		order[let_in++] = visitor->number;
		gate_leave(&gate);
	}
	visitor->is_done = true;
	return NULL;
}

static int count_waiting(void)
{
	int waiting;

	pthread_mutex_lock(&gate.mutex);
	waiting = gate.waiting;
	pthread_mutex_unlock(&gate.mutex);
	return waiting;
}

static void pause_ms(long ms)
{
	const struct timespec pause = {.tv_nsec = ms * 1000000L};

	nanosleep(&pause, NULL);
}

/* Somebody comes, and is in the queue when this returns. */
static void come(struct visitor *visitor, int number)
{
	int before = count_waiting();

	*visitor = (struct visitor){.number = number};
	if (!CHECK(thread_start(&visitor->thread, visit, visitor)))
		return;
	while (count_waiting() == before)
		pause_ms(1);
}

static void begin(void)
{
	gate_init(&gate);
	let_in = 0;
	CHECK(gate_enter(&gate));
}

static void whoever_waits_is_let_in_in_the_order_of_coming(void)
{
	struct visitor visitors[WAITING_MAX];

	begin();
	for (int i = 0; i < WAITING_MAX; i++)
		come(&visitors[i], i);
	gate_leave(&gate);
	for (int i = 0; i < WAITING_MAX; i++) {
		pthread_join(visitors[i].thread, NULL);
		CHECK(visitors[i].was_let_in);
		CHECK_INT_EQ(order[i], i);
	}
	CHECK_INT_EQ(let_in, WAITING_MAX);
}

/* Who has just left and comes again queues behind who has waited. */
static void a_newcomer_does_not_slip_past_who_waits(void)
{
	for (int i = 0; i < 20; i++) {
		struct visitor visitor;

		begin();
		come(&visitor, 1);
		gate_leave(&gate);
		REQUIRE(CHECK(gate_enter(&gate)));
		order[let_in++] = 0;
		gate_leave(&gate);
		pthread_join(visitor.thread, NULL);
		REQUIRE(CHECK_INT_EQ(order[0], 1));
	}
}

static void the_fourth_who_would_wait_is_refused_at_once(void)
{
	struct visitor visitors[WAITING_MAX];
	double began_ms;

	begin();
	for (int i = 0; i < WAITING_MAX; i++)
		come(&visitors[i], i);
	began_ms = clock_monotonic_ms();
	CHECK(!gate_enter(&gate));
	CHECK(clock_monotonic_ms() - began_ms < PATIENCE_MS);
	gate_leave(&gate);
	for (int i = 0; i < WAITING_MAX; i++)
		pthread_join(visitors[i].thread, NULL);
	CHECK_INT_EQ(let_in, WAITING_MAX);
}

/* It is woken all the time, as by others who come and go, and the gate is never free for it. */
static void wakening_does_not_begin_the_wait_anew(void)
{
	struct visitor visitor;
	double began_ms = clock_monotonic_ms();

	begin();
	come(&visitor, 1);
	while (!visitor.is_done && clock_monotonic_ms() - began_ms < FOREVER_MS) {
		pthread_cond_broadcast(&gate.moved);
		pause_ms(20);
	}
	CHECK(visitor.is_done);
	gate_leave(&gate);
	pthread_join(visitor.thread, NULL);
	CHECK(!visitor.was_let_in);
	CHECK(visitor.waited_ms >= PATIENCE_MS - 1);
}

/* The place of somebody who gave up is given to nobody, and those behind keep theirs. */
static void who_gave_up_is_not_waited_for(void)
{
	struct visitor impatient, patient;

	begin();
	come(&impatient, 1);
	pause_ms(500);
	come(&patient, 2);
	pthread_join(impatient.thread, NULL);
	CHECK(!impatient.was_let_in);
	gate_leave(&gate);
	pthread_join(patient.thread, NULL);
	/* On a machine that stood still for half a second it has given up as well. */
	CHECK(patient.was_let_in || patient.waited_ms >= PATIENCE_MS - 1);
	CHECK(gate_enter(&gate));
	gate_leave(&gate);
}

int main(void)
{
	CASE(whoever_waits_is_let_in_in_the_order_of_coming);
	CASE(a_newcomer_does_not_slip_past_who_waits);
	CASE(the_fourth_who_would_wait_is_refused_at_once);
	CASE(wakening_does_not_begin_the_wait_anew);
	CASE(who_gave_up_is_not_waited_for);
	return check_end();
}
